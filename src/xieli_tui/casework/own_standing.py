"""What is to be known of this very computer: stopped by its desks, two histories, a clock put right, an older key file; in sentences she can read out.

Rules kept here
- nothing is lost by any of it, and every sentence says so: what was written stays, what is held back is looked at by a person;
- a sentence says what happened, what it means for her entries, and whom to ask; no code, no hexadecimal;
- computed from the set as it is known here, so it goes when the county takes it back; a fork that was settled for all lines is no news any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_sync.event import ref_text
from xieli_tui.casework import epochs
from xieli_tui.domain.clock import day_of
from xieli_tui.store import journal, queries, settings, stopped, trust, vault
from xieli_tui.store.queries.road import NOT_COUNTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xieli_tui.store import Tx
    from xieli_tui.store.journal import StoredEvent


OLD_KEYS = "旧钥匙文件：钥匙文件比上次打开时旧，收回的口令可能又能开了。请核对操作员名单，没有不认识的，在操作员和口令那一页改一次口令就好。"
"""Said at every opening until the key file is the newest again."""


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """`stopped`: the day the county stopped this computer, "" when it did not. `notes`: sentences, the gravest first; `briefs`: each in a line's few words."""

    stopped: str = ""
    notes: tuple[str, ...] = ()
    briefs: tuple[str, ...] = ()


def of(tx: Tx) -> OwnStanding:
    """Where this computer stands with its desks."""
    said = _said(tx)
    behind, older = settings.get(tx, epochs.BEHIND) is not None, vault.older_file(tx)
    if not said and not behind and not older:
        return OwnStanding()
    notes: list[tuple[str, str]] = []
    if behind:  # a desk
        notes.append(("资料库像是从备份放回来的，先不能回传", "资料库比上次发出时旧，像是从备份放回来的，先不能回传。请带上根密钥文件，运行 xieli county reopen --root 文件夹；收件和办理照常。"))
    if older:
        notes.append(("钥匙文件是旧的，请核对操作员名单", OLD_KEYS))
    revoked = [e for e in said if e.t == "device.revoked" and e.role == "county"]
    since = day_of(min(e.hlc_ms for e in revoked)) if revoked else ""
    if revoked:
        notes.append(_stopped(tx, since, revoked))
    notes += _forks(tx, said)
    clamps = [e for e in said if e.t == "clock.clamped"]
    if clamps:
        lines = sum(int(e.d["last"]) - int(e.d["first"]) + 1 for e in clamps)
        notes.append(("电脑的时间走错过，请核对日期", f"这台电脑的时间走错过，{lines} 条记录的先后由县里改排，内容没有动。请核对电脑的日期和时间。"))
    return OwnStanding(since, tuple(full for _, full in notes), tuple(brief for brief, _ in notes))


def _said(tx: Tx) -> list[StoredEvent]:
    wanted = ("device.revoked", "fork.frozen", "fork.settled", "clock.clamped")
    held = [e for e in journal.load(tx, entity=tx.dev, t=wanted) if e.role in trust.DESKS]
    return stopped.standing(tx, held)


def _stopped(tx: Tx, on: str, revoked: Iterable[StoredEvent]) -> tuple[str, str]:
    cuts = [e.d.get("cut", {}) for e in revoked]
    mine = tx.conn.exec_driver_sql("SELECT ep, seq, hash, t FROM journal WHERE dev=?", (tx.dev,)).all()
    later = [
        ref_text(tx.dev, str(ep), int(seq), str(digest)) for ep, seq, digest, t in mine
        if t not in NOT_COUNTED and any(int(seq) > cut.get(str(ep), 0) for cut in cuts)
    ]
    after = sum(state != "county" for state in queries.entry_states(tx, later).values())
    beyond = f"停用以后的 {after} 条要县里看过放行才算数" if after else "以后写的要县里看过放行才算数"
    return f"县里 {on[5:]} 停用了这台电脑，请打电话", f"县里 {on[5:]} 停用了这台电脑。{beyond}，写过的都在，一条不少。请给县里打电话。"


def _forks(tx: Tx, said: Iterable[StoredEvent]) -> list[tuple[str, str]]:
    frozen: dict[str, int] = {}
    settled: set[str] = set()
    for e in said:
        if e.t == "fork.frozen":
            ep = str(e.d["ep"])
            frozen[ep] = min(int(e.d["seq"]), frozen.get(ep, int(e.d["seq"])))
        elif e.t == "fork.settled":
            settled.add(str(e.d["ep"]))
    notes = []
    for ep, seq in sorted(frozen.items()):
        refs = [e.ref for e in journal.load(tx, dev=tx.dev, ep=ep, seq_from=seq)]
        held = sum(1 for state in queries.entry_states(tx, refs).values() if state == "quarantined")
        where = f"第 {seq} 条起和另一份对不上，县里停收了那一段"
        if ep == tx.ep:
            notes.append(("这台电脑的记录有两份，请收一次回传", f"这台电脑的记录有两份：{where}。请先收一次回传，程序会另起一段接着写。"))
        elif ep in settled:
            if held:
                notes.append((f"两份记录县里定了，{held} 条不算数", f"这台电脑的记录有过两份：{where}，现在定了，有 {held} 条不算数。现在写的照常。"))
        else:
            notes.append((
                f"这台电脑的记录有两份，{held} 条等县里定", f"这台电脑的记录有两份：{where}，{held} 条等县里定。已经换了钥匙、另起一段，接着写就行，写过的都在。",
            ))
    return notes
