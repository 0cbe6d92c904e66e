"""kill -9 in the middle of `xieli backup restore --yes`, again and again.

    python tests/faults/restore_loop.py 40 --seed 7

Each round starts from a copy of one workspace (a family in its backup, a second one today), kills the command at a random moment of its run, opens what is
there and looks: the old workspace whole or the restored one, never a mixture, the old one aside whenever the restored one stands. Rounds in which the command
had ended before the signal are not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from basekit import OPERATOR, PASSPHRASE, START, VILLAGE, seeded
from xieli_tui.casework import audit, backup, households
from xieli_tui.casework.session import open_session
from xieli_tui.casework.setup import InitVillage, init_village
from xieli_tui.domain.clock import FixedClock
from xieli_tui.store import restoring

OLD, RESTORED = {"石守田", "李桂英"}, {"石守田"}


def stage(base: Path) -> Path:
    clock = FixedClock(START)
    init_village(base / "v", InitVillage(villages=(VILLAGE,), village_name="石桥村", operator=OPERATOR, kdf="floor"), PASSPHRASE, clock=clock, rand=seeded())
    with open_session(base / "v", PASSPHRASE, clock=clock) as session:
        households.add_household(session, households.AddHousehold("石守田", {}))
        backup.create(session)
        clock.tick(days=1)
        households.add_household(session, households.AddHousehold("李桂英", {}))
    return base / "v"


def command(folder: Path, state: Path) -> subprocess.Popen[bytes]:
    env = {**os.environ, "XIELI_STATE": str(state), "XIELI_PASSPHRASE": PASSPHRASE, "XIELI_NOW": "2026-12-29T10:00:00+08:00"}
    code = "import sys; from xieli_tui.cli.main import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.Popen(
        [sys.executable, "-c", code, "backup", "restore", "--yes", "-w", str(folder)], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )


def main() -> int:
    given = argparse.ArgumentParser()
    given.add_argument("kills", type=int)
    given.add_argument("--seed", type=int, default=20261228)
    args = given.parse_args()
    rnd, found, bad = random.Random(args.seed), Counter[str](), 0
    with tempfile.TemporaryDirectory() as place:
        base = Path(place)
        os.environ["XIELI_STATE"] = str(base / "state")
        source = stage(base)
        began = time.monotonic()
        shutil.copytree(source, base / "w")
        command(base / "w", base / "state-w").wait()
        lasts = time.monotonic() - began
        while found["killed"] < args.kills:
            shutil.rmtree(base / "w", ignore_errors=True)
            shutil.rmtree(base / "state-w", ignore_errors=True)
            shutil.copytree(source, base / "w")
            shutil.copytree(base / "state", base / "state-w")
            process = command(base / "w", base / "state-w")
            began = time.monotonic()
            try:
                process.wait(timeout=rnd.uniform(0.4, 1.05) * lasts)
            except subprocess.TimeoutExpired:
                pass
            else:
                lasts = time.monotonic() - began  # how long it really takes now: the machine has other work too
                found["ended before"] += 1
                continue
            process.send_signal(signal.SIGKILL)
            process.wait()
            lasts *= 1.01
            found["killed"] += 1
            ordered = (base / "w" / restoring.ORDER).exists()
            os.environ["XIELI_STATE"] = str(base / "state-w")
            with open_session(base / "w", PASSPHRASE, clock=FixedClock(START)) as session:
                heads = {row.head for row in households.list_households(session)}
                whole = audit.verify(session).ok
            asides = restoring.asides(base / "w")
            found["settled at the next opening"] += ordered
            found["old" if heads == OLD else "restored"] += 1
            if not whole or heads not in (OLD, RESTORED) or (heads == RESTORED and not asides) or (ordered and heads != RESTORED):
                bad += 1
    print(json.dumps({"seed": args.seed, **found, "mixtures": bad}, ensure_ascii=False))
    return 1 if bad or not (found["old"] and found["restored"]) else 0


if __name__ == "__main__":
    raise SystemExit(main())
