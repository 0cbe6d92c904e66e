"""Reading packs: everything wrong is told with file and line, and a damaged pack never disables the others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packkit import COUNTY, PROVINCE, install

from xieli_tui.domain import codes
from xieli_tui.errors import Refused
from xieli_tui.policy import engine, loader, registry
from xieli_tui.policy.loader import gather, load, shipped
from xieli_tui.policy.pack import LEVELS
from xieli_tui.policy.pack_text import PackError
from xieli_tui.policy.read_pack import read_pack


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)


def line_of(text: str, needle: str, nth: int = 0) -> int:
    return [at for at, line in enumerate(text.splitlines(), 1) if line.strip().startswith(needle)][nth]


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(PackError) as caught:
        read_pack("county.toml", text.encode())
    assert caught.value.code == "XL-Q08"
    return [(one.line, one.what) for one in caught.value.problems]


def test_a_good_pack_reads_with_its_exact_numbers_and_the_digest_of_its_file() -> None:
    pack = read_pack("province.toml", PROVINCE.encode())
    assert str(pack.parameters["t_edge_lt"].typed()) == "3/2"
    assert pack.parameters["t_taper"].typed() == (3, 12)
    assert re.fullmatch("[0-9a-f]{16}", pack.version)
    assert pack.version != read_pack("province.toml", PROVINCE.encode() + b"\n").version


@pytest.mark.parametrize(
    ("old", "new", "needle", "what"),
    [
        ('value = "1.5"', "value = 1.5", "value = 1.5", "数要写在引号里"), ('value = "1.5"', "value = 2", "value = 2", "数要写在引号里"),
        ('value = ["3", "12"]', 'value = ["3", 12.5]', 'value = ["3"', "数要写在引号里"), ('value = ["3", "12"]', 'value = ["3"]', 'value = ["3"]', "between 要两个数"),
        ('op = "<="', 'op = "=<"', 'op = "=<"', "op 要写"), ('effective_from = "2020-05-01"', 'effective_from = "2020-02-30"', "effective_from", "不是日期"),
        ('issued = "2020-06-17"', 'issued = 2020', "issued", "不是日期"), ('level = "province"', 'level = "galaxy"', "level", "level 要写"),
        ('region_code = "990000"', 'region_code = "99"', "region_code", "6、9 或 12 位"), ('id = "T-04"', 'id = "T-99"', 'id = "T-99"', "没有规则 T-99 的函数"),
        ('id = "T-02"', 'id = "T-01"', 'id = "T-01"', "写了两次"), ('lead = "education"', 'lead = "magic"', 'lead = "magic"', "没有部门职能 magic"),
        ('id = "heating"', 'id = "cooling"', 'id = "cooling"', "没有救助种类 cooling"), ('unit = "person"', 'unit = "village"', 'unit = "village"', "hh 或 person"),
        ('where = "engine"', 'where = "somewhere"', 'where = "somewhere"', "where 要以"), ('document_only = true', 'document_only = "yes"', 'document_only = "yes"', "true 或 false"),
        ('pack_id = "test-province"', 'pack_id = ""', "pack_id", "缺 pack_id"), ('issuers = ["测试省人民政府"]', 'issuer = "x"', "issuer", "不认识 issuer"),
        ('priority = "P1"', 'priority = "P9"', 'priority = "P9"', "P0 P1 P2"), ('currency = "unverified"', 'currency = 0.5', "currency", "要写成文字"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, needle: str, what: str) -> None:
    assert old in PROVINCE
    text = PROVINCE.replace(old, new, 1)
    found = problems(text)
    nth = 1 if new == 'id = "T-01"' else 0
    assert any(what in sentence for _, sentence in found), found
    assert (line_of(text, needle, nth)) in [line for line, sentence in found if what in sentence]


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    found = problems(PROVINCE.replace('value = "1.5"', "value = 1.5").replace('lead = "education"', 'lead = "magic"').replace('level = "province"', 'level = "x"'))
    assert len(found) == 3
    assert [line for line, _ in found] == sorted(line for line, _ in found)


def test_toml_that_does_not_parse_and_text_that_is_no_utf8_name_their_line() -> None:
    assert problems('id = "T9"\ntitle = "没有关上\n') == [(2, "不是合格的 TOML")]
    with pytest.raises(PackError) as caught:
        read_pack("x.toml", b'id = "T9"\ntitle = "\xff"\n')
    assert [(one.line, one.what) for one in caught.value.problems] == [(2, "不是 UTF-8 文字")]


def test_a_rule_nobody_wrote_cannot_be_adopted() -> None:
    assert any("没有规则 T-77" in what for _, what in problems(COUNTY.replace('"T-04"', '"T-77"')))


def test_a_pack_without_any_day_is_refused_and_one_with_only_a_year_is_assumed() -> None:
    bare = COUNTY.replace('effective_from = "2026-01-01"\n', "")
    assert read_pack("c.toml", bare.encode()).assumed
    assert any("推不出施行日" in what for _, what in problems(bare.replace("测县发〔2026〕1号", "测县发1号")))


def test_a_damaged_pack_is_listed_with_file_and_line_and_the_others_answer(tmp_path: Path) -> None:
    (tmp_path / "a-broken.toml").write_text('id = "B"\ntitle = \n', encoding="utf-8")
    (tmp_path / "b-province.toml").write_text(PROVINCE, encoding="utf-8")
    packs = load([tmp_path], use_shipped=False)
    assert packs.damaged == ("a-broken.toml",)
    assert packs.problems[0].sentence() == "a-broken.toml:2 不是合格的 TOML"
    answer = engine.ask({"op": "screen", "region": "999999", "asof": "2026-11-21", "given": {"hh": {"size": 1}}}, packs)
    assert answer["packs"][-1] == {"id": None, "pack_id": "a-broken.toml", "active": False, "reason": "政策包损坏，没有使用：a-broken.toml:2 不是合格的 TOML"}
    assert any(one.get("pack") == "T0" for one in answer["answers"])


def test_two_packs_of_one_id_keep_the_first() -> None:
    packs = gather([("one.toml", PROVINCE.encode()), ("two.toml", PROVINCE.replace("测试省试行办法", "又一个").encode())])
    assert packs.packs["T0"].title == "测试省试行办法"
    assert packs.damaged == ("two.toml",)


def test_an_adopted_rule_without_its_source_is_told_and_the_pack_still_speaks() -> None:
    packs = gather([("county.toml", COUNTY.encode())])
    assert packs.damaged == ()
    assert {one.what.partition("：")[2] for one in packs.problems} == {"没有政策包 T0，这一条不起作用"}


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        load([tmp_path / "nowhere"])
    assert caught.value.code == "XL-F05"


# what is shipped
def test_the_shipped_packs_read_without_a_problem() -> None:
    assert [one.sentence() for one in shipped().problems] == []
    assert "EXT" in shipped().packs


def test_every_shipped_pack_is_marked_unverified_and_cites_itself() -> None:
    for pack in shipped().packs.values():
        assert pack.currency == "unverified"
        assert pack.level in LEVELS
        for row in pack.kinds.values():
            assert row.cite, (pack.id, row.id)


def test_every_shipped_kind_has_a_rule_or_says_that_its_document_has_none() -> None:
    for pack in shipped().packs.values():
        spoken = {key for voice in engine.voices_of(pack, shipped()) for fn in registry.functions(voice.row.id, "screen") for key in fn.keys}
        for row in pack.kinds.values():
            assert row.id in spoken or row.document_only or row.test, (pack.id, row.id)


def test_no_card_reads_as_a_promise() -> None:
    for pack in shipped().packs.values():
        for kind, card in pack.cards.items():
            assert kind in codes.ids("kind")
            for word in ("一定能", "保证", "肯定", "已批准", "可以领取", "必须给"):
                assert word not in card["text"], (pack.id, kind)


def test_every_registered_function_belongs_to_a_shipped_rule() -> None:
    rules = {rule for pack in shipped().packs.values() for rule in pack.rules}
    assert {rule for rule in registry.registered() if not rule.startswith("T-")} <= rules


def test_registering_one_rule_twice_for_one_key_is_refused() -> None:
    with pytest.raises(ValueError, match="registered twice"):

        @registry.rule("X-05", op="screen", kind="dibao")
        def other(ctx: object) -> None:
            return None


def test_only_the_two_loaders_open_files() -> None:
    folder = Path(loader.__file__).parent
    for path in folder.rglob("*.py"):
        if path.name not in ("loader.py", "holidays.py"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\bopen\(|read_text|read_bytes|datetime\.now|date\.today|time\.time|\brandom\b", text), path.name
