"""Damage through the whole importer over a real store: nothing is taken, nothing is left behind, and the desk goes on working."""

from __future__ import annotations

from pathlib import Path

import mutants
import pytest

from xieli_sync.ports import Role

CI = {"changes": (4000, 1), "return": (700, 2), "grant": (700, 2)}
"""file -> (mutants, every n-th cut and flip); `python tests/sync/mutants.py` goes through 20,000, every cut and every flip."""


@pytest.mark.parametrize(("of", "name", "role"), mutants.READERS, ids=[x[0] for x in mutants.READERS])
def test_no_damaged_file_gets_through_the_whole_importer_and_the_desk_stays_as_it_was(of: str, name: str, role: Role, tmp_path: Path) -> None:
    count, step = CI[of]
    table = mutants.run_whole(of, mutants.desk_of(name, role, tmp_path), count, step=step)
    assert sum(table["mutants"].values()) == sum(table["rebuilt"].values()) == count
    assert all(code.startswith("XL-") and code != "XL-A01" for found in table.values() for code in found)
    assert len(table["rebuilt"]) >= 5  # the damage reaches several rows of the table, not one
