"""How one laptop behaves to the person in front of it: when names are covered, when it locks. Local settings, never events.

Rules kept here (design 05)
- names are covered after 2 minutes without a key, the desk locks after 15; she may choose less, never more;
- the county may shorten the lock (`lock_minutes`); what it set cannot be lengthened here.
"""

from __future__ import annotations

from dataclasses import dataclass

from xieli_tui.casework.session import Session
from xieli_tui.domain import jsontext
from xieli_tui.errors import Refused
from xieli_tui.store import queries, settings
from xieli_tui.store.store import Tx

COVER_MINUTES = 2
LOCK_MINUTES = 15
_KEY = "comfort"


@dataclass(frozen=True, slots=True)
class Comfort:
    """Minutes without a key until names are covered and until the desk locks; `longest` is what the lock may be at most, `by_county` whether the
    county set that."""

    cover: int = COVER_MINUTES
    lock: int = LOCK_MINUTES
    longest: int = LOCK_MINUTES
    by_county: bool = False


def load(session: Session) -> Comfort:
    """What holds on this laptop today."""
    with session.reading() as tx:
        kept = settings.get(tx, _KEY, {})
        county = _of_county(session, tx)
    longest = min(LOCK_MINUTES, county) if county else LOCK_MINUTES
    lock = min(_whole(kept.get("lock"), LOCK_MINUTES), longest)
    return Comfort(min(_whole(kept.get("cover"), COVER_MINUTES), lock), lock, longest, bool(county) and county <= LOCK_MINUTES)


def keep(session: Session, cover: str, lock: str) -> Comfort:
    """Keep what she typed.

    Raises:
        Refused: XL-V11 not whole minutes, longer than allowed, or covered later than locked.
    """
    now = load(session)
    minutes = {}
    for name, typed, most in (("lock", lock, now.longest), ("cover", cover, COVER_MINUTES)):
        text = typed.strip()
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:4]) <= most:
            raise Refused("XL-V11", f"写 1 到 {most} 的整数，单位分钟", field=name)
        minutes[name] = int(text)
    if minutes["cover"] > minutes["lock"]:
        raise Refused("XL-V11", "盖上要在锁屏之前", field="cover")
    with session.writing() as tx:
        settings.put(tx, _KEY, minutes)
    return load(session)


def _of_county(session: Session, tx: Tx) -> int:
    """The county's word in whole minutes, 0 when it set none."""
    area = session.profile.villages[0] if session.profile.villages else session.profile.area
    raw = queries.local_value(tx, "lock_minutes", session.today.isoformat(), area)
    return _whole(jsontext.value(raw), 0)  # a value that is no number of minutes shortens nothing; `county local set` refuses it


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else default
