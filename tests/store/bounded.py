"""What the importer takes of memory for a file, measured by the system in a process of its own.

    python tests/store/bounded.py COUNT...      lines of a bundle; one JSON line each: lines, bytes of the file and inflated, growth of the peak in bytes
    python tests/store/bounded.py bomb          a file of 200 KB that would inflate to 200 MB

A part of it runs in the suite (test_bounded.py).
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import zlib
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import forge
from corekit import VILLAGE, enrolled

from xieli_sync.inbox import import_bundle

BOMB = 200 * 1024 * 1024


def bomb() -> bytes:
    """Deflated without ever holding what it inflates to."""
    engine, piece = zlib.compressobj(9), bytes(1024 * 1024)
    return b"".join([*(engine.compress(piece) for _ in range(BOMB // len(piece))), engine.flush()])


def peak() -> int:
    """Bytes this process ever held at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def visit(node: forge.Node, seq: int) -> bytes:
    d = {
        "village": VILLAGE, "household": f"{seq % 500:08x}-0000-7000-8000-000000000001", "visit": f"{seq:08x}-0000-7000-8000-000000000002", "on": "2026-12-28",
        "met": "self", "note": f"屋顶漏雨，答应下周请人来看。{seq}",
    }  # fmt: skip
    return forge.line(node, seq, "visit.recorded", d)


def measure(what: str) -> dict[str, int | str]:
    with tempfile.TemporaryDirectory() as place:
        county, (one,) = enrolled(Path(place), 7)
        import_bundle(forge.changes_of(one, [visit(one, seq) for seq in range(1, 20)]), county.desk)  # everything is loaded now
        if what == "bomb":
            data, inflated = forge.changes_of(one, [visit(one, 1)], packed=bomb()), BOMB
        else:
            lines = [visit(one, seq) for seq in range(1, int(what) + 1)]
            data, inflated = forge.changes_of(one, lines), sum(map(len, lines))
            del lines
        before = peak()
        result = import_bundle(data, county.desk)
        return {"what": what, "status": result.status, "code": result.code, "new": result.new, "bytes": len(data), "inflated": inflated, "growth": peak() - before}


if __name__ == "__main__":
    import subprocess

    for what_ in sys.argv[1:]:
        if len(sys.argv) > 2:  # each in a process of its own
            subprocess.run([sys.executable, __file__, what_], check=True)
        else:
            print(json.dumps(measure(what_)), flush=True)
