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
from collections.abc import Callable, Iterable
from typing import NamedTuple

from xieli_sync.event import INT_LIMIT
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
    TRUST_TYPES,
    UNKNOWN_TYPE,
    WAITS,
    Head,
    Parents,
    RoleOf,
    TypeRule,
    Types,
    Verdict,
)
from xieli_sync.ports import Role
from xieli_sync.rules_stated import StatedRights


class _Rights(NamedTuple):
    """Rights held at a point: villages of a village device, area of a township."""

    villages: frozenset[str]
    area: str

    def cover(self, place: str) -> bool:
        return place in self.villages or bool(self.area and place.startswith(self.area))


_NO_RIGHTS = _Rights(frozenset(), "")


def _no_parents(_dev: str, _ep: str) -> Parents:
    return {}


class RuleSet(StatedRights):
    """The trust events of a set, indexed, and the judgement over them.

    Args:
        types: (t, v) -> TypeRule, None for a type this program does not know.
        role_of: role of the author device.
        parents: asked for forked chains only.
    """

    def __init__(self, types: Types, role_of: RoleOf, parents: Callable[[str, str], Parents] = _no_parents) -> None:
        self._role_of = role_of
        self.version = 0
        """Raised whenever something that was said of the set may be otherwise now."""
        super().__init__(types, parents)

    @classmethod
    def from_events(
        cls, trust_events: Iterable[Head], types: Types, role_of: RoleOf, parents: Callable[[str, str], Parents] = _no_parents
    ) -> RuleSet:
        """A set from all trust events held (openings included), in any order; events that are no trust events are passed over."""
        rules = cls(types, role_of, parents)
        rules.add(trust_events)
        return rules

    def _forget(self) -> None:
        super()._forget()
        self.version += 1
        self._base: dict[str, Verdict] = {}
        self._alike: dict[tuple[object, ...], Verdict] = {}
        self._steps: dict[tuple[str, str], list[int]] = {}
        self._had: dict[str, frozenset[str]] = {}
        self._kept: dict[tuple[str, str], tuple[int, frozenset[tuple[int, str]] | None] | None] = {}
        self._rights_of: dict[str, _Rights] = {}

    def chain_changed(self) -> None:
        """Lines were added to a chain that is forked: shapes of branches are asked for anew."""
        self._forget()

    # -- judging ------------------------------------------------------------------------------------
    def judge(self, head: Head) -> Verdict:
        """The verdict of an event under this set (the event itself need not be in it)."""
        verdict = self._judge_base(head)
        if verdict.status != "ok" or not head.subject:
            return verdict
        rule = self._types(head.t, head.v)
        if rule is None or rule.opens or not self.strays(head.dev, head.places, head.subject):
            return verdict
        if rule.ruling:
            return NOT_ENTITLED
        return verdict if self._released(head.ref) else OUT_OF_SCOPE

    def strays(self, dev: str, places: tuple[str, ...], subject: str) -> bool:
        """Whether a subject was never at one of these places; of a county's word nobody asks."""
        if self._role_of(dev) == "county":
            return False
        had = self._places_of(subject)
        return bool(had) and not had.issuperset(places)

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
        """The verdict but for the history of the subject. Verdicts of trust events are remembered, and those of lines that only their place tells apart."""
        place = self._place(head)
        if place is not None:
            found = self._alike.get(place)
            if found is None:
                found = self._alike[place] = self._compute(head, head.ref)
            return found
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

    def _place(self, head: Head) -> tuple[object, ...] | None:
        """All that the verdict of a plain line hangs on: its type, its places, and between which statements and cuts of its chain it stands. None for a line
        that something else may speak of: a trust event, a ruling, a released line, a forked chain."""
        rule = self._types(head.t, head.v)
        chain = (head.dev, head.ep)
        if rule is None or rule.ruling or rule.opens or rule.delegated is not None or head.t in TRUST_TYPES or chain in self._frozen:
            return None
        if self._releases and head.ref in self._releases:
            return None
        return head.dev, head.ep, bisect_left(self._steps_of(chain), head.seq), head.t, head.v, head.valid, head.places

    def _steps_of(self, chain: tuple[str, str]) -> list[int]:
        """Last seq of every stretch of a chain under the same rights and before the same cuts."""
        found = self._steps.get(chain)
        if found is None:
            seqs, states = self._cumulate(chain)
            turns = (seq for at, seq in enumerate(seqs) if at == 0 or states[at] != states[at - 1])
            cuts = (x.d.get("cut", {}).get(chain[1], 0) for x in self._revoked.get(chain[0], ()))
            found = self._steps[chain] = sorted({*turns, *cuts})
        return found

    def alike(self, head: Head) -> tuple[int, int, Verdict] | None:
        """(a, b, verdict): lines of this chain with a seq in (a, b] that say of themselves what this one says (type, validity, places) have this verdict,
        but for the history of their subject (`strays`: XL-S01). None where a line may be spoken of by itself. True until `version` is raised."""
        chain = (head.dev, head.ep)
        if self._place(head) is None or any(ref.startswith(f"{head.dev}:{head.ep}:") for ref in self._releases):
            return None
        steps = self._steps_of(chain)
        at = bisect_left(steps, head.seq)
        return steps[at - 1] if at else 0, steps[at] if at < len(steps) else INT_LIMIT, self._judge_base(head)

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
