"""救助链: an entry whole, corrected field by field and withdrawn, by keys; drafts of both; what may not be mended says so."""

from __future__ import annotations

from typing import Any

from desk_office import Office
from test_layout import check_page, each

from xieli_tui.casework import chain, entry_view, households
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.services import GiveAid, GiveService, give_aid, give_service
from xieli_tui.casework.session import Session
from xieli_tui.domain.events import EVENTS
from xieli_tui.ui.screens import dossier, entry
from xieli_tui.ui.screens.entry import CorrectPage, EntryPage, StrikePage, kind_of


def home_of(session: Session) -> str:
    return next(row.id for row in households.list_households(session, "李建军"))


def ref_of(session: Session, t: str) -> str:
    return next(one.ref for one in households.timeline(session, home_of(session)) if one.type == t)


async def test_the_entry_and_the_form_of_every_field_of_it_keep_the_grid_and_the_words(village: Session, open_app: Any) -> None:
    home = home_of(village)
    record_visit(village, RecordVisit(home, "self", marks={"health": 3}, note="说腿疼" * 40, changes=["hospital"]))
    give_service(village, GiveService(home, "care", hours=2))
    card = households.show(village, home)
    pages: dict[str, Any] = {}
    for t in ("visit.recorded", "service.given", "household.opened"):
        found = entry_view.show(village, ref_of(village, t))
        pages[t] = EntryPage(card, found.ref)
        for field in found.fields if not found.closed else ():
            if kind_of(t, field.name):
                pages[f"{t}-{field.name}"] = CorrectPage(card, found, field)
        if not found.closed:
            pages[f"{t}-strike"] = StrikePage(card, found)
    assert len(pages) > 9
    async with open_app(village) as hand:
        async for name in each(hand, pages):
            check_page(hand, name)


def test_every_field_a_fact_page_offers_to_correct_has_an_entry_that_can_hold_it() -> None:
    """A field that cannot be corrected by itself says so; all the others have a kind of entry, and closed lists have their options."""
    alone = {(t, name) for (t, v), kind in EVENTS.items() if kind.kind == "fact" and "household" in kind.model.model_fields and not t.startswith("fact.")
             for name in kind.model.model_fields if name not in entry.entry_words.HIDDEN and name != kind.entity and not kind_of(t, name)}
    assert alone == {
        ("statement.made", name) for name in ("income", "deductions", "assets", "expenses", "medical", "obligors", "answers")
    } | {
        ("assessment.made", "notes"), ("visit.recorded", "visitors"), ("visit.recorded", "promise"), ("flag.raised", "persons"),
        ("reported.by_phone", "at"), ("emergency.opened", "at"), ("emergency.step", "at"), ("membership.started", "person"), ("membership.started", "source"),
        ("membership.ended", "person"),
    }
    for (t, _), kind in EVENTS.items():
        for name in kind.model.model_fields:
            if kind.kind == "fact" and kind_of(t, name) in ("choice", "several", "list"):
                assert entry.options_of(t, name), (t, name)


async def test_enter_on_an_entry_then_on_a_line_corrects_it_and_both_values_stay(village: Session, open_app: Any) -> None:
    home = home_of(village)
    record_visit(village, RecordVisit(home, "family"))
    async with open_app(village) as hand:
        hand.app.open(dossier.DossierPage(home, "7"))
        await hand.settle()
        await hand.press("enter")
        assert hand.page.NAME == "这一条"
        assert hand.shows("见到谁")
        hand.page.rows.move_to(lambda item: getattr(item, "name", "") == "met")
        await hand.press("enter")
        assert hand.page.NAME == "更正"
        await hand.press("1", "ctrl+s")
        assert hand.app.focused is hand.page.entries["reason"]
        await hand.type("见到的是本人")
        await hand.press("ctrl+s")
        assert hand.shows("已保存")
        assert hand.shows("原来 家属，改成 本人")
        await hand.press("escape")
        assert hand.shows("（已更正）")
    [visit] = households.show(village, home).visits
    assert visit.met == "self"


async def test_an_entry_is_withdrawn_with_a_reason_and_stays_readable(village: Session, open_app: Any) -> None:
    home = home_of(village)
    record_visit(village, RecordVisit(home, "self"))
    async with open_app(village) as hand:
        hand.app.open(EntryPage(households.show(village, home), ref_of(village, "visit.recorded")))
        await hand.settle()
        await hand.press("1", "ctrl+s")
        assert hand.shows("! ")
        await hand.type("记错了家")
        await hand.press("ctrl+s")
        assert hand.shows("已撤回")
        assert hand.shows("原因：记错了家")
        await hand.press("1")
        assert hand.shows("已经撤回")
    assert households.show(village, home).visits == ()


async def test_the_six_marks_a_number_and_a_sum_are_corrected_each_in_its_own_entry(village: Session, open_app: Any) -> None:
    home = home_of(village)
    record_visit(village, RecordVisit(home, "self", marks={"health": 3}))
    give_service(village, GiveService(home, "care", hours=2))
    give_aid(village, GiveAid(home, "大米", quantity=1, unit="袋"))
    card = households.show(village, home)
    async with open_app(village) as hand:
        for t, name, keys in (("visit.recorded", "marks", ("1", "2")), ("service.given", "hours", ("end", "backspace", "8")), ("aid.given", "quantity", ("end", "backspace", "5"))):
            found = entry_view.show(village, ref_of(village, t))
            hand.app.open(CorrectPage(card, found, next(one for one in found.fields if one.name == name)))
            await hand.settle()
            await hand.press(*keys)
            hand.page.entries["reason"].value = "写错了"
            await hand.press("ctrl+s")
            assert not hand.shows("XL-"), (t, hand.text())
    assert entry_view.show(village, ref_of(village, "visit.recorded")).d["marks"] == {"economy": 1, "health": 2}
    assert entry_view.show(village, ref_of(village, "service.given")).d["hours"] == 8
    assert entry_view.show(village, ref_of(village, "aid.given")).d["quantity"] == 5


async def test_nonsense_in_a_correction_is_told_at_its_field_and_writes_nothing(village: Session, open_app: Any) -> None:
    home = home_of(village)
    record_visit(village, RecordVisit(home, "self"))
    card = households.show(village, home)
    found = entry_view.show(village, ref_of(village, "visit.recorded"))
    async with open_app(village) as hand:
        for typed in ("2027-05-05", "哪天都行", ""):
            hand.app.open(CorrectPage(card, found, next(one for one in found.fields if one.name == "on")))
            await hand.settle()
            hand.page.entries["value"].value = typed
            hand.page.entries["reason"].value = "写错了"
            await hand.settle()
            await hand.press("ctrl+s")
            assert hand.page.NAME == "更正"
            assert hand.shows("! "), typed
            await hand.press("ctrl+n", "ctrl+n", "escape")
    assert entry_view.show(village, found.ref).mends == ()


async def test_what_a_desk_wrote_is_only_read_and_says_why(office: Office, open_app: Any) -> None:
    app = office.application("dibao")
    office.up()
    from xieli_tui.desk import steps

    steps.accept(office.county, app)
    office.down()
    home = next(one.household for one in chain_rows(office.village, app))
    found = next(one for one in chain.show(office.village, home).entries if one.type == "application.accepted")
    async with open_app(office.village) as hand:
        hand.app.open(EntryPage(households.show(office.village, home), found.ref))
        await hand.settle()
        assert hand.shows("县已受理")
        assert hand.shows("只看")
        await hand.press("1")
        assert hand.page.NAME == "这一条"


def chain_rows(session: Session, app: str) -> list[Any]:
    from xieli_tui.casework import application

    return [one for one in application.list_applications(session) if one.id == app]


async def test_a_half_written_correction_comes_back_from_today(village: Session, open_app: Any) -> None:
    from xieli_tui.ui import places

    home = home_of(village)
    record_visit(village, RecordVisit(home, "self"))
    found = entry_view.show(village, ref_of(village, "visit.recorded"))
    async with open_app(village) as hand:
        page = CorrectPage(households.show(village, home), found, next(one for one in found.fields if one.name == "met"))
        hand.app.open(page)
        await hand.settle()
        await hand.press("2")
        await hand.press("escape")
        assert hand.shows("更正写到一半")
        places.open_draft(hand.app, f"correct:{home}:{found.ref}#met")
        await hand.settle()
        assert hand.page.entries["value"].value == "family"
