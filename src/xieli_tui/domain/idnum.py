"""Citizen identity numbers, GB 11643: 18 digits with a check character, and the 15 digits of before 1999.

Rules kept here
- apostrophes and white space are stripped and full-width is folded before judging (design 08);
- a number from a number cell is never rebuilt: the last digits are gone, the person is 待补;
- a wrong length, character, date or check digit makes the number unusable (XL-W12); such a number is examined no further;
- 15 digits mean century 19 and become 18 (XL-W14), unless a known birth day disagrees: then they stay as given (XL-W15);
- an unknown region prefix warns (XL-W17) and never rejects: counties are merged and renamed. Which counties exist is the county's knowledge,
  so only the province part is judged here, besides the regions the caller knows and 999999 (测试县).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from xieli_tui.domain.codes_people import FEMALE, MALE
from xieli_tui.domain.text import fold_code
from xieli_tui.errors import Refused

State = Literal["ok", "float", "bad", "blank"]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_FIRST_YEAR = 1850
TEST_REGION = "999999"
"""测试县, the region of every invented person."""
_PROVINCES = frozenset(
    (
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
        "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
        "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83", "91",
    )
)
_BLANKS = frozenset({"", "-", "--", "/", "无", "暂无", "不详", "未知", "空"})
_PROBLEMS = {"float": "XL-W11", "bad": "XL-W12", "blank": "XL-W13"}


@dataclass(frozen=True, slots=True)
class IdCheck:
    """What can be said of an identity number.

    Attributes:
        state: ok, float (from a number cell), bad, blank.
        number: the number to keep (18 characters, or 15 as given with XL-W15); "" when unusable.
        birth, sex, region: what the number says; None and "" when unusable.
        warnings: codes XL-W11 to XL-W17, in order.
        given: the folded text as it was given, for the person who has to look at the paper again; "" for a number cell.
    """

    state: State
    number: str = ""
    birth: dt.date | None = None
    sex: str = ""
    region: str = ""
    warnings: tuple[str, ...] = ()
    given: str = ""

    @property
    def usable(self) -> bool:
        """True when the number may identify a person."""
        return self.state == "ok"


def check_digit(body: str) -> str:
    """The 18th character for 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def to18(number: str) -> str:
    """15 digits -> 18 characters, century 19. Raises Refused XL-V03 for anything else."""
    if len(number) != 15 or not (number.isascii() and number.isdigit()):
        raise Refused("XL-V03")
    body = number[:6] + "19" + number[6:]
    return body + check_digit(body)


def _birth(digits: str, today: dt.date) -> dt.date | None:
    try:
        day = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return day if dt.date(_FIRST_YEAR, 1, 1) <= day <= today else None


def region_known(number: str, known: Collection[str] = ()) -> bool:
    """True when the number's first six digits lie in a region that is known here."""
    return number[:2] in _PROVINCES or number[:6] == TEST_REGION or number[:6] in known


def check_id(text: object, today: dt.date, *, birth: dt.date | None = None, known: Collection[str] = ()) -> IdCheck:
    """Judge an identity number as a cell or a field gives it (text, number, None).

    Args:
        birth: the day a birth cell gives, for the 15-digit rule.
        known: six-digit regions the caller knows beside the provinces.
    """
    if text is None:
        return _problem("blank")
    if isinstance(text, (int, float)):
        return _problem("float")
    folded = fold_code(str(text))
    if folded in _BLANKS:
        return _problem("blank")
    if _is_scientific(folded):
        return _problem("float")
    if not folded.isascii():
        return _problem("bad", folded)
    if len(folded) == 18:
        return _check18(folded, today, known)
    if len(folded) == 15 and folded.isdigit():
        born = _birth("19" + folded[6:12], today)
        if born is None:
            return _problem("bad", folded)
        full = to18(folded)
        agrees = birth is None or birth == born
        warnings = ("XL-W14" if agrees else "XL-W15", *(() if region_known(full, known) else ("XL-W17",)))
        return IdCheck("ok", full if agrees else folded, born if agrees else birth, _sex(full), full[:6], warnings, folded)
    return _problem("bad", folded)


def _check18(number: str, today: dt.date, known: Collection[str]) -> IdCheck:
    body = number[:17]
    if not body.isdigit() or number[17] != check_digit(body):
        return _problem("bad", number)
    born = _birth(body[6:14], today)
    if born is None:
        return _problem("bad", number)
    warnings = () if region_known(number, known) else ("XL-W17",)
    return IdCheck("ok", number, born, _sex(number), number[:6], warnings, number)


def _sex(number: str) -> str:
    return MALE if int(number[16]) % 2 else FEMALE


def _problem(state: State, given: str = "") -> IdCheck:
    return IdCheck(state, warnings=(_PROBLEMS[state],), given=given)


def _is_scientific(folded: str) -> bool:
    if "E" not in folded:
        return False
    try:
        return float(folded) >= 1e13
    except ValueError:
        return False


def require_id(text: str, today: dt.date, *, known: Collection[str] = ()) -> IdCheck:
    """A typed number that must be usable. Raises Refused XL-V03 (field `id_no`), naming no digit."""
    check = check_id(text, today, known=known)
    if not check.usable:
        raise Refused("XL-V03", field="id_no")
    return check


def mask_id(number: str) -> str:
    """First six, stars, last four; shorter texts keep only their last two. "" stays ""."""
    if len(number) >= 15:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    return "*" * (len(number) - 2) + number[-2:] if len(number) > 2 else "*" * len(number)
