"""`xieli passphrase`: who may open this workspace; a passphrase changed, given, taken back.

Rules kept here
- the new passphrase is never an argument: `--new-passphrase-file`, else `XIELI_NEW_PASSPHRASE`, else asked twice on a terminal, sixteen digits offered;
- changing one's own opens no store: not a byte of it moves.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Json, PassFile, Said, Workspace, emit, folder_of, group, read_passphrase
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("口令：谁能打开这台电脑，改口令，加一名操作员。")
NewFile = Annotated[Path | None, typer.Option("--new-passphrase-file", help="存新口令的文件；也可设 XIELI_NEW_PASSPHRASE。")]
Strength = Annotated[str, typer.Option("--kdf", help="口令强度：auto 按本机调到约一秒，floor 最低一档。")]
Number = Annotated[str, typer.Argument(help="几号操作员，xieli passphrase list 里的号。", metavar="号")]


def _new(file: Path | None, whom: str = "") -> str:
    return read_passphrase(
        file, env="XIELI_NEW_PASSPHRASE", prompt="新口令", twice=True, offer=True, whom=whom, hint="新口令请设 XIELI_NEW_PASSPHRASE，或用 --new-passphrase-file",
    )


@app.command("change")
def change(
    new_passphrase_file: NewFile = None, kdf: Strength = "auto", w: Workspace = None, passphrase_file: PassFile = None, json: Json = False,
) -> None:
    """改自己的口令：先给旧的，再给新的；资料不动。"""
    from xieli_tui.casework.passphrases import change_outside, left_open
    from xieli_tui.errors import Locked

    folder = folder_of(w)
    if not (folder / "keys.json").exists():
        raise Locked("XL-L02")
    old = read_passphrase(passphrase_file, prompt="旧口令")
    done = change_outside(folder, old, _new(new_passphrase_file), kdf=kdf)
    emit(json, done, [row(f"口令换好了，{done.operator} 号操作员", "资料没有动，旧的开不了了"), *filter(None, [left_open(done.left)])])


@app.work("add-operator")
def add_operator(
    session: Session,
    name: Annotated[str, typer.Option("--name", help="姓名，新来的写。")] = "",
    operator: Annotated[str, typer.Option("--operator", help="几号，原来就有的人忘了口令，写他的号，给他换一个。")] = "",
    post: Annotated[str | None, typer.Option("--post", help="职务，可以不写。")] = None,
    new_passphrase_file: NewFile = None,
    kdf: Strength = "auto",
) -> Said:
    """加一名操作员，各人自己的口令；忘了口令的也在这里换。"""
    from xieli_tui.casework.passphrases import AddOperator, add, left_open, meant

    request = AddOperator(name, operator, post, kdf)
    who = meant(session, request)
    done = add(session, request, _new(new_passphrase_file, f"{who}，请本人自己输。"))
    return Said(done, [row(f"已保存(第{done.seq}条)", f"{done.operator} 号 {done.name}", "换了新口令，旧的开不了了" if done.replaced else "可以用自己的口令打开了"), *filter(None, [left_open(done.left)])])


@app.work("list")
def list_(session: Session) -> Said:
    """谁能打开这台电脑。"""
    from xieli_tui.casework.passphrases import OLD_KEYS, listed

    found = listed(session)

    def lines() -> list[str]:
        rows = [
            row(f"{one.operator} 号 {one.name or '没有名字'}", one.post, "现在是您" if one.current else "", f"{one.since} 起" if one.since else "",
                f"{one.ended} 止" if one.ended else "", "" if one.passphrase or one.ended else "还没有口令")
            for one in found.operators
        ]
        return [*rows, *([OLD_KEYS] if found.old_keys else [])]

    return Said(found, lines)


@app.work("remove-operator")
def remove_operator(
    session: Session, operator: Number, on: Annotated[str | None, typer.Option("--on", help="最后一天，不写就是今天。")] = None,
) -> Said:
    """收回一名操作员的口令；他写过的都在，还是他写的。"""
    from xieli_tui.casework.passphrases import left_open, remove

    done = remove(session, operator, on)
    return Said(done, [row(f"已保存(第{done.seq}条)", f"{done.operator} 号 {done.name}".rstrip(), "口令收回了，打不开了" if done.had else "本来就没有口令"), *filter(None, [left_open(done.left)])])
