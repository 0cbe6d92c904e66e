"""The enrolment code as a picture."""

from __future__ import annotations

import struct
from pathlib import Path

from typer.testing import CliRunner

from xieli_tui.paper import qr

CODE = "XE1-" + "ABCDEFGHJKMNPQRSTVWXYZ0123456789" * 3


def test_a_picture_is_the_same_for_the_same_text_and_another_for_another() -> None:
    assert qr.png(CODE) == qr.png(CODE)
    assert qr.png(CODE) != qr.png(CODE[:-1] + "B")


def test_a_picture_is_square_and_has_its_quiet_zone() -> None:
    data = qr.png(CODE)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    assert width == height
    modules = width // qr.SCALE - 2 * qr.QUIET
    assert width % qr.SCALE == 0
    assert (modules - 17) % 4 == 0, "a QR code has 17 + 4v modules a side (ISO/IEC 18004)"


def test_the_command_lays_the_picture_down_once(workspace: Path, tmp_path: Path) -> None:
    from xieli_tui.cli.device import app

    out = tmp_path / "码.png"
    env = {"XIELI_PASSPHRASE": "1111 2222 3333 4444", "XIELI_WORKSPACE": str(workspace)}
    first = CliRunner().invoke(app, ["code", "--qr", str(out)], env=env)
    assert first.exit_code == 0, first.output
    shown = first.stdout.split("登记码：")[1].split("核对码")[0].strip()
    assert out.read_bytes() == qr.png(shown)
    again = CliRunner().invoke(app, ["code", "--qr", str(out)], env=env)
    assert again.exit_code != 0, "what lies there is not written over"
