"""What the queries hand out: the list and its search, a family's chain, where each entry stands, parameters by day and area."""

from __future__ import annotations

from pathlib import Path

import pytest
from corekit import VILLAGE, enrolled
from worldkit import DAY, V1, World, feed, open_at

from xieli_tui.domain.events import EVENTS, aid, household, road, work
from xieli_tui.domain.masks import masked
from xieli_tui.store import outbox_log, queries
from xieli_tui.store.queries.words import FIELDS, SAY, describe
from xieli_tui.store.store import Store

ID_NO, OTHER_ID = "999999196001150017", "99999919880202004X"


@pytest.fixture
def village(tmp_path: Path) -> tuple[World, Store, dict[str, str]]:
    """Three families on a laptop; two heads have the same name."""
    world = World(11)
    homes = {}
    for number, group, head, id_no, member in (
        ("1", "一组", "王秀英", ID_NO, "王小明"), ("2", "3组", "王秀英", OTHER_ID, "单桂芳"), ("10", "三组", "解放", "", "李测试"),
    ):
        home = world.open_household(world.a, number=number, group=group, phone=f"1000000{int(number):04d}", category="dibao")
        who = world.add_person(world.a, home, head, "02", **({"id_no": id_no, "birth": f"{id_no[6:10]}-{id_no[10:12]}-{id_no[12:14]}"} if id_no else {}))
        world.claim(world.a, home, head=who)
        world.add_person(world.a, home, member, "10", phone=f"1000001{int(number):04d}")
        homes[number] = home
    world.claim(world.a, homes["10"], nickname="老解头")
    world.visit(world.a, homes["1"], on="2026-12-01")
    world.a.write(work.VisitRecorded(village=V1, household=homes["1"], visit=world.id(), on="2026-12-20", met="none"))
    store = open_at(tmp_path, "village", world.a.dev)
    feed(store, world.lines)
    return world, store, homes


def found(store: Store, query: str) -> list[tuple[str, str]]:
    """(户编号, what was met) of the households a query meets."""
    with store.read() as tx:
        numbers = {home.id: str(home.fields["number"]) for home in queries.households(tx)}
        return [(numbers[line.id], line.matched) for line in queries.household_rows(tx, query)]


# -- the list ---------------------------------------------------------------------------------------


def test_the_list_shows_group_birth_year_and_last_visit_that_met_somebody(village: tuple[World, Store, dict[str, str]]) -> None:
    _, store, homes = village
    with store.read() as tx:
        lines = queries.household_rows(tx)
        assert [line.id for line in lines] == [homes["1"], homes["2"], homes["10"]]
        first = lines[0]
    assert (first.head, first.group, first.birth_year, first.size, first.last_visit) == ("王秀英", "一组", "1960", 2, "2026-12-01")
    assert (first.category, first.category_rank, first.initials, first.known) == ("dibao", "claim", "wxy", True)
    assert [line.head for line in lines] == ["王秀英", "王秀英", "解放"]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("王秀英", ["1", "2"]), ("wxy", ["1", "2"]), ("WXY", ["1", "2"]), ("sgf", ["2"]), ("dgf", ["2"]), ("xf", ["10"]), ("jf", ["10"]),
        ("王xy", ["1", "2"]), ("小明", ["1"]), ("老解", ["10"]), ("ljt", ["10"]), ("0017", ["1"]), ("004x", ["2"]), ("10000010002", ["2"]),
        ("三组", ["2", "10"]), ("3组", ["2", "10"]), ("10", ["10"]), (ID_NO, ["1"]), ("没有的人", []), ("%", []), ("_", []), ("zzz", []),
    ],
)
def test_a_search_meets_names_letters_tails_groups_and_numbers(village: tuple[World, Store, dict[str, str]], query: str, numbers: list[str]) -> None:
    assert [number for number, _ in found(village[1], query)] == numbers


def test_a_search_says_what_it_met_when_it_was_not_the_head(village: tuple[World, Store, dict[str, str]]) -> None:
    store = village[1]
    assert found(store, "王秀英") == [("1", ""), ("2", "")]
    assert found(store, "小明") == [("1", "王小明")]
    assert found(store, "0017") == [("1", "身份证尾号0017 王秀英")]
    assert found(store, "10000010002") == [("2", "电话尾号0002 单桂芳")]


def test_a_limit_cuts_the_list_after_ordering(village: tuple[World, Store, dict[str, str]]) -> None:
    _, store, homes = village
    with store.read() as tx:
        assert [line.id for line in queries.household_rows(tx, limit=2)] == [homes["1"], homes["2"]]


def test_an_id_is_found_whole_or_by_a_prefix_that_fits_one(village: tuple[World, Store, dict[str, str]]) -> None:
    _, store, homes = village
    with store.read() as tx:
        assert queries.resolve_household(tx, homes["2"]) == homes["2"]
        assert queries.resolve_household(tx, homes["2"][:8]) is None, "three families of one moment begin alike"
        assert queries.resolve_household(tx, homes["2"][:28]) == homes["2"]
        assert queries.resolve_household(tx, "not an id") is None
        assert queries.household(tx, "01a2ba2f-0000-7000-8000-000000000000") is None


def test_a_household_is_found_by_its_number_and_a_person_by_the_id_number(village: tuple[World, Store, dict[str, str]]) -> None:
    _, store, homes = village
    with store.read() as tx:
        assert [h.id for h in queries.household_by_number(tx, V1, "2")] == [homes["2"]]
        (who,) = queries.persons_by_id_no(tx, ID_NO)
        assert (who.name, who.household, who.village) == ("王秀英", homes["1"], V1)
        assert set(queries.all_members(tx)) == set(homes.values())
        assert [h.head_name for h in queries.households(tx, V1)] == ["王秀英", "王秀英", "解放"]


def test_the_last_visit_is_one_that_met_somebody(village: tuple[World, Store, dict[str, str]]) -> None:
    _, store, homes = village
    with store.read() as tx:
        assert queries.last_visits(tx) == {homes["1"]: "2026-12-01"}
        assert [v.on for v in queries.visits(tx, homes["1"])] == ["2026-12-20", "2026-12-01"]
        assert [v.on for v in queries.visits(tx, since="2026-12-02")] == ["2026-12-20"]


# -- the chain --------------------------------------------------------------------------------------


def test_every_type_that_names_a_household_has_a_word_of_two_to_four_characters() -> None:
    named = {t for (t, _), known in EVENTS.items() if "household" in known.model.model_fields and known.kind != "audit"} | {"ruling.annulled"}
    assert named <= set(SAY), named - set(SAY)
    for t, (word, _) in SAY.items():
        assert 2 <= len(word) <= 4, t
        known = EVENTS[t, 1]
        if "village" in known.writers:
            assert not any(law in word for law in ("受理", "初审", "审核", "审批", "确认")), f"{t}: a village never says it"


def test_every_field_of_a_claim_has_a_chinese_word() -> None:
    assert (set(household.HOUSEHOLD_FIELDS) | set(household.PERSON_FIELDS)) <= set(FIELDS)


def test_no_id_phone_or_bank_number_is_readable_in_a_line() -> None:
    secret = ("999999196001150017", "6222020000000000000", "10000001234", "0000-1234567", "99999919880202004X")
    for text in secret:
        assert text not in masked(f"来电{text}，请回")
    _, line = describe("person.claimed", {"fields": {"id_no": secret[0], "phone": secret[2], "bank": secret[1]}})
    assert not any(text in line for text in secret)
    _, line = describe("visit.recorded", {"met": "self", "note": f"电话 {secret[2]} 卡号 {secret[1]}"})
    assert not any(text in line for text in secret)


def test_a_payload_of_no_valid_form_is_shown_and_not_lost() -> None:
    assert describe("application.decided", {}) == ("已决定", "内容不合格式")
    assert describe("from.the.future", {})[0] == "新记录"


def test_the_chain_of_a_family_shows_everything_written_about_it_newest_first(tmp_path: Path) -> None:
    world = World(12)
    home = world.open_household(world.a, number="1")
    world.add_person(world.a, home, "王强", "02")
    flag = world.id()
    world.a.write(work.FlagRaised(flag=flag, village=V1, household=home, on="2026-12-26", causes=["fire"], urgency="emergency"))
    app = world.start(world.a, home, emergency=True)
    world.step(world.a, app, aid.ApplicationHandedOver)
    world.step(world.c, app, aid.ApplicationAccepted)
    decided = world.step(world.c, app, aid.ApplicationDecided, kind="temp_emergency", result="granted", amount=80_000, reason="火灾", level="county")
    world.c.write(road.RulingAnnulled(of=decided.ref, reason="金额写错"))
    world.a.write(road.AuditRevealed(screen="dossier", household=home))
    store = open_at(tmp_path, "village", world.a.dev)
    feed(store, world.lines)
    with store.read() as tx:
        entries = queries.timeline(tx, home)
        assert [e.on for e in entries] == sorted((e.on for e in entries), reverse=True)
        words = [e.word for e in entries]
        assert {"建档", "添人", "入户", "发现困难", "协助申请", "转交", "县已受理", "已决定", "撤销决定"} == set(words)
        made = next(e for e in entries if e.word == "已决定")
        assert made.struck
        assert "已审核确认，800.00 元，火灾" in made.summary
        assert queries.decisions(tx) == []
        assert len(queries.timeline(tx, home, limit=2)) == 2


# -- where an entry stands --------------------------------------------------------------------------


def test_an_entry_is_local_then_exported_then_signed_for_by_the_county(tmp_path: Path) -> None:
    county, (laptop,) = enrolled(tmp_path, 41)
    home = laptop.household()
    visit = laptop.visit(home)

    def stands() -> str:
        with laptop.store.read() as tx:
            return queries.entry_states(tx, [visit.ref])[visit.ref]

    assert stands() == "local"
    with laptop.store.read() as tx:
        before = queries.counts(tx)
        assert (before.unconfirmed, before.confirmed, before.exported) == (2, 0, 0)
    (data,) = laptop.export()
    with laptop.store.write() as tx:
        outbox_log.add(tx, outbox_log.Laid("b" * 32, "changes", laptop.store.ep, 1, visit.seq, 3, len(data), "d" * 64, "x.xieli", laptop.now))
    assert stands() == "exported"
    assert county.take(data).status == "imported"
    back = county.send(laptop)
    assert back is not None
    assert laptop.take(back).status == "imported"
    assert stands() == "county"
    with laptop.store.read() as tx:
        after = queries.counts(tx)
    assert (after.own, after.confirmed, after.unconfirmed, after.quarantined) == (2, 2, 0, 0)
    with county.store.read() as tx:
        assert queries.entry_states(tx, [visit.ref]) == {visit.ref: "county"}
        (device,) = queries.devices(tx)
        assert (device.dev, device.heard, device.villages) == (laptop.dev, True, (VILLAGE,))


def test_a_laptop_goes_by_what_the_county_says_of_its_entries(tmp_path: Path) -> None:
    county, (laptop,) = enrolled(tmp_path, 42)
    home = laptop.household()
    foreign = laptop.visit(home, "999999003003")
    with laptop.store.read() as tx:
        assert len(queries.visits(tx, home)) == 1, "until somebody who knows says otherwise"
    county.take(laptop.export()[0])
    back = county.send(laptop)
    assert back is not None
    laptop.take(back)
    with laptop.store.read() as tx:
        assert queries.visits(tx, home) == []
        assert queries.entry_states(tx, [foreign.ref]) == {foreign.ref: "quarantined"}
        assert [q.code for q in queries.quarantined(tx)] == ["XL-S01"]
    county.record(road.QuarantineReleased(of=foreign.ref))
    again = county.send(laptop)
    assert again is not None
    laptop.take(again)
    with laptop.store.read() as tx:
        assert len(queries.visits(tx, home)) == 1
        assert queries.quarantined(tx) == []


def test_a_decision_comes_home_and_waits_to_be_told(tmp_path: Path) -> None:
    county, (laptop,) = enrolled(tmp_path, 43)
    home = laptop.household()
    app = laptop.id()
    started = laptop.record(aid.ApplicationStarted(village=VILLAGE, household=home, application=app, on=DAY, kinds=["temp_emergency"], emergency=True))[0]
    handed = laptop.record(aid.ApplicationHandedOver(village=VILLAGE, household=home, application=app, on=DAY, after=[started.ref]))[0]
    county.take(laptop.export()[0])
    with county.store.read() as tx:
        assert [(q.kind, q.id, q.emergency) for q in queries.queue_rows(tx)] == [("application", app, True)]
        assert queries.step_heads(tx, app) == (handed.ref,)
    county.record(aid.ApplicationDecided(
        village=VILLAGE, household=home, application=app, on=DAY, after=[handed.ref], kind="temp_emergency", result="granted", amount=80_000,
        reason="急难", level="county",
    ))
    back = county.send(laptop)
    assert back is not None
    assert laptop.take(back).rulings == 1
    with laptop.store.read() as tx:
        assert [(d.application, d.amount) for d in queries.untold(tx)] == [(app, 80_000)]
        assert queries.application(tx, app).state == "decided"
        assert next(e for e in queries.timeline(tx, home) if e.word == "已决定").state == "county"
    laptop.record(aid.DecisionTold(village=VILLAGE, household=home, application=app, on=DAY, how="in_person"))
    with laptop.store.read() as tx:
        assert queries.untold(tx) == []


# -- parameters and operators -----------------------------------------------------------------------


def test_a_parameter_has_a_value_by_day_and_the_nearest_area(tmp_path: Path) -> None:
    world = World(13)
    for value, start, end, area in (
        ('"700.00"', "2026-01-01", None, None), ('"735.00"', "2026-07-01", None, None), ('"800.00"', "2026-07-01", None, "999999001"),
        ('"1.00"', "2026-07-01", "2026-07-31", "urban"), ('"736.00"', "2026-07-01", None, None),
    ):
        world.c.write(road.LocalSet(key="dibao_std_month", value=value, start=start, end=end, area=area))
    world.t.write(road.LocalSet(key="dibao_std_month", value='"9.00"', start="2026-07-01"))
    world.t.write(road.LocalSet(key="dibao_std_month", value='"10.00"', start="2026-07-01", area="999999001"))
    store = open_at(tmp_path, "county", world.c.dev)
    feed(store, world.lines)
    with store.read() as tx:
        ask = lambda on, area="": queries.local_value(tx, "dibao_std_month", on, area)  # noqa: E731
        assert ask("2025-12-31") is None
        assert ask("2026-06-30") == '"700.00"'
        assert ask("2026-12-28") == '"736.00"', "of one start the last one set"
        assert ask("2026-12-28", V1) == '"800.00"'
        assert ask("2026-07-15", "urban") == '"1.00"'
        assert ask("2026-08-01", "urban") == '"736.00"'
        assert '"9.00"' not in {p.value for p in queries.local_params(tx)}, "a township sets values for its own area only"


def test_an_operator_has_the_name_the_chain_gives_else_the_grants(tmp_path: Path) -> None:
    world = World(14)
    world.a.write(household.OperatorAdded(operator="1", name="陈秀兰", role="village"))
    world.b.write(household.OperatorAdded(operator="1", name="别人", role="village"))
    world.a.write(household.OperatorAdded(operator="2", name="走了的", role="village"))
    world.a.write(household.OperatorEnded(operator="2", on=DAY))
    world.c.write(road.DeviceEnrolled(
        dev="f" * 32, kid="0" * 16, sign_pub="0" * 64, enc_pub="0" * 64, role="village", area="999999001", villages=[V1], on=DAY,
        operators=[road.OperatorEntry(operator="1", name="授权上的名字")],
    ))
    store = open_at(tmp_path, "county", world.c.dev)
    feed(store, world.lines)
    with store.read() as tx:
        names = queries.operator_names(tx)
        assert (names[world.a.dev, "1"], names[world.b.dev, "1"], names["f" * 32, "1"]) == ("陈秀兰", "别人", "授权上的名字")
        assert [(o.operator, o.ended) for o in queries.operators(tx) if o.dev == world.a.dev] == [("1", ""), ("2", DAY)]


def test_the_queue_puts_emergencies_first_and_then_who_waited_longest(tmp_path: Path) -> None:
    world = World(15)
    home = world.open_household(world.a)
    world.add_person(world.a, home, "王强", "02")
    normal, urgent = world.id(), world.id()
    world.a.write(work.FlagRaised(flag=normal, village=V1, household=home, on="2026-12-01", causes=["illness"]))
    world.a.write(work.FlagRaised(flag=urgent, village=V1, household=home, on="2026-12-27", causes=["fire"], urgency="emergency"))
    change, alert = world.id(), world.id()
    world.a.write(work.ChangeReported(change=change, village=V1, household=home, on="2026-11-01", kind="death"))
    world.c.write(work.AlertIssued(alert=alert, village=V1, household=home, cls="risk", text="自付较高", on="2026-10-01"))
    store = open_at(tmp_path, "county", world.c.dev)
    feed(store, world.lines)
    with store.read() as tx:
        assert [(q.kind, q.id, q.head) for q in queries.queue_rows(tx)] == [("flag", urgent, "王强"), ("change", change, "王强"), ("flag", normal, "王强")]
    world.a.write(work.AlertAnswered(alert=alert, village=V1, household=home, on="2026-10-02", disposition="verified"))
    feed(store, world.lines)
    with store.read() as tx:
        assert [q.kind for q in queries.queue_rows(tx)] == ["flag", "alert", "change", "flag"]
        assert queries.alerts(tx, home, open_only=True) == []
