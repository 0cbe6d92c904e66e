"""`xieli refer`: 转介 to a department function, with its day, feedback and hand-over of the first receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("转介：转给哪个部门，几时要回音，回了什么。")

Note = Annotated[str | None, typer.Option("--note", help="说明。")]
On = Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")]
Due = Annotated[str | None, typer.Option("--due", help="哪天前要有回音；不写就按县里定的时限，县里没有定就没有。")]
First = Annotated[str | None, typer.Option("--first-receiver", help="首问人；不写就是操作员。")]


@app.callback()
def _group() -> None:
    """转介：转给哪个部门，几时要回音，回了什么。"""


@app.work("send")
def send(
    session: Session,
    to: Annotated[str, typer.Option("--to", help="转给谁，部门的代号或名称，例如 教育、残联、住建。xieli refer departments 列出全部。")],
    kind: Annotated[str, typer.Option("--kind", help="请他们办哪种救助，例如 edu 教育救助、housing_rural 农村危房改造。")],
    household: Annotated[str | None, typer.Option("--household", help="户的编号。")] = None,
    flag: Annotated[str | None, typer.Option("--flag", help="名单外的人：困难登记的编号，和 --household 选一个。")] = None,
    person: Annotated[str | None, typer.Option("--person", help="谁，人的编号。")] = None,
    on: On = None,
    due: Due = None,
    first_receiver: First = None,
    note: Note = None,
) -> Said:
    """发一件转介；首问人一直负责到有回音，或者交给下一位。"""
    from xieli_tui.casework.referrals import NO_LIMIT, SendReferral, send_referral

    saved = send_referral(session, SendReferral(household or "", to, kind, person, on, due, first_receiver, note, flag))
    return Said({"id": saved.id, "seq": saved.seq, "due": saved.state}, [row(f"已保存(第{saved.seq}条)", ident(saved.id)), f"{saved.state} 前要有回音。" if saved.state else f"{NO_LIMIT}，请自己记着问。"])


@app.work("answer")
def answer(
    session: Session,
    referral: Annotated[str, typer.Argument(help="转介的编号。")],
    result: Annotated[str, typer.Option("--result", help="回了什么：{referral_result}。")],
    to: Annotated[str | None, typer.Option("--to", help="转到了哪个单位，已转下一单位的必写。")] = None,
    first_receiver: Annotated[str | None, typer.Option("--first-receiver", help="下一单位的首问人。")] = None,
    due: Due = None,
    on: On = None,
    note: Note = None,
) -> Said:
    """记回音。办理中、转下一单位的接着跟。"""
    from xieli_tui.casework.referrals import AnswerReferral, answer_referral

    saved = answer_referral(session, AnswerReferral(referral, result, on, note, to, first_receiver, due))
    return Said(saved, [f"已保存(第{saved.seq}条)", "接着跟。" if saved.state == "open" else "这件转介有了结果。"])


@app.work("list")
def list_(
    session: Session,
    household: Annotated[str | None, typer.Option("--household", help="只看一户。")] = None,
    open_only: Annotated[bool, typer.Option("--open", help="只看还没有结果的。")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="只看过了期限的。")] = False,
) -> Said:
    """转介，过了期限的在前。"""
    from xieli_tui.casework.referrals import list_referrals

    rows = list_referrals(session, household, open_only=open_only, overdue_only=overdue)

    def state(r: object) -> str:
        return f"{r.result} {r.answered_on}" if not r.open else f"已过期限 {r.days_over} 天" if r.overdue else f"{r.due} 前" if r.due else r.limit  # type: ignore[attr-defined]

    return Said(
        {"referrals": rows},
        lambda: [row(r.on, r.head, r.who, r.department_name, r.kind_label, f"首问人 {r.first_receiver or '没有写'}", state(r), ident(r.id)) for r in rows] or ["没有转介。"],
    )


@app.work("departments")
def departments(
    session: Session,
    household: Annotated[str | None, typer.Option("--household", help="按这一户所在地方的叫法。")] = None,
) -> Said:
    """能转给哪些部门，本地叫什么。"""
    from xieli_tui.casework.referrals import departments as listed

    rows = listed(session, household)
    return Said({"departments": [{"id": ident, "name": name} for ident, name in rows]}, lambda: [f"{ident:18}{name}" for ident, name in rows])
