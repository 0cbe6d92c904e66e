"""kill -9 in the middle of every form, in a real terminal: for each form the way to it by keys, typing, death, and what comes back.

Not a part of the suite (its name keeps it out): `python -m pytest tests/ui/kill_forms.py -n0 -q -s`, one form with `-k visit`. A table of forms, what was typed and
what came back is printed at the end and written to the file named by XIELI_KILL_TABLE; XIELI_KILL_SEED sets the seed, which is printed.

What is done with each form
- the way and the typing are first walked in one process, which also says what the form must hold; the same keys then go into a pseudo-terminal;
- 一: after the last key was seen and the time of a draft (0.3 s, design 05) has passed, SIGKILL at a random moment; started again, the draft is offered, opens and looks as before;
- 二: there a sentence is typed on and the program killed at a random character: what was seen more than a moment before is kept, and nothing else is lost;
- 三: Ctrl+N asks and keeps the draft while other keys follow; of one form in five a third start shows that pressed twice it throws it away.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from desk_office import VILLAGE as VILLAGE_CODE
from desk_office import Office
from page_book import classes, learnt, village_book
from people_kit import handing
from pty_hand import HEIGHT, Terminal, bytes_of, pasted
from test_forks_and_clocks import forked
from textual import events

sys.path.append(str(Path(__file__).parent.parent / "casework"))
from county_kit import County

from xieli_tui.casework import drafts, exchange, flag_hardship, frauds, households, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.casework.unfinished import FORM_WORDS
from xieli_tui.desk import matters, packs, registers, report_maps, rulings, standing, steps
from xieli_tui.domain.clock import millis, uuid7
from xieli_tui.domain.events.household import HouseholdOpened
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.trip import TripRows
from xieli_tui.ui.widgets.choice import Choice, MarkRow
from xieli_tui.ui.widgets.fields import CodeField, IdField, MoneyField
from xieli_tui.ui.widgets.han_input import DateField, HanInput

SEED = int(os.environ.get("XIELI_KILL_SEED", "20261122"))
DRAFT_TIME = 0.3
MOST = 12
"""Entries filled of one form."""
SENTENCE = "又接着写了一句屋顶漏着雨等镇里回话再说"
"""Of no word that stands in the form already: each character must be seen to come."""
ECHO = 15.0
"""Seconds a busy machine may take to show the last key."""
GRACE = 0.8
"""Seconds before the kill in which a typed character may be lost: the 0.3 s of a draft, and the load of the machine the program shares."""

Step = str | tuple[str, str]
"""A key, or ("type", text), ("row", words: the cursor goes down to that row)."""


def palette(code: str) -> list[Step]:
    return ["ctrl+g", ("type", code), "enter"]


def family(code: str) -> list[Step]:
    """The family first, then what is done about it."""
    return ["f3", ("type", "ljj"), *palette(code)]


def at_desk(code: str) -> list[Step]:
    return ["f5", ("type", "sst"), *palette(code)]


DOSSIER: list[Step] = family("16")
MATTERS: list[Step] = family("21")
PAIRS: list[Step] = family("44")
OPEN_APP: list[Step] = [*palette("15"), ("row", "低保"), "enter"]
OUTSIDER: list[Step] = [*palette("45"), ("row", "孙长福"), "enter"]
SENT_APP: list[Step] = [*palette("15"), ("row", "特困"), "enter"]
CASE: list[Step] = [("row", "低保"), "enter"]

REPORT: Step = ("row", "走访月报")

VILLAGE: dict[str, list[Step]] = {
    "visit": family("11"), "flag": family("12"), "flag:outsider": palette("13"), "apply": family("14"), "trip": [("row", "走访过"), "enter"],
    "household": family("51"), "statement": family("52"), "person": [*DOSSIER, "2", "2", "1"], "join": family("28"),
    "leave": family("29"), "split": family("41"), "move_away": family("42"), "living": [*DOSSIER, "2", "2", "5"], "head": [*DOSSIER, "2", "2", "6"],
    "new_household": palette("43"), "change": family("22"), "refer": family("23"), "assess": family("24"), "service": family("25"),
    "give_aid": family("48"), "loss": family("49"), "encounter": palette("53"), "inform": family("47"), "pair": [*PAIRS, "1"],
    "pair_end": [*PAIRS, ("row", "石党员"), "enter"], "group": [*PAIRS, "2"], "feedback": [*MATTERS, ("row", "转介"), "enter"], "emergency_step": [*MATTERS, ("row", "急难"), "enter"],
    "settle": [*palette("45"), "enter", "5"], "finding_step": [*palette("45"), "enter", "1"], "notice": [*SENT_APP, ("row", "公示"), "enter", "2"],
    "take_down": [*palette("46"), "enter"], "objection": [*palette("46"), "1"], "entrust": [*OPEN_APP, ("row", "委托"), "enter"], "sign": [*OPEN_APP, ("row", "李建军"), "enter"],
    "kin": [*OPEN_APP, ("row", "近亲属"), "enter"], "paper": [*OPEN_APP, ("row", "别的材料"), "enter"], "withdraw": [*OPEN_APP, ("row", "撤回"), "enter"],
    "correct": [*DOSSIER, "7", ("row", "走访"), "enter", ("row", "一句话"), "enter"], "strike": [*DOSSIER, "7", ("row", "走访"), "enter", "1"], "dispose": ["f7", "down", "enter"],
    "suspect": family("54"),
    "refer_out": [*OUTSIDER, "4"], "refer_heard": [*OUTSIDER, "7"], "resolve": [*palette("56"), "enter"], "roster": palette("57"),
    "alert_list": palette("69"), "alert_feedback": palette("70"), "export": palette("66"), "receiver": palette("65"), "notice_sheet": [*palette("68"), "space", "ctrl+s"],
    "report.learn": ["f8", "1"], "report.ask": ["f8", REPORT, "2"], "report.run": ["f8", REPORT, "enter"],
}
COUNTY: dict[str, list[Step]] = {
    "answer": [("row", "发现登记"), "enter"], "apply": [*palette("12"), ("type", "sst"), "enter"], "standing.category": at_desk("41"), "standing.taper": at_desk("42"),
    "standing.exit": at_desk("43"), "standing.reserve": palette("44"), "desk.staff": palette("33"), "desk.village": palette("34"), "desk.station": palette("35"),
    "desk.local": [*palette("31"), "enter"], "desk.check": [*CASE, ("row", "经济状况核对"), "enter"], "desk.survey": [*CASE, ("row", "入户调查"), "enter"],
    "desk.review": [*CASE, ("row", "初审"), "enter"], "desk.notice": [*CASE, ("row", "公示"), "enter"], "desk.advance": [*CASE, ("row", "先行救助"), "enter"],
    "desk.decide": [*CASE, ("row", "决定"), "enter"], "desk.appraise": [*CASE, ("row", "民主评议"), "enter"], "desk.return": [*CASE, "f6"],
    "complaint": [*palette("22"), "1"], "conference": [*palette("21"), "1"], "event_open": [*palette("24"), "1"], "alert_issue": at_desk("26"), "transfer": at_desk("46"),
    "desk.pack": [*palette("37"), "1"], "desk.enrol": [*palette("38"), "1"], "desk.stop": [*palette("38"), "2"], "desk.held": [*palette("52"), "enter"], "desk.operator": [*palette("39"), "1"],
    "complaint_answer": [*palette("22"), "enter"], "fraud_rule": [*palette("23"), "enter"], "event_close": [*palette("24"), "enter"], "desk.staff_end": [*palette("36"), ("row", "陈秀兰"), "enter"],
    "desk.body": [*palette("36"), "4"], "desk.holidays": [*palette("37"), "2"], "desk.pack_back": [*palette("37"), "enter"], "platform": [*palette("45"), "enter"],
    "alert_list_out": palette("71"), "desk.report_send": ["f8", REPORT, "7"], "desk.report_back": ["f8", REPORT, "down", "8"], "desk.handover": [*palette("54"), "1"],
    "desk.merge": [*palette("55"), "1", ("type", "石守田"), "enter", "1", ("type", "石首田"), "enter", "1"], "desk.unmerge": [*palette("55"), "enter"], "desk.fork": [*palette("56"), "enter"],
}
"""Forms at the county; those of a decided case and of a township stand beneath."""
DECIDED: dict[str, list[Step]] = {
    "desk.told": [*CASE, ("row", "告知申请人"), "enter"], "desk.pay": [*CASE, ("row", "记付款"), "enter"], "desk.close": [*CASE, ("row", "办结"), "enter"],
    "desk.stage": [("row", "急难"), "enter", ("row", "分阶段救助"), "enter"],
}
HANDED: dict[str, list[Step]] = {"told": [("row", "告知"), "enter", ("row", "告知"), "enter"], "handover.seal": [*palette("64"), "enter"], "handover.open": [*palette("64"), "2"]}
"""Forms of a village that has desks above it."""
TOWNSHIP: dict[str, list[Step]] = {"desk.report": [*CASE, ("row", "上报县级"), "enter"]}


# -- worlds -----------------------------------------------------------------------------------------


def village_world(village: Session, form: str, folder: Path) -> Session:
    """The village of the book of pages; with alerts of a county where the form needs one."""
    if form == "dispose":
        county = County()
        county.enrol(village, folder)
        now = millis(village.clock.now())
        home = next(row for row in households.list_households(village, "何秀珍"))
        lines = []
        for household, cls, text in ((home.id, "uncovered", "医疗自付较高，未享受救助"), (None, "risk", "上网比对：名单里的人")):
            d = {"alert": uuid7(now, village.rand), "village": home.village, "cls": cls, "text": text, "on": "2026-12-20", "columns": {"姓名": "周大山"}}
            lines.append(county.write("alert.issued", {**d, "household": household} if household else d))
        exchange.take_in(village, [county.sign_for(village, folder, *lines)])
    else:
        village_book(village)
    return village


def desk_world(office: Office, form: str, folder: Path) -> Session:
    """A case as far as the form needs it, and what else the form is about."""
    if form.startswith("handover."):
        handing(office)
        office.clock.tick(minutes=1)
        record_visit.record_visit(office.village, record_visit.RecordVisit(households.list_households(office.village)[0].id, "self", note="没报送的"))
        return office.village
    if form == "desk.fork":
        forked(office, folder)
        return office.county
    other, aid = ("temp_emergency", "temp_expenditure") if form == "desk.stage" else ("dibao", "temp_emergency")
    app = office.application(other, aid, emergency=True)
    home = households.list_households(office.village, "石守田")[0].id
    flag_hardship.flag_hardship(office.village, flag_hardship.FlagHardship(["illness"], household=home, situation="住院"))
    if form == "fraud_rule":
        frauds.suspect(office.village, frauds.Suspect(home, "去年买了小汽车，家里没有说"))
    if form in TOWNSHIP:
        office.up(to=office.township)
        steps.accept(office.township, app)
        return office.township
    office.up()
    steps.accept(office.county, app)
    if form == "desk.stage":
        steps.review(office.county, app)  # an expenditure aid owes it before its decision
    if form in DECIDED or form == "told":
        steps.decide(office.county, steps.Decide(app, aid, True, "800.00", None, "住院押金急需"))
    if form == "told":
        office.down()
        return office.village
    beside(office, form, home)
    return office.county


def beside(office: Office, form: str, home: str) -> None:
    """What stands at the county beside the case."""
    county = office.county
    if form == "complaint_answer":
        matters.receive_complaint(county, matters.ReceiveComplaint("phone", "他家儿子在外面开了店，还吃低保", home))
    elif form == "event_close":
        matters.open_event(county, matters.OpenEvent("disaster", "12月寒潮", ()))
    elif form == "desk.staff_end":
        registers.add_staff(county, registers.AddStaff("陈秀兰", (VILLAGE_CODE,), source="committee", since="2026-01-01"))
    elif form == "desk.held":
        office.village.record(HouseholdOpened(village="999999002001", household=office.village.new_id(), fields={"group": "一组"}))
        office.up()
    elif form == "desk.pack_back":
        year = office.stick.parent / "year.toml"
        year.write_text('year = 2027\ncalendar_version = "2027.1"\nsource = "测试"\n[[holiday]]\nname = "元旦"\noff = ["2027-01-01"]\nwork = []\n', "utf-8")
        packs.install_holidays(county, year)
    elif form in ("desk.merge", "desk.unmerge"):
        one, two = (
            households.show(county, households.add_household(county, households.AddHousehold(name, {"group": "一组"}, {"birth": "1950-01-01", "sex": "male"}, village=VILLAGE_CODE)).id).members[0].person
            for name in ("石首田", "石寿田")
        )
        if form == "desk.unmerge":
            rulings.merge(county, one, two, "看过身份证")
    elif form in ("desk.report_send", "desk.report_back"):
        filled = learnt(county)
        if form == "desk.report_back":
            report_maps.install(county, filled.name, "2026-12-28")
    elif form in ("platform", "standing.taper"):
        standing.set_category(county, standing.SetCategory(home, "dibao", "测试"))


# -- walking and typing, in one process -------------------------------------------------------------


@dataclass
class Walk:
    """What was done and what it brought: bytes of each step with the page they lead to, bytes of the typing, what the form holds then."""

    way: list[tuple[bytes, str]] = field(default_factory=list)
    typing: list[bytes] = field(default_factory=list)
    tabs: int = 0
    word: str = ""
    form: str = ""
    key: str = ""
    name: str = ""
    home: str = ""
    picture: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    first_text: str = ""
    """The first entry of words."""
    to_text: int = 0
    """Tabs from the entry at which the form opens to it."""


async def step(hand: Any, one: Step) -> bytes:
    """One step of a way; its bytes."""
    if isinstance(one, str):
        await hand.press(one)
        return bytes_of(one)
    what, text = one
    if what == "type":
        await hand.type(text)
        return text.encode()
    rows = hand.page.rows
    keys = [await press(hand, "home")]
    for _ in range(80):
        row = rows._draw_row(rows.item, True)[0].text if rows.item is not None else ""
        if text in row:
            return b"".join(keys)
        keys.append(await press(hand, "down"))
    raise AssertionError(f"no row {text}: {hand.text()}")


async def press(hand: Any, key: str) -> bytes:
    await hand.press(key)
    return bytes_of(key)


async def fill(hand: Any, walk: Walk, rng: random.Random) -> None:
    """Type into every entry by Tab, as far as MOST."""
    page: FormPage = hand.page
    done: list[str] = []
    start = next((name for name, entry in page.entries.items() if entry.has_focus), None)
    name = start
    while name is not None and name not in done and len(done) < MOST:
        entry = page.entries[name]
        walk.typing += await fill_entry(hand, entry, len(done), walk, name, rng)
        if isinstance(entry, HanInput) and type(entry) is HanInput and not entry.fold and not walk.first_text:
            walk.first_text, walk.to_text = name, len(done)
        done.append(name)
        walk.typing.append(await press(hand, "tab"))
        walk.tabs += 1
        name = next((one for one, each in page.entries.items() if each.has_focus), None)
    await hand.settle()


async def fill_entry(hand: Any, entry: Any, place: int, walk: Walk, name: str, rng: random.Random) -> list[bytes]:
    """Keys for one entry."""
    if isinstance(entry, Choice):
        options = [ident for ident, _ in entry.options]
        wanted = [at for at, ident in enumerate(options[:9]) if ident not in entry.chosen][: 2 if entry.multi else 1]
        walk.typed.append("选")
        return [await press(hand, str(at + 1)) for at in wanted]
    if isinstance(entry, MarkRow):
        walk.typed.append("六方面")
        return [await press(hand, digit) for digit in "231"]
    if isinstance(entry, TripRows):
        walk.typed.append("几户")
        return [await press(hand, digit) for digit in "124"]
    assert isinstance(entry, HanInput), entry
    out = [await press(hand, "end")]
    out += [await press(hand, "backspace") for _ in range(len(entry.value))]
    if isinstance(entry, DateField):
        text, word = f"2026-12-{1 + place % 27:02d}", "日期"
    elif isinstance(entry, MoneyField):
        text, word = f"{100 + place}.50", "钱"
    elif isinstance(entry, CodeField):
        text, word = str(1 + rng.randrange(min(9, len(entry.options)))) if entry.options else "", "编号"
    elif isinstance(entry, IdField):
        text, word = "99999919510307", "证件号"
    elif entry.fold:
        text, word = f"1000000{place:04d}", "号"
    elif type(entry) is HanInput and entry.size.width > 40:
        both = f"写到一半{place}，押金是借的\n第二行𠮷字"
        hand.app._driver.send_message(made(events.Paste(both), hand.app))
        await hand.pilot.pause(0.05)
        walk.typed.append("两行字")
        return [*out, pasted(both)]
    else:
        text, word = f"写到一半{place}", "字"
    walk.typed.append(word)
    await hand.type(text)
    return [*out, text.encode()]


def made(event: Any, app: Any) -> Any:
    event.set_sender(app)
    return event


async def walked(open_app: Any, session: Session, form: str, way: list[Step], rng: random.Random) -> Walk:
    """Walk the way and fill the form in one process; its draft is taken away again."""
    walk = Walk()
    async with open_app(session) as hand:
        walk.home = hand.page.NAME
        for one in way:
            data = await step(hand, one)
            walk.way.append((data, hand.page.NAME))
        page = hand.page
        assert isinstance(page, FormPage), (form, type(page).__name__, hand.text())
        assert form.partition(":")[0] == page.FORM, (form, page.FORM)
        walk.form, walk.key, walk.name = page.FORM, page.key, page.NAME
        walk.word = FORM_WORDS[page.FORM]
        await fill(hand, walk, rng)
        walk.values, walk.picture = dict(page.values()), body(hand.lines())
        page.leave()
        page.leave = lambda: None  # type: ignore[method-assign]
    drafts.drop_draft(session, walk.form, walk.key)
    return walk


# -- the same in a terminal, and death ---------------------------------------------------------------


@dataclass
class Line:
    """A row of the table."""

    form: str
    who: str
    typed: str
    came: str = "-"
    offered: str = "-"
    seen: str = "-"
    middle: str = "-"
    dropped: str = "-"


TABLE: list[Line] = []


def body(lines: list[str]) -> list[str]:
    """The form itself: without title, status and keys."""
    return list(lines[1:HEIGHT - 3])


def there(terminal: Terminal, walk: Walk) -> None:
    """By keys to the form."""
    for data, name in walk.way:
        terminal.send(data)
        terminal.page(name)
        terminal.settle(0.06)


def seen(terminal: Terminal, walk: Walk) -> None:
    """The last key was echoed: the form looks as it did in one process."""
    end = time.monotonic() + ECHO
    while body(terminal.lines()) != walk.picture and time.monotonic() < end:
        terminal.read(0.02)


def opened(terminal: Terminal, walk: Walk) -> str:
    """From the first page to the form by what offers its draft; what did."""
    said = terminal.text()
    line = next((one for one in terminal.lines() if f"{walk.word}写到一半" in one), "")
    digit = line.strip().lstrip("> ")[:1]
    if digit.isdigit():
        terminal.send(digit.encode() + bytes_of("enter"))
        offered = "今日一行"
    elif "没写完" in said:
        offered = "今日合一行" if walk.home == "今日" else "队列"
        terminal.send(bytes_of("ctrl+g") + b"89" + bytes_of("enter"))
        terminal.page("没写完")
        terminal.settle()
        assert walk.word in terminal.text()
        terminal.send(b"1" + bytes_of("enter"))
    else:
        raise AssertionError(f"nobody offers the draft:\n{said}")
    terminal.page(walk.name)
    terminal.settle()
    return offered


def compare(before: list[str], after: list[str], walk: Walk) -> str:
    """全部 when the form looks the same. Which end of a long word a narrow field shows, where the cursor stands in a list, and what was said of a paste may differ; a
    passphrase is never kept."""
    words = " ".join(str(value) for value in walk.values.values())

    def same(a: str, b: str) -> bool:
        one, two = ([word for word in text.replace(">", " ").split() if set(word) != {"*"}] for text in (a, b))
        return "接成了一行" in a or (len(one) == len(two) and all(x == y or (x in words and y in words) for x, y in zip(one, two, strict=True)))

    wrong = [f"{a.strip()} | {b.strip()}" for a, b in zip(before, after, strict=True) if not same(a, b)]
    return "全部" if not wrong else "不同：" + " // ".join(wrong)


def lost(want: dict[str, Any], have: dict[str, Any]) -> str:
    """全部 when every entry is as typed."""
    wrong = [name for name in want if want[name] != have.get(name)]
    return f"{len(want)} 格全部" if not wrong else "丢：" + "、".join(f"{name}={have.get(name)!r}" for name in wrong)


def killed(session: Session, walk: Walk, line: Line, rng: random.Random, folder: Path) -> None:
    """一, 二 and 三 of the rules above."""
    now = session.clock.now().isoformat()
    terminal = Terminal(folder, now)
    try:
        terminal.unlock(walk.home)
        there(terminal, walk)
        for data in walk.typing:
            terminal.send(data)
            terminal.read(0.01)
        seen(terminal, walk)
        terminal.read(DRAFT_TIME + rng.uniform(0, 0.8))
        before = body(terminal.lines())
    finally:
        terminal.kill()
    kept = drafts.load_draft(session, walk.form, walk.key)
    line.came = lost(walk.values, dict(kept.data)) if kept is not None else "没有草稿"
    terminal = Terminal(folder, now)
    try:
        terminal.unlock(walk.home)
        line.offered = opened(terminal, walk)
        line.offered += "，表上说草稿在" if "草稿在" in terminal.text() else ""
        terminal.send(bytes_of("tab") * walk.tabs)
        seen(terminal, walk)
        line.seen = compare(before, body(terminal.lines()), walk)
        terminal.press(bytes_of("ctrl+n"), "再按一次 Ctrl+N")
        line.dropped = "问了"
        if walk.first_text:
            line.middle = middle(session, terminal, walk, rng)
    finally:
        terminal.kill()
    if walk.first_text:
        kept = drafts.load_draft(session, walk.form, walk.key)
        line.middle = judged(line.middle, walk, dict(kept.data) if kept else {})
    if drafts.load_draft(session, walk.form, walk.key) is None:
        line.dropped = "问也没问就丢了"
    if rng.randrange(5):
        return
    terminal = Terminal(folder, now)
    try:
        terminal.unlock(walk.home)
        there(terminal, walk)
        terminal.settle()
        terminal.press(bytes_of("ctrl+n"), "再按一次 Ctrl+N")
        terminal.press(bytes_of("ctrl+n"), "草稿丢掉了")
        line.dropped = "问了，丢了" if drafts.load_draft(session, walk.form, walk.key) is None else "按了两次还在"
    finally:
        terminal.kill()


def middle(session: Session, terminal: Terminal, walk: Walk, rng: random.Random) -> str:
    """Type on in the first entry of words and stop at a random character: `sent:safe`, how many were typed and how many early enough to be kept."""
    terminal.send(bytes_of("shift+tab") * (walk.tabs - walk.to_text))
    terminal.settle()
    terminal.send(bytes_of("end"))
    at = rng.randrange(3, len(SENTENCE))
    shown: list[float] = []
    for place, char in enumerate(SENTENCE[:at], 1):
        terminal.send(char.encode())
        wait = time.monotonic() + rng.uniform(0.02, 0.3)
        while time.monotonic() < wait or (place == at and len(shown) < at and time.monotonic() < wait + ECHO):
            terminal.read(0.02)
            tail = SENTENCE[len(shown):len(shown) + 1]
            while tail and SENTENCE[max(0, len(shown) - 2):len(shown) + 1] in terminal.text().replace("\n", ""):
                shown.append(time.monotonic())
                tail = SENTENCE[len(shown):len(shown) + 1]
    end = time.monotonic()
    return f"{at}:{sum(1 for when in shown[:at] if end - when > GRACE)}"


def judged(told: str, walk: Walk, have: dict[str, Any]) -> str:
    sent, safe = (int(part) for part in told.split(":"))
    was, now = str(walk.values[walk.first_text]), str(have.get(walk.first_text, ""))
    more = now[len(was):]
    rest = {name: value for name, value in walk.values.items() if name != walk.first_text and have.get(name) != value}
    if not now.startswith(was) or not SENTENCE.startswith(more) or rest:
        return f"丢：{now!r} {list(rest)}"
    return f"{sent} 字留 {len(more)}" + ("" if len(more) >= safe else f"，少于 {safe}")


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    """The table, at the end."""
    print(f"\nseed={SEED}")
    yield
    text = "\n".join([
        "form | desk | typed | in the draft after kill -9 | offered after the start | looks as before | killed while typing | thrown away",
        *(f"{one.form} | {one.who} | {one.typed} | {one.came} | {one.offered} | {one.seen} | {one.middle} | {one.dropped}" for one in TABLE),
    ])
    print("\n" + text)
    where = os.environ.get("XIELI_KILL_TABLE", "")
    if where:
        with Path(where).open("a", encoding="utf-8") as out:
            out.write(text + "\n")


def proved(line: Line) -> None:
    """What a row must say."""
    assert line.came.endswith("全部"), line
    assert line.seen == "全部", line
    assert not {"丢", "少"} & set(line.middle), line
    assert line.dropped in ("问了", "问了，丢了"), line


async def through(open_app: Any, session: Session, form: str, way: list[Step], who: str) -> None:
    rng = random.Random(f"{SEED}:{form}:{who}")
    walk = await walked(open_app, session, form, way, rng)
    counted = {word: walk.typed.count(word) for word in dict.fromkeys(walk.typed)}
    line = Line(form, who, "、".join(f"{word}{count if count > 1 else ''}" for word, count in counted.items()))
    TABLE.append(line)
    killed(session, walk, line, rng, session.workspace)
    proved(line)


@pytest.mark.parametrize("form", [*VILLAGE])
async def test_a_form_of_the_village(village: Session, open_app: Any, tmp_path: Path, form: str) -> None:
    await through(open_app, village_world(village, form, tmp_path), form, VILLAGE[form], "村")


@pytest.mark.parametrize("form", [*HANDED])
async def test_a_form_of_a_village_under_a_county(office: Office, open_app: Any, tmp_path: Path, form: str) -> None:
    await through(open_app, desk_world(office, form, tmp_path), form, HANDED[form], "村")


@pytest.mark.parametrize("form", [*COUNTY, *DECIDED, *TOWNSHIP])
async def test_a_form_of_a_desk(office: Office, open_app: Any, tmp_path: Path, form: str) -> None:
    await through(open_app, desk_world(office, form, tmp_path), form, {**COUNTY, **DECIDED, **TOWNSHIP}[form], "镇" if form in TOWNSHIP else "县")


def test_every_form_has_a_way_here() -> None:
    """A new form cannot escape: each one that keeps drafts is killed above."""
    forms = {cls.FORM for cls in classes() if issubclass(cls, FormPage) and cls.FORM}
    assert forms - {form.partition(":")[0] for form in {**VILLAGE, **HANDED, **COUNTY, **DECIDED, **TOWNSHIP}} == set()
