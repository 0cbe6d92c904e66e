"""Freezes what this version writes: a village's store, a county's, and one bundle of each kind, out of an invented county.

    python tests/golden/make_golden.py NAME        writes tests/golden/NAME; refuses when it is there

Seeds, clocks and passphrases are fixed (tests/desk/desk_office.py), so that a second run tells the same story; keys of a store's file and of a bundle's
envelope are drawn by the libraries, so its bytes are not the same. What is frozen is never written again: README.md beside this file.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
for place in (HERE.parent, HERE.parent / "desk"):
    sys.path.insert(0, str(place))

from desk_copies import Desks, emergency  # noqa: E402
from desk_office import DESKS, ROOT_PASSPHRASE, START, TOWN, VILLAGE, Made, Office, _at_work, _open, seeded  # noqa: E402
from golden_kit import FILES, told, told_by_county  # noqa: E402

from xieli_sync import container  # noqa: E402
from xieli_tui import __version__  # noqa: E402
from xieli_tui.casework import drafts, exchange, flag_hardship, inform, record_visit  # noqa: E402
from xieli_tui.casework.session import Session  # noqa: E402
from xieli_tui.desk import reopen, send, steps  # noqa: E402
from xieli_tui.domain.clock import FixedClock  # noqa: E402
from xieli_tui.store import migrations  # noqa: E402


def work(office: Office) -> None:
    """A week of a village: families, visits, a flag, a statement to a neighbour, two applications for 急难 help."""
    village = office.village
    for head in ("王建国", "赵桂兰"):
        home = office.household(head)
        record_visit.record_visit(village, record_visit.RecordVisit(home, "self", kind="routine", note="见到本人，身体还好。"))
    flag_hardship.flag_hardship(village, flag_hardship.FlagHardship(["illness"], household=home, urgency="normal", situation="住院"))
    inform.inform(village, inform.Inform(home, "dibao", "considering", reason="和儿子商量"))


def decided(session: Session, app: str, amount: str) -> None:
    steps.accept(session, app)
    steps.decide(session, steps.Decide(app, None, True, amount, None, "突发重病"))


def freeze(out: Path, base: Path) -> dict[str, Any]:
    """Live the story in `base`, lay the pieces down in `out`; what a reader must find in them."""
    os.environ["XIELI_STATE"] = str(base / "state")
    clock = FixedClock(START)
    made: Made = _at_work(clock, base)
    clock.tick(hours=1)
    stick = base / "day"
    stick.mkdir()
    office = Office(*(_open(base / name, made.vaults[name], clock, seeded(n)) for n, name in enumerate(DESKS, 14)), stick, clock, made.root_fingerprint, made.root_dir)
    desks = Desks(office, base)
    (out / "bundles").mkdir(parents=True)
    shutil.copy(made.folder / "grants" / "v.xieli", out / "bundles" / "grant.xieli")
    work(office)
    first = emergency(desks, "石守田")
    desks.settle(township=True)
    copy = desks.copy("county")
    second = emergency(desks, "李桂英")
    desks.up("village", "township", "county")
    decided(desks.session("township"), first, "900")
    desks.up("township", "county")
    decided(desks.session("county"), second, "3500")
    desks.down("county", "village", "township")
    returns(stick, desks.session("village").dev, out / "bundles")
    county = desks.put_back("county", copy)
    reopen.reopen(county, office.root_dir, ROOT_PASSPHRASE)
    clock.tick(minutes=1)
    for name in ("village", "township"):
        session = desks.session(name)
        home = [Path(file.path) for file in send.send(county, stick, device=session.dev)]
        exchange.take_in(session, home)
    county.close()
    keep(base / "county", out / "county", base / "state")
    clock.tick(minutes=1)
    for name in ("village", "township"):
        session = desks.session(name)
        if name == "village":
            record_visit.record_visit(session, record_visit.RecordVisit(office.household("周大河"), "family", kind="routine", note="本人赶集去了，见到老伴。"))
            drafts.save_draft(session, "visit", "", {"note": "没有写完的一句"})
        for file in exchange.export(session, stick, with_backup=False).files:
            kind = container.parse(Path(file.path).read_bytes()).core["kind"]
            target = {"changes": name, "echo": "echo" if name == "village" else "echo-township"}[kind]
            if not file.carried and not (out / "bundles" / f"{target}.xieli").exists():
                shutil.copy(file.path, out / "bundles" / f"{target}.xieli")
    village = desks.session("village")
    expected = told(village)
    village.close()
    keep(base / "village", out / "village", base / "state")
    (out / "village-new").mkdir()
    for file in ("keys.json", "kind.json"):
        shutil.copy(made.folder / "village" / file, out / "village-new" / file)
    return {
        "program": __version__, "store": len(migrations.MIGRATIONS), "villages": [VILLAGE], "town": TOWN, "root_fingerprint": made.root_fingerprint,
        "applications": {"township": first, "county": second}, "village": expected,
    }


def returns(stick: Path, dev: str, bundles: Path) -> None:
    """What the county wrote to the village behind the grant, in order: return.xieli, return-2.xieli …"""
    grant = container.parse((bundles / "grant.xieli").read_bytes()).core
    cores = {path: container.parse(path.read_bytes()).core for path in stick.glob("*.xieli")}
    sent = [path for path, core in cores.items() if core["kind"] == "return" and core["to"] == dev and core["ep"] == grant["ep"]]
    for number, path in enumerate(sorted(sent, key=lambda one: cores[one]["first"]), 1):
        shutil.copy(path, bundles / ("return.xieli" if number == 1 else f"return-{number}.xieli"))


def keep(source: Path, target: Path, state: Path) -> None:
    """The three files of a workspace and what the machine remembers of it."""
    target.mkdir()
    for name in FILES:
        shutil.copy(source / name, target / name)
    dev = json.loads((source / "keys.json").read_text())["dev"]
    for path in sorted(state.glob(f"{dev}.*")):
        shutil.copy(path, target / path.name)


def main(name: str) -> int:
    out = HERE / name
    if out.exists():
        print(f"{out.name} is frozen; give the new one a name of its own")
        return 2
    with tempfile.TemporaryDirectory() as base:
        part = Path(base) / "out"
        facts = freeze(part, Path(base))
        facts["county"] = told_by_county(part, Path(base) / "read", facts)
        (part / "facts.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        shutil.copytree(part, out)
    print(f"{out.name}: {sum(path.stat().st_size for path in out.rglob('*') if path.is_file())} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
