"""What a person typed, made into what a payload may hold.

Rules kept here
- every text is checked once, at the border: control characters XL-V10, more than 10,000 characters XL-V07 with the count, blank where a word is owed XL-V06;
- a day is given as people write it and leaves as ISO text; an impossible day is XL-V02, a day in the future XL-V13 where the field is about something done;
- a vocabulary id is one of its list (XL-V08), so nothing free-floating enters the chain;
- a payload that still does not fit is refused as XL-V11 with the field's name and never with its value.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from xieli_tui.domain import codes
from xieli_tui.domain.dates import parse_day
from xieli_tui.domain.events.base import TEXT_LIMIT, Payload
from xieli_tui.domain.masks import no_telephone
from xieli_tui.domain.money import parse_fen
from xieli_tui.errors import Refused, XieliError

P = TypeVar("P", bound=Payload)

NAME_LIMIT = 200
LISTED = 20
"""How many choices an error names."""
FIELD_VOCAB = {
    "category": "category", "status": "status", "area": "area", "house_safety": "house_safety", "income_stability": "income_stability", "id_state": "id_state", "sex": "sex",
    "disability_kind": "disability_kind", "health": "health", "labour": "labour", "work": "work", "student_stage": "student_stage", "support_mode": "support_mode",
    "marital": "marital", "education": "education", "special": "special", "cared_kind": "cared_kind", "insure_tier": "insure_tier",
}
"""Claim field -> vocabulary of `domain.codes`."""
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def text(value: str | None, field: str, *, limit: int = TEXT_LIMIT, lines: bool = True) -> str | None:
    """A trimmed text, or None when nothing was written.

    Raises:
        Refused: XL-V10 for characters that cannot be kept, XL-V07 beyond `limit` characters (with the count).
    """
    if value is None:
        return None
    plain = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not plain:
        return None
    for char in plain:
        if char in "\n\t":
            if lines:
                continue
            raise Refused("XL-V10", field=field)
        if unicodedata.category(char) in ("Cc", "Cs") or char in _BIDI:
            raise Refused("XL-V10", field=field)
    if len(plain) > limit:
        detail = f"现有 {len(plain):,} 个字" if limit == TEXT_LIMIT else f"这一格最多 {limit} 个字，现有 {len(plain):,} 个字"
        raise Refused("XL-V07", detail, field=field, extra={"count": len(plain), "limit": limit})
    return plain


def name(value: str | None, field: str) -> str | None:
    """A one-line text of at most 200 characters, or None when nothing was written."""
    return text(value, field, limit=NAME_LIMIT, lines=False)


def needed(value: str | None, field: str) -> str:
    """A value that must be there; XL-V06 when it is not."""
    if value is None or not value.strip():
        raise Refused("XL-V06", field=field)
    return value


def day(value: str | None, today: dt.date, field: str = "on", *, future: bool = False) -> str:
    """ISO text of a day as typed; today when nothing was typed.

    Args:
        future: a day to come is allowed (a promise, the end of an authorisation).

    Raises:
        Refused: XL-V01 not readable, XL-V02 impossible, XL-V13 in the future.
    """
    if value is None or not value.strip():
        return today.isoformat()
    try:
        found = parse_day(value, today, lean="future" if future else "nearest")
    except XieliError as error:
        raise Refused(error.code, field=field) from None
    if not future and found > today:
        raise Refused("XL-V13", field=field)
    return found.isoformat()


def moment(value: str | None, now: dt.datetime, field: str = "at") -> str:
    """`YYYY-MM-DDTHH:MM` of an instant as typed (`14:05` is today, `12-28 14:05`, ISO); now when nothing was typed.

    Raises:
        Refused: XL-V01, XL-V02, XL-V13.
    """
    if value is None or not value.strip():
        return now.strftime("%Y-%m-%dT%H:%M")
    plain = unicodedata.normalize("NFKC", value).strip().replace("T", " ")
    head, _, clock = plain.rpartition(" ")
    on = day(head or None, now.date(), field)
    parts = clock.split("+")[0].split(":")
    try:
        at = dt.datetime.combine(dt.date.fromisoformat(on), dt.time(int(parts[0]), int(parts[1])), tzinfo=now.tzinfo)
    except (ValueError, IndexError):
        raise Refused("XL-V01", field=field) from None
    if at > now + dt.timedelta(minutes=5):
        raise Refused("XL-V13", field=field)
    return at.strftime("%Y-%m-%dT%H:%M")


def choice(value: str | None, allowed: Iterable[str], field: str) -> str:
    """One id out of a closed list; XL-V06 when nothing was chosen, XL-V08 when it is not in the list."""
    picked = unicodedata.normalize("NFKC", needed(value, field)).strip()
    listed = tuple(allowed)
    if picked not in listed:
        raise Refused("XL-V08", "、".join(listed), field=field)
    return picked


def coded(value: str | None, vocab: str, field: str) -> str:
    """One id of a vocabulary of `domain.codes`, given as id, as label or as a word offices write.

    Raises:
        Refused: XL-V06 nothing chosen, XL-V08 not in the list (the list is named).
    """
    given = needed(value, field)
    picked = codes.find(vocab, given)
    if picked is None:
        listed = [f"{ident} {word}" for ident, word in codes.choices(vocab)]
        shown = "、".join(listed[:LISTED]) + (" 等" if len(listed) > LISTED else "")
        raise Refused("XL-V08", shown, field=field)
    return picked


def coded_all(given: Iterable[str], vocab: str, field: str) -> list[str]:
    """Several ids of a vocabulary, in the order given, each once; `a,b` in one text is two."""
    words = [part for one in given for part in one.replace("，", ",").replace("、", ",").split(",") if part.strip()]
    return list(dict.fromkeys(coded(word, vocab, field) for word in words))


def fen(value: int | str | None, field: str) -> int | None:
    """Money in 分 from a number of 分 (int) or from 元 as typed (text); None when nothing was given."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise Refused("XL-V04", field=field)
    if isinstance(value, int):
        if not 0 <= value < 2**53:
            raise Refused("XL-V04", field=field)
        return value
    try:
        return parse_fen(value)
    except XieliError as error:
        raise Refused(error.code, field=field) from None


_YES = {"true", "1", "是", "有", "yes", "y"}
_NO = {"false", "0", "否", "无", "no", "n"}


def typed_fields(table: Mapping[str, str], given: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """Claim fields as typed in a form or on a command line, made into the types of `HOUSEHOLD_FIELDS` / `PERSON_FIELDS`.

    Blank text clears nothing and is left out: a claim says what is known, never that something is unknown.

    Raises:
        Refused: XL-V11 unknown field, and the codes of the single values.
    """
    out: dict[str, Any] = {}
    for field, value in given.items():
        kind = table.get(field)
        if kind is None:
            raise Refused("XL-V11", f"没有 {field} 这一栏", field=field)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        if kind == "text":
            out[field] = text(str(value), field)
            if field == "phone" and no_telephone(str(value)):
                raise Refused("XL-V11", "电话的数字太多，像证件号或卡号", field=field)
        elif kind == "id":
            out[field] = str(value).strip()
        elif kind == "code":
            out[field] = coded(str(value), FIELD_VOCAB[field], field)
        elif kind == "codes":
            parts = [value] if isinstance(value, str) else [str(part) for part in value]
            out[field] = coded_all(parts, "special", field) if field == "special" else _labels(parts, field)
        elif kind == "day":
            out[field] = day(str(value), today, field, future=field.endswith("_until"))
        elif kind == "fen":
            out[field] = fen(value, field)
        elif kind == "bool":
            out[field] = _truth(value, field)
        else:
            out[field] = _count(value, field)
            if field == "disability_level" and not 1 <= out[field] <= 4:
                raise Refused("XL-V08", "1 至 4 级", field=field)
    return out


def _labels(given: Iterable[str], field: str) -> list[str]:
    """Labels are old names kept as flags (V1b): the id where the word is known, the word itself where it is not."""
    words = [part for one in given for part in one.replace("，", ",").replace("、", ",").split(",") if part.strip()]
    return list(dict.fromkeys(codes.find("old_label", word) or needed(name(word, field), field) for word in words))


def _truth(value: object, field: str) -> bool:
    if isinstance(value, bool):
        return value
    plain = unicodedata.normalize("NFKC", str(value)).strip().lower()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise Refused("XL-V08", "是、否", field=field)


def _count(value: object, field: str) -> int:
    try:
        number = int(unicodedata.normalize("NFKC", str(value)).strip())
    except ValueError:
        raise Refused("XL-V11", field=field) from None
    if number < 0:
        raise Refused("XL-V11", field=field)
    return number


def make(model: type[P], **fields: Any) -> P:
    """A payload from checked values; None and empty collections are left out so that defaults apply.

    Raises:
        Refused: XL-V07 or XL-V11 naming the field, never its value.
    """
    given = {key: value for key, value in fields.items() if value is not None}
    try:
        return model(**given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = str(first["loc"][0]) if first["loc"] else first["msg"].removeprefix("Value error, ").split(":")[0]
        code = {"string_too_long": "XL-V07", "missing": "XL-V06", "string_too_short": "XL-V06"}.get(first["type"], "XL-V11")
        raise Refused(code, field=where) from None
