"""Printing from the app: what can be printed of what is in front, and the three ways (design 10): 直接打印, 打开查看, 存成文件; the last way is kept.

Rules kept here
- for the printer and the viewer the sheet lies in the session's private folder, and goes when the desk locks or is left;
- the system's own programs print and show; they are started without any of our variables, so no passphrase goes with them;
- where there is none, or it fails, that is said; the sheet can still be kept as a file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from xieli_tui.casework import application_card, form_work, forms, reads, values
from xieli_tui.domain import codes
from xieli_tui.errors import Refused
from xieli_tui.paper.catalogue import FORMS
from xieli_tui.store import queries, settings

if TYPE_CHECKING:
    from xieli_tui.casework.forms import Printed
    from xieli_tui.casework.session import Session
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

WAYS = (("print", "直接打印"), ("show", "打开查看"), ("file", "存成文件"))
_KEY = "printing.way"
PATIENCE = 20
"""Seconds a printer's queue may take to accept a sheet."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One sheet that can be printed now: the form, what it is about, its title, which one it is. `more`: the other families of a batch, each with a document of its own."""

    form: str
    subject: str
    title: str
    which: str = ""
    more: tuple[str, ...] = ()

    @property
    def subjects(self) -> list[str]:
        """What is printed, in order."""
        return [self.subject, *self.more] if self.subject else []


class Machine(Protocol):
    """The computer's printer and viewer."""

    def show(self, path: Path) -> None:
        """Open it in the viewer. Raises Refused: XL-F31."""

    def print(self, path: Path) -> None:
        """Put it into the printer's queue. Raises Refused: XL-F31."""


class SystemMachine:
    """The programs the system has for it."""

    def show(self, path: Path) -> None:
        if sys.platform == "win32":
            self._windows(path, "open")
        else:
            self._start(("open",) if sys.platform == "darwin" else ("xdg-open",), path)

    def print(self, path: Path) -> None:
        if sys.platform == "win32":
            self._windows(path, "print")
        else:
            self._wait(("lp",), path)

    def _windows(self, path: Path, verb: str) -> None:
        try:
            os.startfile(path, verb)  # type: ignore[attr-defined,unused-ignore]  # noqa: S606 (the printer or viewer of Windows; a verb and our own path)
        except OSError as error:
            raise Refused("XL-F31") from error

    def _start(self, command: Sequence[str], path: Path) -> None:
        """Start a program that stays open."""
        if shutil.which(command[0]) is None:
            raise Refused("XL-F31")
        try:
            subprocess.Popen(  # noqa: S603 (a fixed program, our own path)
                [*command, str(path)], env=clean(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, close_fds=True,
            )
        except OSError as error:
            raise Refused("XL-F31") from error

    def _wait(self, command: Sequence[str], path: Path) -> None:
        """Run a program to its end."""
        if shutil.which(command[0]) is None:
            raise Refused("XL-F31")
        try:
            subprocess.run(  # noqa: S603 (a fixed program, our own path)
                [*command, str(path)], env=clean(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Refused("XL-F31") from error


MACHINE: Machine = SystemMachine()


def clean() -> dict[str, str]:
    """The surroundings of a program we start: nothing of ours, above all no passphrase."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith("XIELI")}


def last_way(session: Session) -> str:
    """How it was printed last; 打开查看 before the first time: a sheet is looked at before it is believed."""
    with session.reading() as tx:
        kept = settings.get(tx, _KEY, "show")
    return kept if kept in dict(WAYS) else "show"


def keep_way(session: Session, way: str) -> None:
    """Remember it. Raises Refused: XL-V08."""
    way = values.choice(way, dict(WAYS), "way")
    with session.writing() as tx:
        settings.put(tx, _KEY, way)


def go(session: Session, offer: Offer, way: str, machine: Machine | None = None) -> Printed:
    """Print or show one sheet; the way is kept once it went.

    Raises:
        As `forms.to_look_at`; Refused: XL-V08 another way, XL-F31 no program for it.
    """
    way = values.choice(way, ("print", "show"), "way")
    made = forms.to_look_at(session, offer.form, offer.subjects)
    hand(Path(made.file), way, machine)
    keep_way(session, way)
    return made


def hand(path: Path, way: str, machine: Machine | None = None) -> None:
    """A paper of the private folder to the printer or the viewer. Raises Refused: XL-V08 another way, XL-F31 no program for it."""
    at = machine or MACHINE
    (at.print if values.choice(way, ("print", "show"), "way") == "print" else at.show)(path)


def keep(session: Session, offer: Offer, out: Path | str) -> Printed:
    """The sheet in a file of her choice; the way is kept. Raises as `forms.save`."""
    made = forms.save(session, offer.form, offer.subjects, out)
    keep_way(session, "file")
    return made


def mark(offer: Offer) -> str:
    """The first letters of the form's number: what a file of it may be called."""
    return FORMS[offer.form].mark


def offers(session: Session, household: str = "", application: str = "", work: bool = False) -> list[Offer]:
    """What can be printed: of an application or of a family with its newest one; of the work itself when neither is in front, or before them with `work`."""
    of_work = [Offer(form, "", FORMS[form].word_at(session.role)) for form in (("route", "handover", "receipt", "recovery") if session.role == "village" else ("recovery",))]
    if not household and not application:
        return [*of_work, *_cards(session)]
    with session.reading() as tx:
        app = queries.application(tx, application) if application else _newest(tx, household)
        home = app.household if app is not None else household
        found_ = _of_application(tx, session.role, app) if app is not None else [(form, home) for form in ("application", "consent", "commitment", "entrust", "survey", "kin")]
        out = [Offer(form, subject, FORMS[form].word_at(session.role)) for form, subject in found_]
        last = next(iter(queries.visits(tx, home, limit=1)), None)
        out.append(Offer("visit", last.id if last is not None else home, FORMS["visit"].title, last.on if last is not None else "空白的"))
        out += [
            Offer("referral", one.id, FORMS["referral"].title, f"{one.on} {codes.label('department', one.department)}") for one in queries.referrals(tx, home) if one.known and not one.result
        ]
        out.append(Offer("cover", home, FORMS["cover"].title))
        if app is not None:
            out += [Offer("card", kind, FORMS["card"].title, codes.label("kind", kind)) for kind in app.kinds]
    return [*of_work, *out] if work else out


OF_MANY = ("cover", "visit", "application", "consent", "commitment", "entrust", "survey", "kin")
"""Forms that every family can have, with an application or without one: what is printed for several at once."""


def offers_of_many(session: Session, households: Sequence[str]) -> list[Offer]:
    """What can be printed for several families in one piece, each on sheets of its own; what families have yet to bring only where each has an application.

    Raises:
        NotFound: XL-V40.
    """
    with session.reading() as tx:
        homes = [reads.household(tx, one).id for one in dict.fromkeys(households)]
        every = [*OF_MANY, *(("missing",) if all(_newest(tx, home) is not None for home in homes) else ())]
    return [Offer(form, homes[0], FORMS[form].word_at(session.role), f"{len(homes)} 户", tuple(homes[1:])) for form in every] if homes else []


def _cards(session: Session) -> list[Offer]:
    """明白卡 of every kind the policy files here speak of."""
    with session.reading() as tx:
        kinds = form_work.kinds_of_cards(session, tx)
    return [Offer("card", kind, FORMS["card"].title, codes.label("kind", kind)) for kind in kinds]


def _newest(tx: Tx, household: str) -> rows.Application | None:
    return max((one for one in queries.applications(tx, household) if one.known), key=lambda one: (one.started, one.id), default=None)


def _of_application(tx: Tx, role: str, app: rows.Application) -> list[tuple[str, str]]:
    """Forms of an application, those it needs now first."""
    decided = bool(queries.decisions(tx, app=app.id))
    temporary = any(kind.startswith("temp") for kind in app.kinds)
    ended = application_card.state(app, queries.decisions(tx, app=app.id)) in application_card.ENDED
    wanted = [
        ("told", decided), ("decision", decided and role != "village"), ("missing", not ended), ("application", True), ("consent", True), ("commitment", True), ("entrust", True),
        ("delivery", role == "village"), ("acceptance", role != "village" and bool(app.accepted)), ("non_acceptance", role != "village" and not app.accepted), ("survey", True),
        ("temp_aid", temporary), ("selfcare", "tekun" in app.kinds), ("kin", True), ("check_list", role != "village"), ("told", not decided),
    ]
    return [(form, app.id) for form, now in wanted if now]
