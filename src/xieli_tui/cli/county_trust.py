"""`xieli county`: which computers are trusted, and what of theirs counts: revocation, quarantine, forks, clocks, the desk's own keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said, group, read_passphrase
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

Device = Annotated[str, typer.Argument(help="电脑的编号，前八位就够。", metavar="DEV")]
Events = Annotated[list[str], typer.Argument(help="记录的编号，可以写几个。", metavar="EVENT")]
Why = Annotated[str, typer.Option("--reason", help="为什么，必写。")]
Note = Annotated[str | None, typer.Option("--reason", help="为什么。")]
Epoch = Annotated[str | None, typer.Option("--epoch", help="哪一段，前四位就够；不写就是最新的一段。")]

quarantine_app = group("转人工核对：收下了、不起作用的记录，放行或者留着。")
forks_app = group("停收：同一台电脑有两份历史。")
fork_app = group("停收的两份历史，定哪一份算数。")


def mount(app: App) -> None:
    """Put the commands under `xieli county`."""
    app.work("revoke")(revoke)
    app.work("clamp")(clamp)
    app.work("rotate")(rotate)
    app.add_typer(quarantine_app, name="quarantine")
    app.add_typer(forks_app, name="forks")
    app.add_typer(fork_app, name="fork")


def revoke(
    session: Session,
    dev: Device,
    last_good: Annotated[str | None, typer.Option("--last-good", help="最后一条好的是第几条，或 段:第几条；不写就是县里签收到的。", metavar="[EP:]SEQ")] = None,
    reason: Note = None,
) -> Said:
    """停用一台电脑：丢了、坏了、不该再用。"""
    from xieli_tui.desk import revocation

    done = revocation.revoke(session, dev, last_good, reason)
    return Said(
        {"dev": done.dev, "cut": done.cut, "after": done.after, "event": done.event},
        [row(f"已停用 {done.called}", f"编号 {done.dev[:8]}"), *done.words, "要告诉那台电脑，用 xieli county send --device 写一份回传。",
         "开着网上收件处的，信任名单再导一遍：xieli county trust export --replace，收件处马上不收它的。"],
    )


def clamp(
    session: Session,
    dev: Device,
    at: Annotated[str | None, typer.Option("--at", help="当作什么时候写的，例如 2026-12-28 或 '2026-12-28 09:30'；不写就是收到的那天。")] = None,
    epoch: Epoch = None,
    first: Annotated[int | None, typer.Option("--from", help="从第几条；不写就是时间明显不对的那些。")] = None,
    last: Annotated[int | None, typer.Option("--to", help="到第几条。")] = None,
) -> Said:
    """一台电脑的时间错得离谱：改它的记录排在什么时候，记录不动。"""
    from xieli_tui.desk import clocks

    done = clocks.clamp(session, dev, at, epoch=epoch, first=first, last=last)
    return Said(done, [f"第 {done.first} 至 {done.last} 条排在 {done.at.replace('T', ' ')}，现有 {done.lines} 条。", "回传以后村里也一样。"])


def rotate(session: Session, root: Annotated[Path, typer.Option("--root", help="根密钥文件所在的文件夹。", metavar="DIR")]) -> Said:
    """换这个工作台的钥匙；村里从下一次回传知道新的。钥匙落在别人手里的，换完再用 xieli county reopen。"""
    from xieli_tui.desk.rotation import rotate_desk

    done = rotate_desk(session, root, read_passphrase(None, env="XIELI_KEYFILE_PASSPHRASE", prompt="根密钥文件的口令"))
    return Said(done, [f"钥匙换好了，第 {done.ver} 把。根密钥文件请收好。", "下一步：xieli county send 写回传，交给各台电脑。"])


@quarantine_app.work("list")
def quarantine_list(session: Session, device: Annotated[str | None, typer.Option("--device", help="只看这一台写的。")] = None) -> Said:
    """收下了、不起作用的记录：谁写的，为什么。"""
    from xieli_tui.desk import quarantine

    rows = quarantine.list_held(session, device)
    return Said(
        {"items": rows},
        lambda: [
            row(r.on, r.village_name, r.author, r.word, r.head, r.summary, r.why, "可以放行" if r.liftable else "", f"留着：{r.kept}" if r.kept else "", ident(r.id))
            for r in rows
        ] or ["没有转人工核对的。"],
    )


@quarantine_app.work("release")
def quarantine_release(session: Session, event: Events, reason: Why) -> Said:
    """放行：让记录起作用；内容不合格式的、无权写的不能放行。"""
    from xieli_tui.desk import quarantine

    done = quarantine.release(session, event, reason)
    return Said({"results": [{"id": one.id, "seq": one.seq, "state": one.state} for one in done]}, [f"已放行 {len(done)} 条，回传以后村里也一样。"])


@quarantine_app.work("keep")
def quarantine_keep(session: Session, event: Events, reason: Why) -> Said:
    """看过了，仍然不起作用。"""
    from xieli_tui.desk import quarantine

    done = quarantine.keep(session, event, reason)
    return Said({"results": [{"id": one.id, "seq": one.seq, "state": one.state} for one in done]}, [f"看过 {len(done)} 条，仍然不起作用。"])


_STATES = {"open": "还没有定", "settled": "已经定了", "more": "定了以后又来了记录，要再定一次"}


@forks_app.work("list")
def forks_list(session: Session) -> Said:
    """同一台电脑有两份历史的：从哪一条分开，两份各是什么。"""
    from xieli_tui.desk import forks

    found = forks.list_forks(session)

    def lines() -> list[str]:
        out: list[str] = []
        for one in found:
            out.append(row(one.called, f"第 {one.seq} 条起有两份", _STATES[one.state], f"段 {one.ep[:4]}", ident(one.dev[:8])))
            out += [
                "  " + row(f"第 {b.number} 份", f"{b.lines} 条", f"{b.first} 至 {b.last}", *b.what, f"起作用 {b.kept} 条", f"末条 {b.head[:8]}") for b in one.branches
            ]
        return out or ["没有两份历史的电脑。"]

    return Said({"forks": found}, lines)


@fork_app.work("settle")
def fork_settle(
    session: Session,
    dev: Device,
    keep: Annotated[str, typer.Option("--keep", help="哪一份算数：列出来的 1、2，末条的前八位，或 none 都不算。")],
    release_other: Annotated[bool, typer.Option("--release-other", help="另一份也算数。")] = False,
    epoch: Annotated[str | None, typer.Option("--epoch", help="哪一段；只有一段停收时不用写。")] = None,
    reason: Note = None,
) -> Said:
    """定哪一份历史算数；可以再定，最后一次为准。"""
    from xieli_tui.desk import forks

    done = forks.settle(session, dev, keep, epoch=epoch, release_other=release_other, reason=reason)
    return Said({"id": done.id, "seq": done.seq, "state": done.state}, [f"已保存(第{done.seq}条)", "回传以后村里也一样。"])
