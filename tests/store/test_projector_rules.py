"""What the projections say: claims and locks, steps side by side, corrections, rulings above claims, stubs that come and go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from worldkit import DAY, V1, V2, Author, World, Written, feed, open_at

from xieli_sync import event as wire
from xieli_tui.domain.events import aid, household, road, work
from xieli_tui.store import queries
from xieli_tui.store.court import covers
from xieli_tui.store.store import Store


@pytest.fixture
def world() -> World:
    return World(3)


@pytest.fixture
def county(tmp_path: Path, world: World) -> Store:
    return open_at(tmp_path / "county", "county", world.c.dev)


def settle(store: Store, world: World, *but: Written) -> None:
    """Take in everything written so far, but some lines."""
    skip = {x.ref for x in but}
    feed(store, [x for x in world.lines if x.ref not in skip])


def row(store: Store, table: str, column: str, entity: str) -> dict[str, object] | None:
    with store.read() as tx:
        found = tx.conn.exec_driver_sql(f"SELECT * FROM {table} WHERE {column}=?", (entity,)).mappings().first()
        return None if found is None else dict(found)


def verdict_of(store: Store, written: Written) -> str:
    with store.read() as tx:
        found = tx.conn.exec_driver_sql("SELECT code FROM verdict WHERE ref=?", (written.ref,)).scalar()
        return "ok" if found is None else str(found)


# -- claims -----------------------------------------------------------------------------------------


def test_a_claim_that_names_what_it_saw_leaves_one_head(world: World, county: Store) -> None:
    home = world.open_household(world.a, phone="10000001")
    later = world.claim(world.a, home, world.claims[home], phone="10000002")
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home).fields["phone"] == "10000002"
        assert queries.heads(tx, home, ("phone",)) == (later.ref,)
        assert queries.conflicts(tx) == []


def test_two_claims_that_did_not_see_each_other_are_a_visible_conflict_and_both_are_kept(world: World, county: Store) -> None:
    home = world.open_household(world.a, phone="10000001")
    seen = list(world.claims[home])
    one = world.claim(world.a, home, seen, phone="10000002")
    two = world.claim(world.c, home, seen, phone="10000003")
    settle(county, world)
    with county.read() as tx:
        (conflict,) = queries.conflicts(tx, home)
        assert [(h.value, h.ref) for h in conflict.heads] == [("10000003", two.ref), ("10000002", one.ref)]
        assert queries.household(tx, home).fields["phone"] == "10000003", "a desk's claim stands above a village's"
        assert queries.counts(tx).conflicts == 1
    world.claim(world.c, home, [one.ref, two.ref], phone="10000002")
    settle(county, world)
    with county.read() as tx:
        assert queries.conflicts(tx) == []
        assert queries.household(tx, home).fields["phone"] == "10000002"


def test_heads_that_mean_the_same_are_one_value(world: World, county: Store) -> None:
    home = world.open_household(world.a, group="三组")
    world.claim(world.c, home, [], group="３组")
    settle(county, world)
    with county.read() as tx:
        assert queries.conflicts(tx) == []
        assert len(queries.heads(tx, home, ("group",))) == 2


def test_replacing_one_field_leaves_the_others_of_the_same_claim(world: World, county: Store) -> None:
    home = world.open_household(world.a, phone="10000001", address="老街 1 号")
    world.claim(world.a, home, world.claims[home], phone="10000002")
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home).fields == {"phone": "10000002", "address": "老街 1 号"}


def test_a_village_claim_on_a_locked_field_stays_a_visible_proposal_until_a_desk_takes_it_up(world: World, county: Store) -> None:
    home = world.open_household(world.a, phone="10000001")
    lock = world.claim(world.c, home, world.claims[home], lock=True, phone="10000009")
    proposal = world.claim(world.a, home, [lock.ref], phone="10000002")
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home).fields["phone"] == "10000009"
        (found,) = queries.conflicts(tx, home)
        assert found.locked
        assert [(h.value, h.proposal) for h in found.heads] == [("10000009", False), ("10000002", True)]
    world.claim(world.c, home, [lock.ref, proposal.ref], phone="10000002")
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home).fields["phone"] == "10000002"
        assert queries.conflicts(tx, home) == []


def test_a_cleared_field_is_not_known_and_the_claim_that_cleared_it_is_the_head(world: World, county: Store) -> None:
    home = world.open_household(world.a, nickname="老王")
    clear = world.claim(world.a, home, world.claims[home], nickname="")
    settle(county, world)
    with county.read() as tx:
        assert "nickname" not in queries.household(tx, home).fields
        assert queries.heads(tx, home, ("nickname",)) == (clear.ref,)


def test_a_claim_of_another_household_replaces_nothing_here(world: World, county: Store) -> None:
    home = world.open_household(world.a, phone="10000001")
    other = world.open_household(world.a)
    world.claim(world.a, other, world.claims[home], phone="10000002")
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home).fields["phone"] == "10000001"


def test_a_transfer_moves_the_household_and_keeps_the_scope_of_both_villages(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    world.c.write(household.HouseholdTransferred(village=V1, household=home, to=V2, on=DAY, replaces=world.claims[home]))
    after = world.visit(world.a, home)
    taken = world.visit(world.b, home)
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home).village == V2
        assert len(queries.visits(tx, home)) == 2
    assert verdict_of(county, after) == verdict_of(county, taken) == "ok"


# -- rulings over claims ----------------------------------------------------------------------------


def test_a_category_of_record_stands_above_the_village_claim_and_an_exit_ends_it(world: World, county: Store) -> None:
    home = world.open_household(world.a, category="edge", category_since="2026-01-01")
    settle(county, world)
    with county.read() as tx:
        assert (queries.household(tx, home).category, queries.household(tx, home).category_rank) == ("edge", "claim")
    world.c.write(household.CategorySet(village=V1, household=home, category="dibao", since="2026-06-01"))
    settle(county, world)
    with county.read() as tx:
        found = queries.household(tx, home)
        assert (found.category, found.category_rank, found.category_since) == ("dibao", "ruling", "2026-06-01")
        assert found.fields["category"] == "edge", "what the village wrote stays readable"
    exit_ = world.c.write(household.ExitRecorded(village=V1, household=home, category="dibao", on=DAY, reason="death"))
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home).category == ""
        assert queries.household(tx, home).ruled["exits"][0]["on"] == DAY
    world.c.write(road.RulingAnnulled(of=exit_.ref, reason="记错户"))
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home).category == "dibao"


def test_a_category_of_one_person_is_that_persons_only(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    who = world.add_person(world.a, home, "王强", category="edge")
    world.c.write(household.CategorySet(village=V1, household=home, person=who, category="tekun", since=DAY))
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home).category == ""
        assert (queries.members(tx, home)[0].category, queries.members(tx, home)[0].category_rank) == ("tekun", "ruling")
        assert queries.person(tx, who).ruled["category_since"] == DAY


def test_a_ruling_written_by_a_village_is_stored_and_has_no_effect(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    rogue = world.a.write(household.CategorySet(village=V1, household=home, category="dibao", since=DAY))
    settle(county, world)
    assert verdict_of(county, rogue) == "XL-S03"
    with county.read() as tx:
        assert queries.household(tx, home).category == ""
        assert [q.ref for q in queries.quarantined(tx)] == [rogue.ref]
        entry = next(x for x in queries.timeline(tx, home) if x.ref == rogue.ref)
        assert entry.state == "quarantined", "it is shown, held back"


# -- facts ------------------------------------------------------------------------------------------


def test_a_correction_changes_the_fields_it_names_and_the_line_stays(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    visit = world.visit(world.a, home, note="一切正常")
    world.a.write(road.FactCorrected(village=V1, household=home, of=visit.ref, fields={"note": "住院", "changes": ["illness"]}, reason="问清了"))
    settle(county, world)
    with county.read() as tx:
        (found,) = queries.visits(tx, home)
        assert (found.note, found.changes, found.corrected, found.ref) == ("住院", ("illness",), True, visit.ref)
        assert [x.word for x in queries.timeline(tx, home)] == ["更正", "走访", "建档"]


def test_a_correction_that_breaks_the_record_has_no_effect(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    visit = world.visit(world.a, home, note="好")
    for fields in ({"met": "nobody"}, {"household": world.id()}, {"visit": world.id()}):
        world.a.write(road.FactCorrected(village=V1, household=home, of=visit.ref, fields=fields, reason="试"))
    settle(county, world)
    with county.read() as tx:
        (found,) = queries.visits(tx, home)
        assert (found.met, found.note, found.corrected) == ("self", "好", False)


def test_a_withdrawn_fact_is_gone_and_struck_and_comes_back_when_the_withdrawal_is_withdrawn(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    visit = world.visit(world.a, home)
    away = world.a.write(road.FactWithdrawn(village=V1, household=home, of=visit.ref, reason="记错户"))
    settle(county, world)
    with county.read() as tx:
        assert queries.visits(tx, home) == []
        assert [x.struck for x in queries.timeline(tx, home) if x.type == "visit.recorded"] == [True]
    world.a.write(road.FactWithdrawn(village=V1, household=home, of=away.ref, reason="没记错"))
    settle(county, world)
    with county.read() as tx:
        assert len(queries.visits(tx, home)) == 1


def test_a_village_cannot_withdraw_what_a_desk_wrote(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    notice = world.c.write(work.NoticePosted(village=V1, household=home, notice=world.id(), application=world.id(), kind="review", place="village", start=DAY))
    world.a.write(road.FactWithdrawn(village=V1, household=home, of=notice.ref, reason="不要"))
    settle(county, world)
    with county.read() as tx:
        assert len(queries.notices(tx)) == 1


def test_a_withdrawal_that_arrives_before_its_fact_counts_when_the_fact_comes(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    visit = world.visit(world.a, home)
    world.a.write(road.FactWithdrawn(village=V1, household=home, of=visit.ref, reason="记错户"))
    settle(county, world, visit)
    feed(county, [visit])
    with county.read() as tx:
        assert queries.visits(tx, home) == []


def test_a_flag_gathers_its_telephone_report_and_its_settlement(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    flag = world.id()
    world.a.write(work.FlagRaised(flag=flag, village=V1, household=home, on=DAY, causes=["fire"], urgency="emergency"))
    world.a.write(work.ReportedByPhone(flag=flag, village=V1, household=home, at=f"{DAY}T09:05", answered_by="值班员"))
    settle(county, world)
    with county.read() as tx:
        found = queries.flag(tx, flag)
        assert (found.reported_at, found.answered_by, found.settled_on) == (f"{DAY}T09:05", "值班员", "")
        assert [q.id for q in queries.queue_rows(tx)] == [flag]
    world.c.write(work.FlagSettled(flag=flag, village=V1, household=home, on=DAY, how="helped", note="已安置"))
    settle(county, world)
    with county.read() as tx:
        assert (queries.flag(tx, flag).settled_how, queries.flag(tx, flag).settled_role) == ("helped", "county")
        assert queries.queue_rows(tx) == []
        assert queries.flags(tx, home, open_only=True) == []


# -- steps ------------------------------------------------------------------------------------------


def _case(world: World) -> tuple[str, str]:
    home = world.open_household(world.a)
    app = world.start(world.a, home, ["dibao", "temp_emergency"])
    world.step(world.a, app, aid.ApplicationHandedOver)
    world.step(world.c, app, aid.ApplicationAccepted, platform_no="P-1")
    return home, app


def _decide(world: World, author: Author, app: str, kind: str = "temp_emergency", amount: int = 80_000, after: Sequence[str] | None = None) -> Written:
    return world.step(
        author, app, aid.ApplicationDecided, after, kind=kind, result="granted", amount=amount, reason="急难", level="county" if author is world.c else "township",
    )


def test_one_head_is_the_state_and_decisions_are_per_kind(world: World, county: Store) -> None:
    home, app = _case(world)
    decided = _decide(world, world.c, app)
    settle(county, world)
    with county.read() as tx:
        found = queries.application(tx, app)
        assert (found.state, found.concurrent, found.open_kinds, found.platform_no) == ("decided", (), ("dibao",), "P-1")
        assert queries.step_heads(tx, app) == (decided.ref,)
        (decision,) = queries.decisions(tx, app)
        assert (decision.kind, decision.amount, decision.told_on, decision.concurrent) == ("temp_emergency", 80_000, "", False)
        assert [d.ref for d in queries.untold(tx)] == [decided.ref]
    world.a.write(aid.DecisionTold(village=V1, household=home, application=app, on=DAY, how="in_person", kind="temp_emergency"))
    world.step(world.c, app, aid.ApplicationPaid, [decided.ref], kind="temp_emergency", reference="拨字1")
    settle(county, world)
    with county.read() as tx:
        (decision,) = queries.decisions(tx, app)
        assert (decision.told_on, decision.told_how, decision.paid_reference) == (DAY, "in_person", "拨字1")
        assert queries.untold(tx) == []
        assert [s.t.split(".")[-1] for s in queries.steps(tx, app)][-2:] != []


def test_steps_that_did_not_see_each_other_are_side_by_side_and_nothing_is_paid(world: World, county: Store) -> None:
    _, app = _case(world)
    seen = world.steps[app][-1:]
    back = world.step(world.c, app, aid.ApplicationReturned, seen, papers=["id_card"])
    decided = _decide(world, world.c, app, after=seen)
    world.step(world.c, app, aid.ApplicationPaid, [decided.ref], kind="temp_emergency", reference="拨字1")
    settle(county, world)
    with county.read() as tx:
        found = queries.application(tx, app)
        assert found.concurrent == ("paid", "returned")
        assert queries.decisions(tx, app)[0].concurrent
        assert queries.decisions(tx, app)[0].paid_reference == ""
    again = _decide(world, world.c, app, after=[back.ref, *world.steps[app][-1:]])
    settle(county, world)
    with county.read() as tx:
        found = queries.application(tx, app)
        assert (found.state, found.concurrent, found.heads) == ("decided", (), (again.ref,))
        assert [d.ref for d in queries.decisions(tx, app)] == [again.ref], "the later decision stands, the earlier is in the chain"


def test_heads_side_by_side_are_ordered_by_what_they_do_not_by_arrival(world: World, county: Store) -> None:
    _, app = _case(world)
    seen = world.steps[app][-1:]
    for kind, other in (
        (aid.ApplicationHandedOver, {}), (aid.ApplicationWithdrawn, {"reason": "不办了"}), (aid.ApplicationAccepted, {}),
        (aid.ApplicationReturned, {"papers": ["id_card"]}), (aid.ApplicationClosed, {}),
    ):
        world.step(world.c, app, kind, seen, **other)
    _decide(world, world.c, app, after=seen)
    settle(county, world)
    with county.read() as tx:
        assert queries.application(tx, app).concurrent == ("closed", "decided", "returned", "accepted", "withdrawn", "handed_over")


def test_a_desk_step_from_a_village_chain_is_stored_and_never_effective(world: World, county: Store, tmp_path: Path) -> None:
    home = world.open_household(world.a)
    app = world.start(world.a, home)
    handed = world.step(world.a, app, aid.ApplicationHandedOver)
    rogue = [world.step(world.a, app, aid.ApplicationAccepted), _decide(world, world.a, app)]
    released = [world.c.write(road.QuarantineReleased(of=x.ref)) for x in rogue]
    laptop = open_at(tmp_path / "laptop", "village", world.a.dev)
    for store in (county, laptop):
        settle(store, world)
        for step in rogue:
            assert verdict_of(store, step) == "XL-S03", "no release lifts it"
        with store.read() as tx:
            assert (queries.application(tx, app).state, queries.step_heads(tx, app)) == ("handed_over", (handed.ref,))
            assert queries.decisions(tx) == []
            assert len([x for x in queries.timeline(tx, home) if x.state == "quarantined"]) == 2
    assert all(verdict_of(county, x) == "ok" for x in released)


def test_papers_asked_for_are_owed_until_a_hand_over_that_saw_the_return(world: World, county: Store) -> None:
    _, app = _case(world)
    back = world.step(world.c, app, aid.ApplicationReturned, papers=["id_card", "income"], note="补齐")
    settle(county, world)
    with county.read() as tx:
        found = queries.application(tx, app)
        assert (found.state, found.returned_papers, found.returned_note) == ("returned", ("id_card", "income"), "补齐")
        assert queries.queue_rows(tx) == [], "it waits at the village"
    world.a.ms -= 10**9
    world.step(world.a, app, aid.ApplicationHandedOver, [back.ref])
    settle(county, world)
    with county.read() as tx:
        assert (queries.application(tx, app).state, queries.application(tx, app).returned_papers) == ("handed_over", ())
        assert [q.id for q in queries.queue_rows(tx)] == [app]


def test_a_township_decides_only_what_a_delegation_covers(world: World, county: Store) -> None:
    _, app = _case(world)
    inside = _decide(world, world.t, app, amount=300_000)
    over = _decide(world, world.t, app, amount=300_001)
    other = _decide(world, world.t, app, kind="dibao", amount=1)
    settle(county, world)
    assert [verdict_of(county, x) for x in (inside, over, other)] == ["ok", "XL-S03", "XL-S03"]


def test_a_delegation_table_is_read_by_kind_amount_township_and_day() -> None:
    table = {
        "key": "delegations", "start": "2026-01-01",
        "value": '[{"kind":"temp_emergency","max_amount":"3000.00","township":"999999001","from":"2026-03-01","to":"2026-12-31"}]',
    }
    decided = {"kind": "temp_emergency", "amount": 300_000, "on": "2026-06-01"}
    assert covers(decided, table, ["999999001"])
    assert covers({"kind": "temp_emergency", "on": "2026-06-01"}, table, ["999999001"]), "a refusal has no amount"
    assert not covers({**decided, "amount": 300_001}, table, ["999999001"])
    assert not covers({**decided, "on": "2026-02-28"}, table, ["999999001"])
    assert not covers({**decided, "on": "2027-01-01"}, table, ["999999001"])
    assert not covers(decided, table, ["999999002"])
    assert not covers({**decided, "kind": "dibao"}, table, ["999999001"])
    assert not covers(decided, {**table, "value": "nonsense"}, ["999999001"])
    assert not covers(decided, {**table, "key": "else"}, ["999999001"])


# -- scope and rights -------------------------------------------------------------------------------


def test_a_visit_in_a_village_that_is_not_the_devices_is_held_back_until_released(world: World, county: Store) -> None:
    home = world.open_household(world.b)
    visit = world.visit(world.a, home, V2)
    settle(county, world)
    assert verdict_of(county, visit) == "XL-S01"
    with county.read() as tx:
        assert queries.visits(tx, home) == []
    world.c.write(road.QuarantineReleased(of=visit.ref))
    settle(county, world)
    with county.read() as tx:
        assert len(queries.visits(tx, home)) == 1


def test_a_cut_takes_later_entries_out_of_every_row_and_an_annulment_brings_them_back(world: World, county: Store) -> None:
    home = world.open_household(world.a, phone="10000001")
    cut = world.a.seq
    world.visit(world.a, home)
    world.claim(world.a, home, world.claims[home], phone="10000002")
    settle(county, world)
    revoked = world.c.write(road.DeviceRevoked(dev=world.a.dev, cut={world.a.ep: cut}))
    settle(county, world)
    with county.read() as tx:
        assert queries.visits(tx, home) == []
        assert queries.household(tx, home).fields["phone"] == "10000001"
        assert queries.device(tx, world.a.dev).revoked
    world.c.write(road.RulingAnnulled(of=revoked.ref, reason="找到了"))
    settle(county, world)
    with county.read() as tx:
        assert len(queries.visits(tx, home)) == 1
        assert queries.household(tx, home).fields["phone"] == "10000002"
        assert not queries.device(tx, world.a.dev).revoked


def test_a_clamped_clock_no_longer_wins(world: World, county: Store) -> None:
    home = world.open_household(world.a, phone="10000001")
    seen = list(world.claims[home])
    world.b.ms += 10**12
    world.grants["B"] = world.enrol(world.b, "village", "999999001", [V1, V2])
    world.state(world.b)
    world.claim(world.b, home, seen, village=V1, phone="10000009")
    world.claim(world.a, home, seen, phone="10000002")
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home).fields["phone"] == "10000009"
    clamp = world.c.write(road.ClockClamped(dev=world.b.dev, ep=world.b.ep, first=1, last=99, ms=1))
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home).fields["phone"] == "10000002"
    world.c.write(road.RulingAnnulled(of=clamp.ref, reason="钟没错"))
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home).fields["phone"] == "10000009"


def test_an_unknown_type_is_stored_shown_and_without_effect(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    future = world.a.raw("from.the.future", {"household": home, "village": V1})
    settle(county, world)
    assert verdict_of(county, future) == "XL-S05"
    with county.read() as tx:
        assert queries.quarantined(tx)[0].status == "unknown"
        assert any(x.type == "from.the.future" and x.word == "新记录" for x in queries.timeline(tx, home))


# -- stubs ------------------------------------------------------------------------------------------


def test_a_household_only_named_is_a_stub_and_becomes_known_when_its_opening_comes(world: World, county: Store) -> None:
    home = world.open_household(world.a, number="12")
    opening = world.a.out[-1]
    world.visit(world.a, home)
    settle(county, world, opening)
    with county.read() as tx:
        found = queries.household(tx, home)
        assert (found.known, found.village, found.fields) == (False, V1, {})
        assert [line.known for line in queries.household_rows(tx)] == [False]
        assert queries.counts(tx).households == 0
    feed(county, [opening])
    with county.read() as tx:
        assert queries.household(tx, home).known
        assert queries.household(tx, home).fields == {"number": "12"}


def test_a_stub_goes_when_nothing_effective_names_it_any_more(world: World, county: Store) -> None:
    home, who, app = world.id(), world.id(), world.id()
    cut = world.a.seq
    world.a.write(aid.PaperAdded(village=V1, household=home, paper=world.id(), application=app, person=who, doc="id_card", where="柜子", on=DAY))
    settle(county, world)
    with county.read() as tx:
        assert not queries.household(tx, home).known
        assert not queries.person(tx, who).known
        assert not queries.application(tx, app).known
    world.c.write(road.DeviceRevoked(dev=world.a.dev, cut={world.a.ep: cut}))
    settle(county, world)
    with county.read() as tx:
        assert queries.household(tx, home) is None
        assert queries.person(tx, who) is None
        assert queries.application(tx, app) is None


def test_a_person_is_a_stub_while_only_a_membership_is_here(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    who = world.add_person(world.a, home, "王强")
    added = next(x for x in world.a.out if x.t == "person.added")
    settle(county, world, added)
    with county.read() as tx:
        (member,) = queries.members(tx, home)
        assert (member.person, member.known, member.name) == (who, False, "")
    feed(county, [added])
    with county.read() as tx:
        (member,) = queries.members(tx, home)
        assert (member.known, member.name) == (True, "王强")


def test_a_settlement_that_arrives_before_its_finding_is_not_lost(world: World, county: Store) -> None:
    home, flag = world.open_household(world.a), world.id()
    raised = world.a.write(work.FlagRaised(flag=flag, village=V1, household=home, on=DAY, causes=["illness"]))
    world.a.write(work.FlagSettled(flag=flag, village=V1, household=home, on=DAY, how="helped"))
    settle(county, world, raised)
    with county.read() as tx:
        assert not queries.flag(tx, flag).known
    feed(county, [raised])
    with county.read() as tx:
        assert (queries.flag(tx, flag).known, queries.flag(tx, flag).settled_how, queries.flag(tx, flag).causes) == (True, "helped", ("illness",))


# -- persons ----------------------------------------------------------------------------------------


def test_merged_files_are_shown_under_the_smallest_id_and_split_again_when_annulled(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    ids = [world.add_person(world.a, home, name) for name in ("王强", "王 强", "王墙")]
    edges = [world.c.write(household.PersonMerged(person=ids[i], other=ids[i + 1], villages=[V1])) for i in (0, 1)]
    settle(county, world)
    with county.read() as tx:
        assert {p.shown for p in queries.persons(tx)} == {min(ids)}
    world.c.write(road.RulingAnnulled(of=edges[0].ref, reason="不是同一人"))
    settle(county, world)
    with county.read() as tx:
        assert {p.id: p.shown for p in queries.persons(tx)} == {ids[0]: ids[0], ids[1]: min(ids[1:]), ids[2]: min(ids[1:])}


def test_a_member_who_left_is_listed_only_when_asked_for(world: World, county: Store) -> None:
    home = world.open_household(world.a)
    world.add_person(world.a, home, "王强", "02")
    gone = world.add_person(world.a, home, "王小明", "20")
    started = next(x for x in reversed(world.a.out) if x.t == "membership.started")
    d = wire.parse_line(started.line.line).d
    world.a.write(household.MembershipEnded(village=V1, household=home, membership=d["membership"], person=gone, on=DAY, why="moved_out"))
    settle(county, world)
    with county.read() as tx:
        assert [m.name for m in queries.members(tx, home)] == ["王强"]
        assert [(m.name, m.ended_why) for m in queries.members(tx, home, ended=True)] == [("王强", ""), ("王小明", "moved_out")]
        assert queries.household(tx, home).head_name == "王强"
