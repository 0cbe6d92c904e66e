"""`xieli visit new`: a visit asked one line at a time, for a screen reader, a braille line, a bad terminal.

Rules kept here
- plain lines, no boxes, no colours, nothing drawn twice; every question says its digits and what an empty answer means;
- whom was met has no default; an answer that cannot be used is said and asked again, nothing is guessed;
- after every answer the form is in the same draft as the app's own (Ctrl+C, a closed window and kill -9 cost nothing): either takes it up;
- nothing is recorded before the last question was answered with 1.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xieli_tui.cli.common import PassFile, Workspace, opened
from xieli_tui.domain.text import safe
from xieli_tui.errors import XieliError

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.views import HouseholdRow

Options = Sequence[tuple[Any, str]]
BACK = ("<", "《", "＜")
MOST = 9
"""How many families are read out at once."""


class Left(Exception):
    """The input ended: Ctrl+C, Ctrl+D, a pipe that ran dry."""


class Back(Exception):
    """One question back."""


def _say(text: str) -> None:
    sys.stdout.write(safe(text) + "\n")
    sys.stdout.flush()


def _hear(question: str) -> str:
    """One answer. Raises Left at the end of the input."""
    sys.stdout.write(safe(question) + "\n> ")
    sys.stdout.flush()
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        line = ""
    if not line:
        sys.stdout.write("\n")
        raise Left
    if not sys.stdin.isatty():
        sys.stdout.write(safe(line.rstrip("\r\n")) + "\n")
    answer = line.strip()
    if answer in BACK:
        raise Back
    return answer


def _digits(text: str) -> list[int] | None:
    """Numbers of an answer like `1 3`, `1、3` or, while every option has one digit, `13`; None when there is anything else."""
    plain = unicodedata.normalize("NFKC", text)
    for mark in "、,;，；":
        plain = plain.replace(mark, " ")
    pieces = plain.split()
    return [int(piece) for piece in pieces] if all(piece.isascii() and piece.isdigit() and len(piece) < 4 for piece in pieces) else None


def _listed(options: Options) -> str:
    return "；".join(f"{place} {word}" for place, (_, word) in enumerate(options, 1))


def _chosen(question: str, options: Options, now: Sequence[Any], *, many: bool = False, needed: bool = False, empty: str = "没有就回车") -> list[Any]:
    """Options by number; an empty answer keeps what stands, 0 takes it back."""
    words = "、".join(word for ident, word in options if ident in now)
    tail = f"现在是 {words}，回车不变，0 去掉" if words else "必须答" if needed else empty
    while True:
        answer = _hear(f"{question}：{_listed(options)}。{'可以打几个，用空格隔开。' if many else ''}{tail}。")
        if not answer:
            if now or not needed:
                return list(now)
            _say("这一问不能空，没有默认。")
            continue
        numbers = _digits(answer)
        if numbers == [0] and not needed:
            return []
        if numbers is not None and many and len(numbers) == 1 and numbers[0] > len(options) and len(options) < 10:
            numbers = [int(digit) for digit in str(numbers[0])]
        if numbers and (many or len(numbers) == 1) and all(1 <= number <= len(options) for number in numbers):
            return list(dict.fromkeys(options[number - 1][0] for number in numbers))
        _say(f"没有这一项，打 1 到 {len(options)}。")


def _written(question: str, now: str, check: Callable[[str], object] | None = None) -> str:
    """A line of text; an empty answer keeps what stands, 0 takes it back."""
    tail = f"现在是 {now}，回车不变，0 去掉" if now else "没有就回车"
    while True:
        answer = _hear(f"{question}。{tail}。")
        if not answer:
            return now
        if answer in ("0", "０"):
            return ""
        try:
            if check is not None:
                check(answer)
        except XieliError as error:
            _say(f"{error.what}。{error.next_step}。")
            continue
        return answer


# -- the family -------------------------------------------------------------------------------------


def _whose(row: HouseholdRow) -> str:
    from xieli_tui.domain.text import group_word

    year = f"{row.birth_year} 年生" if row.birth_year else ""
    return "，".join(part for part in (row.head or "(尚未收到)", group_word(row.group), year, f"{row.size} 口人") if part)


def _family(session: Session, given: str | None) -> HouseholdRow:
    from xieli_tui.casework import households

    if given:
        return households.show(session, given).row
    while True:
        try:
            typed = _hear("哪一家？打姓名、小名、拼音头字母、证件或电话尾号、几组。")
            found = households.list_households(session, typed, MOST + 1) if typed else []
            if not found:
                _say("没有找到，换个字。")
                continue
            if len(found) > MOST:
                _say(f"超过 {MOST} 家，多打一个字。")
                continue
            picked = _chosen("是哪一家", [(place, _whose(row)) for place, row in enumerate(found)] + [(-1, "都不是，再找")], (), needed=True)[0]
        except Back:
            continue
        if picked >= 0:
            return found[picked]


# -- the form ---------------------------------------------------------------------------------------


def _questions(session: Session) -> list[tuple[str, Callable[[dict[str, Any]], None]]]:
    """Name and question of every field, in the order of the form."""
    from xieli_tui.casework import visit_form as form
    from xieli_tui.domain import codes
    from xieli_tui.domain.dates import parse_day

    def day(answer: str) -> object:
        return parse_day(answer, session.today)

    def choose(name: str, question: str, options: Options, *, many: bool = False, needed: bool = False) -> tuple[str, Callable[[dict[str, Any]], None]]:
        return name, lambda values: values.update({name: _chosen(question, options, values.get(name) or (), many=many, needed=needed)})

    def write(name: str, question: str, check: Callable[[str], object] | None = None) -> tuple[str, Callable[[dict[str, Any]], None]]:
        return name, lambda values: values.update({name: _written(question, str(values.get(name) or ""), check)})

    def mark(dimension: str, word: str) -> tuple[str, Callable[[dict[str, Any]], None]]:
        def ask(values: dict[str, Any]) -> None:
            marks = dict(values.get("marks") or {})
            found = _chosen(f"六方面，{word}", form.MARKS, [marks[dimension]] if dimension in marks else [], empty="没问就回车")
            marks.pop(dimension, None)
            values["marks"] = {**marks, dimension: found[0]} if found else marks

        return f"marks.{dimension}", ask

    def promised(values: dict[str, Any]) -> None:
        values["promise_on"] = _written("答应的事哪天办", str(values.get("promise_on") or ""), day) if values.get("promise") else ""

    return [
        choose("met", "见到谁", form.MET, needed=True),
        write("on", "哪天去的", day),
        write("together", "同去的人，姓名加身份，如 李平 网格员", form.companions),
        *[mark(dimension, word) for dimension, word in codes.choices("dimension")],
        choose("changes", "变化", form.CHANGES, many=True),
        choose("safety", "房屋", form.SAFETY),
        write("note", "一句话"),
        write("promise", "答应了什么事"),
        ("promise_on", promised),
    ]


def _read_back(values: dict[str, Any]) -> list[str]:
    """The form in sentences."""
    from xieli_tui.casework import visit_form as form
    from xieli_tui.domain import codes

    def words(name: str, options: Options) -> str:
        return "、".join(word for ident, word in options if ident in (values.get(name) or ()))

    levels = dict(form.MARKS)
    marks = "，".join(f"{codes.label('dimension', name)}{levels[level]}" for name, level in (values.get("marks") or {}).items())
    pairs = (
        ("见到谁", words("met", form.MET)), ("哪天", values.get("on")), ("同去", values.get("together")), ("六方面", marks), ("变化", words("changes", form.CHANGES)),
        ("房屋", words("safety", form.SAFETY)), ("一句话", values.get("note")), ("答应的事", values.get("promise")), ("哪天办", values.get("promise_on")),
    )
    return [f"{name}：{value}" for name, value in pairs if value]


def _ask_all(session: Session, household: str, values: dict[str, Any], begin: int) -> None:
    """Every question from `begin`, the draft kept after each."""
    from xieli_tui.casework import drafts
    from xieli_tui.casework.visit_form import FORM

    questions = _questions(session)
    at = begin
    while at < len(questions):
        try:
            questions[at][1](values)
        except Back:
            at = max(0, at - 1)
            continue
        drafts.save_draft(session, FORM, household, values)
        at += 1


def _taken_up(session: Session, household: str) -> dict[str, Any]:
    """What the draft of this family holds, when there is one and she wants it."""
    from xieli_tui.casework import drafts
    from xieli_tui.casework.visit_form import FORM

    found = drafts.load_draft(session, FORM, household)
    if found is None:
        return {}
    _say(f"有一份草稿，{found.saved[5:16].replace('T', ' ')} 存的。")
    again = _chosen("草稿", ((1, "接着写"), (2, "不要了，从头写")), (), needed=True)[0]
    return dict(found.data) if again == 1 else {}


def new(
    household: Annotated[str | None, typer.Option("--household", help="户的编号；不写就问。")] = None,
    kind: Annotated[str, typer.Option("--kind", help="哪种走访：{visit_kind}。")] = "routine",
    w: Workspace = None,
    passphrase_file: PassFile = None,
) -> None:
    """一问一答记一次走访：每问打数字或一句话，Ctrl+C 停下草稿留着。"""
    from xieli_tui.casework import about, drafts
    from xieli_tui.casework.record_visit import record_visit
    from xieli_tui.casework.visit_form import FORM, request

    with opened(w, passphrase_file) as session:
        _say("记走访，一问一答。打 < 回上一问，Ctrl+C 停下，草稿留着。")
        household_id = ""
        try:
            row = _family(session, household)
            household_id = row.id
            _say(f"记 {_whose(row)}。")
            values = {"on": session.today.isoformat(), "visitor": about.operator(session), **_taken_up(session, row.id)}
            begin = 0
            while True:
                _ask_all(session, row.id, values, begin)
                for sentence in _read_back(values):
                    _say(sentence)
                try:
                    end = _chosen("要存吗", ((1, "存"), (2, "从头改"), (3, "先不存，草稿留着")), (), needed=True)[0]
                except Back:
                    begin = len(_questions(session)) - 1
                    continue
                if end == 2:
                    begin = 0
                    continue
                if end == 3:
                    raise Left
                try:
                    with session.finishing(FORM, row.id):
                        saved = record_visit(session, request(row.id, values, kind=str(values.get("kind") or kind), alert=str(values.get("alert") or "")))
                except XieliError as error:
                    _say(f"还没有存。{error.what}。{error.next_step}。")
                    begin = _place_of(session, error.field)
                    continue
                _say(f"已保存(第{saved.seq}条)")
                return
        except Left:
            kept = household_id and drafts.load_draft(session, FORM, household_id) is not None
            _say("没有存。草稿留着，下次接着写，在工作台里也能接着写。" if kept else "没有存，什么都没有记。")
            raise typer.Exit(2) from None


def _place_of(session: Session, field: str | None) -> int:
    """The question an error is about, the first one when it is about none."""
    names = {"mark": "marks", "visitor": "together", "change": "changes", "house_safety": "safety"}
    wanted = names.get(field or "", field or "")
    return next((place for place, (name, _) in enumerate(_questions(session)) if name.partition(".")[0] == wanted), 0)
