"""Every code of the importer's table (SPEC.md section 7, design 04) reached through `import_bundle` over a real store.

The table is read out of SPEC.md: a code that comes into it without a case here fails the test, and so does a case for a code that is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import forge
import pytest
from corekit import OTHER, VILLAGE, County, Node, enrolled, laptop

from xieli_sync import container, delivery
from xieli_sync.event import chain_hash
from xieli_sync.inbox import Result, import_bundle
from xieli_tui.domain.events.road import DeviceRevoked
from xieli_tui.store import importing, journal
from xieli_tui.store.rebuild import digests

SPEC = (Path(__file__).parents[2] / "sync" / "SPEC.md").read_text(encoding="utf-8")
STATUS = {"XL-D01": "duplicate", "XL-C02": "frozen", "XL-G01": "parked", "XL-A01": "failed"}
SEED = 20261130

Case = Callable[[County, Node, pytest.MonkeyPatch], Result]
CASES: dict[str, list[Case]] = {}


def codes_of_the_table() -> list[str]:
    """Codes of section 7 in their order; `XL-S01 … S06` stands for six."""
    section = SPEC.split("## 7. Importer", 1)[1].split("\n## ", 1)[0]
    found: list[str] = []
    for row in re.findall(r"^\| *\d+ *\|.*$", section, re.MULTILINE):
        column = row.split("|")[3]
        for code, _, last in re.findall(r"(XL-[A-Z]\d\d)( … (?:XL-)?[A-Z](\d\d))?", column):
            found += [f"{code[:4]}{n:02}" for n in range(int(code[4:]), int(last) + 1)] if last else [code]
    return found


def case(code: str) -> Callable[[Case], Case]:
    def register(run: Case) -> Case:
        CASES.setdefault(code, []).append(run)
        return run

    return register


def take(node: Node, data: bytes, fingerprint: str | None = None) -> Result:
    return import_bundle(data, node.desk, pause=lambda _: None, root_fingerprint=fingerprint)


def worked(one: Node, visits: int = 2) -> bytes:
    """A bundle of everything: the acknowledgement of the grant, a household, visits."""
    home = one.household()
    for _ in range(visits):
        one.visit(home)
    with one.store.read() as tx:
        return one.bundle(1, journal.head(tx, one.dev, one.store.ep)[0])


def event(one: Node, seq: int, t: str = "visit.recorded", v: int = 1, **d: object) -> bytes:
    body = {"village": VILLAGE, "household": one.id(), "visit": one.id(), "on": "2026-12-28", "met": "self"} if t == "visit.recorded" else {}
    return forge.line(one, seq, t, {**body, **d}, v=v)


@case("XL-B01")
def above_16_mib(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return take(county, worked(one) + bytes(container.FILE_LIMIT))


@case("XL-B02")
def another_file(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return take(county, b"\x89PNG\r\n\x1a\n" + bytes(500))


@case("XL-B02")
def a_text_copy(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return take(county, worked(one).replace(b"\r\n", b"\n"))


@case("XL-B03")
def a_cut_file(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return take(county, worked(one)[:900])


@case("XL-B04")
def a_flipped_bit(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    data = bytearray(worked(one))
    data[-60] ^= 1
    return take(county, bytes(data))


@case("XL-B05")
def a_core_with_white_space(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    core, wraps, sigs, body = container.split(worked(one))
    return take(county, container.build(core.replace(b":", b": ", 1), wraps, sigs, body))


@case("XL-U01")
def a_later_version(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return take(county, forge.changes_of(one, [event(one, 1)], v=2))


@case("XL-N01")
def another_county(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return take(county, forge.changes_of(one, [event(one, 1)], net="f" * 32))


@case("XL-N01")
def a_practice_file_at_a_real_desk(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return take(county, forge.changes_of(one, [event(one, 1)], net="p" + one.net[:31]))


@case("XL-B06")
def more_lines_than_may_be(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return take(county, forge.changes_of(one, [event(one, 1)], n=20_001, last=20_001))


@case("XL-K01")
def a_device_nobody_enrolled(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    other = laptop(one.folder.parent / "other", one.rand)
    other.net, other.recipients, other.certs = one.net, one.recipients, one.certs
    return take(county, forge.changes_of(other, [event(other, 1)]))


@case("XL-K07")
def another_root_than_was_read_out(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    fresh = laptop(one.folder.parent / "fresh", one.rand)
    return take(fresh, county.enrol(fresh), "0000 0000 0000 0000 0000")


@case("XL-K02")
def a_signature_of_another_file(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    core, wraps, _, body = container.split(worked(one))
    return take(county, container.build(core, wraps, container.split(one.bundle(1, 2))[2], body))


@case("XL-K03")
def a_laptop_that_sends_a_return(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return take(county, forge.return_of(one, county, [delivery.time_line(1, 1)]))


@case("XL-D01")
def the_same_file_again(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    data = worked(one)
    assert take(county, data).status == "imported"
    return take(county, data)


@case("XL-D02")
def a_number_used_twice(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    worked(one)
    assert take(county, one.bundle(1, 2, bid=bytes(16))).status == "imported"
    return take(county, one.bundle(1, 3, bid=bytes(16)))


@case("XL-K05")
def wrapped_for_nobody_here(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    patch.setattr(one, "recipients", [one.keys.enc_pub])
    return take(county, worked(one))


@case("XL-K06")
def a_body_that_does_not_open(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return take(county, forge.changes_of(one, [event(one, 1)], spoilt=True))


@case("XL-B07")
def a_body_of_another_size(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return take(county, forge.changes_of(one, [event(one, 1)], plain=7))


@case("XL-C01")
def a_line_left_out(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return take(county, forge.changes_of(one, [event(one, 1), event(one, 3)]))


@case("XL-C02")
def another_history(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    assert take(county, worked(one)).status == "imported"
    return take(county, forge.changes_of(one, [event(one, 1)]))


@case("XL-G01")
def a_file_too_early(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    worked(one)
    return take(county, one.bundle(3, 4))


@case("XL-G02")
def the_fifty_first_file_too_early(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    home = one.household()
    for _ in range(importing.PARK_FILES + 3):
        one.visit(home)
    for seq in range(3, 3 + importing.PARK_FILES):
        assert take(county, one.bundle(seq, seq)).status == "parked"
    return take(county, one.bundle(3 + importing.PARK_FILES, 3 + importing.PARK_FILES))


def follows(county: County, one: Node, line: bytes) -> Result:
    """One line behind what stands at the county."""
    with one.store.read() as tx:
        seq, prev = journal.head(tx, one.dev, one.store.ep)
    take(county, one.bundle(1, seq))
    return take(county, forge.changes_of(one, [line.replace(b'"seq":0,', b'"seq":%d,' % (seq + 1))], first=seq + 1, prev=prev, head=chain_hash(
        prev, line.replace(b'"seq":0,', b'"seq":%d,' % (seq + 1)))))


@case("XL-S01")
def another_village(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return follows(county, one, event(one, 0, village=OTHER))


@case("XL-S02")
def a_day_that_does_not_exist(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return follows(county, one, event(one, 0, on="2026-02-30"))


@case("XL-S03")
def a_ruling_of_a_village(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return follows(county, one, event(one, 0, "category.set", village=VILLAGE, household=one.id(), category="dibao", since="2026-12-28"))


@case("XL-S04")
def written_after_the_cut(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    assert take(county, worked(one)).status == "imported"
    county.record(DeviceRevoked(dev=one.dev, cut={one.store.ep: 3}))
    return follows(county, one, event(one, 0))


@case("XL-S05")
def a_type_of_a_later_program(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    return follows(county, one, event(one, 0, "later.invented", v=7, x="1"))


@case("XL-S06")
def more_of_a_frozen_epoch(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    another_history(county, one, patch)
    return follows(county, one, event(one, 0))


@case("XL-A01")
def a_disk_that_fills_up_in_the_middle(county: County, one: Node, patch: pytest.MonkeyPatch) -> Result:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    patch.setattr(importing.StoreImport, "remember", full)
    return take(county, worked(one))


def test_every_code_of_the_table_has_a_case_and_every_case_a_code() -> None:
    table = codes_of_the_table()
    assert len(table) == len(set(table)) >= 28
    assert sorted(CASES) == sorted(table)


@pytest.mark.parametrize(("code", "run"), [(code, run) for code, found in CASES.items() for run in found], ids=lambda x: x if isinstance(x, str) else x.__name__)
def test_the_importer_over_a_real_store_answers_with_the_code_of_its_row(code: str, run: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county, (one,) = enrolled(tmp_path, SEED)
    result = run(county, one, monkeypatch)
    if code.startswith("XL-S"):
        assert result.codes == {code: 1}
        assert (result.status, result.code) == (("imported", "") if code == "XL-S05" else ("quarantined", code))
        return
    assert (result.status, result.code) == (STATUS.get(code, "refused"), code)
    assert (result.cause is not None) == (code == "XL-A01")


def test_what_is_refused_or_fails_leaves_the_desk_as_it_was_and_the_desk_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One desk, every case that writes nothing, one after the other."""
    county, (one,) = enrolled(tmp_path, SEED)

    def rows() -> tuple[int, dict[str, str]]:
        with county.store.read() as tx:
            return journal.count(tx), digests(tx)

    before = rows()
    for code, found in CASES.items():
        if code.startswith("XL-S") or code in WRITING:
            continue
        for run in found:
            with monkeypatch.context() as patch:
                run(county, one, patch)
            assert (run.__name__, rows()) == (run.__name__, before)
    assert take(county, worked(one)).status == "imported"


WRITING = ("XL-C02", "XL-G01", "XL-G02", "XL-D01", "XL-D02", "XL-K07")
"""Cases in which something is taken in first (or somebody enrolled)."""
