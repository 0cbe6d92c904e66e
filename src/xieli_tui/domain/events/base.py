"""Ground of the event payloads: value types, the registry, and what every payload keeps.

Rules kept here
- a payload is a frozen pydantic model without nulls and without floats; an optional field that is not set is absent from the line;
- money is an integer count of 分, a day is an ISO date `YYYY-MM-DD`, an instant is `YYYY-MM-DDTHH:MM` in +08:00;
- every household-scoped payload carries `village` (12 digits) as captured, for scope checks at the desk (design 03);
- each type says once, here, what it is: fact, claim, step, ruling, road or audit; whose entity it belongs to; and which roles may write it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

TEXT_LIMIT = 10_000
"""Characters in one text field; more stays in the draft (design 03)."""

Role = Literal["village", "township", "county"]
Kind = Literal["fact", "claim", "step", "ruling", "road", "audit"]
Scope = Literal["household", "village", "county", "device"]

VILLAGE: frozenset[str] = frozenset({"village", "township", "county"})
"""Any role may write the type."""
DESK: frozenset[str] = frozenset({"township", "county"})
"""Rulings of either desk."""
COUNTY: frozenset[str] = frozenset({"county"})
"""Rulings of the county alone."""
TOWNSHIP: frozenset[str] = DESK


def _real_day(text: str) -> str:
    dt.date.fromisoformat(text)
    return text


def _real_moment(text: str) -> str:
    dt.datetime.fromisoformat(text)
    return text


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_real_day)]
"""ISO date `YYYY-MM-DD`."""
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$"), AfterValidator(_real_moment)]
"""Local instant `YYYY-MM-DDTHH:MM`, +08:00."""
VillageCode = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
RegionCode = Annotated[str, StringConstraints(pattern=r"^\d{2,12}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
"""UUIDv7 text of an entity."""
OperatorId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
Fen = Annotated[int, Field(ge=0, lt=2**53, strict=True)]
"""Money in integer 分."""
Count = Annotated[int, Field(ge=0, lt=2**31, strict=True)]
RefText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}:[0-9a-f]{16}:[1-9]\d{0,15}:[0-9a-f]{32}$")]
"""Reference to an event: dev:ep:seq:hash16 (design 03)."""
DeviceId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
EpochId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LIMIT)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
"""An id of a controlled vocabulary (domain/codes.py)."""
Scalar = str | bool | int | list[str]


class Payload(BaseModel):
    """Base of every payload: frozen, no unknown keys, input never echoed in error texts. A list or an object not given comes of a factory: a plain default
    is copied for every line that is judged, which costs as much as the rest of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, strict=False, defer_build=True)

    def as_d(self) -> dict[str, Any]:
        """The `d` object of the event line: no nulls, no empty lists or objects, plain JSON values."""
        dumped = self.model_dump(mode="json", exclude_none=True)
        return {name: value for name, value in dumped.items() if value not in ([], {})}


class HouseholdPayload(Payload):
    """A payload about one household, carrying the village as captured."""

    village: VillageCode
    household: Id


@dataclass(frozen=True, slots=True)
class EventType:
    """What the product knows about one (t, v).

    Attributes:
        t, v: type name and version of the payload.
        model: the payload model.
        kind: fact, claim, step, ruling, road or audit (design 03).
        entity: name of the payload field that holds the id of the one entity this event belongs to ("" = the event itself).
        writers: roles that may write it; a line of another role is stored and never effective (XL-S03).
        ruling: True for the types marked * in the catalogue.
        scope: what the village check of row 20 looks at.
    """

    t: str
    v: int
    model: type[Payload]
    kind: Kind
    entity: str
    writers: frozenset[str]
    ruling: bool
    scope: Scope


EVENTS: dict[tuple[str, int], EventType] = {}
"""The catalogue, filled by the topic modules of this package."""

P = TypeVar("P", bound=type[Payload])


def event(
    t: str,
    *,
    kind: Kind,
    entity: str = "",
    writers: Iterable[str] = VILLAGE,
    scope: Scope = "household",
    v: int = 1,
) -> Callable[[P], P]:
    """Register a payload model under its type name.

    Raises:
        ValueError: the same (t, v) registered twice.
    """

    def register(model: P) -> P:
        if (t, v) in EVENTS:
            raise ValueError(f"event type registered twice: {t} v{v}")
        who = frozenset(writers)
        EVENTS[(t, v)] = EventType(t, v, model, kind, entity, who, "village" not in who, scope)
        model.__event__ = (t, v)  # type: ignore[attr-defined]
        return model

    return register


def event_type(model: type[Payload] | Payload) -> EventType:
    """The registry entry of a payload model or instance."""
    cls = model if isinstance(model, type) else type(model)
    return EVENTS[cls.__event__]  # type: ignore[attr-defined]
