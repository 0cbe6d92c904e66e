"""The people of issue 5 on the command line, by hand: two laptops of one village, a family moved, a hand-over, two files of one person, two values of a field."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_road_by_hand import Road, call, made, road

from xieli_tui.cli.main import main

__all__ = ["made", "road"]
NEXT = "999999001002"


class Hand:
    """One officer with one stick: `C` the county, laptops by name."""

    def __init__(self, road: Road, folder: Path) -> None:
        self.road, self.folder, self.turn = road, folder, 0
        self.at = {"C": road.county, "A": road.village}

    def laptop(self, name: str, operator: str, *villages: str) -> str:
        """A further laptop, enrolled; its device id."""
        self.at[name] = self.folder / name
        first = villages[0].partition("=")
        made = call("init", "-w", self.at[name], "--village", first[0], "--village-name", first[2], "--operator", operator, "--kdf", "floor")
        grant = self.folder / f"{name}.xieli"
        many = [x for village in villages for x in ("--village", village)]
        call("county", "enrol", "-w", self.at["C"], "--code", made["enrol_code"], *many, "--operator", operator, "--out", grant)
        call("device", "enrol", "-w", self.at[name], grant, "--root-fingerprint", self.road.root)
        return str(made["device"])

    def rounds(self, *names: str, count: int = 2) -> None:
        """The stick goes round: everybody up, everybody down."""
        for _ in range(count):
            self.turn += 1
            up, down = self.folder / f"up{self.turn}", self.folder / f"down{self.turn}"
            up.mkdir()
            down.mkdir()
            for name in names:
                call("sync", "export", "-w", self.at[name], "--to", up)
            if any(up.iterdir()):
                assert {r["status"] for r in call("county", "import", "-w", self.at["C"], up)["results"]} <= {"imported", "duplicate"}
            call("county", "send", "-w", self.at["C"], "--to", down, "--all")
            for name in names:
                call("sync", "import", "-w", self.at[name], down)


@pytest.fixture
def hand(road: Road, tmp_path: Path) -> Hand:
    return Hand(road, tmp_path)


def test_two_laptops_a_transfer_a_conflict_a_hand_over_and_a_merge_by_hand(hand: Hand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = call("household", "add", "-w", hand.at["A"], "--head", "石守田", "--set", "group=一组")["id"]
    stays = call("household", "add", "-w", hand.at["A"], "--head", "石留下", "--set", "group=一组")["id"]
    hand.rounds("A", count=1)
    b, d = hand.laptop("B", "吴小青", "999999001001=上坪村"), hand.laptop("D", "柳小叶", f"{NEXT}=柳林村")
    assert call("household", "list", "-w", hand.at["B"])["households"] == [], "the grant carries no roster"
    hand.rounds("A", "B", "D", count=1)
    assert {h["head"] for h in call("household", "list", "-w", hand.at["B"])["households"]} == {"石守田", "石留下"}

    # two values of one field
    person = call("household", "show", "-w", hand.at["A"], home)["members"][0]["person"]
    call("person", "set", "-w", hand.at["A"], person, "--set", "phone=10000000001")
    call("person", "set", "-w", hand.at["B"], person, "--set", "phone=10000000002")
    call("visit", "add", "-w", hand.at["B"], "--household", home, "--met", "self", "--note", "乙机记的")
    hand.rounds("A", "B")
    (clash,) = call("county", "conflicts", "list", "-w", hand.at["C"])["conflicts"]
    assert {who for _, who, _ in clash["values"]} == {"村 王小兰", "村 吴小青"}
    assert all("*" in text for text, _, _ in clash["values"]), "numbers stay covered"
    chosen = clash["values"][0][0]
    call("county", "conflicts", "resolve", "-w", hand.at["C"], person, "--field", "phone", "--value", chosen, "--reason", "打电话问过", "--lock")
    hand.rounds("A", "B")
    for name in ("A", "B"):
        assert call("sync", "conflicts", "list", "-w", hand.at[name])["conflicts"] == []
    assert any("乙机记的" in v["note"] for v in call("household", "show", "-w", hand.at["A"], home)["visits"])

    # moved while the old laptop holds unsent work
    call("visit", "add", "-w", hand.at["A"], "--household", home, "--met", "self", "--note", "转走前没报的")
    moved = call("household", "transfer", "-w", hand.at["C"], home, "--to", NEXT)
    assert moved["state"] == "transferred"
    hand.rounds("A", "B", "D")
    told = call("sync", "status", "-w", hand.at["A"])
    assert [(x[1], x[3]) for x in told["moved"]] == [("石守田", "柳林村")]
    assert (told["unconfirmed"], told["quarantined"]) == (0, 0)
    assert {h["head"] for h in call("household", "list", "-w", hand.at["D"])["households"]} == {"石守田"}
    assert {v["note"] for v in call("household", "show", "-w", hand.at["D"], home)["visits"]} == {"乙机记的", "转走前没报的"}
    assert main(["sync", "status", "-w", str(hand.at["A"])]) == 0
    assert "已转到别的村：石守田家" in capsys.readouterr().out

    # hand-over
    refused = call("handover", "seal", "-w", hand.at["A"], "--to", b, "--out", tmp_path / "h.xieli", code=4)
    assert refused["error"]["code"] == "XL-P11"
    call("visit", "add", "-w", hand.at["A"], "--household", stays, "--met", "family", "--note", "没报送就交接")
    devices = {x["dev"] for x in call("county", "devices", "-w", hand.at["C"])["devices"]}
    a = next(x for x in devices if x not in (b, d))
    call("county", "handover", "allow", "-w", hand.at["C"], a[:8], b[:8])
    down = tmp_path / "allow"
    down.mkdir()
    call("county", "send", "-w", hand.at["C"], "--to", down, "--all")
    for name in ("A", "B"):
        call("sync", "import", "-w", hand.at[name], down)
    sealed = call("handover", "seal", "-w", hand.at["A"], "--to", b[:8], "--out", tmp_path / "h.xieli")
    assert (sealed["events"], sealed["bundles"]) == (1, 1)
    assert call("handover", "open", "-w", hand.at["D"], tmp_path / "h.xieli", code=4)["code"] == "XL-K05"
    opened = call("handover", "open", "-w", hand.at["B"], tmp_path / "h.xieli")
    assert (opened["status"], opened["events"]) == ("imported", 1)
    hand.rounds("B")
    assert [x["note"] for x in call("household", "show", "-w", hand.at["C"], stays)["visits"]] == ["没报送就交接"], "carried by the successor"
    (row,) = call("county", "handover", "list", "-w", hand.at["C"])["handovers"]
    assert row["opened"] == "2026-12-28"

    # two files of one person, and taken back
    double = call("person", "add", "-w", hand.at["B"], "--household", stays, "--name", "石留下", "--relation", "其他")["id"]
    hand.rounds("B", count=1)
    first = call("household", "show", "-w", hand.at["C"], stays)["members"][0]["person"]
    merged = call("county", "merge", "-w", hand.at["C"], first, double, "--reason", "同一张身份证")
    assert merged["id"] == min(first, double)
    hand.rounds("B", count=1)
    for name in ("B", "C"):
        assert [m["person"] for m in call("household", "show", "-w", hand.at[name], stays)["members"]] == [merged["id"]]
    (known,) = call("county", "merges", "-w", hand.at["C"])["merges"]
    assert call("county", "annul", "-w", hand.at["C"], known["event"], "--reason", "看错了")["state"] == "annulled"
    hand.rounds("B", count=1)
    for name in ("B", "C"):
        assert len(call("household", "show", "-w", hand.at[name], stays)["members"]) == 2
    for name in ("A", "B", "C", "D"):
        assert call("store", "rebuild", "-w", hand.at[name])["equal"] is True


@pytest.mark.parametrize(
    ("args", "code", "error"),
    [
        (("county", "merge", "{C}", "nobody", "nothing"), 5, "XL-V41"),
        (("county", "annul", "{C}", "not-a-reference", "--reason", "x"), 5, "XL-V45"),
        (("county", "fix", "{C}", "nobody", "--field", "phone", "--value", "1", "--reason", "x"), 5, "XL-V40"),
        (("county", "conflicts", "resolve", "{C}", "nobody", "--field", "phone", "--value", "1", "--reason", "x"), 5, "XL-V45"),
        (("county", "handover", "allow", "{C}", "12345678", "87654321"), 5, "XL-V44"),
        (("county", "merges", "{A}"), 4, "XL-P07"),
        (("handover", "open", "{A}", "{TMP}/none.xieli"), 5, "XL-F05"),
        (("handover", "open", "{A}", "{TMP}"), 4, "XL-F01"),
        (("handover", "seal", "{A}", "--to", "12345678", "--out", "{TMP}/x.pdf"), 4, "XL-V11"),
        (("handover", "seal", "{A}", "--to", "12345678", "--out", "{TMP}/h.xieli"), 4, "XL-P11"),
        (("household", "transfer", "{A}", "nobody", "--to", NEXT), 4, "XL-P07"),
    ],
)
def test_bad_input_ends_in_a_code_and_a_next_step(road: Road, tmp_path: Path, args: tuple[str, ...], code: int, error: str) -> None:
    at = {"{C}": ("-w", road.county), "{A}": ("-w", road.village)}
    words: list[object] = []
    for one in args:
        words += at.get(one, (one.replace("{TMP}", str(tmp_path)),))
    got = call(*words, code=code)
    found = got.get("error", got)
    assert found["code"] == error
    if "error" in got:
        assert found["what"]
        assert found["next_step"]
