"""`xieli recovery`: a forgotten passphrase, two officers, a new one; the drill; the officers and the sheet for the cupboard.

Rules kept here
- `request` and `finish` open nothing by a passphrase: there is none;
- an officer compares the 20 digits: `--fingerprint`, else asked for on a terminal under what the county knows of the computer. Where nobody can be
  asked (a script), the digits are printed beside the answer, to be compared before it is handed over;
- the passphrase of an officer's key file comes from `--officer-passphrase-file`, `XIELI_OFFICER_PASSPHRASE`, `XIELI_KEYFILE_PASSPHRASE` or a prompt.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xieli_tui.cli.common import Json, PassFile, Said, Workspace, emit, folder_of, group, read_passphrase
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.desk.recovery import Asking

app = group("找回：忘了口令，两名找回人员一起帮着换一个新的。")
officers_app = group("找回人员：两名或三名，各有一把钥匙。")
app.add_typer(officers_app, name="officers")

Root = Annotated[Path, typer.Option("--root", help="根密钥文件所在的文件夹。", metavar="DIR")]
OfficerFile = Annotated[Path | None, typer.Option("--officer-passphrase-file", help="存钥匙文件口令的文件；也可设 XIELI_OFFICER_PASSPHRASE。")]
NewFile = Annotated[Path | None, typer.Option("--new-passphrase-file", help="存新口令的文件；也可设 XIELI_NEW_PASSPHRASE。")]


def _officer_passphrase(file: Path | None, *, new: bool = False) -> str:
    names = ["XIELI_OFFICER_PASSPHRASE", "XIELI_KEYFILE_PASSPHRASE"]
    if new and sys.stdin.isatty() and sys.stderr.isatty():
        names.pop()  # it opened the root key a moment ago: whoever can be asked gives the officer one of his own
    env = next((name for name in names if os.environ.get(name)), names[0])
    return read_passphrase(file, env=env, prompt="找回人员钥匙文件的新口令" if new else "找回人员钥匙文件的口令", twice=new, offer=new)


@officers_app.work("add")
def officers_add(
    session: Session,
    name: Annotated[str, typer.Option("--name", help="找回人员的姓名。")],
    out: Annotated[Path, typer.Option("--out", help="他的钥匙文件写到哪里，最好是他自己的U盘。", metavar="KEY")],
    root: Root,
    officer_passphrase_file: OfficerFile = None,
) -> Said:
    """加一名找回人员，给他一把钥匙。"""
    from xieli_tui.desk import officers

    root_passphrase = read_passphrase(None, env="XIELI_KEYFILE_PASSPHRASE", prompt="根密钥文件的口令")
    done = officers.add(session, name, out, root, root_passphrase, _officer_passphrase(officer_passphrase_file, new=True))
    return Said(done, [f"钥匙文件：{done.file}", "由他本人保管，不要和别人的放在一起。根密钥文件请收好。", _enough(done.enough, len(done.officers))])


def _enough(enough: bool, count: int) -> str:
    if enough:
        return "回传以后各台电脑就能找回：xieli county send。"
    return "只有一名还找不回，要再加一名。" if count else "没有找回人员，忘了口令就找不回来。"


@officers_app.work("list")
def officers_list(session: Session) -> Said:
    """在任的找回人员。"""
    from xieli_tui.casework import recovery
    from xieli_tui.desk import officers

    found, mine = officers.listed(session), recovery.look(session)
    laptop = {
        "ready": mine.ready, "drilled": mine.drilled, "due": mine.due,
        "answered": [{"on": on, "officer": officer, "drill": drill, "compared": compared} for on, officer, drill, compared in mine.answered],
    } if session.role != "county" else {}

    def lines() -> list[str]:
        rows = [row(one.name, f"钥匙 {one.key[:8]}") for one in found.officers]
        if laptop:
            rows.append(row("这台电脑可以找回" if mine.ready else "这台电脑还不能找回", f"{mine.drilled} 演练过" if mine.drilled else "没有演练过" if mine.ready else ""))
            rows += [row(f"{on} {officer}答复过", "演练" if drill else "找回，不是您做的就马上打县里电话", "" if compared else "没记核对过数字") for on, officer, drill, compared in mine.answered]
        elif not found.enough:
            rows.append(_enough(False, len(found.officers)))
        return rows

    return Said({"officers": found.officers, "enough": found.enough, **laptop}, lines)


@officers_app.work("remove")
def officers_remove(session: Session, name: Annotated[str, typer.Option("--name", help="姓名，或钥匙的前四位以上。")]) -> Said:
    """减一名离任的找回人员；他的钥匙从此不算。"""
    from xieli_tui.desk import officers

    done = officers.remove(session, name)
    return Said(done, [f"已保存(第{done.seq}条)。各台电脑收下回传以后，他的钥匙就打不开了。", _enough(done.enough, len(done.officers))])


@app.command("request")
def request(
    out: Annotated[Path, typer.Option("--out", help="申请写到哪个文件，或者U盘。")],
    w: Workspace = None,
    json: Json = False,
) -> None:
    """忘了口令：做一份找回申请，不用口令。"""
    from xieli_tui.casework import recovery

    made = recovery.request(folder_of(w), out)
    emit(json, made, lambda: _asked(made.file, made.fingerprint, made.dev))


def _asked(file: str, digits: str, dev: str) -> list[str]:
    return [
        f"申请：{file}", f"这台电脑：{dev[:8].upper()}", "把文件交到县里，再把下面 20 位数字念给两名找回人员听：", digits, "念之前不要让别人替您念。同一时间只有最后一份申请有用。",
    ]


@app.work("answer")
def answer(
    session: Session,
    file: Annotated[Path, typer.Argument(help="找回申请。", metavar="F")],
    officer: Annotated[Path, typer.Option("--officer", help="您的钥匙文件。", metavar="KEY")],
    out: Annotated[Path, typer.Option("--out", help="答复写到哪个文件，或者U盘。", metavar="A")],
    fingerprint: Annotated[str | None, typer.Option("--fingerprint", help="本人念的 20 位数字。", metavar="DIGITS")] = None,
    officer_passphrase_file: OfficerFile = None,
) -> Said:
    """(县里)一名找回人员答复一份申请，先核对 20 位数字。"""
    from xieli_tui.desk import recovery

    asking = recovery.look(session, file)
    lines = _asking(asking)
    compared = fingerprint is not None
    if fingerprint is None and not asking.stopped and sys.stdin.isatty() and sys.stderr.isatty():
        fingerprint, compared = _typed(lines), True
    secret = "" if asking.stopped else _officer_passphrase(officer_passphrase_file)
    done = recovery.answer(session, file, officer, secret, out, asking.fingerprint if fingerprint is None else fingerprint, compared=compared)
    return Said(
        {**{name: getattr(done, name) for name in ("file", "dev", "called", "officer", "drill", "again")}, "fingerprint": asking.fingerprint, "compared": compared, "helpers": asking.helpers},
        [*lines, f"答复：{done.file}", *([] if compared else [f"交出这份答复以前，先和本人核对 20 位数字：{asking.fingerprint}"]), row("演练，已记下" if done.drill else "已记下", "这份以前答复过" if done.again else ""), "还要另一名找回人员答复一份。"],
    )


def _asking(asking: Asking) -> list[str]:
    from xieli_tui.desk.recovery import FIRST

    return [
        row("演练" if asking.drill else "忘了口令", f"电脑 {asking.dev[:8].upper()}", asking.called, f"登记的电话 {'、'.join(asking.phones)}" if asking.phones else "登记册上没有电话，要当面核对"),
        FIRST,
        *([row("答复过的", "、".join(asking.answered))] if asking.answered else []),
    ]


def _typed(lines: list[str]) -> str:
    """The 20 digits, asked for on a terminal."""
    from xieli_tui.domain.text import safe

    sys.stderr.write("\n".join(safe(line) for line in lines) + "\n本人念的 20 位数字: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


@app.command("finish")
def finish(
    answers: Annotated[list[Path], typer.Argument(help="两份答复。", metavar="A1 A2")],
    operator: Annotated[str | None, typer.Option("--operator", help="给谁定新口令；有几名操作员时要写姓名。")] = None,
    new_passphrase_file: NewFile = None,
    kdf: Annotated[Literal["auto", "floor"], typer.Option("--kdf", help="口令强度：auto 按本机调到约一秒，floor 最低一档。")] = "auto",
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """收下两份答复，定一个新口令；记录和草稿都在。"""
    from xieli_tui.casework import recovery

    folder = folder_of(w)
    joined = recovery.join(folder, answers)
    try:
        recovery.choose(joined.operators, operator)
        done = recovery.finish(joined, _new(new_passphrase_file, passphrase_file), operator, kdf=kdf)
    finally:
        joined.forget()
    emit(json, done, lambda: [
        row("找回来了，新口令从现在起用", done.name), "记录、草稿、没报送的都在，一条不少。整本资料换了新钥匙，旧口令打不开了；以前的备份还用旧口令。",
        *([f"其他人要重新加口令：{'、'.join(done.others)}。用 xieli passphrase add-operator --operator 号。"] if done.others else []),
        *([f"新口令的第一份备份没有做成：{done.backup}"] if done.backup else []),
    ])


def _new(file: Path | None, opened: Path | None) -> str:
    """The new passphrase: where the others give it, or as that of the workspace, which it is from now on."""
    if file is None and opened is not None:
        return read_passphrase(opened)
    env = "XIELI_NEW_PASSPHRASE" if os.environ.get("XIELI_NEW_PASSPHRASE") or not os.environ.get("XIELI_PASSPHRASE") else "XIELI_PASSPHRASE"
    return read_passphrase(file, env=env, prompt="新口令", twice=True, offer=True, hint="新口令请设 XIELI_NEW_PASSPHRASE，或用 --new-passphrase-file")


@app.work("drill")
def drill(
    session: Session,
    answers: Annotated[list[Path] | None, typer.Argument(help="两份答复；不写就是做一份演练申请。", metavar="[A1 A2]")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="演练申请写到哪个文件，或者U盘。")] = None,
) -> Said:
    """演练找回：一年一次，什么都不改。"""
    from xieli_tui.casework import recovery
    from xieli_tui.errors import Refused

    if answers:
        done = recovery.end_drill(session, answers)
        return Said(done, [row("演练通过", f"{done.on}", "什么都没有改，下一次一年以后")])
    if out is None:
        raise Refused("XL-V06", "申请写到哪里，或两份答复", field="out", next_step="请写 --out 文件，或两份答复的文件")
    made = recovery.start_drill(session, out)
    return Said(made, lambda: ["演练，和真的一样做一遍。", *_asked(made.file, made.fingerprint, made.dev)])


@app.work("sheet")
def sheet(session: Session, out: Annotated[Path, typer.Option("--out", help="写到哪个文件。")]) -> Said:
    """找回的办法，打印出来放在柜子里：没有姓名，没有秘密。"""
    from xieli_tui.casework import recovery

    file = recovery.sheet(session, out)
    return Said({"file": file}, [f"已写出 {file}", "打印一张放在柜子里。"])
