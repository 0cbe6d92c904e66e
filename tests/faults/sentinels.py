"""A day with people who exist nowhere else, and the search for them afterwards: `python tests/faults/sentinels.py --seed S`.

Rules kept here
- the programs are the product's own, in processes of their own, the app in a real terminal; home, state and temporary folder are the day's own, so that
  whatever is written anywhere is searched;
- names, numbers, addresses, notes, search texts, passphrases, the short code and every key are looked for (leak_search), in all files and their names,
  in what a terminal keeps after the program has left it, in stderr, in the environment and arguments of children;
- not searched: what went in (`in/`), what was asked for in clear (`asked/`: the exports, the evidence, the workbook of reasons), the pages themselves;
- the same search over `asked/` must find what belongs there, and over planted files everything: a search that cannot find proves nothing;
- exit code 1 with the hits when anything is found, or when the counter-proof fails.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import importlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

HERE = Path(__file__).resolve().parent
for room in (HERE, HERE.parent, HERE.parent / "ui"):
    if str(room) not in sys.path:
        sys.path.insert(0, str(room))

import leak_search  # noqa: E402
import openpyxl  # noqa: E402
from leak_terminal import Desk  # noqa: E402
from pty_hand import KEYS, bytes_of  # noqa: E402

from rosterkit import Book, id_number, write_book  # noqa: E402

NOW = "2026-12-28T09:00:00+08:00"
VILLAGE = "999999001001"
START = "from xieli_tui.cli.main import run; run()"
BROKEN = """
import sys
from pathlib import Path
said = Path(sys.argv.pop(1)).read_text(encoding="utf-8")
def broken(*given, **more):
    local = said
    raise RuntimeError(said) from KeyError(said)
import importlib
room, _, name = sys.argv.pop(1).rpartition(":")
setattr(importlib.import_module(room), name, broken)
from xieli_tui.cli.main import run; run()
"""
"""The product's own command with one function of it broken: whatever it is called with, it fails with every secret in its words and its locals."""
_SYLLABLES = "璟琰鋆翀骞昶曦珺翊祎霆钰珩笙岚".strip()


@dataclass(frozen=True)
class People:
    """Who is in it."""

    names: tuple[str, ...]
    ids: tuple[str, ...]
    texts: dict[str, leak_search.Secret]
    short: str

    @classmethod
    def drawn(cls, seed: int) -> People:
        rnd = random.Random(seed)
        given = rnd.sample(_SYLLABLES, 10)
        names = tuple(surname + given[2 * at] + given[2 * at + 1] for at, surname in enumerate(("诸葛", "夏侯", "尉迟")))
        ids = tuple(id_number(dt.date(1941 + at, 3, 1 + rnd.randrange(27)), 100 + rnd.randrange(400) * 2) for at in range(3))

        def digits(count: int, first: str = "") -> str:
            return first + "".join(rnd.choice("0123456789") for _ in range(count - len(first)))

        def words(*parts: str) -> str:
            return "".join(parts[0] + rnd.choice(_SYLLABLES) + rnd.choice(_SYLLABLES) + rest for rest in parts[1:])

        texts: dict[str, leak_search.Secret] = {
            **{f"name {at}": name for at, name in enumerate(names)}, **{f"id {at}": number for at, number in enumerate(ids)},
            **{f"phone {at}": digits(11, "1000000") for at in range(2)}, "bank": digits(19, "62"), "certificate": ids[0] + "43",
            "address": words("青石巷", "弄堂深处第七进"), "note saved": words("夜里咳血", "不肯去看怕花钱"), "note of the app": words("灶台边晾着", "半袋碎米"), "note of a draft": words("说到女儿", "就不作声了"),
            "note killed": words("门口的", "水缸见底了"), "flag": words("前日摔在", "没有人知道"), "entrusted by": words("上官", ""), "operator": words("司马", ""), "county officer": words("慕容", ""),
            "searched": names[1], "passphrase": digits(16), "root passphrase": digits(16), "wrong passphrase": digits(16),
        }
        return cls(names, ids, texts, digits(6))


@dataclass
class Day:
    """The place, and what was done in it."""

    base: Path
    seed: int
    people: People
    said: list[str] = field(default_factory=list)
    outputs: int = 0
    inside: bool = False
    """Commands run in this process (the sample of the suite): the same entry, the same files, without the start of an interpreter each time."""
    first: tuple[str, str] | None = None
    app: str = ""
    """The application of the day."""
    strange: list[str] = field(default_factory=list)
    """Names of files that are none of those the program is known to give."""
    hits: list[leak_search.Hit] = field(default_factory=list)
    looked: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        for name in ("in", "asked", "stick", "home", "temp", "state", "terminal", "root"):
            (self.base / name).mkdir(parents=True)
        for name in ("xdg-open", "lp"):
            program = self.base / "in" / "bin" / name
            program.parent.mkdir(exist_ok=True)
            program.write_text(f'#!/bin/sh\n{{ env; echo "$@"; }} >> "{self.base}/terminal/{name}.out"\n')
            program.chmod(0o755)
        for name in ("passphrase", "wrong passphrase", "root passphrase"):
            (self.base / "in" / f"{name.replace(' ', '-')}.txt").write_text(self.text(name))
        (self.base / "in" / "boom.txt").write_text(" ".join(one for one in self.people.texts.values() if isinstance(one, str)), encoding="utf-8")

    def text(self, label: str) -> str:
        found = self.people.texts[label]
        assert isinstance(found, str)
        return found

    @property
    def env(self) -> dict[str, str]:
        """Nothing of this machine's but where programs lie."""
        home = self.base / "home"
        return {
            "PATH": f"{self.base / 'in' / 'bin'}:{os.environ['PATH']}", "HOME": str(home), "TMPDIR": str(self.base / "temp"), "XDG_DATA_HOME": str(home / "data"), "XDG_STATE_HOME": str(home / "state"),
            "XDG_CACHE_HOME": str(home / "cache"), "XDG_CONFIG_HOME": str(home / "config"), "XIELI_STATE": str(self.base / "state"), "XIELI_NOW": NOW, "LANG": "C.UTF-8", "PYTHONUTF8": "1",
            **({"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}),
        }

    def call(self, *args: object, code: int = 0, program: tuple[str, ...] = (START,), more: Mapping[str, str] | None = None, asked: bool = True) -> Any:
        """One command; its stderr is kept to be searched, its stdout too unless it was asked to tell. The document it printed, when it was one."""
        self.outputs += 1
        got, out, err = (self._here if self.inside else self._process)([*program, *map(str, args)], {**self.env, **(more or {})})
        (self.base / "terminal" / f"{self.outputs:03d}.err").write_bytes(err)
        if not asked:
            (self.base / "terminal" / f"{self.outputs:03d}.out").write_bytes(out)
        assert got == code, (args[:3], got, out[-800:].decode(), err[-800:].decode())
        try:
            return json.loads(out)
        except ValueError:
            return out.decode()

    def _process(self, args: list[str], env: dict[str, str]) -> tuple[int, bytes, bytes]:
        done = subprocess.run([sys.executable, "-c", *args], capture_output=True, env=env, check=False, timeout=180, cwd=self.base / "home")
        return done.returncode, done.stdout, done.stderr

    def _here(self, args: list[str], env: dict[str, str]) -> tuple[int, bytes, bytes]:
        from xieli_tui.cli.main import main as command

        out, err = io.StringIO(), io.StringIO()
        broken = args[0] == BROKEN
        with patch.dict(os.environ, env, clear=True), patch.object(tempfile, "tempdir", env["TMPDIR"]), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.ExitStack() as mended:
            if broken:
                said = Path(args[1]).read_text(encoding="utf-8")
                room, _, name = args[2].rpartition(":")
                mended.enter_context(patch.object(importlib.import_module(room), name, side_effect=RuntimeError(said)))
            code = command(args[3:] if broken else args[1:])
        return code, out.getvalue().encode(), err.getvalue().encode()

    def at(self, desk: str) -> tuple[object, ...]:
        """The options of every command that opens a workspace."""
        return ("-w", self.base / desk, "--passphrase-file", self.base / "in" / "passphrase.txt", "--json")

    def step(self, what: str, done: Callable[[], object]) -> None:
        """One piece of the day, named."""
        began = time.perf_counter()
        done()
        self.said.append(f"{what} ({time.perf_counter() - began:.1f} s)")
        print(self.said[-1], flush=True)

    # -- looking ----------------------------------------------------------------------------------
    def keys(self) -> dict[str, leak_search.Secret]:
        """The keys of every desk that is there, opened by their passphrase."""
        from xieli_sync.identity import RootKey
        from xieli_tui.store.vault import Vault

        found: dict[str, leak_search.Secret] = {}
        for desk in ("v", "c"):
            if (self.base / desk / "keys.json").exists():
                vault = Vault.unlock(self.base / desk, self.text("passphrase"))
                found |= {f"{desk} data key": bytes(vault.dek), f"{desk} store key": vault.store_key(), f"{desk} backup key": vault.backup_key(), f"{desk} device keys": vault.device_keys.to_bytes()}
        for path in (self.base / "root").iterdir():
            found["root key"] = RootKey.load(path, self.text("root passphrase")).sign.private_bytes_raw()
        return found

    def look(self, roots: tuple[str, ...] = ("v", "c", "stick", "home", "temp", "state", "terminal", "root", "spool")) -> None:
        """Search; whatever is found is kept."""
        search = self.search()
        self.strange = sorted({name for root in roots if root != "terminal" and (self.base / root).exists() for name in leak_search.strange_names(self.base / root)})
        self.hits += search.folders(self.base / name for name in roots if (self.base / name).exists())
        self.looked = (search.files, search.bytes)

    def search(self) -> leak_search.Search:
        return leak_search.Search({**self.people.texts, **self.keys()}, {"short code": self.people.short})

    def counter_proof(self, wanted: Mapping[str, tuple[str, ...]]) -> None:
        """The same search finds in each file that was asked for what belongs there, and every planted secret."""
        search = self.search()
        for name, labels in wanted.items():
            found = {hit.label for hit in search.file(self.base / "asked" / name)}
            assert set(labels) <= found, (name, set(labels) - found)
            print(f"asked for and found in {name}: {len(found)} secrets")
        secrets = {**self.people.texts, **self.keys()}
        expected = leak_search.plant(self.base / "planted", secrets, {"short code": self.people.short})
        hits = {(hit.label, Path(hit.place.split(" > ")[0]).name) for hit in search.folders([self.base / "planted"])}
        same = {label: {other for other, secret in secrets.items() if secret == secrets[label]} for label in secrets}  # a name that is also what was searched for
        missed = {(label, name) for label, name in expected if not any((other, name) in hits for other in same.get(label, {label}))}
        assert not missed, sorted(missed)[:5]
        print(f"planted and found: {len(expected)}")
        shutil.rmtree(self.base / "planted")

    # -- the day ----------------------------------------------------------------------------------
    def made(self) -> None:
        """A village, its roster with one row nobody can read, an address and numbers by hand."""
        self.call("init", "--village", VILLAGE, "--village-name", "上坪村", "--operator", self.text("operator"), "--kdf", "floor", *self.at("v"))
        book = Book(households=3)
        for at, (name, number) in enumerate(zip(self.people.names, self.people.ids, strict=True), 1):
            phone = self.text("phone 0") if at == 1 else ""
            book.rows.append([at, f"{at:03d}", f"{at}组", name, name, "户主", "女" if int(number[16]) % 2 == 0 else "男", number, f"{number[6:10]}.{number[10:12]}.{number[12:14]}", phone, "低保", "", "", "", ""])
        book.rows.append([4, "003", "3组", self.people.names[2], "石小满", "长子", "男", 999999199001011230, "1990.1.1", "", "", "", "", "", ""])
        roster = write_book(self.base / "in" / "roster.xlsx", book)
        self.call("roster", "import", roster, "--errors", self.base / "asked" / "reasons.xlsx", *self.at("v"))
        self.listed()

    def listed(self) -> None:
        """A list of alerts about these people, taken in and handed back."""
        sheet = openpyxl.Workbook()
        sheet.active.append(["预警编号", "姓名", "身份证号", "预警类型", "推送日期", "核查结果"])
        for at, (name, number) in enumerate(zip(self.people.names, self.people.ids, strict=True), 1):
            sheet.active.append([f"YJ{at}", name, number, "失业预警", "2026-12-20"])
        sheet.save(self.base / "in" / "alerts.xlsx")
        assert self.call("alert", "import", self.base / "in" / "alerts.xlsx", *self.at("v"))["new"] == len(self.people.ids)
        self.call("alert", "feedback", self.base / "in" / "alerts.xlsx", "--out", self.base / "asked" / "alerts.xlsx", *self.at("v"))

    def home(self) -> tuple[str, str]:
        """The first family: its id and its head's; asked for once."""
        self.first = self.first or self._home()
        return self.first

    def _home(self) -> tuple[str, str]:
        [row] = self.call("household", "list", "--query", self.people.names[0], *self.at("v"))["households"]
        card = self.call("household", "show", row["id"], "--full", "--reason", "核对", *self.at("v"))
        return str(row["id"]), str(card["members"][0]["person"])

    def worked(self) -> None:
        """What a coordinator does by commands."""
        home, head = self.home()
        self.call("household", "set", home, "--set", f"address={self.text('address')}", *self.at("v"))
        self.call("person", "set", head, "--set", f"bank={self.text('bank')}", "--set", f"disability_cert={self.text('certificate')}", *self.at("v"))
        lines = self.base / "in" / "visits.jsonl"
        lines.write_text(json.dumps({"household": home, "met": "self", "note": self.text("note saved"), "promise": "问镇里", "promise_on": "2026-12-30"}, ensure_ascii=False) + "\n", encoding="utf-8")
        self.call("visit", "add", "--from-jsonl", lines, *self.at("v"))
        self.call("flag", "add", "--household", home, "--cause", "illness", "--situation", self.text("flag"), *self.at("v"))
        self.app = str(self.call("apply", "start", "--household", home, "--kind", "dibao", *self.at("v"))["id"])
        self.call("apply", "entrust", self.app, "--by", self.text("entrusted by"), *self.at("v"))
        self.call("today", *self.at("v"))
        self.call("household", "list", "--query", self.text("searched"), *self.at("v"))
        self.call("household", "list", "--query", self.text("phone 1"), *self.at("v"))

    def papered(self) -> None:
        """What goes out on paper and in tables: a report of an office filled in, a list of alerts taken in and fed back, sheets for the board and for every family, rows covered."""
        import openpyxl

        def book(name: str, *rows: tuple[object, ...]) -> Path:
            made = openpyxl.Workbook()
            for one in rows:
                made.active.append(one)
            made.save(self.base / "in" / name)
            return self.base / "in" / name

        asked, names, ids = self.base / "asked", self.people.names, self.people.ids
        home, _ = self.home()
        spaced = f"{ids[1][:6]} {ids[1][6:14]} {ids[1][14:]}"
        self.call("visit", "add", "--household", home, "--met", "self", "--note", f"{self.text('note saved')}，他说的号 {spaced}，电话 {self.text('phone 1')}", *self.at("v"))
        self.call("report", "learn", book("office.xlsx", ("走访月报", "", "", ""), ("序号", "户主姓名", "身份证号", "家庭住址")), "--name", "月报", *self.at("v"))
        self.call("report", "run", "月报", "--out", asked / "report.xlsx", "--reason", "镇里要的", *self.at("v"))
        list_ = book("alerts.xlsx", ("姓名", "身份证号", "类型", "疑点内容", "核查结果"), (names[0], ids[0], "贫困风险", "医疗自付较高", ""), (names[1] + "子", "", "贫困风险", "上网比对", ""))
        self.call("alert", "import", list_, "--dry-run", *self.at("v"))
        self.call("alert", "import", list_, *self.at("v"))
        self.call("alert", "feedback", list_, "--out", asked / "feedback.xlsx", *self.at("v"))
        self.call("roster", "import", self.base / "in" / "roster.xlsx", "--changes", asked / "changes.xlsx", *self.at("v"))
        for topic, form in (("visits", "csv"), ("households", "xlsx"), ("alerts", "json")):
            out = asked / f"covered-{topic}.{form}"
            self.call("export", topic, "--out", out, "--format", form, *self.at("v"))
            covered = {hit.label for hit in self.search().file(out)}
            assert not covered & {"id 0", "id 1", "phone 0", "phone 1", "bank"}, (topic, covered)
            assert form != "csv" or ids[1][6:14] not in out.read_text("utf-8-sig"), "a number in groups stands in a note"
        (asked / "each").mkdir()
        self.call("form", "render", "cover", "--group", "全村", "--each", "docx", "--out", asked / "each", *self.at("v"))
        assert len(list((asked / "each").iterdir())) == 3
        self.call("apply", "hand-over", self.app, *self.at("v"))
        self.call("notice", "sheet", self.app, "--kind", "review", "--out", asked / "notice.pdf", *self.at("v"))

    def enrolled(self) -> None:
        """A county, and the village enrolled there."""
        root = {"XIELI_KEYFILE_PASSPHRASE": self.text("root passphrase")}
        county = self.call("county", "init", "--county", "999999", "--name", "测试县", "--operator", self.text("county officer"), "--kdf", "floor", "--root-out", self.base / "root", *self.at("c"), more=root)
        code = self.call("device", "code", *self.at("v"))
        self.call("county", "enrol", "--code", code["code"], "--village", VILLAGE, "--operator", self.text("operator"), "--out", self.base / "stick" / "grant.xieli", *self.at("c"))
        self.call("device", "enrol", self.base / "stick" / "grant.xieli", "--root-fingerprint", county["root_fingerprint"], *self.at("v"))

    def road(self) -> None:
        """The stick to the county and back; a copy; the same over the network."""
        stick = self.base / "stick"
        assert self.call("sync", "export", "--to", stick, *self.at("v"))["files"]
        self.call("county", "import", stick, *self.at("c"))
        assert any(one["kind"] == "flag" for one in self.call("county", "queue", *self.at("c"))["items"])
        self.call("household", "list", "--query", self.text("searched"), *self.at("c"))
        self.call("county", "send", "--to", stick, *self.at("c"))
        self.call("sync", "import", stick, *self.at("v"))
        self.call("backup", "create", *self.at("v"))
        self.call("audit", "verify", *self.at("v"))

    def network(self) -> None:
        """The receiver as a process of its own, with and without a defect in it, at debug."""
        trust = self.base / "home" / "trust.json"
        self.call("county", "trust", "export", "--out", trust, *self.at("c"))
        for at, program in enumerate(((START,), (BROKEN, str(self.base / "in" / "boom.txt"), "xieli_tui.store.spool:FileSpool.standing"))):
            home, _ = self.home()
            self.call("visit", "add", "--household", home, "--met", "self", "--note", f"{self.text('note saved')}{at}", *self.at("v"))
            with open(self.base / "terminal" / f"serve-{at}.log", "wb") as log:
                serve = subprocess.Popen(
                    [sys.executable, "-c", program[0].replace("setattr(importlib.import_module(room), name, broken)", "owner, _, name = name.partition('.')\nsetattr(getattr(importlib.import_module(room), owner), name, broken)"),
                     *program[1:], "county", "serve", "--listen", "127.0.0.1:0", "--trust", str(trust), "--spool", str(self.base / "spool"), "--json"],
                    stdout=subprocess.PIPE, stderr=log, env={**self.env, "XIELI_DEBUG": "1"},
                )
                assert serve.stdout is not None
                try:
                    url = json.loads(serve.stdout.readline())["url"]
                    self.call("sync", "push", "--url", url, *self.at("v"), code=0 if at == 0 else 4)
                finally:
                    serve.terminate()
                    serve.wait(30)
        assert b"XL-X01" in (self.base / "terminal" / "serve-1.log").read_bytes(), "the receiver met the defect"
        self.call("county", "work", "--once", "--spool", self.base / "spool", *self.at("c"))

    def asked(self) -> dict[str, tuple[str, ...]]:
        """What leaves in clear because somebody asked for it with a reason; what must be found there."""
        everybody = ("name 0", "name 1", "name 2", "id 0", "id 1", "id 2", "phone 0", "bank", "certificate", "address")
        out = self.base / "asked"
        self.call("export", "persons", "--full", "--reason", "县里核对", "--out", out / "persons.xlsx", *self.at("v"))
        self.call("export", "persons", "--out", out / "masked.jsonl", "--format", "jsonl", *self.at("v"))
        self.call("export", "events", "--full", "--reason", "县里核对", "--out", out / "events.jsonl", *self.at("v"))
        covered = {hit.label for hit in self.search().file(out / "masked.jsonl")}
        assert not covered & {"id 0", "id 1", "id 2", "phone 0", "bank", "certificate"}, covered
        wanted = {"persons.xlsx": everybody, "events.jsonl": (*everybody, "note saved", "flag", "entrusted by"), "masked.jsonl": ("name 0", "address"), "reasons.xlsx": ("name 2",)}
        home, _ = self.home()
        for form, about, name in (("cover", home, "cover.docx"), ("cover", home, "cover.pdf"), ("entrust", self.app, "entrust.docx"), ("application", self.app, "application.pdf")):
            if self.inside and name == "application.pdf":
                continue
            self.call("form", "render", form, "--for", about, "--out", out / name, *self.at("v"))
        self.call("route", "print", "--out", out / "route.pdf", *self.at("v"))
        if not self.inside:
            wanted |= {"report.xlsx": ("name 0", "name 1", "id 0", "address"), "feedback.xlsx": ("name 0", "id 0"), "covered-visits.csv": ("note saved",)}
        wanted |= {"cover.docx": ("name 0", "address"), "entrust.docx": ("name 0",)}
        if (self.base / "c").exists():
            self.call("evidence", home, "--out", out / "evidence.zip", "--reason", "复议", *self.at("v"))
            wanted["evidence.zip"] = ("name 0", "id 0", "address", "note saved")
        return wanted

    def crashed(self) -> None:
        """Commands that break with everything in their hands, with and without --debug; a wrong passphrase."""
        boom = str(self.base / "in" / "boom.txt")
        for place in ("xieli_tui.store.journal:append", "xieli_tui.casework.households:list_households"):
            for debug in ("", "1"):
                args = ("today",) if place.endswith("append") else ("household", "list", "--query", self.text("searched"))
                if place.endswith("append"):
                    args = ("flag", "add", "--household", self.home()[0], "--cause", "illness", "--situation", self.text("flag"))
                self.call(*args, *self.at("v"), code=1, program=(BROKEN, boom, place), more={"XIELI_DEBUG": debug}, asked=False)
        wrong = ("-w", self.base / "v", "--passphrase-file", self.base / "in" / "wrong-passphrase.txt")
        self.call("household", "list", "--query", self.text("searched"), *wrong, code=3, asked=False)
        assert list((self.base / "v" / "log").glob("crash-*.txt")), "crashes leave notes"

    # -- the app ----------------------------------------------------------------------------------
    def desk(self, program: tuple[str, ...] = (START,), debug: str = "") -> Desk:
        return Desk([sys.executable, "-c", *program, "run", "-w", str(self.base / "v")], {**self.env, "XIELI_DEBUG": debug})

    def unlocked(self, desk: Desk) -> None:
        desk.shows("资料在这台登记电脑上加密保存")
        desk.send(self.text("passphrase").encode() + KEYS["enter"])
        desk.first_page()

    def written(self, desk: Desk, note: str) -> None:
        """The visit of the first family, up to its sentence."""
        desk.send(KEYS["f3"])
        desk.page("住户")
        desk.settle()
        if "找到 1 户" not in desk.text():
            desk.press(self.people.names[0].encode(), "找到 1 户")
        desk.send(KEYS["f4"])
        desk.page("走访")
        desk.settle()
        desk.send(b"1" + KEYS["tab"] * 7)
        desk.press(note.encode(), note[-8:])

    def ended(self, desk: Desk, name: str) -> None:
        """What stays in the terminal, to be searched; its environment and children were looked at while it ran."""
        (self.base / "terminal" / f"app-{name}.out").write_bytes(desk.rest())
        assert not desk.children, desk.children

    def sat_down(self, full: bool) -> None:
        """A morning at the app: a wrong passphrase, a search, numbers revealed, a visit saved, one half written, locked, opened by the short code, left."""
        desk = self.desk()
        desk.shows("资料在这台登记电脑上加密保存")
        desk.send(self.text("wrong passphrase").encode() + KEYS["enter"])
        desk.shows("口令不对")
        desk.wait(1.5)
        self.unlocked(desk)
        self.written(desk, self.text("note of the app"))
        desk.press(bytes_of("ctrl+s"), "已保存(第")
        self.written(desk, self.text("note of a draft"))
        desk.wait(0.5)
        if full:
            desk.press(bytes_of("ctrl+r"), "显示 20 秒")
            desk.send(KEYS["escape"])
            desk.settle()
            self.printed(desk)
            desk.command("导入台账")
            desk.page("导入台账")
            desk.press(str(self.base / "in" / "roster.xlsx").encode(), "roster.xlsx")
            desk.press(bytes_of("ctrl+s"), "Ctrl+S 看改动")
            desk.press(bytes_of("ctrl+s"), "要看的行")
            [paper] = (self.base / "v" / "papers").glob("*/*.xlsx")
            assert {hit.label for hit in self.search().file(paper)} >= {"name 2"}, "the private folder holds the workbook while it is looked at"
            for _ in range(3):
                desk.send(KEYS["escape"])
                desk.settle()
            desk.settle()
            desk.command("设置")
            desk.page("设置")
            desk.send(KEYS["tab"] * 3 + self.people.short.encode() + KEYS["tab"] + self.people.short.encode())
            desk.press(bytes_of("ctrl+s"), "短码")
            desk.settle()
        desk.notice(self.search())
        desk.press(bytes_of("ctrl+l"), "已锁屏")
        assert not (self.base / "v" / "papers").exists(), "the private folder goes at lock"
        self.look()
        if full:
            desk.send(self.people.short.encode() + KEYS["enter"])
            desk.first_page()
        desk.send(bytes_of("ctrl+q") * (2 if full else 1))
        assert desk.over() == 0
        self.ended(desk, "left")

    def printed(self, desk: Desk) -> None:
        """A sheet of the family into the viewer and to the printer: programs of ours stand in for both and tell what they were started with."""
        desk.send(KEYS["f3"])
        desk.page("住户")
        desk.settle()
        desk.send(KEYS["enter"])
        desk.page("户档")
        for way, program in (("", "xdg-open"), ("right", "lp")):
            desk.settle()
            desk.send(bytes_of("ctrl+p"))
            desk.page("打印")
            desk.settle()
            desk.send((KEYS["left"] if way else b"") + b"1")
            told = self.base / "terminal" / f"{program}.out"
            desk.until(told.exists, f"{program} was started")
            desk.until(lambda told=told: "/papers/" in told.read_text(), f"{program} was given a sheet of the private folder")
            desk.settle()
            desk.send(KEYS["escape"])
            desk.page("户档")
        desk.send(bytes_of("ctrl+p"))
        desk.page("打印")
        desk.settle()
        desk.send(b" ")
        desk.page("几户一起印")
        desk.settle()
        desk.press(b"1", "勾上 3 户")
        desk.send(bytes_of("ctrl+s"))
        desk.page("打印")
        desk.settle()
        desk.send(b"1")
        desk.until(lambda: (self.base / "terminal" / "lp.out").read_text().count("/papers/") == 2, "lp was given the sheets of three families")
        desk.settle()
        for name in ("几户一起印", "打印", "户档"):
            desk.send(KEYS["escape"])
            desk.page(name)

    def broke(self) -> None:
        """The app with a function broken, debug off and on: the page of visits cannot be stored."""
        for debug in ("", "1"):
            desk = self.desk((BROKEN, str(self.base / "in" / "boom.txt"), "xieli_tui.casework.visit_form:request"), debug)
            self.unlocked(desk)
            self.written(desk, self.text("note of a draft"))
            desk.send(bytes_of("ctrl+s"))
            assert desk.over() == 1
            assert "XL-X01" in desk.rest().decode(), "it says so"
            self.ended(desk, f"broke{debug}")

    def killed(self) -> None:
        """Killed with a sentence half written and a paper open; the next start takes the paper away and offers the sentence."""
        desk = self.desk()
        self.unlocked(desk)
        self.written(desk, self.text("note killed"))
        desk.wait(0.6)
        desk.kill()
        paper = self.base / "v" / "papers" / "0123456789abcdef"
        paper.mkdir(parents=True)
        (paper / "notice-1.txt").write_text(self.people.names[0], encoding="utf-8")
        tasks = self.call("today", *self.at("v"))
        assert any(one["task"] == "draft_open" for one in tasks["tasks"]) or "draft_open" in json.dumps(tasks), "the draft is offered"
        assert not (self.base / "v" / "papers").exists(), "what a kill left goes at the next start"


def day(base: Path, seed: int, *, full: bool) -> Day:
    """The whole day, the search, the counter-proof."""
    it = Day(base, seed, People.drawn(seed), inside=not full)
    it.step("made, roster imported", it.made)
    if full:
        it.step("enrolled", it.enrolled)
    it.step("worked by commands", it.worked)
    if full:
        it.step("papers and tables", it.papered)
    if full:
        it.step("stick, county, return, copy", it.road)
        it.step("receiver, sound and broken", it.network)
    it.step("at the app", lambda: it.sat_down(full))
    if full:
        it.step("the app broke, debug off and on", it.broke)
        it.step("killed", it.killed)
    it.step("commands broke, debug off and on; wrong passphrase", it.crashed)
    wanted: dict[str, tuple[str, ...]] = {}
    it.step("asked for in clear", lambda: wanted.update(it.asked()))
    it.step("searched", it.look)
    it.step("counter-proof", lambda: it.counter_proof(wanted))
    return it


def main() -> int:
    parser = argparse.ArgumentParser(description="a day of sentinels and the search for them")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--quick", action="store_true", help="the sample of the suite")
    given = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="sentinels-"))
    began = time.perf_counter()
    try:
        return told(day(base / "day", given.seed, full=not given.quick), began)
    finally:
        shutil.rmtree(base)


def told(it: Day, began: float) -> int:
    """The hits, and one line of figures; the exit code."""
    for hit in it.hits:
        print("FOUND", hit)
    for name in it.strange:
        print("A NAME NOT KNOWN", name)
    print(json.dumps({"seed": it.seed, "secrets": len(it.people.texts) + len(it.keys()), "files": it.looked[0], "bytes": it.looked[1], "processes": it.outputs, "hits": len(it.hits), "seconds": round(time.perf_counter() - began, 1)}))
    return 1 if it.hits or it.strange else 0


if __name__ == "__main__":
    raise SystemExit(main())
