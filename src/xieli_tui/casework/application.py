"""The village's part of an application after its start: entrustment, authorisations, papers, hand-over, telling the family.

Rules kept here
- law-required before hand-over: entrustment always (002:三(二)1); everything else is 后补, listed and never a wall (M-17, M-31);
- one authorisation per adult, valid to a day, serves all applications of the household (M-16); a minor's guardian signs for him;
- there is no place for a compulsory village opinion, and the village writes no desk state (M-18);
- states carry the words of the product: 受委托代为提交(转交), never 审核 or 确认 by the village.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xieli_tui.casework.session import Session
from xieli_tui.casework.views import ApplicationCard, ApplicationRow, Missing, Saved


@dataclass(frozen=True, slots=True)
class Entrust:
    """委托: `by_whom` entrusts `to_whom` (blank: the operator) on a day; `paper` says where the signed sheet lies."""

    application: str
    by_whom: str
    on: str | None = None
    to_whom: str | None = None
    person: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """经济状况核对授权 of one person until a day; `guardian` is the name of who signs for a minor."""

    application: str
    person: str
    until: str | None = None
    on: str | None = None
    guardian: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """诚信承诺 for one application; `person` blank: the applicant signs for all."""

    application: str
    person: str | None = None
    on: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class Kin:
    """The kin question: `none`, or who (`person` of the file or `staff` name) and which relation."""

    application: str
    none: bool = False
    person: str | None = None
    staff: str | None = None
    relation: str | None = None
    on: str | None = None


@dataclass(frozen=True, slots=True)
class AddPaper:
    """Where a paper lies. `later`: it is promised for later (后补)."""

    application: str
    doc: str
    where: str
    person: str | None = None
    on: str | None = None
    later: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """已告知: the family was told of a decision, how and who."""

    application: str
    how: str = "in_person"
    on: str | None = None
    kind: str | None = None
    told_to: str | None = None
    note: str | None = None


def entrust(session: Session, request: Entrust) -> Saved: ...
def consent(session: Session, request: Consent) -> Saved: ...
def commit(session: Session, request: Commit) -> Saved: ...
def kin(session: Session, request: Kin) -> Saved: ...
def add_paper(session: Session, request: AddPaper) -> Saved: ...
def missing(session: Session, application: str) -> list[Missing]: ...
def hand_over(session: Session, application: str, on: str | None = None) -> Saved: ...
def withdraw(session: Session, application: str, reason: str, on: str | None = None) -> Saved: ...
def told(session: Session, request: Told) -> Saved: ...
def show_application(session: Session, application: str) -> ApplicationCard: ...
def list_applications(session: Session, *, household: str | None = None, open_only: bool = False) -> list[ApplicationRow]: ...
