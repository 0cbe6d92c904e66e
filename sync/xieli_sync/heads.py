"""What the rules see: verdicts, the meaning of a type as injected, and the head of an event.

Rules kept here
- the road knows no household: a type says by `TypeRule` which payload fields name villages and the opaque subject, and who may write it;
- a verdict says ok, quarantined or unknown and why, in the codes of the registry; unknown without a code waits for a reference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from xieli_sync.event import ZERO, Line, chain_hash, ref_text
from xieli_sync.ports import EventStatus, Role

Scope = Literal["household", "village", "county", "device"]
Parents = Mapping[tuple[int, str], str]
"""(seq, hash) -> hash of the line before it, for every line held of one (dev, ep); "" when the line before is not held."""


class Verdict(NamedTuple):
    """Status of an event and, when it is not ok, why. An unknown event without a code waits for a reference."""

    status: EventStatus
    code: str = ""


OK = Verdict("ok")
WAITS = Verdict("unknown")
UNKNOWN_TYPE = Verdict("unknown", "XL-S05")
OUT_OF_SCOPE = Verdict("quarantined", "XL-S01")
BAD_PAYLOAD = Verdict("quarantined", "XL-S02")
NOT_ENTITLED = Verdict("quarantined", "XL-S03")
AFTER_CUT = Verdict("quarantined", "XL-S04")
FORKED = Verdict("quarantined", "XL-S06")
ANNULLED = Verdict("quarantined", "XL-S07")

COUNTY_ONLY = frozenset({"device.enrolled", "device.revoked", "fork.settled", "quarantine.released"})
"""Counted from the county alone, whatever the catalogue lets a township write."""
NEVER_ANNULLED = frozenset({"fork.frozen"})
ABOUT_DEVICES: Mapping[str, tuple[str, ...]] = {
    "fork.frozen": ("dev",), "gap.accepted": ("dev",), "clock.clamped": ("dev",), "handover.allowed": ("dev", "to"), "recovery.answered": ("dev",),
}  # fmt: skip
"""Rulings about devices: payload fields that name them. A township rules about laptops of its own area only."""
TRUST_TYPES = frozenset({
    "device.enrolled", "device.revoked", "return.received", "epoch.opened", "local.set", "quarantine.released", "ruling.annulled",
    "fork.settled", *ABOUT_DEVICES,
})  # fmt: skip
"""Types the verdict of other events depends on, and those that hang on who a device is; openings (`TypeRule.opens`) come on top."""


@dataclass(frozen=True, slots=True)
class TypeRule:
    """What the rules must know about one (t, v).

    Attributes:
        writers: roles that may write it.
        ruling: a ruling, which an annulment can undo.
        scope: "device" and "county" without a captured place are not checked for village.
        places: payload fields (text or list of texts) naming the villages or areas captured.
        subject: payload field naming the opaque subject (the household); "" when it has none.
        opens: an effective one gives its subject its places.
        delegated: (event payload, delegation payload, township dev) -> covered; None when a township needs no delegation for it.
        in_force: (event payload, delegation payloads, earliest first) -> place of the one whose dates the event falls under, None when under none.
            Asked of all tables the author held by what it stated; without it the stated table alone is the one.
    """

    writers: frozenset[str]
    ruling: bool = False
    scope: Scope = "household"
    places: tuple[str, ...] = ("village",)
    subject: str = ""
    opens: bool = False
    delegated: Callable[[Mapping[str, Any], Mapping[str, Any], str], bool] | None = None
    in_force: Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], int | None] | None = None


Types = Callable[[str, int], TypeRule | None]
RoleOf = Callable[[str], Role]


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Head(NamedTuple):
    """What the rules see of an event. `d` is needed for trust events and for types under a delegation only."""

    dev: str
    ep: str
    seq: int
    hash: str
    t: str
    v: int
    hlc: tuple[int, int] = (0, 0)
    valid: bool = True
    places: tuple[str, ...] = ()
    subject: str = ""
    d: Mapping[str, Any] = _NOTHING

    @property
    def ref(self) -> str:
        """Reference text of the event."""
        return ref_text(self.dev, self.ep, self.seq, self.hash)


def head_of(line: Line, hash_hex: str, types: Types, *, valid: bool = True) -> Head:
    """The head of a parsed line. `valid`: its payload passed the schema of its type (or the type is not known)."""
    rule = types(line.t, line.v)
    places: list[str] = []
    subject = ""
    if rule is not None and valid:
        for name in rule.places:
            value = line.d.get(name)
            places.extend([value] if isinstance(value, str) else value if isinstance(value, list) else [])
        value = line.d.get(rule.subject) if rule.subject else None
        subject = value if isinstance(value, str) else ""
    keep = line.t in TRUST_TYPES or (rule is not None and (rule.opens or rule.delegated is not None))
    return Head(line.dev, line.ep, line.seq, hash_hex, line.t, line.v, line.hlc, valid, tuple(places), subject, line.d if keep else {})


def is_trust(head: Head, types: Types) -> bool:
    """Whether other verdicts may depend on this event, so that a RuleSet must hold it."""
    rule = types(head.t, head.v)
    return head.t in TRUST_TYPES or (rule is not None and rule.opens)


def parents_of(lines: Iterable[tuple[int, str, bytes]]) -> dict[tuple[int, str], str]:
    """`Parents` of one (dev, ep) from (seq, hash, line): which line precedes which, found by hashing. For forked chains only."""
    held = list(lines)
    at: dict[int, list[str]] = defaultdict(list)
    for seq, hash_hex, _ in held:
        at[seq].append(hash_hex)
    found: dict[tuple[int, str], str] = {}
    for seq, hash_hex, line in held:
        before = [ZERO] if seq == 1 else at.get(seq - 1, [])
        found[seq, hash_hex] = next((prev for prev in before if chain_hash(prev, line) == hash_hex), "")
    return found


def standing(own: Verdict, *, county: Verdict | None = None, township: Verdict | None = None, role: Role) -> Verdict:
    """The verdict a workspace goes by: the county computes; a township computes unless the county stated one; a laptop goes by what
    the county stated, else the township, else ok (schema and writers it knows by itself: `own` XL-S02, XL-S03, XL-S05 stay).
    A desk that says it does not understand a type has judged nothing: a newer program below goes by what it knows. A payload that this program refuses or does
    not know it cannot act on, whoever says that it counts (a newer program above)."""
    if role == "county":
        return own
    county, township = (None if said == UNKNOWN_TYPE else said for said in (county, township))
    if role == "township":
        return own if county is None or (county.status == "ok" and own.code in ("XL-S02", "XL-S05")) else county
    said = county if county is not None else township if township is not None else OK
    return own if said.status == "ok" and own.code in ("XL-S02", "XL-S03", "XL-S05") else said
