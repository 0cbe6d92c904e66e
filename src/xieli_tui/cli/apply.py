"""`xieli apply`: helping to fill in, the signatures and papers, and handing over on the family's behalf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group, plain
from xieli_tui.cli.told import told as told_
from xieli_tui.cli.words import ident, kinds, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.views import Saved

app = group("申请：协助填写，受委托代为提交(转交)。")

App_ = Annotated[str, typer.Argument(help="申请的编号。", metavar="APP")]
On = Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")]


def _saved(saved: Saved) -> Said:
    return told_(saved)


@app.work("start")
def start(
    session: Session,
    household: Annotated[str, typer.Option("--household", help="户的编号。")],
    kind: Annotated[str, typer.Option("--kind", help="哪种救助，几种用逗号隔开，例如 低保 或 dibao,temp_emergency。")],
    person: Annotated[str | None, typer.Option("--person", help="按人申请时，是谁。")] = None,
    emergency: Annotated[bool, typer.Option("--emergency", help="急难。")] = False,
    source: Annotated[str, typer.Option("--source", help="从哪里来的：{application_source}；窗口、电话、热线只在镇、县用。")] = "village",
    reason: Annotated[str | None, typer.Option("--reason", help="家里的情况，一句话。")] = None,
    on: On = None,
) -> Said:
    """协助填写一件申请。"""
    from xieli_tui.casework.start_application import StartApplication, start_application

    wanted = tuple(k.strip() for k in kind.replace("，", ",").split(",") if k.strip())
    saved = start_application(
        session, StartApplication(household, wanted, person=person, emergency=emergency, source=source, reason=reason, on=on)
    )
    return told_(saved, ident(saved.id), kinds=list(wanted))


@app.work("entrust")
def entrust(
    session: Session,
    application: App_,
    by: Annotated[str, typer.Option("--by", help="谁委托的，姓名。")],
    to: Annotated[str | None, typer.Option("--to", help="委托谁；不写就是操作员。")] = None,
    on: On = None,
) -> Said:
    """记委托：家里托谁代为提交。"""
    from xieli_tui.casework.application import Entrust
    from xieli_tui.casework.application import entrust as verb

    saved = verb(session, Entrust(application, by, on, to))
    return _saved(saved)


@app.work("consent")
def consent(
    session: Session,
    application: App_,
    person: Annotated[str, typer.Option("--person", help="谁签的，人的编号。")],
    until: Annotated[str | None, typer.Option("--until", help="有效到哪天。")] = None,
    on: On = None,
    guardian: Annotated[str | None, typer.Option("--guardian", help="监护人代签时，监护人姓名。")] = None,
) -> Said:
    """记核对授权书的签字，每个成年人各签各的。"""
    from xieli_tui.casework.application import Consent
    from xieli_tui.casework.application import consent as verb

    saved = verb(session, Consent(application, person, until, on, guardian))
    return _saved(saved)


@app.work("commit")
def commit(
    session: Session,
    application: App_,
    person: Annotated[str | None, typer.Option("--person", help="谁签的；不写就是申请人。")] = None,
    on: On = None,
) -> Said:
    """记诚信承诺书的签字。"""
    from xieli_tui.casework.application import Commit
    from xieli_tui.casework.application import commit as verb

    saved = verb(session, Commit(application, person, on))
    return _saved(saved)


@app.work("kin")
def kin(
    session: Session,
    application: App_,
    none: Annotated[bool, typer.Option("--none", help="经办人和这家没有亲属关系。")] = False,
    person: Annotated[str | None, typer.Option("--person", help="家里的谁。")] = None,
    staff: Annotated[str | None, typer.Option("--staff", help="哪位经办人。")] = None,
    relation: Annotated[str | None, typer.Option("--relation", help="什么关系。")] = None,
) -> Said:
    """近亲属备案的问答。"""
    from xieli_tui.casework.application import Kin
    from xieli_tui.casework.application import kin as verb

    saved = verb(session, Kin(application, none, person, staff, relation))
    return _saved(saved)


@app.work("paper")
def paper(
    session: Session,
    application: App_,
    doc: Annotated[str, typer.Option("--doc", help="哪份材料：{doc}。")],
    where: Annotated[str, typer.Option("--where", help="原件或复印件放在哪里。")],
    person: Annotated[str | None, typer.Option("--person", help="谁的。")] = None,
) -> Said:
    """记一份材料放在哪里。"""
    from xieli_tui.casework.application import AddPaper, add_paper

    saved = add_paper(session, AddPaper(application, doc, where, person))
    return _saved(saved)


@app.work("missing")
def missing(session: Session, application: App_) -> Said:
    """还缺什么。"""
    from xieli_tui.casework import contacts
    from xieli_tui.casework.application import missing as verb

    rows = verb(session, application)
    slip = contacts.of_application(session, application)

    def lines() -> list[str]:
        owed = [f"{'必须' if m.required else '不用交' if m.queried else '可后补'}：{row(m.label, m.why if m.why != '可后补' else '')}" for m in rows]
        return [*(owed or ["不缺。"]), *([slip] if slip else [])]

    return Said({"missing": rows, "contacts": slip}, lines)


@app.work("hand-over")
def hand_over(session: Session, application: App_, on: On = None) -> Said:
    """受委托代为提交(转交)。"""
    from xieli_tui.casework.application import hand_over as verb

    saved = verb(session, application, on)
    return _saved(saved)


@app.work("withdraw")
def withdraw(
    session: Session,
    application: App_,
    reason: Annotated[str, typer.Option("--reason", help="为什么撤回。")],
    on: On = None,
) -> Said:
    """本人撤回申请。"""
    from xieli_tui.casework.application import withdraw as verb

    saved = verb(session, application, reason, on)
    return _saved(saved)


@app.work("told")
def told(
    session: Session,
    application: App_,
    how: Annotated[str, typer.Option("--how", help="怎么告知的：{told}。")] = "in_person",
    on: On = None,
) -> Said:
    """决定已告知家里。"""
    from xieli_tui.casework.application import Told
    from xieli_tui.casework.application import told as verb

    saved = verb(session, Told(application, how, on))
    return _saved(saved)


@app.work("list")
def list_(session: Session) -> Said:
    """这里的申请。"""
    from xieli_tui.casework.application import list_applications

    rows = list_applications(session)
    return Said({"applications": rows}, lambda: [row(r.started, r.head, kinds(r.kinds), "急难" if r.emergency else "", r.state_label, ident(r.id)) for r in rows] or ["没有申请。"])


def _signed(what: str, day: str) -> str:
    """A signature in words: whose day it is, who signs for a minor, or that it is still owed."""
    return {"": f"{what}还没有签", "guardian": f"{what}由监护人签", "-": ""}.get(day, f"{what} {day} 签")


@app.work("show")
def show(session: Session, application: App_) -> Said:
    """看一件申请。"""
    from xieli_tui.casework.application import show_application

    card = show_application(session, application)

    def lines() -> list[str]:
        out = [row(f"{card.head}家", kinds(card.kinds), "急难" if card.emergency else "", card.state_label), f"{card.started} 起，编号 {card.id}"]
        out.append(row(f"委托：{card.entrusted}", f"交给 {card.entrusted_to}" if card.entrusted_to else "") if card.entrusted else "委托：还没有")
        out += [f"签字：{row(s.name, s.relation_label, _signed('核对授权', s.consent), _signed('诚信承诺', s.commitment))}" for s in card.signatures]
        out.append("近亲属备案：" + {"": "还没有问", "none": "没有关系"}.get(card.kin, card.kin))
        out += [f"材料：{row(p.label, p.on, p.where)}" for p in card.papers if p.present]
        out += [f"还缺：{m}" for m in card.missing] or ["不缺。"]
        for d in card.decisions:
            from xieli_tui.domain.money import format_fen

            money = f"{format_fen(d.amount)} 元" if d.amount is not None else ""
            out.append("决定：" + row(d.on, d.kind_label, "已审核确认" if d.result == "granted" else "不予确认", money, d.reason, f"{d.told} 已告知家里" if d.told else "还没有告知家里"))
        return out + [f"经过：{row(step.on, step.word, step.summary)}" for step in card.steps]

    return Said(plain(card), lines)
