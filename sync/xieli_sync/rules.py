"""Which events are effective: the rules of design 03 and 04 as a function of the set of events, with no household in sight.

Rules kept here
- a verdict is ok, quarantined(code) or unknown(code), computed from the set alone: any order of arrival gives the same (only desks compute);
- rights are those of the grant (and delegation) referenced last before the event in its own chain, before any the first one; a reference
  not held is unknown, until it arrives. No clock is asked;
- the delegation referenced says how many of the county's tables the author then held: of those, the one whose dates the decision's own day falls
  under counts. A table that begins later, or comes later, touches no earlier decision; only annulment does;
- a township rules about laptops of its own area only;
- verdicts are computed root > county > township > village: a county event depends on county events alone, a township event on those and on
  its own annulments. Inside a level only references bind, and those cannot form cycles;
- a device is cut by the county only, at the lowest cut; a fork is frozen until settled by the county, and freezing cannot be annulled;
- a release lifts XL-S01, XL-S04 and XL-S06, never XL-S02 or XL-S03.

What a type means (who writes it, whether it is a ruling, which payload fields name villages and the subject) is injected as `TypeRule`s, who
a device is as `role_of`, and the shape of a forked chain as `parents`. Statuses carry the codes XL-S01 … XL-S06, XL-S07 for an annulled ruling,
and no code for "waits for the grant or delegation it names".
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from xieli_sync.heads import (
    ABOUT_DEVICES,
    AFTER_CUT,
    ANNULLED,
    BAD_PAYLOAD,
    COUNTY_ONLY,
    FORKED,
    NEVER_ANNULLED,
    NOT_ENTITLED,
    OK,
    OUT_OF_SCOPE,
    UNKNOWN_TYPE,
    WAITS,
    Head,
    Parents,
    RoleOf,
    TypeRule,
    Types,
    Verdict,
    is_trust,
)
from xieli_sync.ports import Role

_STATEMENTS = ("return.received", "epoch.opened")


class _Stated(NamedTuple):
    """What a chain states at a point: the grant and the delegations, by reference."""

    grant: str | None
    deleg: str | None


class _Rights(NamedTuple):
    """Rights held at a point: villages of a village device, area of a township."""

    villages: frozenset[str]
    area: str

    def cover(self, place: str) -> bool:
        return place in self.villages or bool(self.area and place.startswith(self.area))


_NO_RIGHTS = _Rights(frozenset(), "")


@dataclass(frozen=True, slots=True)
class Touch:
    """Which events to judge again after a trust event came in: everything, or those of the chains, refs and subjects named."""

    everything: bool = False
    chains: frozenset[tuple[str, str]] = frozenset()
    refs: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or bool(self.chains or self.refs or self.subjects)


def _no_parents(_dev: str, _ep: str) -> Parents:
    return {}


class RuleSet:
    """The trust events of a set, indexed, and the judgement over them.

    Args:
        types: (t, v) -> TypeRule, None for a type this program does not know.
        role_of: role of the author device.
        parents: asked for forked chains only.
    """

    def __init__(self, types: Types, role_of: RoleOf, parents: Callable[[str, str], Parents] = _no_parents) -> None:
        self._types = types
        self._role_of = role_of
        self._parents = parents
        self._held: dict[str, Head] = {}
        self._statements: dict[tuple[str, str], list[Head]] = defaultdict(list)
        self._later: dict[tuple[str, str], list[Head]] = defaultdict(list)
        self._annulments: dict[str, list[Head]] = defaultdict(list)
        self._releases: dict[str, list[Head]] = defaultdict(list)
        self._enrolled: dict[str, list[Head]] = defaultdict(list)
        self._revoked: dict[str, list[Head]] = defaultdict(list)
        self._frozen: dict[tuple[str, str], list[Head]] = defaultdict(list)
        self._settled: dict[tuple[str, str], list[Head]] = defaultdict(list)
        self._openings: dict[str, list[Head]] = defaultdict(list)
        self._about: set[str] = set()
        self._tables: dict[object, list[Head]] = defaultdict(list)
        self._named: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._newest: dict[tuple[str, str], Head] = {}
        self._weighty: set[tuple[str, str]] = set()
        self._forget()

    @classmethod
    def from_events(
        cls, trust_events: Iterable[Head], types: Types, role_of: RoleOf, parents: Callable[[str, str], Parents] = _no_parents
    ) -> RuleSet:
        """A set from all trust events held (openings included), in any order; events that are no trust events are passed over."""
        rules = cls(types, role_of, parents)
        rules.add(trust_events)
        return rules

    def _forget(self) -> None:
        self._base: dict[str, Verdict] = {}
        self._had: dict[str, frozenset[str]] = {}
        self._cumulated: dict[tuple[str, str], tuple[list[int], list[_Stated]]] = {}
        self._by_branch: dict[tuple[str, str], dict[tuple[int, str], _Stated]] = {}
        self._kept: dict[tuple[str, str], tuple[int, frozenset[tuple[int, str]] | None] | None] = {}
        self._rights_of: dict[str, _Rights] = {}

    def chain_changed(self) -> None:
        """Lines were added to a chain that is forked: shapes of branches are asked for anew."""
        self._forget()

    # -- building -----------------------------------------------------------------------------------
    def add(self, heads: Iterable[Head]) -> Touch:
        """Take trust events in; what must be judged again comes back. Events already held change nothing."""
        everything = False
        chains: set[tuple[str, str]] = set()
        refs: set[str] = set()
        subjects: set[str] = set()
        for head in heads:
            if head.ref in self._held or not is_trust(head, self._types):
                continue
            touch = self._index(head)
            everything = everything or touch.everything
            chains |= touch.chains
            refs |= touch.refs
            subjects |= touch.subjects
        self._forget()
        return Touch(everything, frozenset(chains), frozenset(refs), frozenset(subjects))

    def _index(self, head: Head) -> Touch:
        self._held[head.ref] = head
        rule = self._types(head.t, head.v)
        if rule is None or not head.valid:
            return Touch()
        d, t = head.d, head.t
        if t not in _STATEMENTS:
            self._weighty.add((head.dev, head.ep))
        if rule.opens:
            self._openings[head.subject].append(head)
            return Touch(subjects=frozenset({head.subject}))
        if t in _STATEMENTS:
            return self._index_statement(head)
        if t in ("ruling.annulled", "quarantine.released"):
            (self._annulments if t == "ruling.annulled" else self._releases)[d["of"]].append(head)
            target = self._held.get(d["of"])
            return Touch(everything=True) if target is not None else Touch(refs=frozenset({d["of"]}))
        if t == "device.enrolled":
            self._enrolled[d["dev"]].append(head)
            return Touch(everything=bool(self._named.get(head.ref) or d["dev"] in self._about))
        if t == "local.set":
            self._tables[d.get("key")].append(head)
            held = [x.ref for x in self._tables[d.get("key")]]
            return Touch(chains=frozenset(self._with_closed(chain for ref in held for chain in self._named.get(ref, ()))))
        if t in ABOUT_DEVICES:
            self._about.update(d[name] for name in ABOUT_DEVICES[t])
            if t != "fork.frozen":
                return Touch()
        if t == "device.revoked":
            self._revoked[d["dev"]].append(head)
        elif t in ("fork.frozen", "fork.settled"):
            (self._frozen if t == "fork.frozen" else self._settled)[d["dev"], d["ep"]].append(head)
        return Touch(everything=True)

    def _index_statement(self, head: Head) -> Touch:
        d, chain = head.d, (head.dev, head.ep)
        known = self._statements[chain]
        last = self._newest.get(chain)
        same = last is not None and last.seq < head.seq and bool(d.get("grant")) and all(last.d.get(k) == d.get(k) for k in ("grant", "deleg"))
        known.append(head)
        if last is None or last.seq < head.seq:
            self._newest[chain] = head
        for name in ("grant", "deleg"):
            if d.get(name):
                self._named[d[name]].add(chain)
        if head.t == "epoch.opened" and d.get("prev"):
            self._later[head.dev, d["prev"][0]].append(head)
        chains = self._with_closed({chain}) if head.t == "epoch.opened" or not same else set()
        if same:
            chains.discard(chain)
        # Trust events in these chains (openings, rulings of a township) may change with their author's rights.
        return Touch(everything=any(x in self._weighty for x in chains), chains=frozenset(chains))

    def _with_closed(self, chains: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """These chains and every epoch they closed: one that states nothing itself stands under what the one after it states first."""
        found = set(chains)
        queue = list(found)
        while queue:
            for x in self._statements.get(queue.pop(), ()):
                closed = (x.dev, x.d["prev"][0]) if x.t == "epoch.opened" and x.d.get("prev") else None
                if closed is not None and closed not in found:
                    found.add(closed)
                    queue.append(closed)
        return found

    # -- judging ------------------------------------------------------------------------------------
    def judge(self, head: Head) -> Verdict:
        """The verdict of an event under this set (the event itself need not be in it)."""
        verdict = self._judge_base(head)
        if verdict.status != "ok" or not head.subject:
            return verdict
        rule = self._types(head.t, head.v)
        if rule is None or rule.opens or self._role_of(head.dev) == "county":
            return verdict
        had = self._places_of(head.subject)
        if had and not set(head.places) <= had:
            if rule.ruling:
                return NOT_ENTITLED
            return verdict if self._released(head.ref) else OUT_OF_SCOPE
        return verdict

    def _places_of(self, subject: str) -> frozenset[str]:
        """Villages a subject ever had, by its effective openings and transfers."""
        found = self._had.get(subject)
        if found is None:
            openings = self._openings.get(subject, ())
            found = frozenset(place for x in openings if self._ok(x) for place in x.places)
            self._had[subject] = found
        return found

    def _ok(self, head: Head) -> bool:
        return self._judge_base(head).status == "ok"

    def _judge_base(self, head: Head) -> Verdict:
        """The verdict but for the history of the subject. Verdicts of trust events are remembered."""
        ref = head.ref
        known = self._base.get(ref)
        if known is not None:
            return known
        if ref in self._annulments and self._early(head) is None:
            self._judge_annulments(ref)
        verdict = self._compute(head, ref)
        if ref in self._held:
            self._base[ref] = verdict
        return verdict

    def _judge_annulments(self, ref: str) -> None:
        """Judge the annulments of an event, and theirs, from the far end: a long chain of them must not exhaust the stack. Those that could
        not count anyway are left alone: a township's word on a county's grant would otherwise be asked for while its own rights are."""
        order: list[Head] = []
        stack, met = [ref], {ref}
        while stack:
            for head in self._counting(stack.pop()):
                if head.ref not in met:
                    met.add(head.ref)
                    order.append(head)
                    stack.append(head.ref)
        for head in reversed(order):
            if head.ref not in self._base:
                self._base[head.ref] = self._compute(head, head.ref)

    def _counting(self, ref: str) -> list[Head]:
        """Annulments of an event by the county or by its own author; nobody else's can count."""
        author = ref.split(":", 1)[0]
        return [x for x in self._annulments.get(ref, ()) if x.dev == author or self._role_of(x.dev) == "county"]

    def _early(self, head: Head) -> Verdict | None:
        """Why an event can never count, whatever else there is. Nothing is asked about what annuls it: a township that revokes itself and annuls that
        would otherwise be asked for its annulment while its revocation is, and so for ever."""
        role = self._role_of(head.dev)
        rule = self._types(head.t, head.v)
        if rule is None:
            return UNKNOWN_TYPE
        if not head.valid:
            return BAD_PAYLOAD
        if role not in rule.writers or (head.t in COUNTY_ONLY and role != "county"):
            return NOT_ENTITLED
        if head.t == "fork.frozen" and self._role_of(head.d["dev"]) != "village":
            return NOT_ENTITLED
        return None

    def _compute(self, head: Head, ref: str) -> Verdict:
        early = self._early(head)
        rule = self._types(head.t, head.v)
        if early is not None or rule is None:
            return early or UNKNOWN_TYPE
        role = self._role_of(head.dev)
        if role == "county":
            return ANNULLED if self._annulled(head, rule, ref) else OK
        stated = self._stated(head)
        if stated.grant is None or stated.grant not in self._held:
            return WAITS
        rights = self._rights(stated.grant, head.dev, role)
        if role == "township" and rule.ruling:
            refusal = self._township_ruling(head, rule, rights, stated.deleg)
            if refusal is not None:
                return refusal
        if self._annulled(head, rule, ref):
            return ANNULLED
        if self._released(ref):
            return OK
        if self._fork_holds(head):
            return FORKED
        if any(x.d.get("cut", {}).get(head.ep, 0) < head.seq for x in self._revoked.get(head.dev, ()) if self._ok(x)):
            return AFTER_CUT
        if rule.scope != "device" and not all(rights.cover(place) for place in head.places):
            return OUT_OF_SCOPE
        return OK

    def _township_ruling(self, head: Head, rule: TypeRule, rights: _Rights, deleg: str | None) -> Verdict | None:
        """Why a township may not rule this, or None. A ruling outside its rights is not entitled: no release can lend a right."""
        if head.t == "ruling.annulled" and head.d["of"].split(":", 1)[0] != head.dev:
            return NOT_ENTITLED
        for name in ABOUT_DEVICES.get(head.t, ()):
            grants = [x for x in self._enrolled.get(head.d[name], ()) if self._ok(x)]
            if not grants:
                return WAITS
            if not any(rights.cover(place) for x in grants for place in x.d.get("villages", ())):
                return NOT_ENTITLED
        if rule.scope != "device" and not all(rights.cover(place) for place in head.places):
            return NOT_ENTITLED
        if rule.delegated is not None:
            if deleg is None:
                return NOT_ENTITLED
            stated = self._held.get(deleg)
            if stated is None:
                return WAITS
            table = self._table(head, rule, stated)
            if table is None or not rule.delegated(head.d, table.d, head.dev):
                return NOT_ENTITLED
        return None

    def _table(self, head: Head, rule: TypeRule, stated: Head) -> Head | None:
        """The delegation table a decision stands under: of the county's tables up to the one stated, in the order the county wrote them, the one
        in force on the decision's own day."""
        if stated.t != "local.set" or self._role_of(stated.dev) != "county":
            return None
        if rule.in_force is None:
            return stated if self._ok(stated) else None
        known = sorted(
            (x for x in self._tables[stated.d.get("key")] if _county_order(x) <= _county_order(stated) and self._role_of(x.dev) == "county" and self._ok(x)),
            key=_county_order,
        )
        at = rule.in_force(head.d, [x.d for x in known])
        return None if at is None else known[at]

    def _annulled(self, head: Head, rule: TypeRule, ref: str) -> bool:
        if not rule.ruling or head.t in NEVER_ANNULLED:
            return False
        return any(self._ok(x) for x in self._counting(ref))

    def _released(self, ref: str) -> bool:
        return any(self._ok(x) for x in self._releases.get(ref, ()))

    # -- forks --------------------------------------------------------------------------------------
    def _fork_holds(self, head: Head) -> bool:
        """Whether a fork of its chain keeps this event back."""
        chain = (head.dev, head.ep)
        if chain not in self._frozen:
            return False
        if chain not in self._kept:
            self._kept[chain] = self._fork_state(chain)
        state = self._kept[chain]
        if state is None or head.seq < state[0]:
            return False
        return state[1] is not None and (head.seq, head.hash) not in state[1]

    def _fork_state(self, chain: tuple[str, str]) -> tuple[int, frozenset[tuple[int, str]] | None] | None:
        """(first frozen seq, lines kept by the last settlement; None = all kept), or None when no freezing is effective."""
        frozen = [x.d["seq"] for x in self._frozen[chain] if self._ok(x)]
        if not frozen:
            return None
        settled = [x for x in self._settled.get(chain, ()) if self._ok(x)]
        if not settled:
            return min(frozen), frozenset()
        last = max(settled, key=_county_order)
        if last.d.get("release_other"):
            return min(frozen), None
        keep = last.d.get("keep")
        return min(frozen), frozenset(_ancestors((keep[0], keep[1]), self._parents(*chain)) if keep else ())

    # -- rights -------------------------------------------------------------------------------------
    def _rights(self, grant: str, dev: str, role: Role) -> _Rights:
        found = self._rights_of.get(grant)
        if found is None:
            head = self._held[grant]
            fits = head.t == "device.enrolled" and self._role_of(head.dev) == "county" and self._ok(head) and head.d["dev"] == dev
            found = _NO_RIGHTS
            if fits and head.d["role"] == role:
                found = _Rights(frozenset(head.d.get("villages", ())), head.d["area"] if role == "township" else "")
            self._rights_of[grant] = found
        return found

    def _stated(self, head: Head) -> _Stated:
        """Grant and delegation referenced last before the event in its own chain; before any, the first one."""
        chain = (head.dev, head.ep)
        if chain in self._frozen:
            if chain not in self._by_branch:
                self._by_branch[chain] = self._state_branches(chain)
            found = self._by_branch[chain].get((head.seq, head.hash))
            if found is not None:
                return found
        seqs, states = self._cumulate(chain)
        at = bisect_left(seqs, head.seq)
        now = states[at - 1] if at else _Stated(None, None)
        return now if now.grant is not None else self._first(chain, now)

    def _first(self, chain: tuple[str, str], now: _Stated) -> _Stated:
        """The first grant a chain states, looked for through the epochs that name it as theirs when it states none itself."""
        met: set[tuple[str, str]] = set()
        queue = [chain]
        while queue:
            here = queue.pop(0)
            if here in met:
                continue
            met.add(here)
            for state in self._cumulate(here)[1]:
                if state.grant is not None:
                    return _Stated(state.grant, now.deleg or state.deleg)
            queue.extend((x.dev, x.ep) for x in sorted(self._later.get(here, ()), key=lambda x: (x.hlc, x.ep, x.seq, x.hash)))
        return now

    def _cumulate(self, chain: tuple[str, str]) -> tuple[list[int], list[_Stated]]:
        found = self._cumulated.get(chain)
        if found is None:
            heads = sorted(self._statements.get(chain, ()), key=lambda x: (x.seq, x.hash))
            states: list[_Stated] = []
            now = _Stated(None, None)
            for head in heads:
                now = _Stated(head.d.get("grant") or now.grant, head.d.get("deleg") or now.deleg)
                states.append(now)
            found = ([head.seq for head in heads], states)
            self._cumulated[chain] = found
        return found

    def _state_branches(self, chain: tuple[str, str]) -> dict[tuple[int, str], _Stated]:
        """What each line of a forked chain stands under: only statements on its own branch count."""
        parents = self._parents(*chain)
        said = {(x.seq, x.hash): x.d for x in self._statements.get(chain, ())}
        after: dict[tuple[int, str], _Stated] = {}
        before: dict[tuple[int, str], _Stated] = {}
        nothing = _Stated(None, None)
        for point in sorted(parents):
            now = after.get((point[0] - 1, parents[point]), nothing)
            before[point] = now if now.grant is not None else self._first(chain, now)
            d = said.get(point, {})
            after[point] = _Stated(d.get("grant") or now.grant, d.get("deleg") or now.deleg)
        return before


def _county_order(head: Head) -> tuple[tuple[int, int], str, str, int, str]:
    """The order of the county's own words."""
    return head.hlc, head.dev, head.ep, head.seq, head.hash


def _ancestors(tip: tuple[int, str], parents: Parents) -> set[tuple[int, str]]:
    """A line and every line before it, by hash."""
    found: set[tuple[int, str]] = set()
    while tip in parents:
        found.add(tip)
        tip = (tip[0] - 1, parents[tip])
    return found
