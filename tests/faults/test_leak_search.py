"""The search for leaks finds what is planted, in every shape; and the day of the sentinels in small (in full: `python tests/faults/sentinels.py`)."""

from __future__ import annotations

import random
from pathlib import Path

import leak_search
import pytest
import sentinels

SEED = 20261122
SECRETS: dict[str, leak_search.Secret] = {
    "name": "欧阳锦瑟", "id": "999999195103020041", "note": "夜里咳血不肯去看，说是怕花钱拖累孩子", "passphrase": "7714 0923 5518 6640", "key": random.Random(SEED).randbytes(32),
}


def test_the_search_finds_every_planted_secret_in_every_shape(tmp_path: Path) -> None:
    print(f"seed={SEED}")
    expected = leak_search.plant(tmp_path / "planted", SECRETS, {"short code": "402917"})
    found = {(hit.label, Path(hit.place.split(" > ")[0]).name) for hit in leak_search.Search(SECRETS, {"short code": "402917"}).folders([tmp_path])}
    assert not expected - found
    assert len(expected) > 60


def test_a_name_of_a_file_is_a_hit_and_digits_within_a_digest_are_none(tmp_path: Path) -> None:
    (tmp_path / "欧阳锦瑟.xlsx").write_bytes(b"")
    (tmp_path / "digest.txt").write_text("ab402917cd")
    found = leak_search.Search(SECRETS, {"short code": "402917"}).folders([tmp_path])
    assert [(hit.label, hit.shape) for hit in found] == [("name", "utf-8")]


@pytest.mark.parametrize("size", [0, 1, 200_000])
def test_random_bytes_are_no_hit(tmp_path: Path, size: int) -> None:
    (tmp_path / "a.bin").write_bytes(random.Random(SEED + 1).randbytes(size))
    search = leak_search.Search(SECRETS, {"short code": "402917"})
    assert search.folders([tmp_path]) == []
    assert (search.files, search.bytes) == (1, size)


def test_after_a_day_nobodys_name_number_word_or_key_lies_anywhere_but_in_what_was_asked_for(tmp_path: Path) -> None:
    done = sentinels.day(tmp_path / "day", SEED, full=False)
    assert done.hits == []
    assert done.strange == []
    assert done.looked[0] > 30
    assert len(done.people.texts) + len(done.keys()) > 24
