"""Keys, ids, what people read aloud, the root file, certificate chains."""

from __future__ import annotations

import json
import random
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from roadkit import World, make_world

from xieli_sync.errors import SyncError
from xieli_sync.identity import (
    Cert,
    Kdf,
    KeyPair,
    RootKey,
    dev_id,
    enrol_code,
    fingerprint,
    issue_desk_cert,
    issue_device_cert,
    issue_rotation_cert,
    kid_of,
    net_of,
    parse_enrol_code,
    root_in,
    same_fingerprint,
    sign_statement,
    verify_chain,
    verify_links,
    verify_raw,
)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(11)


def refused(chain: list[Cert], root_pub: bytes) -> str:
    with pytest.raises(SyncError) as caught:
        verify_chain(chain, root_pub)
    return caught.value.code


def test_ed25519_is_the_one_of_rfc_8032() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"))
    message, signature = (
        bytes.fromhex("af82"),
        bytes.fromhex(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    )
    keys = KeyPair.from_bytes(private.private_bytes_raw() + bytes(31) + b"\x01")
    assert keys.sign_pub.hex() == "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
    assert keys.sign_bytes(message) == signature
    assert verify_raw(keys.sign_pub, signature, message)
    assert not verify_raw(keys.sign_pub, signature, b"other")


def test_a_signature_with_s_beyond_the_group_order_is_not_accepted_as_a_second_spelling() -> None:
    keys = KeyPair.generate(random.Random(1).randbytes)
    signature = keys.sign_bytes(b"x")
    order = 2**252 + 27742317777372353535851937790883648493
    twin = signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    assert verify_raw(keys.sign_pub, signature, b"x")
    assert not verify_raw(keys.sign_pub, twin, b"x")


def test_argon2id_is_the_one_of_rfc_9106() -> None:
    kdf = Argon2id(salt=b"\x02" * 16, length=32, iterations=3, lanes=4, memory_cost=32, secret=b"\x03" * 8, ad=b"\x04" * 12)
    assert kdf.derive(b"\x01" * 32).hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


def test_keys_come_from_the_given_randomness_and_survive_being_stored() -> None:
    keys = KeyPair.generate(random.Random(5).randbytes)
    again = KeyPair.generate(random.Random(5).randbytes)
    assert (keys.sign_pub, keys.enc_pub) == (again.sign_pub, again.enc_pub)
    assert KeyPair.from_bytes(keys.to_bytes()).kid == keys.kid
    assert KeyPair.generate(random.Random(6).randbytes).kid != keys.kid


def test_neither_keys_nor_root_show_their_secret_when_printed() -> None:
    rand = random.Random(5).randbytes
    keys, root = KeyPair.generate(rand), RootKey.generate(rand)
    assert keys.to_bytes().hex()[:64] not in repr(keys)
    assert repr(keys) == f"KeyPair(kid={keys.kid})"
    assert repr(root) == f"RootKey(kid={root.kid})"


def test_ids_are_truncated_hashes_of_the_raw_public_keys() -> None:
    keys = KeyPair.generate(random.Random(5).randbytes)
    assert keys.dev == dev_id(keys.sign_pub, keys.enc_pub) == sha256(b"xieli/dev/v1\0" + keys.sign_pub + keys.enc_pub).hexdigest()[:32]
    assert keys.kid == kid_of(keys.sign_pub) == sha256(keys.sign_pub).hexdigest()[:16]
    assert keys.box_kid == sha256(keys.enc_pub).hexdigest()[:16]


def test_practice_and_real_nets_of_one_root_differ_and_have_equal_length() -> None:
    real, practice = net_of(b"r" * 32), net_of(b"r" * 32, practice=True)
    assert real == sha256(b"r" * 32).hexdigest()[:32]
    assert practice == "p" + real[:31]


def test_a_fingerprint_is_twenty_digits_in_five_groups_of_four() -> None:
    shown = fingerprint(b"a" * 32, b"b" * 32)
    number = int.from_bytes(sha256(b"xieli/fp/v1\0" + b"a" * 32 + b"b" * 32).digest()[:9], "big") % 10**20
    assert shown.replace(" ", "") == f"{number:020d}"
    assert [len(group) for group in shown.split(" ")] == [4] * 5


def test_a_typed_fingerprint_may_have_other_spacing_and_full_width_digits() -> None:
    shown = "0123 4567 8901 2345 6789"
    for typed in ("01234567890123456789", "0123-4567-8901-2345-6789", " 0123  4567 8901 2345 6789\n", "０１２３４５６７８９０１２３４５６７８９"):
        assert same_fingerprint(typed, shown)
    for typed in ("", "0123 4567 8901 2345 6788", "0123456789012345678", shown + "0", "O123 4567 8901 2345 6789"):
        assert not same_fingerprint(typed, shown)


# -- enrolment code ----------------------------------------------------------------------------------------------------------------


def test_an_enrolment_code_reads_back_to_the_same_keys() -> None:
    rng = random.Random(3)
    for _ in range(50):
        keys = KeyPair.generate(rng.randbytes)
        code = enrol_code(keys.sign_pub, keys.enc_pub)
        assert code.startswith("XE1-")
        assert max(len(group) for group in code.split("-")) == 5
        assert not set(code.removeprefix("XE1-")) & set("0189")
        assert parse_enrol_code(code) == (keys.sign_pub, keys.enc_pub)


def test_an_enrolment_code_may_be_typed_in_any_case_and_spacing_with_look_alikes_swapped() -> None:
    keys = KeyPair.generate(random.Random(3).randbytes)
    code = enrol_code(keys.sign_pub, keys.enc_pub)
    confused = "XE1" + code[3:].translate(str.maketrans("OIB", "018"))
    wide = "".join(chr(ord(char) + 0xFEE0) if char != "-" else char for char in code)
    for typed in (code.lower(), code.replace("-", " "), code.replace("-", ""), f"\n {code} \t", confused, confused.lower(), "xei" + code[3:], wide,
                  code.replace("-", "—"), "\n".join(code.split("-"))):  # fmt: skip
        assert parse_enrol_code(typed) == (keys.sign_pub, keys.enc_pub)


def test_every_single_wrong_letter_of_an_enrolment_code_is_noticed() -> None:
    keys = KeyPair.generate(random.Random(4).randbytes)
    code = enrol_code(keys.sign_pub, keys.enc_pub)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    for at, letter in enumerate(code):
        if letter == "-":
            continue
        wrong = code[:at] + alphabet[(alphabet.find(letter) + 7) % 32] + code[at + 1 :]
        with pytest.raises(SyncError) as caught:
            parse_enrol_code(wrong)
        assert caught.value.code == "XL-K08"


@pytest.mark.parametrize(
    "text", ["", "XE1-", "XE2-AAAAA", "AAAAA", "XE1-" + "A" * 108, "XE1-" + "A" * 110, "XE1-" + "A" * 109, "XE1-" + "#" * 109, "登记码"]
)
def test_what_is_no_enrolment_code_is_refused(text: str) -> None:
    with pytest.raises(SyncError) as caught:
        parse_enrol_code(text)
    assert caught.value.code == "XL-K08"


def test_swapped_groups_and_the_spare_bit_of_the_last_letter_are_noticed() -> None:
    keys = KeyPair.generate(random.Random(4).randbytes)
    code = enrol_code(keys.sign_pub, keys.enc_pub)
    groups = code.split("-")
    groups[3], groups[4] = groups[4], groups[3]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    odd = code[:-1] + alphabet[alphabet.index(code[-1]) | 1]
    assert odd != code
    for typed in ("-".join(groups), odd):
        with pytest.raises(SyncError):
            parse_enrol_code(typed)


def test_a_code_with_an_encryption_key_of_small_order_is_refused() -> None:
    keys = KeyPair.generate(random.Random(4).randbytes)
    for enc_pub in (bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"):
        with pytest.raises(SyncError) as caught:
            parse_enrol_code(enrol_code(keys.sign_pub, enc_pub))
        assert caught.value.code == "XL-K08"


# -- the root file -------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def root_file() -> tuple[RootKey, bytes]:
    rand = random.Random(8).randbytes
    root = RootKey.generate(rand)
    return root, root.to_file("测试口令 Abc 一二三", rand)


def test_a_root_file_opens_with_its_passphrase_typed_in_full_width_too(root_file: tuple[RootKey, bytes]) -> None:
    root, data = root_file
    assert RootKey.from_file(data, "测试口令 Ａｂｃ 一二三").sign_pub == root.sign_pub
    assert root.sign.private_bytes_raw().hex() not in data.decode()


def test_a_wrong_passphrase_and_an_altered_file_do_not_open(root_file: tuple[RootKey, bytes]) -> None:
    _, data = root_file
    head: dict[str, Any] = json.loads(data)
    other = RootKey.generate(random.Random(9).randbytes).sign_pub.hex()
    cases = [(data, "wrong")]
    for change in ({"pub": other}, {"ct": head["ct"][:-2] + ("00" if head["ct"][-2:] != "00" else "01")}):
        cases.append((json.dumps({**head, **change}, sort_keys=True, separators=(",", ":")).encode(), "测试口令 Abc 一二三"))
    for altered, passphrase in cases:
        with pytest.raises(SyncError) as caught:
            RootKey.from_file(altered, passphrase)
        assert caught.value.code == "XL-K11"


@pytest.mark.parametrize(
    ("t", "m_kib", "p"), [(2, 65536, 1), (33, 65536, 1), (3, 65535, 1), (3, 2**21, 1), (3, 65536, 9), (3, 65536, 0), (2**40, 65536, 1)]
)
def test_a_cost_outside_floor_and_ceiling_is_neither_written_nor_tried(root_file: tuple[RootKey, bytes], t: int, m_kib: int, p: int) -> None:
    root, data = root_file
    head = json.loads(data)
    head["kdf"].update({"t": t, "m_kib": m_kib, "p": p})
    with pytest.raises(SyncError) as caught:
        RootKey.from_file(json.dumps(head, sort_keys=True, separators=(",", ":")).encode(), "x")
    assert caught.value.code == "XL-L08"
    with pytest.raises(SyncError) as caught:
        root.to_file("x", random.Random(1).randbytes, Kdf(t, m_kib, p))
    assert caught.value.code == "XL-L08"


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"\x89XLB\r\n\x1a\n", b'{"fmt":"xieli-root"}', b'"x"', b'{"ct":5}', b'{"ct":"zz"}', b'{"ct":"00","kdf":[]}']
)
def test_what_is_no_root_file_says_so(data: bytes) -> None:
    with pytest.raises(SyncError) as caught:
        RootKey.from_file(data, "x")
    assert caught.value.code == "XL-K09"


def test_a_saved_root_file_is_private_complete_and_never_overwritten(tmp_path: Path) -> None:
    rand = random.Random(10).randbytes
    root = RootKey.generate(rand)
    path = tmp_path / "county-root.json"
    root.save(path, "a passphrase of words", rand)
    assert RootKey.load(path, "a passphrase of words").fingerprint == root.fingerprint
    assert path.stat().st_mode & 0o077 == 0
    before = path.read_bytes()
    with pytest.raises(SyncError) as caught:
        RootKey.generate(rand).save(path, "another", rand)
    assert caught.value.code == "XL-F08"
    assert path.read_bytes() == before
    with pytest.raises(SyncError) as caught:
        root.save(tmp_path / "missing" / "root.json", "x", rand)
    assert caught.value.code == "XL-F03"
    with pytest.raises(SyncError) as caught:
        RootKey.load(tmp_path / "none.json", "x")
    assert caught.value.code == "XL-K09"


# -- certificates --------------------------------------------------------------------------------------------------------------------


def test_a_chain_names_the_device_its_role_area_version_and_generation(world: World) -> None:
    signer = verify_chain(world.laptop_chain, world.root.sign_pub)
    assert (signer.dev, signer.kid, signer.role, signer.area, signer.ver, signer.gen) == (
        world.laptop.dev,
        world.laptop.kid,
        "village",
        "999999",
        1,
        1,
    )
    assert (signer.sign_pub, signer.enc_pub) == (world.laptop.sign_pub, world.laptop.enc_pub)
    desk = verify_chain([world.township_cert], world.root.sign_pub)
    assert (desk.dev, desk.role, desk.area) == (world.township.dev, "township", "999999001")
    assert root_in(world.laptop_chain) == world.root.sign_pub


def test_a_device_certificate_names_no_village(world: World) -> None:
    assert set(world.laptop_cert["s"]) == {"dev", "kid", "role", "ver", "sign_pub", "enc_pub"}


def test_a_desk_of_a_higher_generation_keeps_its_id_with_new_keys(world: World) -> None:
    keys = KeyPair.generate(random.Random(77).randbytes)
    cert = issue_desk_cert(world.root, sign_pub=keys.sign_pub, enc_pub=keys.enc_pub, role="county", area="999999", ver=1, gen=2, dev=world.county.dev)
    signer = verify_chain([cert], world.root.sign_pub)
    assert (signer.dev, signer.gen, signer.kid) == (world.county.dev, 2, keys.kid)


def test_a_new_key_certified_by_the_old_one_signs_as_the_same_device(world: World) -> None:
    new, newer = (KeyPair.generate(random.Random(seed).randbytes) for seed in (78, 79))
    dev = world.laptop.dev
    chain = [*world.laptop_chain, issue_rotation_cert(world.laptop, dev=dev, sign_pub=new.sign_pub, enc_pub=new.enc_pub, ver=2)]
    signer = verify_chain(chain, world.root.sign_pub)
    assert (signer.dev, signer.kid, signer.ver, signer.role) == (dev, new.kid, 2, "village")
    chain.append(issue_rotation_cert(new, dev=dev, sign_pub=newer.sign_pub, enc_pub=newer.enc_pub, ver=3))
    assert [link.ver for link in verify_links(chain, world.root.sign_pub)] == [1, 1, 2, 3]


def test_a_rotation_may_change_neither_the_device_nor_fall_back_in_version(world: World) -> None:
    new = KeyPair.generate(random.Random(78).randbytes)
    for dev, ver in ((new.dev, 2), (world.laptop.dev, 1)):
        cert = issue_rotation_cert(world.laptop, dev=dev, sign_pub=new.sign_pub, enc_pub=new.enc_pub, ver=ver)
        assert refused([*world.laptop_chain, cert], world.root.sign_pub) == "XL-K01"


def test_a_desk_may_state_an_area_inside_its_own_and_none_outside(world: World) -> None:
    keys = world.sibling

    def by_township(area: str) -> list[Cert]:
        return [world.township_cert, issue_device_cert(world.township, sign_pub=keys.sign_pub, enc_pub=keys.enc_pub, area=area)]

    assert verify_chain(by_township("999999001"), world.root.sign_pub).area == "999999001"
    for area in ("999999002", "999999", "99999900", "9999990011234", "", "999999001x"):
        assert refused(by_township(area), world.root.sign_pub) == "XL-K01"


def test_only_the_root_makes_desks_and_only_desks_or_their_devices_make_devices(world: World) -> None:
    root, keys = world.root, KeyPair.generate(random.Random(80).randbytes)
    self_made = issue_desk_cert(world.laptop, sign_pub=keys.sign_pub, enc_pub=keys.enc_pub, role="county", area="999999")
    by_county = issue_desk_cert(world.county, sign_pub=keys.sign_pub, enc_pub=keys.enc_pub, role="township", area="999999001")
    direct = issue_device_cert(root, sign_pub=keys.sign_pub, enc_pub=keys.enc_pub)
    for chain in ([self_made], [by_county], [world.county_cert, by_county], [direct], [world.county_cert, direct]):
        assert refused(chain, root.sign_pub) == "XL-K01"


def test_a_desk_area_must_have_the_length_of_its_role(world: World) -> None:
    for role, area in (("county", "999999001"), ("township", "999999"), ("county", ""), ("village", "999999")):
        cert = issue_desk_cert(world.root, sign_pub=world.county.sign_pub, enc_pub=world.county.enc_pub, role=role, area=area)  # type: ignore[arg-type]
        assert refused([cert], world.root.sign_pub) == "XL-K01"


def test_a_township_cannot_certify_its_own_keys_under_another_devices_name(world: World) -> None:
    own = KeyPair.generate(world.rand.randbytes)
    for victim in (world.laptop.dev, world.county.dev, world.township.dev):
        forged = issue_device_cert(world.township, sign_pub=own.sign_pub, enc_pub=own.enc_pub, ver=9, dev=victim)
        assert refused([world.township_cert, forged], world.root.sign_pub) == "XL-K01"
    honest = issue_device_cert(world.township, sign_pub=own.sign_pub, enc_pub=own.enc_pub)
    assert verify_chain([world.township_cert, honest], world.root.sign_pub).dev == own.dev


def test_another_root_a_missing_link_and_an_endless_chain_are_refused(world: World) -> None:
    other = make_world(12)
    assert refused(world.laptop_chain, other.root.sign_pub) == "XL-K01"
    assert refused([other.county_cert, world.laptop_cert], other.root.sign_pub) == "XL-K01"
    assert refused([world.township_cert, world.laptop_cert], world.root.sign_pub) == "XL-K01"
    assert refused([world.laptop_cert], world.root.sign_pub) == "XL-K01"
    assert refused([], world.root.sign_pub) == "XL-K01"
    chain, keys = list(world.laptop_chain), world.laptop
    for ver in range(2, 12):
        new = KeyPair.generate(random.Random(ver).randbytes)
        chain.append(issue_rotation_cert(keys, dev=world.laptop.dev, sign_pub=new.sign_pub, enc_pub=new.enc_pub, ver=ver))
        keys = new
    assert refused(chain, world.root.sign_pub) == "XL-K01"


def test_every_changed_part_of_a_certificate_is_noticed(world: World) -> None:
    swaps: dict[str, Any] = {
        "dev": world.sibling.dev, "kid": world.sibling.kid, "role": "township", "area": "999998", "ver": 2, "gen": 9,
        "sign_pub": world.sibling.sign_pub.hex(), "enc_pub": world.sibling.enc_pub.hex(), "root": world.sibling.sign_pub.hex(), "more": 1,
    }  # fmt: skip
    for place in (0, 1):
        for key, value in swaps.items():
            if place == 1 and key in ("gen", "root"):
                continue
            chain = [dict(link) for link in world.laptop_chain]
            chain[place] = {**chain[place], "s": {**chain[place]["s"], key: value}}
            assert refused(chain, world.root.sign_pub) == "XL-K01", (place, key)
        for change in ({"kid": world.sibling.kid}, {"sig": "00" * 64}, {"sig": world.laptop_chain[place]["sig"].upper()}, {"sig": 5}, {"x": 1}):
            chain = [dict(link) for link in world.laptop_chain]
            chain[place].update(change)
            assert refused(chain, world.root.sign_pub) == "XL-K01"


@pytest.mark.parametrize(
    "junk", [{}, {"s": 1, "kid": 2, "sig": 3}, {"s": {}, "kid": "", "sig": ""}, [], "x", None, 5, {"s": {"sign_pub": []}, "kid": "a", "sig": "b"}]
)
def test_junk_in_place_of_a_certificate_is_refused_without_a_traceback(world: World, junk: Any) -> None:
    assert refused([junk], world.root.sign_pub) == "XL-K01"
    assert refused([world.county_cert, junk], world.root.sign_pub) == "XL-K01"


def test_a_statement_with_unknown_additional_keys_still_holds(world: World) -> None:
    s = {**world.laptop_cert["s"], "note": "later version"}
    assert verify_chain([world.county_cert, sign_statement(world.county, s)], world.root.sign_pub).dev == world.laptop.dev
