"""Sending home: per device the delivery lines it lacks, one return when the idle rule says so.

Rules kept here
- what belongs in a return is the store's (`relay.refresh`), whether one is owed is the pure rule of the road (`exchange.needs_send`): a line never
  written, unacknowledged content, or unacknowledged lines once that device was heard again; it starts after the highest r acknowledged;
- so a lost return heals with the next one, and where nothing happened nothing is written;
- every device that was heard and whose certificates reach the root is answered: one that is not in the register (this desk was put back from an
  older copy, or its registration is still on the way) learns what is held of its chains and where the desk stands;
- a revoked device is told only when it is named: what it learns is that it was revoked, and its stick may be in the wrong hands. What it never
  acknowledged goes with it, as numbers have no holes (design 04): those lines lay in files wrapped for its key before it was stopped, so nothing new is
  told. Lines that no file ever carried (the disk was full, then it was stopped) are taken back before;
- a township lays the county's own returns for its laptops down besides, byte for byte (`casework.carriage`);
- a laptop whose desks changed since its grant gets a new one with the return (`regrant`);
- a database that is behind what was sent sends nothing (`letters.require_ahead`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from xieli_sync import outbox
from xieli_tui.casework import carriage, epoch_mark
from xieli_tui.casework.views import ExportedFile
from xieli_tui.desk import guards, regrant
from xieli_tui.desk.enrolment import last_enrolment
from xieli_tui.desk.letters import lay_down, require_ahead, require_folder
from xieli_tui.domain.clock import millis
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import deliveries, queries, relay, stopped, trust
from xieli_tui.store.recipients import Recipient

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx

PREFIX = 8
"""Digits of a device id that are enough when they are met once."""


def send(session: Session, folder: Path | str, device: str | None = None, *, fs: outbox.Fs = outbox.OS_FS) -> list[ExportedFile]:
    """Write the returns owed into `folder`; none owed, none written.

    Args:
        device: one device (its id, or the first digits of it); all that are not revoked when None.

    Raises:
        NotFound: XL-V44 no such device, XL-F05 no such folder. Refused: XL-F02, XL-F03, XL-F04, XL-F07, XL-P07.
        Damaged: XL-C03 the database is behind what was sent.
    """
    guards.require_desk(session)
    target = Path(folder)
    require_folder(target)
    with session.reading() as tx:
        wanted = _recipients(session, tx, device)
        require_ahead(session, tx)
    regrant.renew(session)
    files: list[ExportedFile] = []
    for to, enc_pub in wanted:
        with session.writing() as tx:
            _hold_back(session, tx, to.dev)
            relay.refresh(tx, to, millis(session.clock.now()))
            first = deliveries.owed(tx, to.dev)
        if first is not None:
            files += lay_down(session, target, to.dev, enc_pub, first, fs=fs)
    return files + carriage.bring_down(session, target, [to.dev for to, _ in wanted], fs=fs)


def _hold_back(session: Session, tx: Tx, dev: str) -> None:
    """Of a stopped computer: what was made ready for it and never laid down stays here. The mark outside goes back first: a mark that is ahead of the
    database would say that the database was put back."""
    last = deliveries.withdraw_unlaid(tx, dev) if stopped.stopped(tx, dev) else None
    if last is not None:
        epoch_mark.write_sent(session.dev, session.ep, dev, *last)


def _recipients(session: Session, tx: Tx, device: str | None) -> list[tuple[Recipient, bytes]]:
    area = session.profile.area or ""
    found: list[tuple[Recipient, bytes]] = []
    for one in queries.devices(tx):
        event = last_enrolment(tx, one.dev)
        ours = session.role == "county" or (one.role == "village" and any(v.startswith(area) for v in one.villages))
        if one.dev == session.dev or event is None or not ours or one.role == "county" or (one.revoked and device is None):
            continue
        township = one.role == "township"
        to = Recipient(one.dev, cast(Literal["village", "township"], one.role), () if township else one.villages, one.area if township else "")
        found.append((to, _newest_key(tx, one.dev) or bytes.fromhex(event.d["enc_pub"])))
    found += _unregistered(session, tx)
    if device is None:
        return found
    asked = device.strip().lower()
    met = [pair for pair in found if pair[0].dev == asked or (len(asked) >= PREFIX and pair[0].dev.startswith(asked))]
    if len(met) != 1:
        raise NotFound("XL-V44") if not met else Refused("XL-V44", "不止一台，请多写几位")
    return met


def _newest_key(tx: Tx, dev: str) -> bytes | None:
    """The key a device was last seen to have by certificate; None before its first bundle."""
    newest = next(iter(trust.signers(tx, dev)), None)
    return newest.enc_pub if newest is not None else None


def _unregistered(session: Session, tx: Tx) -> list[tuple[Recipient, bytes]]:
    """Devices heard here whose keys are known by certificate alone."""
    found: dict[str, tuple[Recipient, bytes]] = {}
    for signer in trust.signers(tx):
        answered = signer.role == "village" or (signer.role == "township" and session.role == "county")
        if signer.dev in found or signer.dev == session.dev or not answered or deliveries.last_bundle(tx, signer.dev) is None:
            continue
        known = queries.device(tx, signer.dev)
        if last_enrolment(tx, signer.dev) is None and not (known is not None and known.revoked):
            township = signer.role == "township"
            found[signer.dev] = (Recipient(signer.dev, "township" if township else "village", (), signer.area if township else ""), signer.enc_pub)
    return list(found.values())
