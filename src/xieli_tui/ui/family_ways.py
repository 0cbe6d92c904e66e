"""The ways to the forms of a family and of its people: from the dossier's menus, from 一人一档, from the command list and from a draft.

Rules kept here
- a form opens with the family as it is now; its draft is taken up when there is one;
- what a file lacks leads to the form that records it, or to the application its papers belong to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.casework import family_view, helpers, households
from xieli_tui.ui.screens.digit_menu import Way
from xieli_tui.ui.screens.given import EncounterPage, GiveAidPage, LossPage
from xieli_tui.ui.screens.helpers import EndPairPage, GroupPage, HelpersPage, PairPage
from xieli_tui.ui.screens.joining import JoinPage, NewHouseholdPage
from xieli_tui.ui.screens.leaving import HeadPage, LeavePage, LivingPage, MoveAwayPage, SplitPage
from xieli_tui.ui.screens.pick import PickPage

if TYPE_CHECKING:
    from xieli_tui.casework.person_file import FileItem
    from xieli_tui.casework.views import HouseholdCard
    from xieli_tui.ui.app import XieliApp

FORMS = frozenset({"join", "new_household", "leave", "split", "move_away", "living", "head", "pair", "pair_end", "group", "give_aid", "loss", "encounter"})
"""Drafts that are opened again here; the key is the household, with the person, pair or group behind a colon."""


def _card(app: XieliApp, household: str) -> HouseholdCard | None:
    page = app.page
    return page.attempt(lambda: households.show(app.session, household)) if page else None


def open_menu(app: XieliApp, household: str, item: object = None) -> None:
    """成员: what can be done about the people of a family."""
    from xieli_tui.ui.screens import members_tab
    from xieli_tui.ui.screens.digit_menu import DigitMenuPage

    card = _card(app, household)
    if card is not None:
        app.open(DigitMenuPage("成员", card.row.head, members_tab.ways(card, item), household))


def open_join(app: XieliApp, household: str, person: str = "", name: str = "") -> None:
    """加人; `person` whose file is here already."""
    card = _card(app, household)
    if card is not None:
        app.open(JoinPage(card, person, name))


def open_new_household(app: XieliApp) -> None:
    """A family that is not on the list."""
    app.open(NewHouseholdPage())


def open_leave(app: XieliApp, household: str, person: str = "") -> None:
    """离开."""
    card = _card(app, household)
    if card is not None:
        app.open(LeavePage(card, person))


def open_split(app: XieliApp, household: str) -> None:
    """分户."""
    card = _card(app, household)
    if card is not None:
        app.open(SplitPage(card))


def open_move_away(app: XieliApp, household: str) -> None:
    """整户迁出."""
    card = _card(app, household)
    if card is not None:
        app.open(MoveAwayPage(card))


def open_living(app: XieliApp, household: str, person: str = "") -> None:
    """共同生活."""
    card = _card(app, household)
    if card is not None:
        app.open(LivingPage(card, person))


def open_head(app: XieliApp, household: str) -> None:
    """换户主."""
    card = _card(app, household)
    if card is not None:
        app.open(HeadPage(card))


def open_pairs(app: XieliApp, household: str) -> None:
    """Who stands by a family."""
    card = _card(app, household)
    if card is not None:
        app.open(HelpersPage(card))


def open_give(app: XieliApp, household: str) -> None:
    """Aid in kind."""
    card = _card(app, household)
    if card is not None:
        app.open(GiveAidPage(card))


def open_loss(app: XieliApp, household: str) -> None:
    """What a family lost."""
    card = _card(app, household)
    if card is not None:
        app.open(LossPage(card))


def open_encounter(app: XieliApp) -> None:
    """Somebody met without a living."""
    app.open(EncounterPage())


def open_come_over(app: XieliApp, household: str) -> None:
    """Somebody of another family of the village comes into this one: the family first, then the person."""
    from xieli_tui.ui.screens.digit_menu import DigitMenuPage

    def person_of(app: XieliApp, other: str) -> None:
        card = _card(app, other)
        if card is None:
            return
        if other == household:
            if app.page is not None:
                app.page.say("选的就是这一家。")
            return

        def way(person: str, name: str, what: str) -> Way:
            return Way(name, what, lambda app: open_join(app, household, person, name))

        app.open(DigitMenuPage("转来的是谁", card.row.head, [way(one.person, one.name, one.relation_label) for one in card.members], other))

    app.open(PickPage("从哪一家转来", person_of))


def open_file(app: XieliApp, household: str, person: str = "") -> None:
    """一人一档 of a member, of somebody who left, or of the head."""
    from xieli_tui.ui.screens.person_page import PersonFilePage

    card = _card(app, household)
    if card is not None:
        app.open(PersonFilePage(card, person))


def of_person(household: str, person: str, *, gone: bool, dead: bool, name: str) -> list[Way]:
    """What can be done for one person, in the order of the digits."""
    from xieli_tui.ui import fact_ways, matter_ways, places

    left = "人已经不在这一家" if gone else ""
    return [
        Way("改资料", "残疾、上学、就业、义务人", lambda app: fact_ways.open_person(app, household, person), left),
        Way("离开", "去世、迁出、婚嫁", lambda app: open_leave(app, household, person), left),
        Way("共同生活", "一起生活、不一起，从哪天起", lambda app: open_living(app, household, person), left),
        Way("困难登记", "发现难处，急难", lambda app: places.open_flag(app, household)),
        Way("协助申请", "起申请时选 按人", lambda app: places.open_start(app, household), left),
        Way("转介", "转给残联、教育、人社", lambda app: matter_ways.open_refer(app, household), left),
        Way("记服务", "岗位信息、照料、陪护", lambda app: matter_ways.open_service(app, household), left),
        Way("本人救助链", "从发现到办结", lambda app: open_chain(app, household, person)),
        Way("回来了", f"{name}回到这一家", lambda app: open_join(app, household, person, name), "" if gone and not dead else "登记为去世" if dead else "人就在这一家"),
    ]


def open_chain(app: XieliApp, household: str, person: str = "") -> None:
    """救助链 of a family, or of one person of it."""
    from xieli_tui.ui.screens.dossier import DossierPage

    card = _card(app, household)
    if card is not None:
        page = DossierPage(household, "7", card)
        page.chain_of = person
        app.open(page)


def open_missing(app: XieliApp, card: HouseholdCard, person: str, item: FileItem) -> None:
    """Where what a file lacks is written: a number in 人的情况, a visit in 走访, a paper with its application."""
    from xieli_tui.ui import fact_ways, places

    page = app.page
    if item.section == "证件":
        fact_ways.open_person(app, card.row.id, person, "id_no" if "身份证" in item.label else "birth")
    elif item.section == "走访":
        places.open_visit(app, card.row.id)
    elif item.section == "材料":
        running = next((one for one in card.applications if one.state in ("draft", "entrusted", "returned")), None)
        if running is not None:
            places.open_application(app, running.id)
        elif page is not None:
            page.say(f"{item.label}：没有在办的申请，下次申请时收。")
    elif page is not None:
        page.say(f"{item.label}：镇里、县里写的，随回传回来。")


def open_draft(app: XieliApp, form: str, key: str) -> None:
    """A half-filled form of this kind."""
    household, _, behind = key.partition(":")
    if form in ("new_household", "encounter"):
        app.open(NewHouseholdPage() if form == "new_household" else EncounterPage())
        return
    card = _card(app, household)
    if card is None:
        return
    if form == "join":
        gone = next((one for one in family_view.look(app.session, household).gone if one.person == behind), None)
        open_join(app, household, behind, gone.name if gone is not None else "")
    elif form == "pair_end":
        pair = next((one for one in helpers.list_pairs(app.session, household) if one.id == behind), None)
        app.open(EndPairPage(card, pair) if pair is not None else HelpersPage(card))
    elif form == "group":
        app.open(GroupPage(card, next((one for one in helpers.list_groups(app.session, card.row.village) if one.id == behind), None)))
    elif form == "pair":
        app.open(PairPage(card))
    elif form in ("leave", "living"):
        app.open((LeavePage if form == "leave" else LivingPage)(card, behind))
    else:
        app.open({"split": SplitPage, "move_away": MoveAwayPage, "head": HeadPage, "give_aid": GiveAidPage, "loss": LossPage}[form](card))
