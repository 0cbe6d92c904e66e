"""来电查询: somebody asks how far their matter is; the sentence to read aloud (004:二(二) 首问负责; M-19).

Rules kept here
- state, who has it, since when, what comes next, whom to ask: in plain words, one sentence a matter; no number of a person, no amount before it is decided;
- what has not left this computer is said so: nobody is told that the township has a paper which lies here;
- nothing is promised: a day is said only where a record has it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import contacts, reads
from xieli_tui.casework.application_card import ENDED, state, state_label
from xieli_tui.casework.referrals import view as referrals_of
from xieli_tui.casework.session import Session
from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

VILLAGE, TOWNSHIP, COUNTY = "村里", "镇(街道)民政办", "县民政局"
NEXT = {
    "draft": (VILLAGE, "本人写好委托，村里代为转交"), "entrusted": (VILLAGE, "村里代为转交镇里"), "handed_over": (TOWNSHIP, "等镇里受理"),
    "accepted": (TOWNSHIP, "镇里核对家庭情况、上门调查"), "checking": (TOWNSHIP, "镇里接着核对、上门调查"), "investigated": (TOWNSHIP, "镇里拿意见，再公示"),
    "reviewed": (TOWNSHIP, "公示，再报县里"), "reported": (COUNTY, "等县里决定"), "decided_granted": (COUNTY, "等发放"), "decided_rejected": (COUNTY, "不服可以问清理由"),
    "concurrent": (TOWNSHIP, "镇里正在理顺"),
}
"""State -> who has it, what comes next."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say. `asked` = is there anything to tell of; `phone` the line about whom to ask, "" when no number was set."""

    household: str
    head: str
    said: tuple[str, ...]
    asked: bool
    phone: str


def answer(session: Session, household: str) -> Answer:
    """What to say to a family that asks. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        home = reads.household(tx, household)
        said = [*_applications(tx, home, session.today), *_findings(tx, home), *_referrals(tx, home, session.today)]
        book = contacts.of(tx, home.village, session.today)
    numbers = [
        f"{word} {number}" for word, number in ((TOWNSHIP, book.township), (COUNTY, "" if book.township else book.county), ("救助热线", book.hotline), ("村里", book.office)) if number
    ]
    return Answer(home.id, home.head_name, tuple(said) or ("您家现在没有在办的事。有难处随时说，村里登记。",), bool(said), f"想再问，打{'，'.join(numbers)}。" if numbers else "")


def _applications(tx: Tx, home: rows.Household, today: dt.date) -> Iterator[str]:
    for app in sorted((one for one in queries.applications(tx, home.id) if one.known), key=lambda one: one.started, reverse=True):
        decided = queries.decisions(tx, app=app.id)
        now = "concurrent" if app.concurrent else "returned" if app.state == "returned" else state(app, decided)
        what = f"{_day(app.started, today)}申请的{codes.labels('kind', app.kinds)}"
        if now in ENDED and not (decided and any(not one.told_on for one in decided)):
            continue
        if now == "returned":
            yield f"{what}，{_day(app.state_on, today)}镇里退回补材料，现在在{VILLAGE}。还差{codes.labels('doc', app.returned_papers)}，补上就再转交。"
        elif now in ("decided_granted", "decided_rejected"):
            yield f"{what}，决定回来了：{'；'.join(_decision(one) for one in decided)}。"
        elif now == "handed_over" and _here(tx, app):
            yield f"{what}，{_day(app.handed_over, today)}已经写好转交，还没有报送到镇里，现在在{VILLAGE}。下一步：村里报送，等镇里受理。"
        else:
            who, step = NEXT.get(now, (TOWNSHIP, "等镇里办"))
            since = _day(app.state_on or app.started, today)
            yield f"{what}，{since}起{_word(tx, app, decided)}，现在在{who}。下一步：{step}。"


def _word(tx: Tx, app: rows.Application, decided: list[rows.Decision]) -> str:
    """草拟 and 已委托 are words of our lists; aloud it is said what is being done."""
    return {"draft": "村里在帮着写", "entrusted": "本人已经委托村里"}.get(state(app, decided), state_label(tx, app, decided))


def _decision(one: rows.Decision) -> str:
    amount = f"，{format_fen(one.amount)} 元" if one.result == "granted" and one.amount is not None else ""
    reason = f"，理由是{one.reason}" if one.result == "rejected" and one.reason else ""
    return f"{codes.label('kind', one.kind)}{codes.label('decision', one.result)}{amount}{reason}"


def _here(tx: Tx, app: rows.Application) -> bool:
    """The hand-over lies on this computer and was never taken along."""
    refs = [step.ref for step in queries.steps(tx, app.id) if step.t == "application.handed_over"]
    return bool(refs) and queries.entry_states(tx, refs[-1:])[refs[-1]] == "local"


def _findings(tx: Tx, home: rows.Household) -> Iterator[str]:
    for one in queries.flags(tx, home.id):
        if one.settled_on or not one.known:
            continue
        about = codes.labels("cause", one.causes)
        if one.urgency == "emergency":
            yield f"{one.on[5:]} 登记的急难（{about}），" + (f"{one.reported_at[5:16].replace('T', ' ')} 已经电话报告镇里，{one.answered_by}接的。" if one.reported_at else "村里正在报告镇里。")
        else:
            yield f"{one.on[5:]} 登记的困难（{about}），村里在跟。"


def _referrals(tx: Tx, home: rows.Household, today: dt.date) -> Iterator[str]:
    for one in referrals_of(tx, home.id, today):
        if one.open:
            due = f"，{_day(one.due, today)}前问回音" if one.due else ""
            yield f"{_day(one.on, today)}转给{one.department_name}办{one.kind_label}，还没有回音{due}。首问人 {one.first_receiver or '没有写'}。"


def _day(text: str, today: dt.date) -> str:
    """12月3日, with the year where it is another."""
    if not text:
        return ""
    day = dt.date.fromisoformat(text[:10])
    return f"{'' if day.year == today.year else f'{day.year}年'}{day.month}月{day.day}日"
