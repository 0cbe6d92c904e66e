"""git bundle: one JSON file per visit, committed and bundled; the desk clones the bundle. Hash-chained and offline, neither encrypted nor signed here."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

GIT = {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_AUTHOR_NAME": "measure", "GIT_AUTHOR_EMAIL": "measure@example.invalid",
    "GIT_COMMITTER_NAME": "measure", "GIT_COMMITTER_EMAIL": "measure@example.invalid",
}


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, env={**os.environ, **GIT}, check=True, capture_output=True)


class GitBundle:
    """A field repository whose visits lie as files, not committed yet."""

    def __init__(self, folder: Path, rows: Sequence[dict[str, str]]) -> None:
        import json

        folder.mkdir()
        self.folder, self.repo, self.file = folder, folder / "field", folder / "visits.bundle"
        self.repo.mkdir()
        for row in rows:
            place = self.repo / row["household"][-2:]
            place.mkdir(exist_ok=True)
            (place / f"{row['visit']}.json").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
        self.bytes = 0
        self.count = len(rows)

    def export(self) -> float:
        """init, add, commit, bundle; the files of the field are there before."""
        shutil.rmtree(self.repo / ".git", ignore_errors=True)
        start = time.perf_counter()
        _git(self.repo, "init", "-q", "-b", "main")
        _git(self.repo, "add", ".")
        _git(self.repo, "commit", "-q", "-m", "visits")
        _git(self.repo, "bundle", "create", str(self.file), "main")
        spent = time.perf_counter() - start
        self.bytes = self.file.stat().st_size
        return spent

    def take_in(self) -> float:
        """Clone the bundle; seconds."""
        desk = self.folder / "desk"
        shutil.rmtree(desk, ignore_errors=True)
        start = time.perf_counter()
        _git(self.folder, "clone", "-q", "-b", "main", str(self.file), str(desk))
        spent = time.perf_counter() - start
        held = sum(1 for _ in desk.glob("*/*.json"))
        if held != self.count:
            raise RuntimeError(f"the clone holds {held} of {self.count}")
        return spent
