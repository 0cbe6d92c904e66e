"""Files that pass through a township byte for byte: village bundles up to the county, the county's returns and grants down to laptops (design 04, 09).

Rules kept here
- the bytes are those received, never serialised anew; one row a (sender, bid); rows are not taken away: after a county was put back from a backup
  its receipts begin anew, and what they do not cover goes up once more;
- upwards a file is owed until a receipt of the county's present epoch covers it, on its own branch where the chain is forked;
- an echo has no receipt that a township can read: it is owed until something of the county that came after it was taken in; the laptop repeats it
  for as long as it was not answered;
- downwards a file is owed until the laptop's newest epoch states that it took what waits for that; beyond it, and where nothing does, it is laid down
  once, and again when that laptop was heard and still had not taken it: so a lost stick heals and idle stays idle;
- what the county signed with an earlier key than the one it signs with now is not laid down: newer files say the same, and a laptop that met the new
  key takes no older one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from xieli_sync import container
from xieli_sync.delivery import Receipt
from xieli_tui.store import chains, deliveries, receipts, recipients, trust
from xieli_tui.store.store import Tx

UP = ("changes", "echo")
_COLUMNS = "dev, bid, kind, to_dev, ep, first, last, head, gen, content, at_ms, laid"


@dataclass(frozen=True, slots=True)
class Carried:
    """One file on its way. `ep`, `first`, `last` and `head` are those of its core; `to_dev` "" = up to the county."""

    dev: str
    bid: str
    kind: str
    to_dev: str
    ep: str
    first: int
    last: int
    head: str
    gen: int
    content: int
    at_ms: int
    laid: str


def keep(tx: Tx, core: Mapping[str, Any], data: bytes, now_ms: int, *, read: bool = True) -> bool:
    """Keep a file that a laptop wrote and this desk took in, or that a laptop of its area wrote for the county alone, or the county for one; False for
    any other."""
    up = core["kind"] in UP
    if not (up and read) and not recipients.laptop_of_area(tx, str(core["dev"] if up else core["to"])):
        return False
    gen = 0 if up else int(core["cert"][0]["s"].get("gen", 1))
    tx.conn.exec_driver_sql(
        f"INSERT INTO carried({_COLUMNS}, data) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (dev, bid) DO NOTHING",
        (
            core["dev"], core["bid"], core["kind"], "" if up else core["to"], core["ep"], core["first"], core["last"], core["head"], gen,
            _content(core), now_ms, "", data,
        ),
    )
    return True


def _content(core: Mapping[str, Any]) -> int:
    """The last number in the file that is acknowledged for its own sake, as its writer says; 0 = none."""
    said = core.get("content", 0)
    return int(core["last"]) if said is True else said if isinstance(said, int) and 0 < said <= core["last"] else 0


def _rows(tx: Tx, where: str, values: Sequence[object] = ()) -> list[Carried]:
    sql = f"SELECT {_COLUMNS} FROM carried WHERE {where} ORDER BY at_ms, dev, ep, first, last, bid"
    return [
        Carried(str(a), str(b), str(c), str(d), str(e), int(f), int(g), str(h), int(i), int(j), int(k), str(m))
        for a, b, c, d, e, f, g, h, i, j, k, m in tx.ask(sql, tuple(values))
    ]


def data_of(tx: Tx, row: Carried) -> bytes:
    """The bytes."""
    return bytes(tx.value("SELECT data FROM carried WHERE dev=? AND bid=?", (row.dev, row.bid)))


# -- up ---------------------------------------------------------------------------------------------


def owed_up(tx: Tx) -> list[Carried]:
    """Village bundles the county has not signed for yet, in the order they came."""

    @cache
    def said(dev: str, ep: str) -> Signed:
        return Signed(tx, dev, ep)

    heard = int(tx.value("SELECT coalesce(max(at_ms), 0) FROM delivery_in WHERE role='county'"))
    return [
        row for row in _rows(tx, "to_dev=''")
        if (heard <= row.at_ms if row.kind == "echo" else not said(row.dev, row.ep).covers(row.first, row.last, row.head))
    ]


class Signed:
    """What the county, in the epoch it goes by now, signed of one chain."""

    def __init__(self, tx: Tx, dev: str, ep: str) -> None:
        self._said: list[Receipt] = [said.receipt for said in receipts.of_chain(tx, dev, ep) if said.level == "county" and said.epoch == 0]
        self._forked = bool(tx.ask("SELECT 1 FROM journal WHERE dev=? AND ep=? GROUP BY seq HAVING count(*)>1 LIMIT 1", (dev, ep)))
        self._parents = chains.parents_of(tx, dev, ep) if self._forked and self._said else {}

    def covers(self, first: int, last: int, head: str) -> bool:
        """Whether lines first..last, ending in `head`, are signed for."""
        return any(self._speaks(said, last, head) and (said.seq >= last or said.says(first, head) is not None) for said in self._said)

    def _speaks(self, said: Receipt, last: int, head: str) -> bool:
        if said.says(last, head) is None:
            return False
        if not self._forked or said.branch or said.seq < last:
            return True
        at = (said.seq, said.head)  # two histories are held here and the county speaks of one: is this file of that one?
        while at[0] > last and at in self._parents:
            at = (at[0] - 1, self._parents[at])
        return at == (last, head)


# -- down -------------------------------------------------------------------------------------------


def owed_down(tx: Tx, to_dev: str) -> list[Carried]:
    """What the county wrote for a laptop and it is not known to have taken, in the order it came."""
    mark = heard_of(tx, to_dev)
    taken: dict[tuple[str, str], dict[int, str]] = {}
    owed = []
    for row in _rows(tx, "to_dev=?", (to_dev,)):
        said = taken.setdefault((row.dev, row.ep), {})
        if not said:
            said.update({x.r: x.head for x in deliveries.stated(tx, to_dev, row.dev, row.ep)} or {0: ""})
        if any(r > row.last or (r == row.last and head in ("", row.head)) for r, head in said.items()):
            continue
        waits = row.content > max((r for r in said if r <= row.last), default=0)
        if (waits or row.laid != mark) and not _outlived(tx, row):
            owed.append(row)
    return owed


def _outlived(tx: Tx, row: Carried) -> bool:
    """Whether its issuer signs with a later key by now: what it says stands in newer files, and an old one would be refused for its version."""
    said = container.parse(data_of(tx, row)).core["cert"][0]["s"]
    return (int(said.get("gen", 1)), int(said["ver"])) < trust.highest(tx, row.dev)


def heard_of(tx: Tx, dev: str) -> str:
    """A text that changes whenever something of this laptop comes in, by itself or through the county."""
    files = tx.value("SELECT count(*) FROM bundle_seen WHERE dev=?", (dev,))
    newest = tx.value("SELECT coalesce(max(rowid), 0) FROM journal WHERE dev=?", (dev,))
    return f"{files}.{newest}"


def laid_down(tx: Tx, row: Carried) -> None:
    """Remember that it was laid down, and what had been heard of its laptop by then."""
    tx.conn.exec_driver_sql("UPDATE carried SET laid=? WHERE dev=? AND bid=?", (heard_of(tx, row.to_dev or row.dev), row.dev, row.bid))


def laptops(tx: Tx) -> list[str]:
    """Laptops something of the county is kept for."""
    return [str(dev) for dev in tx.column("SELECT DISTINCT to_dev FROM carried WHERE to_dev<>'' ORDER BY to_dev")]


def waiting(tx: Tx) -> tuple[int, int]:
    """(files on their way up, files on their way down) that would be laid down now."""
    return len(owed_up(tx)), sum(len(owed_down(tx, dev)) for dev in laptops(tx))


