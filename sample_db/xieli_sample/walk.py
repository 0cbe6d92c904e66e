"""The whole road once, with real checks at each station: `xieli demo --headless`.

Rules kept here
- a station is walked with the same verbs a person uses, and is ok only when what it should have changed is seen to have changed;
- the first station that fails ends the walk; what failed is said in one line without a name.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xieli_sample import source as sources
from xieli_sample.builder import december_sheet
from xieli_sample.scene import Demo
from xieli_sync import verify
from xieli_tui.casework import application as papers
from xieli_tui.casework import exchange, flag_hardship, hints, households, record_visit, roster, start_application
from xieli_tui.casework.session import Session, open_session
from xieli_tui.desk import enrolment, intake, queue, send, steps
from xieli_tui.domain.clock import FixedClock
from xieli_tui.domain.money import parse_fen
from xieli_tui.errors import Refused, XieliError
from xieli_tui.store.workspace import load_profile

STATIONS = (
    "init", "enrol", "roster", "visit", "flag", "apply", "export", "township", "accept", "forward", "import", "decide", "send", "carry", "receive",
)

AMOUNT, REASON = "3500.00", "突发重病，押金无力交；低保家庭，本年首次。"
"""More than the 3,000.00 the county handed down to the township in this demo."""


@dataclass(frozen=True, slots=True)
class Step:
    """One station: its name of design 08, whether everything it should have changed was seen to change, and what was seen."""

    name: str
    ok: bool
    detail: str


class Failed(Exception):
    """A check of a station did not hold."""


@dataclass
class _Walk:
    demo: Demo
    village: Session
    township: Session
    county: Session
    clock: FixedClock
    said: dict[str, str] = field(default_factory=dict)
    laid: list[Path] = field(default_factory=list)
    home: list[Path] = field(default_factory=list)
    over: list[Path] = field(default_factory=list)
    """what the township laid down for the county"""

    @property
    def household(self) -> str:
        return self.demo.story["urgent"]


def road(demo: Demo) -> list[Step]:
    """Walk all stations on a demo that `build` laid down."""
    clock = demo.clock()
    clock.tick(minutes=30)
    out: list[Step] = []
    with (
        open_session(demo.village_dir, demo.passphrase, clock=clock) as village,
        open_session(demo.township_dir, demo.passphrase, clock=clock) as township,
        open_session(demo.county_dir, demo.passphrase, clock=clock) as county,
    ):
        walk = _Walk(demo, village, township, county, clock)
        for name in STATIONS:
            clock.tick(minutes=3)
            try:
                detail = _WALKED[name](walk)
            except XieliError as error:
                out.append(Step(name, False, error.sentence()))
                break
            except Failed as failed:
                out.append(Step(name, False, str(failed)))
                break
            out.append(Step(name, True, detail))
    return out


def as_json(demo: Demo, walked: list[Step]) -> dict[str, Any]:
    """The document of `xieli demo --headless --json` (design 08)."""
    return {
        "steps": [{"name": s.name, "ok": s.ok, "detail": s.detail} for s in walked],
        "ok": [s.name for s in walked] == list(STATIONS) and all(s.ok for s in walked),
        "village_dir": str(demo.village_dir), "township_dir": str(demo.township_dir), "county_dir": str(demo.county_dir), "passphrase": demo.passphrase,
    }


def _need(held: bool, what: str) -> None:
    if not held:
        raise Failed(what)


# -- the stations ----------------------------------------------------------------------------------------------------------------------


def _init(w: _Walk) -> str:
    village, town, county = (load_profile(path) for path in (w.demo.village_dir, w.demo.township_dir, w.demo.county_dir))
    _need((village.kind, town.kind, county.kind) == ("village", "township", "county"), "工作区的种类不对")
    _need(village.demo and town.demo and county.demo, "演示的横幅没有打开")
    return f"村、镇、县三个工作区，{county.county_name}，演示"


def _enrol(w: _Walk) -> str:
    known = {d.dev: d for d in enrolment.devices(w.county)}
    mine = known.get(w.village.dev)
    _need(mine is not None and mine.heard, "县里还没有收到这台电脑的第一个包")
    nets = {load_profile(path).net for path in (w.demo.village_dir, w.demo.township_dir, w.demo.county_dir, w.demo.neighbour_dir)}
    _need(len(nets) == 1 and nets != {""}, "村、镇、县不在一个网里")
    town = known.get(w.township.dev)
    _need(town is not None and town.role == "township" and town.heard, "县里还没有收到镇里的第一个包")
    return f"{len(known)} 台登记电脑，都在 {sorted(nets)[0][:8]} 网里"


def _roster(w: _Walk) -> str:
    sheet = december_sheet(w.demo.folder / "台账-十二月.xlsx", sources.load())
    before = len(households.list_households(w.village))
    first = roster.import_roster(w.village, sheet)
    again = roster.import_roster(w.village, sheet)
    _need(before == 60 and first.created == 1 and not first.rejected, f"新增 {first.created} 人，退回 {len(first.rejected)} 行")
    _need(again.created == 0 and again.updated == 0, f"再导一次还新增 {again.created}、更新 {again.updated}")
    return f"{first.rows} 行，新增 {first.created} 人（十一月出生）；再导一次新增 0、更新 0"


def _visit(w: _Walk) -> str:
    saved = record_visit.record_visit(w.village, record_visit.RecordVisit(
        w.household, "self", kind="routine", marks={"economy": 3, "health": 3}, changes=("hospital",), house_safety="safe", note="昨晚送县医院，押金还差一截。"))
    card = households.show(w.village, w.household)
    _need(any(v.id == saved.id and v.changes == ("hospital",) for v in card.visits), "走访没有记上")
    return f"第 {saved.seq} 条，见到本人，有变化：住院"


def _flag(w: _Walk) -> str:
    card = households.show(w.village, w.household)
    found = flag_hardship.flag_hardship(w.village, flag_hardship.FlagHardship(
        ("illness", "acute"), household=w.household, persons=(card.members[0].person,), urgency="emergency", situation="重病住院，押金交不上。"))
    flag_hardship.report_by_phone(w.village, found.id, None, "刘芳")
    w.said["flag"] = found.id
    row = next((f for f in households.show(w.village, w.household).flags if f.id == found.id), None)
    _need(row is not None and row.urgency == "emergency" and bool(row.answered_by), "发现登记没有记上")
    hint = next((h for h in hints.screen(w.village, w.household).hints if h.kind == "temp_emergency"), None)
    _need(hint is not None and hint.verdict == "meets" and hint.adopted, "政策提示没有急难型临时救助")
    return f"急难，已电话报告镇民政办；政策提示：{hint.label} 可能符合（{hint.cite}，{hint.adopted_label}）" if hint else ""


def _apply(w: _Walk) -> str:
    card = households.show(w.village, w.household)
    head = card.members[0]
    app = start_application.start_application(w.village, start_application.StartApplication(
        w.household, ("temp_emergency",), emergency=True, flag=w.said["flag"], reason="突发重病，押金无力交。")).id
    w.said["app"] = app
    try:
        papers.hand_over(w.village, app)
    except Refused as refused:
        _need(refused.code == "XL-P01", f"没有委托就转交，回的是 {refused.code}")
    else:
        raise Failed("没有委托也转交了")
    papers.entrust(w.village, papers.Entrust(app, head.name))
    papers.consent(w.village, papers.Consent(app, head.person, until="2027-12-28"))
    papers.commit(w.village, papers.Commit(app))
    papers.kin(w.village, papers.Kin(app, none=True))
    papers.hand_over(w.village, app)
    shown = papers.show_application(w.village, app)
    unsigned = [s for s in shown.signatures if not s.consent]
    _need(shown.state == "handed_over" and bool(unsigned), "转交没有记上")
    return f"急难型临时救助，受委托代为转交；还有 {len(unsigned)} 人没有签授权，可以后补"


def _export(w: _Walk) -> str:
    result = exchange.export(w.village, w.demo.stick)
    w.laid = [Path(f.path) for f in result.files]
    _need(len(w.laid) == 1 and all(path.is_file() for path in w.laid), f"写了 {len(w.laid)} 个包")
    core = json.dumps(verify.inspect(w.laid[0].read_bytes()), ensure_ascii=False, default=str)
    village = load_profile(w.demo.village_dir)
    _need(not any(word in core for word in (*village.villages, *village.village_names.values())), "包的外面看得见村名")
    return f"{result.files[0].events} 条，{result.files[0].bytes:,} 字节，已导出，待签收"


def _township(w: _Walk) -> str:
    taken = intake.import_files(w.township, w.laid)
    _need([t.status for t in taken] == ["imported"] and taken[0].new > 0, f"{taken[0].status} {taken[0].code}")
    waiting = queue.queue(w.township)
    _need(waiting[0].emergency and any(i.id == w.said["app"] and i.emergency for i in waiting), "急难没有排在前面")
    return f"镇里收下 {taken[0].new} 条，队列 {len(waiting)} 件，急难在前"


def _forward(w: _Walk) -> str:
    files = exchange.export(w.township, w.demo.stick).files
    carried = [Path(f.path) for f in files if f.carried]
    _need(w.laid[0].read_bytes() in [path.read_bytes() for path in carried], "村里的包没有原样转出")
    w.over = [Path(f.path) for f in files]
    return f"{len(files)} 个包，村里的 {len(carried)} 个一个字节不差"


def _import(w: _Walk) -> str:
    mine = [path for path in w.over if path.read_bytes() == w.laid[0].read_bytes()]
    dry = intake.import_files(w.county, mine, dry_run=True)
    _need(dry[0].new > 0 and bool(dry[0].diff), "预看没有看到新的记录")
    _need(queue_of(w.county, w.said["app"]) is None, "预看写进去了")
    real = intake.import_files(w.county, mine)
    _need(real[0].status == "imported" and real[0].new == dry[0].new, f"{real[0].status} {real[0].code}")
    again = intake.import_files(w.county, w.over)
    _need(all(t.status in ("imported", "duplicate") for t in again), "镇里的包没有收下")
    same = next(t for t in again if Path(t.file) in mine)
    _need(same.status == "duplicate" and same.code == "XL-D01", f"再导一次：{same.status} {same.code}")
    return f"预看 {dry[0].new} 条新的，导入 {real[0].new} 条，再导一次：已导入过"


def queue_of(desk: Session, ident: str) -> int | None:
    """Place of an item in a desk's queue, 0 first; None when it is not there."""
    return next((at for at, item in enumerate(queue.queue(desk)) if item.id == ident), None)


def _accept(w: _Walk) -> str:
    app = w.said["app"]
    saved = steps.accept(w.township, app)
    steps.advance(w.township, app, "500.00", "青石镇备用金", followup_due="2027-01-11")
    _need(saved.state == "accepted" and queue.case(w.township, app).card.state == "accepted", "受理没有记上")
    try:
        steps.decide(w.township, steps.Decide(app, None, True, AMOUNT, None, REASON))
    except Refused as refused:
        _need(refused.code == "XL-P03" and refused.extra.get("next_actor") == "county", f"超过授权，回的是 {refused.code}")
    else:
        raise Failed("超过授权也在镇里决定了")
    return f"镇里受理，先行救助 500.00 元；{AMOUNT} 元超过给镇里的授权，请县级决定"


def _decide(w: _Walk) -> str:
    steps.decide(w.county, steps.Decide(w.said["app"], None, True, AMOUNT, None, REASON))
    decided = queue.case(w.county, w.said["app"]).card.decisions
    _need([(d.result, d.amount) for d in decided] == [("granted", parse_fen(AMOUNT))], "决定没有记上")
    return f"急难型临时救助 {AMOUNT} 元，已审核确认"


def _send(w: _Walk) -> str:
    files = [*send.send(w.county, w.demo.stick, device=w.township.dev), *send.send(w.county, w.demo.stick, device=w.village.dev)]
    w.home = [Path(f.path) for f in files]
    _need(len(w.home) == 2 and all(path.is_file() for path in w.home), f"写了 {len(w.home)} 个回传")
    return f"给镇里、村里各一个，{files[0].events + files[1].events} 行"


def _carry(w: _Walk) -> str:
    taken = intake.import_files(w.township, w.home)
    _need([t.status for t in taken] == ["imported", "imported"], "镇里没有收下县里的回传")
    decided = queue.case(w.township, w.said["app"]).card.decisions
    _need(len(decided) == 1 and decided[0].amount == parse_fen(AMOUNT), "镇里看不到县里的决定")
    files = [Path(f.path) for f in send.send(w.township, w.demo.stick, device=w.village.dev)]
    _need(w.home[1].read_bytes() in [path.read_bytes() for path in files], "县里给村里的回传没有原样带下来")
    w.home = files
    return f"镇里给村里 {len(files)} 个：县里的一个字节不差，镇里自己的签收单在旁边"


def _receive(w: _Walk) -> str:
    taken = exchange.take_in(w.village, w.home)
    _need(len(taken) == 2 and all(t.status == "imported" for t in taken), f"{taken[0].status} {taken[0].code}")
    chain = households.show(w.village, w.household).timeline
    _need(any(e.type == "application.decided" and e.entity == w.said["app"] for e in chain), "救助链上没有决定")
    mine = [e for e in chain if e.entity == w.said["app"] and e.source == "village"]
    _need(bool(mine) and all(e.state == "county" for e in mine), "救助链上没有县已签收")
    status = exchange.status(w.village)
    _need(status.unconfirmed == 0, f"还有 {status.unconfirmed} 条没有签收")
    _need({word for *_, town, county in status.bundles for word in (town, county)} == {"镇已签收", "县已签收"}, "两级的签收没有都回来")
    _need(_falls_idle(w), "没有新的事，还在来回写包")
    return "决定已回到救助链，镇已签收，县已签收；再走几趟就没有包可写了"


def _falls_idle(w: _Walk) -> bool:
    """The receipt of the receipt, then silence at all three (design 04: idle stays idle)."""
    for _ in range(5):
        w.clock.tick(minutes=1)
        up = exchange.export(w.village, w.demo.stick).files
        intake.import_files(w.township, [Path(f.path) for f in up])
        over = exchange.export(w.township, w.demo.stick).files
        intake.import_files(w.county, [Path(f.path) for f in over])
        back = [f for to in (w.township, w.village) for f in send.send(w.county, w.demo.stick, device=to.dev)]
        intake.import_files(w.township, [Path(f.path) for f in back])
        down = send.send(w.township, w.demo.stick, device=w.village.dev)
        exchange.take_in(w.village, [Path(f.path) for f in down])
        if not up and not over and not back and not down:
            return True
    return False


_WALKED: dict[str, Callable[[_Walk], str]] = {
    "init": _init, "enrol": _enrol, "roster": _roster, "visit": _visit, "flag": _flag, "apply": _apply, "export": _export,
    "township": _township, "accept": _accept, "forward": _forward, "import": _import, "decide": _decide, "send": _send, "carry": _carry,
    "receive": _receive,
}
