"""更正: a fact already written gets new values, or is withdrawn, with a reason. The line itself stays and stays readable (Law 6).

Rules kept here
- only facts are mended this way: claims are replaced by claims, steps and rulings by those who may;
- the corrected fact must still be one its model takes, the words of its vocabularies included; whose fact it is never moves;
- nobody below undoes a desk: a village mends what a village wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import ValidationError

from xieli_tui.casework import values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain import jsontext
from xieli_tui.domain.events import EVENTS
from xieli_tui.domain.events.road import FactCorrected, FactWithdrawn
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import journal, verdict
from xieli_tui.store.project.base import FIXED, RANK

if TYPE_CHECKING:
    from xieli_tui.store.journal import StoredEvent
    from xieli_tui.store.store import Tx

CODED: dict[str, dict[str, str]] = {
    "visit.recorded": {"kind": "visit_kind", "channel": "visit_channel", "met": "met", "house_safety": "house_safety", "changes": "change"},
    "change.reported": {"kind": "change", "effect": "change_effect"},
    "policy.informed": {"kind": "kind", "answer": "answer"},
    "flag.raised": {"causes": "cause", "urgency": "urgency", "channel": "channel", "found_by": "discoverer"},
    "flag.settled": {"how": "flag_outcome"},
    "emergency.opened": {"kind": "urgent_kind"}, "emergency.step": {"step": "emergency_step"},
    "referral.sent": {"department": "department", "kind": "kind"}, "referral.answered": {"result": "referral_result", "department": "department"},
    "alert.answered": {"disposition": "disposition"}, "service.given": {"kind": "service"}, "loss.recorded": {"kind": "cause"}, "aid.given": {"kind": "kind"},
    "membership.started": {"relation": "relation"}, "membership.ended": {"why": "membership_end"}, "paper.added": {"doc": "doc"},
    "notice.posted": {"kind": "notice_kind"}, "decision.told": {"how": "told", "kind": "kind"},
}
"""Fields of a fact that hold an id of a vocabulary: typed as id or as word."""
DAYS = ("on", "start", "end", "due", "since", "until", "promise_on")
TO_COME = ("due", "until", "end")


def correct(session: Session, ref: str, fields: Mapping[str, Any], reason: str) -> Saved:
    """New values for fields of one fact; `id` is its reference. `fields` as typed: words of vocabularies, days, or JSON.

    Raises:
        NotFound: XL-V45. Refused: XL-V06 no reason or nothing to change, XL-V11 not a fact or a value it cannot hold, XL-P02/XL-P03 a desk's fact,
            XL-P05 withdrawn already, value codes.
    """
    words = values.needed(values.text(reason, "reason"), "reason")
    if not fields:
        raise Refused("XL-V06", "写明改哪一项", field="set")
    target = ""

    def build(tx: Tx) -> list[FactCorrected]:
        nonlocal target
        found = standing_fact(session, tx, ref)
        target = found.ref
        known = EVENTS[found.t, found.v]
        new = {name: _typed(session, found.t, name, value) for name, value in fields.items()}
        for name in new:
            if name not in known.model.model_fields or name in FIXED or name == known.entity:
                raise Refused("XL-V11", "这一项不能这样改", field=name)
        changed = {name: value for name, value in new.items() if found.d.get(name) != value}
        if not changed:
            raise Refused("XL-V11", "和原来一样，没有要改的", field=next(iter(new)))
        _fits(found, changed)
        return [values.make(FactCorrected, village=found.d["village"], household=found.household or None, of=found.ref, fields=changed, reason=words)]

    recorded = session.transact(build)
    return saved(target, recorded, "corrected")


def withdraw(session: Session, ref: str, reason: str) -> Saved:
    """One fact is withdrawn; the line stays in the chain, struck. Raises as `correct`."""
    words = values.needed(values.text(reason, "reason"), "reason")
    target = ""

    def build(tx: Tx) -> list[FactWithdrawn]:
        nonlocal target
        found = standing_fact(session, tx, ref)
        target = found.ref
        return [values.make(FactWithdrawn, village=found.d["village"], household=found.household or None, of=found.ref, reason=words)]

    recorded = session.transact(build)
    return saved(target, recorded, "withdrawn")


def reference(given: str) -> str:
    """A reference as it is written in the chain. Raises NotFound("XL-V45") for what is none."""
    plain = given.strip()
    if not re.fullmatch(r"[0-9a-f]{32}:[0-9a-f]{16}:[1-9]\d{0,15}:[0-9a-f]{32}", plain):
        raise NotFound("XL-V45", "没有这一条记录", field="ref")
    return plain


def standing_fact(session: Session, tx: Tx, ref: str) -> StoredEvent:
    """The standing fact of a reference that this desk may mend. Raises as `correct`."""
    plain = reference(ref)
    found = journal.by_refs(tx, {plain}).get(plain)
    if found is None:
        raise NotFound("XL-V45", "没有这一条记录", field="ref")
    known = EVENTS.get((found.t, found.v))
    if known is None or known.kind != "fact" or found.t.startswith("fact."):
        raise Refused("XL-V11", "这一条不是能更正的记录：资料请改资料，手续由下一步接上", field="ref")
    if "village" not in found.d:
        raise Refused("XL-V11", "这一条不是一家或一个人的事", field="ref")
    if RANK[session.role] < RANK[found.role]:
        raise Refused("XL-P02" if session.role == "village" else "XL-P03", "上级写的由上级更正")
    if verdict.not_ok(tx, [found]):
        raise Refused("XL-P05", "这一条没有起作用，不用更正")
    if any(one.t == "fact.withdrawn" and RANK[one.role] >= RANK[found.role] for one in journal.events_about(tx, {found.ref})):
        raise Refused("XL-P05", "这一条已经撤回")
    return found


def _typed(session: Session, t: str, name: str, value: Any) -> Any:
    vocab = CODED.get(t, {}).get(name)
    if isinstance(value, str):
        if vocab is not None:
            many = isinstance(EVENTS[t, 1].model.model_fields[name].get_default(call_default_factory=True), list) or name == "causes"
            return values.coded_all([value], vocab, name) if many else values.coded(value, vocab, name)
        if name in DAYS:
            return values.day(values.needed(value, name), session.today, name, future=name in TO_COME)
        stripped = value.strip()
        if not _holds_text(t, name) and (stripped[:1] in ("[", "{") or stripped in ("true", "false") or (stripped.isascii() and stripped.isdigit())):
            try:
                return jsontext.parse(stripped)
            except ValueError:
                raise Refused("XL-V11", "这一项写得不对", field=name) from None
        return values.text(value, name) or ""
    return value


def _holds_text(t: str, name: str) -> bool:
    """Is this field of a fact plain text? What looks like a number in a note is a note."""
    found = EVENTS[t, 1].model.model_fields.get(name)
    if found is None or get_origin(found.annotation) in (list, dict):
        return False
    return any(part is str for part in (found.annotation, *get_args(found.annotation), *(get_args(one)[0] for one in get_args(found.annotation) if get_args(one))))


def _fits(found: StoredEvent, changed: Mapping[str, Any]) -> None:
    """The fact with its new values is one its model takes; XL-V11 naming the field, never its value."""
    candidate = {name: value for name, value in {**found.d, **changed}.items() if value not in ("", [], {})}
    try:
        EVENTS[found.t, found.v].model.model_validate(candidate)
    except ValidationError as error:
        where = error.errors(include_input=False, include_url=False, include_context=False)[0]["loc"]
        raise Refused("XL-V11", field=str(where[0]) if where else next(iter(changed))) from None
