"""Lines for people: facts of one thing side by side, so that a reading voice pauses between them and reads no gap.

No columns and no padding anywhere: who wants columns takes `--json`.
"""

from __future__ import annotations

from collections.abc import Iterable


def row(*facts: object) -> str:
    """Facts of one thing on one line; what is empty is left out, and a full stop that something else follows."""
    kept = [text for text in (str(fact) for fact in facts if fact is not None) if text]
    return "，".join([*(text.rstrip("。") for text in kept[:-1]), *kept[-1:]])


def kinds(idents: Iterable[str]) -> str:
    """Kinds of aid in words."""
    from xieli_tui.domain import codes

    return codes.labels("kind", tuple(idents))


def ident(of: str) -> str:
    """The id by which other commands are told what is meant; it stands last on its line."""
    return f"编号 {of}" if of else ""


def covered(field: str, text: str) -> str:
    """A value of a field as it may be shown without a reason: numbers that identify are masked (Law 4)."""
    from xieli_tui.domain.idnum import mask_id
    from xieli_tui.domain.text import mask_phone

    if field in ("id_no", "household_id_no"):
        return mask_id(text)
    if field == "phone":
        return mask_phone(text)
    return "*" * 6 if field in ("bank", "disability_cert", "guardian") and text else text


def field_word(field: str) -> str:
    """What a field is called."""
    from xieli_tui.store.queries.words import FIELDS

    return FIELDS.get(field, field)


def tail(word: str, number: str, full: bool) -> str:
    """An ID or phone number: whole, or the end of it, which is what tells two people apart when it is read out."""
    if not number:
        return ""
    return f"{word} {number}" if full else f"{word}尾号 {number.lstrip('*')[-4:]}"
