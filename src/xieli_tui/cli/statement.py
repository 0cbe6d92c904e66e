"""`xieli household income`, `xieli household statement show`: what a family states of its means.

The family's word, 估算: the township and the county count for themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xieli_tui.cli.common import Json, Said, emit, group, plain
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from fractions import Fraction

    from xieli_tui.casework.session import Session
    from xieli_tui.casework.statements import Line, Means, Obligor

statement_app = group("收入支出：家里说的收入、扣减、支出、医疗费、财产、义务人。")


@statement_app.callback()
def _group() -> None:
    """收入支出：家里说的收入、扣减、支出、医疗费、财产、义务人。"""


def _words(vocab: str) -> str:
    from xieli_tui.domain import codes

    return "、".join(f"{ident} {word}" for ident, word in codes.choices(vocab))


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sep, value = text.partition("=")
    if not sep:
        raise typer.BadParameter("要写成 种类=金额", param_hint=option)
    return name.strip(), value.strip()


def _lines(given: Iterable[str] | None, option: str) -> list[Line]:
    """`wage=800`, `farming=6000/年`, `wage=800@人的编号`, `employment_cost=200:依据`."""
    from xieli_tui.casework.statements import Line

    out = []
    for text in given or ():
        kind, value = _pair(text, option)
        value, _, basis = value.replace("：", ":").partition(":")
        value, _, person = value.partition("@")
        value, slash, per = value.partition("/")
        out.append(Line(kind, value.strip(), per.strip() if slash else "month", person.strip() or None, basis.strip() or None))
    return out


def _yes(text: str, field: str) -> bool:
    from xieli_tui.errors import Refused

    if text in ("是", "有", "yes", "true", "1", "能"):
        return True
    if text in ("否", "不是", "没有", "无", "no", "false", "0", "不能"):
        return False
    raise Refused("XL-V08", "是、否", field=field)


def _obligors(given: Iterable[str] | None) -> list[Obligor]:
    from xieli_tui.casework.statements import Obligor

    out = []
    for text in given or ():
        fields = dict(_pair(part, "--obligor") for part in text.replace("，", ",").split(",") if part.strip())
        unknown = set(fields) - {"person", "name", "relation", "low_income", "safety_net", "can_fully_support", "none"}
        if unknown or "person" not in fields:
            raise typer.BadParameter("要写 person=人的编号，再写 name relation low_income safety_net can_fully_support 或 none=是", param_hint="--obligor")
        yes = {name: _yes(fields[name], name) for name in ("low_income", "safety_net", "can_fully_support", "none") if name in fields}
        out.append(Obligor(fields["person"], fields.get("name"), fields.get("relation"), **yes))
    return out


def income(
    session: Session,
    household: Annotated[str, typer.Argument(help="户的编号。")],
    month: Annotated[str | None, typer.Option("--month", help="家里一个月收入共多少元(扣减以后)。")] = None,
    year: Annotated[str | None, typer.Option("--year", help="家里一年收入共多少元(扣减以后)。")] = None,
    line: Annotated[list[str] | None, typer.Option("--line", help="一笔收入：种类=金额，每年的写 /年，谁的写 @人的编号，例如 wage=800、farming=6000/年。")] = None,
    deduct: Annotated[list[str] | None, typer.Option("--deduct", help="一笔扣减：种类=金额:依据，例如 employment_cost=200:001:3。")] = None,
    expense: Annotated[list[str] | None, typer.Option("--expense", help="十二个月的一项支出：种类=金额，例如 medical=12000、living=300*12。")] = None,
    bill: Annotated[list[str] | None, typer.Option("--bill", help="医疗费哪一层付了多少：哪一层=金额，谁的写 @人的编号。哪一层：{medical_layer}。")] = None,
    asset: Annotated[list[str] | None, typer.Option("--asset", help="一样财产：种类=说明，例如 house=砖房三间。")] = None,
    assets_ok: Annotated[str | None, typer.Option("--assets-ok", help="财产合不合规定：是 否。")] = None,
    stability: Annotated[str | None, typer.Option("--stability", help="收入稳不稳：{income_stability}。")] = None,
    rise: Annotated[str | None, typer.Option("--rise", help="收入为什么增加：{rise_cause}。")] = None,
    obligor: Annotated[list[str] | None, typer.Option(
        "--obligor", help="一位义务人：person=人的编号,name=姓名,relation=子,low_income=是,safety_net=否,can_fully_support=否（关系、是不是低收入、是不是低保特困、担不担得起）；没有就写 person=编号,none=是。")] = None,
    nothing: Annotated[list[str] | None, typer.Option("--nothing", help="问过，没有的：{statement_part}。")] = None,
    answer: Annotated[list[str] | None, typer.Option("--answer", help="家里答的，写成 哪一问=是 或 =否：{statement_answer}。")] = None,
    on: Annotated[str | None, typer.Option("--on", help="哪天说的。")] = None,
    by_whom: Annotated[str | None, typer.Option("--by", help="谁说的。")] = None,
    note: Annotated[str | None, typer.Option("--note", help="一句话。")] = None,
) -> Said:
    """记家里说的收入、扣减、支出、医疗费、财产、义务人。只写问到的。"""
    from xieli_tui.casework.statements import State, state

    claims: dict[str, Any] = {"assets_ok": assets_ok, "income_stability": stability}
    saved = state(session, State(
        household, on, by_whom, _lines(line, "--line"), _lines(deduct, "--deduct"), _lines(expense, "--expense"), _lines(bill, "--bill"),
        [(*_pair(one, "--asset"), None) for one in asset or ()], _obligors(obligor), tuple(nothing or ()),
        {name: _yes(value, name) for name, value in (_pair(one, "--answer") for one in answer or ())}, rise, month, year, note,
        {name: value for name, value in claims.items() if value is not None},
    ))
    return Said(saved, [row(f"已保存(第{saved.seq}条)", "以上是家里说的，估算，以镇(街道)、县级为准。")])


@statement_app.command("kinds")
def kinds(json: Json = False) -> None:
    """收入、扣减、支出、财产、医疗费各有哪些种类。"""
    from xieli_tui.domain import codes

    names = {"收入": "income_kind", "扣减": "deduction_kind", "支出": "expense_kind", "医疗费": "medical_layer", "财产": "asset_kind"}
    emit(json, {vocab: dict(codes.choices(vocab)) for vocab in names.values()}, lambda: [f"{name}：{_words(vocab)}" for name, vocab in names.items()])


@statement_app.work("show")
def show(session: Session, household: Annotated[str, typer.Argument(help="户的编号。")]) -> Said:
    """看一家的收入支出：现在的数，哪天说的。"""
    from xieli_tui.casework import statements

    found = statements.show(session, household)
    body = {**plain(found), "sums": _exact(found)}
    body["statements"] = [{"id": one.id, "on": one.on, "by_whom": one.by_whom, "d": one.d} for one in found.statements]
    return Said(body, lambda: _told(found))


def _exact(found: Means) -> dict[str, str | None]:
    """Sums as decimal strings in 元."""
    from dataclasses import fields

    from xieli_tui.casework.fact_money import decimal

    def text(value: int | Fraction | None) -> str | None:
        return None if value is None else decimal(value)

    return {one.name: text(getattr(found.sums, one.name)) for one in fields(found.sums)}


def _told(found: Means) -> list[str]:
    from xieli_tui.domain import codes
    from xieli_tui.domain.money import format_fen

    if not found.statements:
        return ["还没有登记收入支出。"]
    money = _exact(found)
    words = {
        "gross_month": "每月收入(扣减前)", "net_month": "每月收入(扣减后)", "net_year": "一年收入", "expenses": "一年支出", "necessary": "其中必需支出",
        "bills": "医疗费", "self_pay": "其中个人自付",
    }
    out = [f"{words[name]}：{value} 元（估算）" for name, value in money.items() if value is not None]
    for part, vocab in (("income", "income_kind"), ("deductions", "deduction_kind"), ("expenses", "expense_kind"), ("medical", "medical_layer")):
        for one in found.parts.get(part, ()):
            kind = one.get("layer") or one["kind"]
            per = {"year": "/年", "month": "/月"}.get(one.get("per", ""), "")
            out.append(row(codes.label('statement_part', part), codes.label(vocab, kind), f"{format_fen(one['amount'])} 元{per}", one.get('basis', '')))
    out += [row("财产", codes.label('asset_kind', one['kind']), one['text']) for one in found.parts.get("assets", ())]
    out += [f"  没有{codes.label('statement_part', part)}" for part in found.parts["nothing"]]
    return [*out, "以上是家里说的，以镇(街道)、县级为准。"]
