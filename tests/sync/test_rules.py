"""The verdict rules one by one, on heads without bytes; and that judging only what is touched equals judging everything."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from xieli_sync import rules
from xieli_sync.event import ref_text
from xieli_sync.heads import Head, TypeRule, Verdict
from xieli_sync.ports import Role

C, C2, T, T2, A, B = "c0" * 16, "c1" * 16, "70" * 16, "71" * 16, "a0" * 16, "b0" * 16
EP = "e" * 16
V1, V2, AREA, AREA2 = "999999001001", "999999002001", "999999001", "999999002"
ANY: frozenset[str] = frozenset({"village", "township", "county"})
DESK: frozenset[str] = frozenset({"township", "county"})
ROLES: dict[str, Role] = {C: "county", C2: "county", T: "township", T2: "township"}
TYPES: dict[str, TypeRule] = {
    "visit": TypeRule(ANY, subject="household"),
    "opened": TypeRule(ANY, subject="household", opens=True),
    "moved": TypeRule(DESK, True, places=("village", "to"), subject="household", opens=True),
    "decided": TypeRule(DESK, True, subject="household", delegated=lambda d, table, dev: bool(d["amount"] <= table["most"])),
    "ruled": TypeRule(DESK, True, subject="household"),
    **{t: TypeRule(ANY, False, "device", ()) for t in ("return.received", "epoch.opened")},
    **{t: TypeRule(frozenset({"county"}), True, "device", ()) for t in ("device.enrolled", "fork.settled")},
    **{t: TypeRule(DESK, True, "device", ()) for t in ("device.revoked", "quarantine.released", "ruling.annulled", "fork.frozen")},
    "local.set": TypeRule(DESK, True, "county", ()),
    "dated": TypeRule(
        DESK, True, subject="household", delegated=lambda d, table, dev: bool(d["amount"] <= table["most"]),
        in_force=lambda d, tables: max(((x["start"], at) for at, x in enumerate(tables) if x["start"] <= d["on"]), default=(None, None))[1],
    ),
    **{t: TypeRule(DESK, True, "device", ()) for t in ("gap.accepted", "clock.clamped", "handover.allowed", "recovery.answered")},
}


class Set:
    """Events under construction: each `add` continues the chain of its author."""

    def __init__(self) -> None:
        self.heads: list[Head] = []
        self.parents: dict[tuple[str, str], dict[tuple[int, str], str]] = {}

    def add(self, dev: str, t: str, d: Mapping[str, Any] | None = None, *, ep: str = EP, at: tuple[int, str] | None = None, **more: Any) -> Head:
        """`at`: the (seq, hash) this event follows, for a second branch."""
        own = [h for h in self.heads if (h.dev, h.ep) == (dev, ep)]
        before = at if at is not None else ((own[-1].seq, own[-1].hash) if own else (0, "0" * 64))
        hash_hex = f"{len(self.heads) + 1:032x}" + dev
        places = tuple(x for x in (more.pop("village", None), more.pop("to", None)) if x)
        head = Head(dev, ep, before[0] + 1, hash_hex, t, 1, (len(self.heads), 0), True, places, more.pop("household", ""), d or {})
        self.heads.append(head._replace(**more))
        self.parents.setdefault((dev, ep), {})[head.seq, head.hash] = before[1]
        return self.heads[-1]

    def enrol(self, dev: str, villages: Iterable[str] = (V1,), *, role: Role = "village", area: str = AREA, by: str = C) -> Head:
        return self.add(by, "device.enrolled", {"dev": dev, "role": role, "villages": list(villages), "area": area})

    def state(self, dev: str, grant: Head | None, deleg: Head | None = None) -> Head:
        d = {"grant": grant.ref if grant else None, "deleg": deleg.ref if deleg else None}
        return self.add(dev, "return.received", {k: v for k, v in d.items() if v})

    def known(self, *devs: str) -> Set:
        for dev in devs:
            role = ROLES.get(dev, "village")
            self.state(dev, self.enrol(dev, [V1] if role == "village" else [], role=role, area=AREA2 if dev == T2 else AREA))
        return self

    def rules(self) -> rules.RuleSet:
        return rules.RuleSet.from_events(
            self.heads, lambda t, v: TYPES.get(t) if v == 1 else None, lambda dev: ROLES.get(dev, "village"), lambda dev, ep: self.parents.get((dev, ep), {})
        )

    def judge(self, head: Head) -> str:
        verdict = self.rules().judge(head)
        return verdict.code or ("waits" if verdict.status == "unknown" else verdict.status)


def visit(s: Set, dev: str = A, village: str = V1, household: str = "h1", **more: Any) -> Head:
    return s.add(dev, "visit", village=village, household=household, **more)


# -- rights ------------------------------------------------------------------------------------------------------------------------------


def test_rights_are_those_of_the_grant_stated_last_before_the_event_in_its_own_chain() -> None:
    s = Set()
    first, second = s.enrol(A, [V1]), s.enrol(A, [V2])
    early = visit(s, household="h0")
    s.state(A, first)
    one = visit(s, village=V2)
    s.state(A, second)
    two = visit(s, village=V2, household="h2")
    assert [s.judge(x) for x in (early, one, two)] == ["ok", "XL-S01", "ok"], "before any statement the first one; a new grant changes nothing earlier"


def test_an_event_waits_for_a_grant_that_is_named_and_not_held() -> None:
    s = Set()
    grant = s.enrol(A)
    s.state(A, grant)
    one = visit(s)
    s.heads.remove(grant)
    assert s.judge(one) == "waits"
    s.heads.append(grant)
    assert s.judge(one) == "ok"


def test_a_device_that_never_stated_a_grant_waits() -> None:
    s = Set()
    s.enrol(A)
    assert s.judge(visit(s)) == "waits"


def test_an_epoch_that_states_no_grant_stands_under_the_first_of_the_epoch_that_follows_it() -> None:
    s = Set()
    one = visit(s)
    grant = s.enrol(A)
    s.add(A, "epoch.opened", {"prev": [EP, 1, one.hash]}, ep="f" * 16)
    s.add(A, "return.received", {"grant": grant.ref}, ep="f" * 16)
    assert s.judge(one) == "ok"


def test_a_grant_for_another_device_or_by_a_township_gives_no_rights() -> None:
    s = Set().known(T)
    s.state(A, s.enrol(B))
    assert s.judge(visit(s)) == "XL-S01"
    s = Set().known(T)
    s.state(A, s.enrol(A, by=T))
    assert s.judge(visit(s)) == "XL-S01"


def test_a_grant_that_is_annulled_gives_no_rights_any_more() -> None:
    s = Set()
    grant = s.enrol(A)
    s.state(A, grant)
    one = visit(s)
    s.add(C, "ruling.annulled", {"of": grant.ref})
    assert s.judge(one) == "XL-S01"


# -- scope -------------------------------------------------------------------------------------------------------------------------------


def test_a_household_counts_where_it_was_opened_or_moved_to_and_nowhere_else() -> None:
    s = Set()
    s.state(A, s.enrol(A, [V1, V2]))
    assert s.judge(visit(s, village=V2)) == "ok", "no opening in the set says otherwise"
    s.add(A, "opened", village=V1, household="h1")
    one = visit(s, village=V2)
    assert s.judge(one) == "XL-S01"
    s.add(C, "moved", village=V1, to=V2, household="h1")
    assert [s.judge(one), s.judge(visit(s, village=V1))] == ["ok", "ok"], "one it ever had"


def test_an_opening_that_is_not_effective_binds_nobody() -> None:
    s = Set().known(A, B)
    s.add(B, "opened", village=V2, household="h1")
    assert s.judge(visit(s)) == "ok"


def test_a_county_event_is_in_scope_everywhere() -> None:
    s = Set().known(A)
    s.add(A, "opened", village=V1, household="h1")
    assert s.judge(s.add(C, "ruled", village=V2, household="h1")) == "ok"


def test_a_release_lifts_the_history_of_the_household_as_well() -> None:
    s = Set()
    s.state(A, s.enrol(A, [V1, V2]))
    s.add(A, "opened", village=V1, household="h1")
    one = visit(s, village=V2)
    s.add(C, "quarantine.released", {"of": one.ref})
    assert s.judge(one) == "ok"


# -- types -------------------------------------------------------------------------------------------------------------------------------


def test_unknown_types_bad_payloads_and_wrong_writers_have_their_codes() -> None:
    s = Set().known(A)
    assert s.judge(s.add(A, "later.thing", village=V1)) == "XL-S05"
    assert s.judge(visit(s, v=2)) == "XL-S05"
    assert s.judge(visit(s, valid=False)) == "XL-S02"
    assert s.judge(s.add(A, "ruled", village=V1, household="h1")) == "XL-S03"


@pytest.mark.parametrize("which", ["XL-S02", "XL-S03"])
def test_a_release_never_lifts_what_payload_or_role_refuse(which: str) -> None:
    s = Set().known(A)
    one = visit(s, valid=False) if which == "XL-S02" else s.add(A, "ruled", village=V1, household="h1")
    s.add(C, "quarantine.released", {"of": one.ref})
    assert s.judge(one) == which


def test_a_trust_event_with_a_bad_payload_has_no_effect_and_breaks_nothing() -> None:
    s = Set().known(A)
    s.add(C, "device.revoked", {"dev": 5}, valid=False)
    s.add(C, "device.revoked", {"anything": 1}, v=2)
    assert s.judge(visit(s)) == "ok"


# -- revocation --------------------------------------------------------------------------------------------------------------------------


def test_a_device_is_cut_at_the_lowest_cut_and_an_epoch_not_named_counts_as_nothing() -> None:
    s = Set().known(A)
    events = [visit(s) for _ in range(4)]
    s.add(C, "device.revoked", {"dev": A, "cut": {EP: 4}})
    s.add(C, "device.revoked", {"dev": A, "cut": {EP: 3}})
    assert [s.judge(x) for x in events] == ["ok", "ok", "XL-S04", "XL-S04"]
    s.add(C, "quarantine.released", {"of": events[3].ref})
    assert [s.judge(x) for x in events] == ["ok", "ok", "XL-S04", "ok"]
    s.add(C, "device.revoked", {"dev": A, "cut": {}})
    assert s.judge(events[0]) == "XL-S04"


def test_only_the_county_revokes_and_only_an_effective_revocation_cuts() -> None:
    s = Set().known(T, A)
    one = visit(s)
    by_town = s.add(T, "device.revoked", {"dev": A, "cut": {}})
    assert [s.judge(by_town), s.judge(one)] == ["XL-S03", "ok"]
    cut = s.add(C, "device.revoked", {"dev": A, "cut": {}})
    assert s.judge(one) == "XL-S04"
    s.add(C, "ruling.annulled", {"of": cut.ref})
    assert s.judge(one) == "ok"


def test_two_county_keys_cannot_revoke_each_other() -> None:
    s = Set()
    one, two = s.add(C, "device.revoked", {"dev": C2, "cut": {}}), s.add(C2, "device.revoked", {"dev": C, "cut": {}})
    assert [s.judge(one), s.judge(two)] == ["ok", "ok"]


# -- annulment ---------------------------------------------------------------------------------------------------------------------------


def test_a_township_annuls_only_its_own() -> None:
    s = Set().known(T, T2)
    own, county = s.add(T, "ruled", village=V1, household="h1"), s.add(C, "ruled", village=V1, household="h1")
    by_other = s.add(T2, "ruling.annulled", {"of": own.ref})
    of_county = s.add(T, "ruling.annulled", {"of": county.ref})
    assert [s.judge(x) for x in (own, county, by_other, of_county)] == ["ok", "ok", "XL-S03", "XL-S03"]
    s.add(T, "ruling.annulled", {"of": own.ref})
    assert s.judge(own) == "XL-S07"


def test_an_annulment_can_itself_be_annulled() -> None:
    s = Set()
    ruling = s.add(C, "ruled", village=V1, household="h1")
    first = s.add(C, "ruling.annulled", {"of": ruling.ref})
    assert s.judge(ruling) == "XL-S07"
    s.add(C, "ruling.annulled", {"of": first.ref})
    assert [s.judge(ruling), s.judge(first)] == ["ok", "XL-S07"]


def test_annulling_a_fact_does_nothing() -> None:
    s = Set().known(A)
    one = visit(s)
    s.add(C, "ruling.annulled", {"of": one.ref})
    assert s.judge(one) == "ok"


def test_two_thousand_annulments_of_annulments_exhaust_no_stack() -> None:
    s = Set()
    first = last = s.add(C, "ruled", village=V1, household="h1")
    for _ in range(2000):
        last = s.add(C, "ruling.annulled", {"of": last.ref})
    assert s.judge(first) == "ok"
    s.add(C, "ruling.annulled", {"of": last.ref})
    assert s.judge(first) == "XL-S07"


# -- township and delegation -------------------------------------------------------------------------------------------------------------


def test_a_township_rules_inside_its_area_only_and_no_release_lends_it_the_right() -> None:
    s = Set().known(T)
    one, fact = s.add(T, "ruled", village=V2, household="h2"), visit(s, T, V2, "h3")
    assert [s.judge(s.add(T, "ruled", village=V1, household="h1")), s.judge(one), s.judge(fact)] == ["ok", "XL-S03", "XL-S01"]
    for x in (one, fact):
        s.add(C, "quarantine.released", {"of": x.ref})
    assert [s.judge(one), s.judge(fact)] == ["XL-S03", "ok"]


def test_a_township_decides_under_the_delegation_it_stated_and_a_later_one_changes_nothing_earlier() -> None:
    s = Set()
    grant = s.enrol(T, [], role="township")
    s.state(T, grant)
    without = s.add(T, "decided", {"amount": 5}, village=V1, household="h1")
    first = s.add(C, "local.set", {"most": 10})
    s.state(T, grant, first)
    small, large = (s.add(T, "decided", {"amount": x}, village=V1, household="h1") for x in (10, 11))
    second = s.add(C, "local.set", {"most": 1})
    s.state(T, grant, second)
    late = s.add(T, "decided", {"amount": 10}, village=V1, household="h1")
    assert [s.judge(x) for x in (without, small, large, late)] == ["XL-S03", "ok", "XL-S03", "XL-S03"]
    s.add(C, "ruling.annulled", {"of": first.ref})
    assert s.judge(small) == "XL-S03", "only annulment touches an earlier decision"


def test_a_decision_waits_for_a_delegation_that_is_named_and_not_held() -> None:
    s = Set()
    table = s.add(C, "local.set", {"most": 10})
    s.state(T, s.enrol(T, [], role="township"), table)
    one = s.add(T, "decided", {"amount": 5}, village=V1, household="h1")
    s.heads.remove(table)
    assert s.judge(one) == "waits"


def test_a_delegation_a_township_wrote_itself_delegates_nothing() -> None:
    s = Set()
    grant = s.enrol(T, [], role="township")
    s.state(T, grant)
    table = s.add(T, "local.set", {"most": 10})
    s.state(T, grant, table)
    assert s.judge(s.add(T, "decided", {"amount": 5}, village=V1, household="h1")) == "XL-S03"


# -- forks -------------------------------------------------------------------------------------------------------------------------------


def forked() -> tuple[Set, list[Head], list[Head], Head]:
    """Two branches after seq 2 of A, frozen at 3 by the county: (set, trunk and branch X, branch Y, fork.frozen)."""
    s = Set().known(A)
    one = visit(s)
    x = [visit(s), visit(s)]
    y = [visit(s, at=(one.seq, one.hash))]
    frozen = s.add(C, "fork.frozen", {"dev": A, "ep": EP, "seq": 3})
    return s, [one, *x], y, frozen


def test_both_branches_are_frozen_until_the_county_settles_which_stands() -> None:
    s, x, y, _ = forked()
    assert [s.judge(e) for e in (*x, *y)] == ["ok", "XL-S06", "XL-S06", "XL-S06"]
    s.add(C, "fork.settled", {"dev": A, "ep": EP, "keep": [y[0].seq, y[0].hash]})
    assert [s.judge(e) for e in (*x, *y)] == ["ok", "XL-S06", "XL-S06", "ok"]
    s.add(C, "fork.settled", {"dev": A, "ep": EP, "keep": [x[2].seq, x[2].hash]})
    assert [s.judge(e) for e in (*x, *y)] == ["ok", "ok", "ok", "XL-S06"], "the last in county order counts"
    s.add(C, "fork.settled", {"dev": A, "ep": EP, "release_other": True})
    assert {s.judge(e) for e in (*x, *y)} == {"ok"}


def test_a_freezing_cannot_be_annulled_only_settled_or_single_events_released() -> None:
    s, x, y, frozen = forked()
    s.add(C, "ruling.annulled", {"of": frozen.ref})
    assert s.judge(x[1]) == "XL-S06"
    s.add(C, "quarantine.released", {"of": x[1].ref})
    assert [s.judge(x[1]), s.judge(y[0])] == ["ok", "XL-S06"]


def test_nobody_but_root_freezes_a_desk_and_a_village_freezes_nobody() -> None:
    s = Set().known(T, A, B)
    assert s.judge(s.add(C, "fork.frozen", {"dev": T, "ep": EP, "seq": 1})) == "XL-S03"
    assert s.judge(s.add(B, "fork.frozen", {"dev": A, "ep": EP, "seq": 1})) == "XL-S03"
    assert s.judge(visit(s)) == "ok"


def test_a_township_freezes_devices_of_its_area_only() -> None:
    s = Set().known(T, T2, A)
    one = visit(s)
    assert s.judge(s.add(T2, "fork.frozen", {"dev": A, "ep": EP, "seq": 1})) == "XL-S03"
    assert s.judge(one) == "ok"
    assert s.judge(s.add(T, "fork.frozen", {"dev": A, "ep": EP, "seq": 1})) == "ok"
    assert s.judge(one) == "XL-S06"
    assert s.judge(s.add(T, "fork.frozen", {"dev": B, "ep": EP, "seq": 1})) == "waits"


def test_on_a_forked_chain_only_statements_of_the_own_branch_count() -> None:
    s = Set()
    first, second = s.enrol(A, [V1]), s.enrol(A, [V2])
    trunk = s.state(A, first)
    s.state(A, second)
    on_x = visit(s, village=V2)
    on_y = visit(s, village=V2, household="h2", at=(trunk.seq, trunk.hash))
    s.add(C, "fork.frozen", {"dev": A, "ep": EP, "seq": 2})
    s.add(C, "fork.settled", {"dev": A, "ep": EP, "release_other": True})
    assert [s.judge(on_x), s.judge(on_y)] == ["ok", "XL-S01"]


# -- the set, in pieces ------------------------------------------------------------------------------------------------------------------


def random_set(dice: random.Random) -> Set:
    """Sixty events of two laptops in two epochs each, two townships and a county that reach for each other as often as they can."""
    s = Set().known(*dice.choice([(A,), (A, T), (A, B, T, T2)]))
    late = "f" * 16
    for _ in range(60):
        dev = dice.choice([A, A, A, B, B, T, T2, C, C])
        ep = dice.choice([EP, EP, late])
        village, other, household = dice.choice([V1, V2]), dice.choice([V1, V2]), dice.choice(["h1", "h2"])
        of = {"of": dice.choice([h for h in s.heads if h.dev != dev or dice.random() < 0.5] or s.heads).ref}
        grants = [h for h in s.heads if h.t == "device.enrolled" and h.d["dev"] == dev]
        tables = [h for h in s.heads if h.t == "local.set"]
        stated = {name: dice.choice(some).ref for name, some in (("grant", grants), ("deleg", tables)) if some and dice.random() < 0.9}
        laptop = dice.choice([A, B])
        roll = dice.random()
        if roll < 0.25:
            visit(s, dev, village, household, ep=ep)
        elif roll < 0.35:
            s.add(dev, "opened", ep=ep, village=village, household=household)
        elif roll < 0.50:
            s.add(dev, "return.received", stated, ep=ep)
        elif roll < 0.55:
            own = [h for h in s.heads if (h.dev, h.ep) == (dev, EP)]
            s.add(dev, "epoch.opened", {**stated, "prev": [EP, own[-1].seq, own[-1].hash] if own else [EP, 0, "0" * 64]}, ep=late)
        elif roll < 0.60:
            who = dice.choice([A, B, T, T2])
            role = ROLES.get(who, "village")
            s.enrol(who, [village] if role == "village" else [], role=role, area=dice.choice([AREA, AREA2]), by=dice.choice([C, C, T]))
        elif roll < 0.65:
            s.add(dev, "moved", ep=ep, village=village, to=other, household=household)
        elif roll < 0.70:
            kind, who = dice.choice(["decided", "dated"]), dice.choice([dev, T])
            s.add(who, kind, {"amount": dice.choice([1, 5]), "on": dice.choice("2468")}, ep=ep, village=village, household=household)
        elif roll < 0.74:
            s.add(dice.choice([C, C, T]), "local.set", {"most": dice.choice([1, 5]), "start": dice.choice("135")})
        elif roll < 0.81:
            s.add(dice.choice([C, T, dev]), "ruling.annulled", of, ep=ep)
        elif roll < 0.87:
            s.add(dice.choice([C, T]), "quarantine.released", of, ep=ep)
        elif roll < 0.89:
            about = {"dev": laptop, "to": dice.choice([A, B]), "ep": EP, "first": 1, "last": 2}
            s.add(dice.choice([C, T, T2]), dice.choice(["clock.clamped", "gap.accepted", "handover.allowed"]), about, ep=ep)
        elif roll < 0.91:
            s.add(dice.choice([C, T]), "device.revoked", {"dev": dice.choice([A, B, T]), "cut": {EP: dice.randrange(4), late: dice.randrange(3)}})
        elif roll < 0.97:
            own = [h for h in s.heads if (h.dev, h.ep) == (laptop, EP)]
            if len(own) > 1:  # a second branch of what a laptop wrote
                point = own[dice.randrange(len(own) - 1)]
                s.add(laptop, "visit", at=(point.seq, point.hash), village=village, household=household)
                s.add(dice.choice([C, T]), "fork.frozen", {"dev": laptop, "ep": EP, "seq": point.seq + 1})
        else:
            own = [h for h in s.heads if (h.dev, h.ep) == (laptop, EP)]
            if own:
                tip = dice.choice(own)
                s.add(C, "fork.settled", {"dev": laptop, "ep": EP, "keep": [tip.seq, tip.hash]})
    return s


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_judging_only_what_a_trust_event_touches_equals_judging_everything_in_any_order(first: int) -> None:
    """Events come one by one in any order; a store that judges again what `add` names never falls behind, and ends where all orders end."""
    for number in range(first, first + 20):
        dice = random.Random(number)
        s = random_set(dice)
        dice.shuffle(s.heads)
        held: dict[str, Head] = {}
        now: dict[str, Verdict] = {}

        def parents(dev: str, ep: str, s: Set = s, held: dict[str, Head] = held) -> dict[tuple[int, str], str]:
            here = {(x.seq, x.hash) for x in held.values() if (x.dev, x.ep) == (dev, ep)}
            return {point: prev for point, prev in s.parents.get((dev, ep), {}).items() if point in here}

        def role_of(dev: str) -> Role:
            return ROLES.get(dev, "village")

        def types(t: str, v: int) -> TypeRule | None:
            return TYPES.get(t)

        few = rules.RuleSet(types, role_of, parents)
        for head in s.heads:
            held[head.ref] = head
            again = {head.ref}
            if any(x.t == "fork.frozen" and (x.d["dev"], x.d["ep"]) == (head.dev, head.ep) for x in held.values()):
                few.chain_changed()
                again = set(held)
            touch = few.add([head])
            for ref, x in held.items():
                if touch.everything or (x.dev, x.ep) in touch.chains or ref in touch.refs or (x.subject and x.subject in touch.subjects):
                    again.add(ref)
            for ref in again:
                now[ref] = few.judge(held[ref])
            whole = rules.RuleSet.from_events(held.values(), types, role_of, parents)
            assert now == {ref: whole.judge(x) for ref, x in held.items()}, (number, head)
        assert {ref: s.rules().judge(x) for ref, x in held.items()} == now


def test_a_line_judged_with_others_has_the_verdict_it_has_alone() -> None:
    """Plain lines between the same statements and cuts share one judgement: asked in any order, each says what it would say if nobody else were asked."""
    met: set[Verdict] = set()
    pairs = 0
    for number in range(500, 530):
        dice = random.Random(number)
        s = random_set(dice)
        shared = s.rules()
        for head in dice.sample(s.heads, len(s.heads)):
            alone = s.rules().judge(head)
            assert shared.judge(head) == alone, (number, head)
            met.add(alone)
            alike = shared.alike(head)
            if alike is None:
                continue
            for x in s.heads:
                if (x.dev, x.ep, x.t, x.places) == (head.dev, head.ep, head.t, head.places) and alike[0] < x.seq <= alike[1]:
                    stray = alike[2].status == "ok" and bool(x.subject) and shared.strays(x.dev, x.places, x.subject)
                    assert shared.judge(x) == (rules.OUT_OF_SCOPE if stray else alike[2]), (number, head, x)
                    pairs += x is not head
    assert {x.code for x in met} >= {"", "XL-S01", "XL-S03", "XL-S04", "XL-S06"}, met
    assert pairs > 100, pairs


def test_a_reference_names_an_event_by_half_its_hash() -> None:
    head = Head(A, EP, 4, "ab" * 32, "visit", 1)
    assert head.ref == ref_text(A, EP, 4, "ab" * 32) == f"{A}:{EP}:4:{'ab' * 16}"


def test_a_statement_that_makes_an_opening_effective_touches_what_others_wrote_of_that_household() -> None:
    s = Set()
    s.state(A, s.enrol(A, [V1, V2]))
    one = visit(s, village=V2)
    grant = s.enrol(B)
    s.add(B, "opened", village=V1, household="h1")
    few = s.rules()
    assert few.judge(one).status == "ok"
    touch = few.add([s.state(B, grant)])
    assert few.judge(one).code == "XL-S01"
    assert touch.everything or "h1" in touch.subjects


# -- delegation tables, one after another ------------------------------------------------------------------------------------------------


def dated_tables() -> Set:
    """A township that holds two of the county's tables: 30 from the first day, 10 from day 5 on (day texts sort)."""
    s = Set()
    grant = s.enrol(T, [], role="township")
    s.add(C, "local.set", {"key": "delegations", "start": "1", "most": 30})
    later = s.add(C, "local.set", {"key": "delegations", "start": "5", "most": 10})
    s.add(C, "local.set", {"key": "notice_days", "start": "1", "most": 999})
    s.state(T, grant, later)
    return s


def dated(s: Set, on: str, amount: int) -> Head:
    return s.add(T, "dated", {"on": on, "amount": amount}, village=V1, household="h9")


@pytest.mark.parametrize(("on", "amount", "says"), [
    ("2", 30, "ok"), ("2", 31, "XL-S03"), ("4", 11, "ok"), ("5", 10, "ok"), ("5", 11, "XL-S03"), ("6", 30, "XL-S03"), ("0", 1, "XL-S03"),
])
def test_a_decision_stands_under_the_table_of_its_own_day_among_those_the_township_held(on: str, amount: int, says: str) -> None:
    s = dated_tables()
    assert s.judge(dated(s, on, amount)) == says


def test_a_table_the_township_did_not_hold_when_it_decided_touches_nothing() -> None:
    s = dated_tables()
    one = dated(s, "6", 10)
    s.add(C, "local.set", {"key": "delegations", "start": "1", "most": 0})
    third = s.add(C, "local.set", {"key": "delegations", "start": "6", "most": 5})
    assert s.judge(one) == "ok"
    s.state(T, next(h for h in s.heads if h.t == "device.enrolled"), third)
    assert [s.judge(dated(s, "6", amount)) for amount in (5, 6)] == ["ok", "XL-S03"]


def test_a_table_that_was_annulled_leaves_the_one_before_it_in_force() -> None:
    s = dated_tables()
    one = dated(s, "6", 30)
    later = [h for h in s.heads if h.t == "local.set"][1]
    s.add(C, "ruling.annulled", {"of": later.ref})
    assert s.judge(one) == "ok"


# -- a township and the devices of others ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("t", ["gap.accepted", "clock.clamped", "handover.allowed", "recovery.answered", "fork.frozen"])
def test_a_township_rules_about_laptops_of_its_own_area_only(t: str) -> None:
    s = Set().known(T, T2, A, B)
    d = {"dev": A, "to": B, "ep": EP, "seq": 1}
    assert s.judge(s.add(T, t, d)) == "ok"
    assert s.judge(s.add(T2, t, d)) == "XL-S03"
    assert s.judge(s.add(C, t, d)) == "ok"
    assert s.judge(s.add(A, t, d)) == "XL-S03"
    assert s.judge(s.add(T, t, {**d, "dev": "d0" * 16})) == "waits", "nobody enrolled it yet"


def test_a_hand_over_is_allowed_only_between_two_laptops_of_the_area() -> None:
    s = Set().known(T, A)
    s.enrol(B, ["999999002001"])
    assert s.judge(s.add(T, "handover.allowed", {"dev": A, "to": B})) == "XL-S03"


def test_a_township_that_stops_itself_and_takes_it_back_is_judged_like_any_other() -> None:
    s = Set().known(T)
    stop = s.add(T, "device.revoked", {"dev": T, "cut": {}})
    back = s.add(T, "ruling.annulled", {"of": stop.ref})
    assert [s.judge(x) for x in (stop, back)] == ["XL-S03", "ok"], "and no question leads back to itself"


def test_a_release_lends_no_right_to_a_ruling_outside_the_places_of_its_household() -> None:
    s = Set().known(T, A)
    s.add(A, "opened", village="999999001002", household="h1")
    s.state(A, s.enrol(A, ["999999001002"]))
    s.add(A, "opened", village="999999001002", household="h1")
    ruling, fact = s.add(T, "ruled", village=V1, household="h1"), visit(s, T)
    assert [s.judge(x) for x in (ruling, fact)] == ["XL-S03", "XL-S01"]
    for one in (ruling, fact):
        s.add(C, "quarantine.released", {"of": one.ref})
    assert [s.judge(x) for x in (ruling, fact)] == ["XL-S03", "ok"]
