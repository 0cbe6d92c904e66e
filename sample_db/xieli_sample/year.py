"""A year in the village, as diary lines: visits, findings, applications, decisions, what was put off and what was never done.

The dates are the demo's; each line is one verb, done at the moment it names. What each family is good for stands beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from xieli_sample.scene import Diary, Scene, carry, send_home
from xieli_sample.source import Family, Soul
from xieli_tui.casework import application as papers
from xieli_tui.casework import drafts, exchange, flag_hardship, households, inform, record_visit, start_application, statements
from xieli_tui.casework.session import Session
from xieli_tui.desk import alerts, steps
from xieli_tui.domain import codes

QUARTERS = ("2026-01-04", "2026-04-03", "2026-07-20", "2026-10-08")
COUSIN = "91"
GRANTED_ORDINARY = "2026-10-28"


def write_diary(scene: Scene) -> Diary:
    """Every line of the year, after the roster is in."""
    diary = Diary()
    _first_rounds(scene, diary)
    _claims(scene, diary)
    _visits(scene, diary)
    _findings(scene, diary)
    _ordinary_case(scene, diary)
    _returned_case(scene, diary)
    _untold_case(scene, diary)
    _advance_case(scene, diary)
    _notice_case(scene, diary)
    _last_days(scene, diary)
    return diary


# -- the first bundles, and the list of the neighbour ------------------------------------------------------------------------------------


def _first_rounds(scene: Scene, diary: Diary) -> None:
    diary.at("2025-12-10 16:00", lambda: scene.carry())
    diary.at("2025-12-10 16:30", lambda: carry(scene.neighbour, scene.county, scene.stick))


# -- what the sheet does not say -------------------------------------------------------------------------------------------------------


def _claims(scene: Scene, diary: Diary) -> None:
    for family in scene.source.village.families:
        for soul in family.people:
            fields = _person_fields(soul)
            if fields and (family.no, soul.name) in scene.souls:
                diary.at("2025-12-04 09:30", _claim_person(scene, family.no, soul.name, fields))
        if not family.category and family.no not in scene.source.raw["never_visited"]:
            diary.at("2026-01-20 15:00", _claim_none(scene, family))
        if family.since and family.no != 14:
            # 14 gets its category from the decision of the ordinary case; the others from the village's own list.
            since = dt.date.fromisoformat(family.since)
            first = dt.date(2025, 12, 4)
            when = first if since <= first else since + dt.timedelta(days=3)
            diary.at(f"{when} 10:00", _claim_category(scene, family))


def _claim_none(scene: Scene, family: Family) -> Callable[[], object]:
    return lambda: households.set_household(scene.village, scene.homes[family.no], {"category": "none"}, source="走访")


def _person_fields(soul: Soul) -> dict[str, object]:
    fields: dict[str, object] = {}
    if soul.away:
        fields |= {"away": True, "away_place": soul.away}
    if soul.nickname:
        fields["nickname"] = soul.nickname
    if soul.school:
        fields |= {"student_stage": codes.find("student_stage", soul.school), "in_school": True}
    if soul.guardian:
        fields["guardian"] = soul.guardian
    if soul.care:
        fields["cannot_selfcare"] = True
    return fields


def _claim_person(scene: Scene, number: int, name: str, fields: dict[str, object]) -> Callable[[], object]:
    return lambda: households.set_person(scene.village, scene.souls[number, name], fields, source="走访")


def _claim_category(scene: Scene, family: Family) -> Callable[[], object]:
    fields = {"category": codes.find("category", family.category), "category_since": family.since}
    return lambda: households.set_household(scene.village, scene.homes[family.no], fields, source="台账", as_of=family.since)


# -- visits ----------------------------------------------------------------------------------------------------------------------------


def _visits(scene: Scene, diary: Diary) -> None:
    notes: list[str] = list(scene.source.raw["notes"])
    never, open_now = set(scene.source.raw["never_visited"]), set(scene.source.raw["open_this_quarter"])
    cared_for = [f for f in scene.source.village.families if f.category and f.no not in never]
    for quarter, start in enumerate(QUARTERS):
        for family in cared_for:
            if quarter == 3 and family.no in open_now:
                continue
            day = dt.date.fromisoformat(start) + dt.timedelta(days=(family.no * 7 + quarter * 11) % 58)
            if family.since and day < dt.date.fromisoformat(family.since):
                continue
            diary.at(f"{day} {8 + family.no % 9:02d}:{family.no % 6}0", _visit(scene, family, quarter, day, notes))


def _visit(scene: Scene, family: Family, quarter: int, day: dt.date, notes: list[str]) -> Callable[[], object]:
    turn = family.no + quarter * 3
    met = "family" if turn % 4 == 1 and len(family.people) > 1 else "neighbour" if turn % 13 == 5 else "none" if turn % 29 == 7 else "self"
    sick = any(p.health in ("重病", "慢性病") for p in family.people)
    marks = {"economy": 3 if "困难" in family.category else 2, "health": 3 if sick and turn % 3 == 0 else 2 if sick else 1, "housing": 2 if turn % 7 == 0 else 1}
    late = turn % 11 == 4
    on = day - dt.timedelta(days=2) if late else day
    kind = "review" if quarter == _review_round(scene, family) else "quarterly"
    if kind == "review":
        met = "self"
    request = record_visit.RecordVisit(
        scene.homes[family.no], met, on=on.isoformat(), kind=kind, channel="phone" if turn % 17 == 3 else "home", marks={} if met == "none" else marks,
        house_safety="risk" if turn % 23 == 6 else "safe", note=notes[turn % len(notes)] or None,
    )
    return lambda: record_visit.record_visit(scene.village, request)


def _review_round(scene: Scene, family: Family) -> int | None:
    """The round that is a family's yearly (特困) or half-year (低保) review; the last one, unless nobody got there this quarter."""
    if family.no == scene.source.raw["reviewed_in_june"]:
        return None
    return {"特困": 1, "低保": 2 if family.no in scene.source.raw["open_this_quarter"] else 3}.get(family.category)


# -- findings, refusals, a death, a flood ----------------------------------------------------------------------------------------------


def _findings(scene: Scene, diary: Diary) -> None:
    village = scene.village

    def slide() -> None:
        found = flag_hardship.flag_hardship(village, flag_hardship.FlagHardship(
            ("disaster", "housing"), household=scene.homes[38], urgency="urgent", found_by="village_committee", situation="屋后滑坡，灶间压坏，人没事。",
        ))
        scene.story["slide_flag"] = found.id

    def outsider() -> None:
        found = flag_hardship.flag_hardship(village, flag_hardship.FlagHardship(
            ("stranded",), outsider="外来男子", place="石桥头候车亭", urgency="urgent", channel="neighbour", found_by="neighbour", situation="务工没着落，两天没吃上饭。",
        ))
        flag_hardship.settle_flag(village, found.id, "referred", note="送到镇上，联系救助站。")

    def died() -> None:
        person = scene.souls[41, "李长春"]
        households.set_person(village, person, {"died_on": "2026-11-20"}, reason="家里报的", source="走访")
        households.end_membership(village, households.EndMembership(scene.homes[41], person, "death", on="2026-11-20"))
        record_visit.record_visit(village, record_visit.RecordVisit(
            scene.homes[41], "self", changes=("death",), marks={"economy": 2, "health": 2}, note="老爷子走了，家里人数要改，低保的事镇上会核。",
        ))

    diary.at("2026-08-15 07:40", slide)
    diary.at("2026-09-03 10:00", lambda: flag_hardship.settle_flag(village, scene.story["slide_flag"], "helped", note="借住亲戚家，灾后重建在报。"))
    diary.at("2026-07-09 18:20", outsider)
    diary.at("2026-05-12 10:20", lambda: inform.inform(village, inform.Inform(
        scene.homes[44], "dibao", "unwilling", reason="说政策留给更难的人，自己还种得动。")))
    diary.at("2026-10-20 15:10", lambda: inform.inform(village, inform.Inform(
        scene.homes[44], "dibao_edge", "unwilling", reason="还是不愿，怕人说闲话。")))
    diary.at("2026-11-05 09:10", lambda: inform.inform(village, inform.Inform(scene.homes[46], "dibao_edge", "considering")))
    diary.at("2026-11-24 10:40", died)


# -- four applications -----------------------------------------------------------------------------------------------------------------


def _open_case(scene: Scene, number: int, kind: str, key: str, *, sign: tuple[str, ...] = (), emergency: bool = False, reason: str) -> str:
    village, family = scene.village, scene.family(number)
    inform.inform(village, inform.Inform(scene.homes[number], kind, "willing"))
    app = start_application.start_application(
        village, start_application.StartApplication(scene.homes[number], (kind,), emergency=emergency, reason=reason)).id
    papers.entrust(village, papers.Entrust(app, family.head.name, paper="村委会档案柜第二格"))
    for name in sign:
        papers.consent(village, papers.Consent(app, scene.souls[number, name], until=f"{village.today.year + 1}-{village.today:%m-%d}"))
    papers.commit(village, papers.Commit(app))
    scene.story[key] = app
    return app


def _ordinary_case(scene: Scene, diary: Diary) -> None:
    """14: a cousin of the village head; an ordinary 低保 from the first talk to the payment."""
    officers = (scene.source.officer, scene.source.second_officer)

    def begin() -> None:
        app = _open_case(scene, 14, "dibao", "ordinary", sign=("石德全", "易兰芳"), reason="风湿多年，干不了重活，孩子念高中。")
        papers.kin(scene.village, papers.Kin(app, staff="石德明", relation=COUSIN))
        for doc in ("application_form", "entrust", "id_card", "hukou_book"):
            papers.add_paper(scene.village, papers.AddPaper(app, doc, "村委会档案柜第二格"))
        papers.hand_over(scene.village, app)
        scene.carry()

    def app() -> str:
        return scene.story["ordinary"]

    diary.at("2026-09-01 09:00", begin)
    diary.at("2026-09-04 09:30", lambda: steps.accept(scene.county, app()))
    diary.at("2026-09-15 16:00", lambda: steps.check(scene.county, app(), "pass", until="2027-03-15"))
    diary.at("2026-09-22 15:20", lambda: steps.survey(scene.county, app(), officers, accompanied_by=(scene.source.village.coordinator,)))
    diary.at("2026-09-24 10:00", lambda: steps.review(scene.county, app(), note="家庭情况属实，拟纳入。"))
    diary.at("2026-09-25 08:30", lambda: steps.notice(scene.county, app(), "review", "township"))
    diary.at("2026-09-25 11:00", lambda: steps.notice(scene.county, app(), "review", "village"))
    diary.at("2026-10-12 09:00", lambda: steps.decide(scene.county, steps.Decide(
        app(), "dibao", True, "638.00", "2026-10-01", "人均收入低于低保标准，财产符合规定。")))
    diary.at("2026-10-14 09:00", lambda: scene.carry())
    diary.at("2026-10-15 10:30", lambda: papers.told(scene.village, papers.Told(app(), "paper", told_to="石德全")))
    diary.at(f"{GRANTED_ORDINARY} 10:00", lambda: steps.pay(scene.county, app(), "一卡通 2026-10 批次"))


def _returned_case(scene: Scene, diary: Diary) -> None:
    """43: 低保边缘, sent back for two papers and still lying there."""

    def begin() -> None:
        app = _open_case(scene, 43, "dibao_edge", "returned", sign=("吴桂兰",), reason="长年吃药，儿子在外收入不稳。")
        papers.kin(scene.village, papers.Kin(app, none=True))
        papers.hand_over(scene.village, app)

    diary.at("2026-11-25 14:00", begin)
    diary.at("2026-11-27 09:00", lambda: scene.carry())
    diary.at("2026-12-03 11:00", lambda: steps.return_for_papers(
        scene.county, scene.story["returned"], ("hukou_book", "medical_bill"), "户口簿复印件缺儿子那一页；缴费单要今年的。"))


def _untold_case(scene: Scene, diary: Diary) -> None:
    """9: 临时救助 decided and home, and nobody has told the family."""

    def begin() -> None:
        found = flag_hardship.flag_hardship(scene.village, flag_hardship.FlagHardship(
            ("illness",), household=scene.homes[9], persons=(scene.head(9),), urgency="emergency", channel="self", found_by="self",
            situation="心口疼住院，押金是邻居垫的。",
        ))
        flag_hardship.report_by_phone(scene.village, found.id, None, scene.source.officer)
        app = _open_case(scene, 9, "temp_emergency", "untold", sign=("何秀珍",), emergency=True, reason="突发住院，押金无力交。")
        papers.kin(scene.village, papers.Kin(app, none=True))
        papers.hand_over(scene.village, app)
        flag_hardship.settle_flag(scene.village, found.id, "applied")
        scene.carry()

    diary.at("2026-12-08 14:00", begin)
    diary.at("2026-12-09 09:00", lambda: steps.accept(scene.county, scene.story["untold"]))
    diary.at("2026-12-10 10:00", lambda: steps.decide(scene.county, steps.Decide(
        scene.story["untold"], None, True, "800.00", None, "突发重病，押金无力交；本年首次。")))


def _advance_case(scene: Scene, diary: Diary) -> None:
    """19: paid first, the statement still owed."""

    def begin() -> None:
        app = _open_case(scene, 19, "temp_emergency", "advance", sign=("马小军",), emergency=True, reason="搬运时砸伤脚，住院押金是借的。")
        papers.add_paper(scene.village, papers.AddPaper(app, "situation_statement", "说好月底交", later=True))
        papers.hand_over(scene.village, app)
        scene.carry()

    diary.at("2026-12-11 16:00", begin)
    diary.at("2026-12-14 09:10", lambda: steps.accept(scene.county, scene.story["advance"]))
    diary.at("2026-12-14 09:40", lambda: steps.advance(
        scene.county, scene.story["advance"], "500.00", f"{scene.source.town}备用金", followup_due="2027-01-04"))
    diary.at("2026-12-15 09:00", lambda: scene.carry())


def _notice_case(scene: Scene, diary: Diary) -> None:
    """15: 低保 for the lame father's family; both boards carry the review notice until the demo day."""
    officers = (scene.source.officer, scene.source.second_officer)

    def begin() -> None:
        app = _open_case(scene, 15, "dibao", "notice", sign=("钱立新", "蒋燕", "钱福来"), reason="老父亲腿脚全靠人，零工也少了。")
        papers.kin(scene.village, papers.Kin(app, none=True))
        for doc in ("application_form", "entrust", "id_card", "hukou_book"):
            papers.add_paper(scene.village, papers.AddPaper(app, doc, "村委会档案柜第三格"))
        papers.hand_over(scene.village, app)
        scene.carry()

    def app() -> str:
        return scene.story["notice"]

    diary.at("2026-12-01 09:30", begin)
    diary.at("2026-12-02 09:00", lambda: steps.accept(scene.county, app()))
    diary.at("2026-12-09 15:00", lambda: steps.check(scene.county, app(), "pass", until="2027-06-09"))
    diary.at("2026-12-16 10:20", lambda: steps.survey(scene.county, app(), officers, accompanied_by=(scene.source.village.coordinator,)))
    diary.at("2026-12-18 10:00", lambda: steps.review(scene.county, app(), note="家庭情况属实，拟纳入。"))
    for place in ("township", "village"):
        diary.at("2026-12-21 15:30", _posted(scene, place))
    # Only downwards: what the village laid down in these days must still wait for its receipt on the demo day.
    diary.at("2026-12-21 16:30", lambda: send_home(scene.village, scene.county, scene.stick))


def _posted(scene: Scene, place: str) -> Callable[[], object]:
    return lambda: steps.notice(scene.county, scene.story["notice"], "review", place, start="2026-12-22")


# -- the last week ---------------------------------------------------------------------------------------------------------------------


def _last_days(scene: Scene, diary: Diary) -> None:
    def june_review() -> None:
        record_visit.record_visit(scene.village, record_visit.RecordVisit(
            scene.homes[scene.source.raw["reviewed_in_june"]], "self", kind="review", marks={"economy": 2, "health": 2, "employment": 2},
            note="零工时有时无，收入说不准，半年再核一次。",
        ))

    def promise() -> None:
        record_visit.record_visit(scene.village, record_visit.RecordVisit(
            scene.homes[18], "self", kind="routine", marks={"economy": 2, "health": 3, "employment": 2}, promise="带他去县里办残疾证", promise_on="2026-12-28",
            note="腿比秋天更不利索，材料齐了。",
        ))

    def older_export() -> None:
        laid = exchange.export(scene.village, scene.stick)
        scene.story["older_export"] = laid.files[0].bid

    def half_written() -> None:
        drafts.save_draft(scene.village, "visit", scene.homes[11], {"met": "self", "marks": {"health": 3}, "note": "腿上的石膏拆了，还不能"})

    def phone(session: Session, tail: str) -> None:
        households.set_household(session, scene.homes[27], {"phone": f"1000000{tail}"}, reason="换了号码")

    # The county writes one number down on the telephone, the village another at the door; neither has seen the other's yet.
    diary.at("2026-12-22 10:00", lambda: phone(scene.county, "0278"))
    diary.at("2026-12-22 15:00", lambda: phone(scene.village, "0279"))
    def dialysis() -> None:
        statements.state(scene.village, statements.State(
            scene.homes[5], by_whom="石继武", medical=(
                statements.Line("basic", "46200.00", "year"), statements.Line("aid", "8300.00", "year"), statements.Line("self_pay", "14680.00", "year"),
            ), note="儿子透析的票据，一年的，交了复印件。",
        ))

    def scan() -> None:
        issued = alerts.scan(scene.county)
        scene.story["alert"] = issued[0].id

    diary.at("2026-06-12 09:30", june_review)
    diary.at("2026-12-12 10:10", dialysis)
    diary.at("2026-12-21 16:00", scan)
    diary.at("2026-12-21 10:00", promise)
    diary.at("2026-12-21 17:00", older_export)
    diary.at("2026-12-26 09:20", lambda: record_visit.record_visit(scene.village, record_visit.RecordVisit(
        scene.homes[25], "self", kind="routine", marks={"health": 2}, note="儿女打来电话，都好。")))
    diary.at("2026-12-27 16:40", half_written)
