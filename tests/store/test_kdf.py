"""Argon2id and its bounds, what a passphrase may be, and the wait after wrong ones."""

from __future__ import annotations

import json
import string
from pathlib import Path

import pytest
from corekit import START, seeded
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import example, given, seed
from hypothesis import strategies as st

from xieli_tui.domain import passphrase
from xieli_tui.domain.clock import millis
from xieli_tui.errors import Damaged, Refused
from xieli_tui.store import kdf, tries

SALT = bytes(range(16))


def test_the_key_of_a_passphrase_is_argon2id_of_rfc_9106() -> None:
    """The RFC's own vector (section 5.3) for the library, and the reference implementation's for the way it is called here."""
    whole = Argon2id(salt=b"\x02" * 16, length=32, iterations=3, lanes=4, memory_cost=32, secret=b"\x03" * 8, ad=b"\x04" * 12)
    assert whole.derive(b"\x01" * 32).hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    assert kdf.Kdf(2, 65536, 1, b"somesalt").derive("password").hex() == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"


BOUNDS = [(*kdf.FLOOR, True), (*kdf.CEILING, True)]
BOUNDS += [(2, 65536, 1, False), (33, 65536, 1, False), (3, 65535, 1, False), (3, 1048577, 1, False), (3, 65536, 0, False), (3, 65536, 9, False)]
BOUNDS += [(0, 65536, 1, False), (-3, 65536, 1, False), (3, -65536, 1, False), (3, 0, 1, False), (3, 65536, -1, False), (2**63, 2**63, 2**63, False)]


@pytest.mark.parametrize(("t", "kib", "p", "good"), BOUNDS)
def test_every_parameter_is_held_to_floor_and_ceiling_before_anything_is_run(t: int, kib: int, p: int, good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kdf, "Argon2id", lambda **_: pytest.fail("it was run"))
    body = {"alg": "argon2id", "t": t, "m_kib": kib, "p": p, "salt": SALT.hex()}
    if good:
        assert kdf.read_kdf(body).as_json() == body
        return
    with pytest.raises(Damaged) as refused:
        kdf.read_kdf(body)
    assert refused.value.code == "XL-L08"


@pytest.mark.parametrize(("part", "value", "code"), [
    ("salt", SALT[:15].hex(), "XL-L08"), ("salt", "", "XL-L08"), ("salt", "zz", "XL-L05"), ("salt", None, "XL-L05"), ("salt", 16, "XL-L05"), ("alg", "argon2i", "XL-L05"),
    ("t", 3.0, "XL-L05"), ("t", "3", "XL-L05"), ("m_kib", True, "XL-L05"), ("p", None, "XL-L05"),
])
def test_parameters_of_another_shape_are_a_changed_file(part: str, value: object, code: str) -> None:
    body = {"alg": "argon2id", "t": 3, "m_kib": 65536, "p": 1, "salt": SALT.hex(), part: value}
    with pytest.raises(Damaged) as refused:
        kdf.read_kdf(body)
    assert refused.value.code == code


@pytest.mark.parametrize("seconds", [1e-9, 0.01, 0.1, 0.3, 1.0, 60.0])
@pytest.mark.parametrize("memory_kib", [0, 64 * 1024, 512 * 1024, 2**30])
def test_whatever_a_machine_does_calibration_gives_what_may_be_read_again(seconds: float, memory_kib: int) -> None:
    ticks = iter([0.0, seconds])
    found = kdf.calibrated(seeded(1), lambda: next(ticks), memory_kib)
    assert kdf.read_kdf(found.as_json()) == found
    assert seconds * found.t / kdf.FLOOR[0] * found.kib / kdf.FLOOR[1] <= max(seconds, 1.2)


KEYBOARD = string.ascii_letters + string.digits + string.punctuation + " "


@seed(20261228)
@given(st.text(alphabet=KEYBOARD, min_size=12, max_size=40))
def test_what_the_keyboard_writes_is_a_passphrase_when_twelve_of_it_are_no_blanks(text: str) -> None:
    if len(text.strip()) >= 12:
        assert passphrase.check_passphrase(text) == passphrase.normal(text)
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    assert passphrase.normal(wide) == passphrase.normal(text)


@seed(20261228)
@given(st.text(min_size=12, max_size=40))
@example("十二个汉字的口令也不能用啊啊")
@example("correct horse 电池")
@example("tab\tinside the text")
@example("ends in a mark\u200b")
@example("not a text \udcff at all")
def test_what_no_unlock_page_takes_is_refused_when_it_is_made(text: str) -> None:
    taken = all(" " <= char <= "~" for char in passphrase.normal(text)) and len(passphrase.normal(text).strip()) >= 12
    if taken:
        assert passphrase.check_passphrase(text) == passphrase.normal(text)
        return
    with pytest.raises(Refused) as refused:
        passphrase.check_passphrase(text)
    assert (refused.value.code, refused.value.field) in (("XL-V11", "passphrase"), ("XL-V09", "passphrase"))
    assert text not in str(refused.value)


def test_a_passphrase_with_han_says_why_and_a_short_one_what_helps() -> None:
    with pytest.raises(Refused) as han:
        passphrase.check_passphrase("石桥村二〇二六年用的口令")
    assert "汉字解锁时打不进去" in han.value.what
    with pytest.raises(Refused) as short:
        passphrase.check_passphrase("eleven char")
    assert "16 位数字" in short.value.next_step


def test_offered_digits_are_sixteen_each_time_others_and_a_passphrase() -> None:
    rand = seeded(9)
    offered = {passphrase.offer(rand) for _ in range(200)}
    assert len(offered) == 200
    for one in offered:
        assert [len(group) for group in one.split(" ")] == [4, 4, 4, 4]
        assert passphrase.check_passphrase(one) == one.replace(" ", "")
        assert passphrase.same(one, one.replace(" ", "-"))
    counts = [sum(one.count(digit) for one in offered) for digit in string.digits]
    assert max(counts) < 2 * min(counts)


# -- waiting ------------------------------------------------------------------------------------------------------------------------------------


def kept(space: Path, body: object) -> None:
    (space / "log").mkdir(exist_ok=True)
    (space / "log" / "unlock.json").write_text(body if isinstance(body, str) else json.dumps(body))


def test_a_clock_set_back_waits_once_more_and_not_until_it_has_caught_up(tmp_path: Path) -> None:
    """A laptop whose clock battery is dead wakes up in 1999 every morning: what was noted yesterday must not lock it for years."""
    now = millis(START)
    for _ in range(4):
        tries.failed_again(tmp_path, tries.read(tmp_path), now)
    back = now - 27 * 365 * 86_400_000
    assert tries.due(tmp_path, back)[1] == 2000
    assert tries.due(tmp_path, back + 1500)[1] == 500
    assert tries.due(tmp_path, back + 2000)[1] == 0
    assert tries.due(tmp_path, now)[0].failed == 4


@pytest.mark.parametrize("body", ["", "{", "[]", "7", '{"failed": 9}', '{"failed": Infinity, "last_ms": 1}', '{"failed": 9, "last_ms": 1e400}', '{"failed": "9", "last_ms": 0}', "[" * 9999, "\x00"])
def test_a_spoilt_note_locks_nobody_out(tmp_path: Path, body: str) -> None:
    kept(tmp_path, body)
    assert tries.due(tmp_path, millis(START)) == (tries.Tries(), 0)


def test_the_note_says_how_often_and_when_and_nothing_of_what_was_typed(tmp_path: Path) -> None:
    tries.failed_again(tmp_path, tries.Tries(), 5)
    assert json.loads((tmp_path / "log" / "unlock.json").read_text()) == {"failed": 1, "last_ms": 5}
