"""`xieli backup`: copies of the workspace, and the way back from one.

Restoring is asked for twice: without `--yes` it says what it would mean and changes nothing. It opens no session of its own workspace first: that one may
be the very thing that no longer opens.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Json, PassFile, Said, Workspace, emit, folder_of, group, read_passphrase
from xieli_tui.cli.words import row
from xieli_tui.errors import Locked, NotFound

if TYPE_CHECKING:
    from xieli_tui.casework.restore import Look, Restored
    from xieli_tui.casework.session import Session

app = group("备份：做一份，看有哪几份，核对一份，从一份恢复。")


@app.callback()
def _group() -> None:
    """备份：做一份，看有哪几份，核对一份，从一份恢复。"""


@app.work("create")
def create(session: Session, to: Annotated[Path | None, typer.Option("--to", help="另存到哪个文件夹。")] = None) -> Said:
    """做一份备份，打开核对过才算。"""
    from xieli_tui.casework.backup import create as make

    done = make(session, to)
    return Said(done, [f"已备份并核对：{done.path}"])


@app.work("list")
def list_(session: Session) -> Said:
    """工作区里有哪几份备份。"""
    from xieli_tui.casework.backup import list_copies

    rows = list_copies(session)
    return Said({"backups": rows}, lambda: [row(one.name, f"{one.bytes} 字节", _said(one.checked, one.good)) for one in rows] or ["还没有备份。"])


def _said(checked: str, good: bool) -> str:
    return "没有核对过" if not checked else f"{checked[:10]} {'核对过' if good else '打不开'}"


@app.work("verify")
def verify(session: Session, name: Annotated[str, typer.Argument(help="哪一份，备份的名字，或者它在U盘上的文件夹；不写就核对最近一份。")] = "") -> Said:
    """打开一份备份，逐页核对。"""
    from xieli_tui.casework.backup import list_copies
    from xieli_tui.casework.backup import verify as check

    rows = list_copies(session)
    if not rows and not name:
        raise NotFound("XL-F05", "还没有备份")
    done = check(session, name or rows[0].name)
    return Said(done, [f"核对过，打得开：{done.name}"])


@app.command("restore")
def restore(
    name: Annotated[str, typer.Argument(help="哪一份：备份的名字，或者它在U盘上的文件夹；不写就是最近一份。")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="看过了，就恢复到这一份；不写只看不动。")] = False,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """从一份备份恢复：先看会少什么，再加 --yes 恢复；原来的整份留着。"""
    from xieli_tui.casework import restore as verbs

    folder = folder_of(w)
    try:
        passphrase: str | None = read_passphrase(passphrase_file)
    except Locked as error:
        if error.code != "XL-L04":
            raise
        passphrase = None  # the stick's copy has no passphrase: the verb asks for one where one is needed
    if not yes:
        seen = verbs.look(folder, name, passphrase)
        emit(json, seen, lambda: _looked(seen))
        return
    done = verbs.restore(folder, name, passphrase)
    emit(json, done, lambda: _restored(done))


def _looked(seen: Look) -> list[str]:
    out = [row("备份", _moment(seen.made))]
    if seen.opens == "recovery":
        return [*out, "这一份没有口令，里面有多少要打开才知道。恢复以后用找回口令的办法打开：xieli recovery request。", "还没有动任何东西。要恢复，加 --yes 再来一次。"]
    county = seen.kind == "county"
    signed = [] if county else [f"还没签收 {seen.unreceipted} 条，恢复以后照样报送"]
    out.append(row("里面", f"记录 {seen.events} 条", *signed, f"草稿 {seen.drafts} 份"))
    if seen.missing is not None and county:
        out.append(row("比现在少", f"{seen.missing} 条", f"草稿 {seen.missing_drafts} 份"))
        out.append("收进来的、发出去过的，恢复以后由各台电脑交回来；别的只在现在这份里。恢复以后先用根密钥重新开通：xieli county reopen。")
    elif seen.missing is not None:
        lost = seen.missing_unreceipted or 0
        out.append(row("比现在少", f"{seen.missing} 条", f"县里签收过的 {seen.missing - lost} 条会随回传回来", f"只有现在这份里有的 {lost} 条", f"草稿 {seen.missing_drafts} 份"))
    else:
        out.append({
            "damaged": "现在这份打不开，没法比。", "other_key": "现在这份的口令不一样，没法比。", "none": "这里现在没有资料。",
        }[seen.today])
    return [*out, "还没有动任何东西。要恢复，加 --yes 再来一次；现在这份会整份留在旁边，不删。"]


def _restored(done: Restored) -> list[str]:
    out = [f"已恢复到 {_moment(done.made)} 那一份。"]
    if done.aside:
        out.append(f"原来的整份留在：{done.aside}")
    if done.opens == "recovery":
        return [*out, "还打不开，要找回口令：xieli recovery request，两位管钥匙的人各答一次。"]
    if done.kind == "county":
        return [*out, "请带上根密钥文件运行 xieli county reopen，再写回传；各台电脑收下回传、再报送一次，就都回来了。"]
    return [*out, f"还没签收的 {done.unreceipted} 条照样报送。请马上报送一次，把县里的回传收下。"]


def _moment(made: str) -> str:
    return f"{made[:10]} {made[11:16]}" if made else "看不出日期"
