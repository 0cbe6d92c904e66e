"""Hand-over between computers, as far as the store goes: what a desk allowed, which drafts travel, and how they are laid down at the successor.

Rules kept here
- an allowance counts as every ruling does: written by a desk, effective, not annulled;
- a draft travels as text of its own (its inside is the form's), with when it was begun and last touched; the successor's own draft of the same
  form is never written over: the one that came is kept beside it under another name and can be read there;
- a draft about a family travels only where the successor works for that family's village; one about nobody on a list always does.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from xieli_tui.store import drafts, journal, queries, trust, verdict
from xieli_tui.store.drafts import SavedDraft

if TYPE_CHECKING:
    from xieli_tui.store.journal import StoredEvent
    from xieli_tui.store.store import Tx

BESIDE = "handed."
"""Beginning of the form of a draft that came while the successor had one of the same form and subject open."""
OF_THIS_COMPUTER = ("handover.", "receiver", "roster")
"""Forms about this computer and its files, which mean nothing on another one."""
DRAFT_LIMIT = 160_000
"""Bytes of a draft's text that fit one delivery line with room to spare."""


def allowed(tx: Tx, dev: str, to: str) -> StoredEvent | None:
    """The newest ruling that lets `to` take over from `dev`; `to` may be the first eight digits. None when there is none, or more than one is meant."""
    held = journal.load(tx, entity=dev, t="handover.allowed")
    bad = verdict.not_ok(tx, held) if held else {}
    found = [
        e for e in held
        if e.ref not in bad and e.role in trust.DESKS and verdict.valid(e) and e.d["to"].startswith(to) and not _annulled(tx, e)
    ]
    if len({e.d["to"] for e in found}) != 1:
        return None
    return max(found, key=lambda e: (e.hlc_ms, e.hlc_n, e.dev, e.ep, e.seq))


def _annulled(tx: Tx, e: StoredEvent) -> bool:
    about = [m for m in journal.events_about(tx, {e.ref}) if m.t == "ruling.annulled" and m.role in trust.DESKS and (m.role == "county" or m.dev == e.dev)]
    return any(m.ref not in verdict.not_ok(tx, [m]) for m in about)


# -- drafts -----------------------------------------------------------------------------------------


def travelling(tx: Tx, villages: Collection[str]) -> tuple[list[dict[str, Any]], int]:
    """(drafts as they travel, how many stay behind because they are too long for a line)."""
    out, left = [], 0
    for one in sorted(drafts.list_all(tx), key=lambda d: (d.form, d.key)):
        if one.form.startswith(OF_THIS_COMPUTER):
            continue
        village = _village(tx, one.key)
        if village is not None and village not in villages:
            continue
        text = json.dumps(one.data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if len(text.encode()) > DRAFT_LIMIT:
            left += 1
            continue
        out.append({"form": one.form, "key": one.key, "version": one.version, "data": text, "begun_ms": one.begun_ms, "at_ms": one.at_ms})
    return out, left


def _village(tx: Tx, key: str) -> str | None:
    """The village of the family a draft is about; None for a draft about nobody on the list."""
    about = key.partition(":")[0]
    for ident in (about, about.partition(".")[0]):
        village = queries.village_of(tx, ident)
        if village is not None:
            return village
    found = queries.application(tx, about) or queries.alert(tx, about) or queries.flag(tx, about) or queries.change(tx, about)
    return (queries.village_of(tx, found.household) or found.village) if found is not None else None


def take_draft(tx: Tx, draft: Mapping[str, Any]) -> bool:
    """Lay a draft that came down; False for one that does not read (it is kept as a delivery line)."""
    form, key, text = draft.get("form"), draft.get("key"), draft.get("data")
    version, at_ms = draft.get("version"), draft.get("at_ms")
    if not (isinstance(form, str) and form and isinstance(key, str) and isinstance(text, str) and isinstance(version, int) and isinstance(at_ms, int)):
        return False
    try:
        data = json.loads(text)
        json.dumps(data, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError):  # also what could not be written again: a lone surrogate, a number that is none
        return False
    if not isinstance(data, dict):
        return False
    here = drafts.load(tx, form, key)
    if here is not None and not _same(here, data) and not _came(tx, form, key, here):
        form = BESIDE + form
    drafts.save(tx, form, key, data, version=version, now_ms=at_ms)
    _note(tx, form, key, data)
    return True


def _same(here: SavedDraft, data: Mapping[str, Any]) -> bool:
    return here.data == dict(data)


def _mark(form: str, key: str) -> str:
    return f"handed.{form}:{key}"


def _note(tx: Tx, form: str, key: str, data: Mapping[str, Any]) -> None:
    from xieli_tui.store import settings

    settings.put(tx, _mark(form, key), dict(data))


def _came(tx: Tx, form: str, key: str, here: SavedDraft) -> bool:
    """Whether the draft that lies here came with an earlier hand-over and was not touched since."""
    from xieli_tui.store import settings

    return bool(settings.get(tx, _mark(form, key)) == here.data)
