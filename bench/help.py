"""`xieli --help` against `python -c pass` (probe c): what the whole command tree costs before any work."""

from __future__ import annotations

import subprocess
import sys

from bench.common import interleaved, report

SKELETON = """
import typer
app = typer.Typer(rich_markup_mode=None, add_completion=False)
for g in range(20):
    sub = typer.Typer(rich_markup_mode=None)
    for c in range(5):
        def f(a: str, b: int = 1, j: bool = False): pass
        sub.command(f"c{c}")(f)
    app.add_typer(sub, name=f"g{g}")
app(["--help"], standalone_mode=False)
"""


def _call(*args: str) -> None:
    subprocess.run([sys.executable, *args], check=True, stdout=subprocess.DEVNULL)


def run() -> None:
    """Medians of 11 interleaved rounds."""
    samples = interleaved(
        11,
        {
            "python -c pass": lambda: _call("-c", "pass"),
            "bare typer, 20 groups, --help": lambda: _call("-c", SKELETON),
            "xieli --help": lambda: _call("-m", "xieli_tui", "--help"),
        },
    )
    report("help", "<= 9", "xieli --help", "python -c pass", samples)
