"""`xieli device`: the enrolment code and taking in the county's grant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("登记电脑：登记码，导入县里的登记文件。")


@app.work("code")
def code(
    session: Session,
    out: Annotated[Path | None, typer.Option("--out", help="把登记码存成文本文件。")] = None,
    qr: Annotated[Path | None, typer.Option("--qr", help="把登记码存成二维码图片(PNG)。")] = None,
) -> Said:
    """显示这台电脑的登记码和核对码。"""
    from xieli_tui.casework.setup import device_code, save_code, save_code_picture

    made = device_code(session)
    if out is not None:
        save_code(made, out)
    if qr is not None:
        save_code_picture(made, qr)
    return Said(made, [f"登记码：{made.code}", f"核对码：{made.fingerprint}"])


@app.work("rotate")
def rotate(session: Session) -> Said:
    """换这台电脑的钥匙：怀疑有人拿到过旧的，或者到了该换的时候。不用去县里。"""
    from xieli_tui.casework.own_keys import rotate as again

    done = again(session)
    return Said(done, [f"钥匙换好了，第 {done.ver} 把。", "县里签收以前，新旧两把一起签名；旧的留着，只用来打开以前发给它的文件。"])


@app.work("enrol")
def enrol(
    session: Session,
    grant: Annotated[Path, typer.Argument(help="县里给的登记文件。")],
    root_fingerprint: Annotated[str, typer.Option("--root-fingerprint", help="县里念给您的 20 位数字。")],
) -> Said:
    """导入县里的登记文件。"""
    from xieli_tui.casework.setup import enrol as take_grant

    done = take_grant(session, grant, root_fingerprint)
    return Said(done, [f"已登记。负责 {' '.join(done.scope)}", f"县里的核对码 {done.root_fingerprint}"])
