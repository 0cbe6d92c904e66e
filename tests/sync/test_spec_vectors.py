"""The checked-in vectors of SPEC.md against the product, and against the script that wrote them."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
import sys
import zlib
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from roadkit import code_when

from xieli_sync import container, delivery, echo, keys, recovery
from xieli_sync.container import check_core, parse
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO, canonical, chain_hash, next_hlc, parse_canonical, parse_line, ref_text
from xieli_sync.identity import KeyPair, RootKey, net_of, parse_enrol_code, verify_chain, verify_links
from xieli_sync.seal import signed_digest, unseal, verify_signature, wrap_info

SYNC = Path(__file__).parents[2] / "sync"
VECTORS = SYNC / "vectors"
BUNDLES = ("changes", "rotation", "grant", "return", "echo", "handover")


def load(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


IDENTITY = load("identity.json")
ROOT_PUB = bytes.fromhex(IDENTITY["root"]["sign_pub"])


def pair(name: str) -> KeyPair:
    shown = IDENTITY["keys"][name]
    return KeyPair.from_bytes(bytes.fromhex(shown["sign_seed"] + shown["box_private"]))


def take(data: bytes, reader: KeyPair) -> list[bytes]:
    """Rows 1-10 and 14-17 as the county desk (or the named recipient) of identity.json."""
    bundle = parse(data)
    check_core(bundle.core, IDENTITY["root"]["net"])
    links = verify_links(bundle.core["cert"], ROOT_PUB)
    if (links[-1].dev, links[-1].kid) != (bundle.core["dev"], bundle.core["kid"]):
        raise SyncError("XL-K01")
    verify_signature(bundle, links[-1], links)
    lines = unseal(bundle, {reader.box_kid: reader.box})
    head = bundle.core["prev"]
    if bundle.core["kind"] == "echo":
        if echo.chain(lines) != bundle.core["head"]:
            raise SyncError("XL-C01")
        echo.read(lines, sender=bundle.core["dev"], net=bundle.core["net"], root=ROOT_PUB)
        return lines
    for number, line in enumerate(lines, bundle.core["first"]):
        if bundle.core["kind"] == "changes":
            if code_when(parse_line, line) or parse_line(line).seq != number:
                raise SyncError("XL-C01")
            head = chain_hash(head, line)
        else:
            if delivery.parse_delivery(line)[0] != number:
                raise SyncError("XL-C01")
            head = delivery.delivery_hash(head, line)
    if len(lines) != bundle.core["n"] or head != bundle.core["head"]:
        raise SyncError("XL-C01")
    return lines


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vectors_make", VECTORS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(VECTORS))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(VECTORS))
    return module


# -- event.json ----------------------------------------------------------------------------------------------------------------------


def test_canonical_forms_are_those_of_the_vectors() -> None:
    for case in load("event.json")["canonical"]:
        data = canonical(case["value"])
        assert data.decode() == case["text"]
        assert sha256(data).hexdigest() == case["sha256"]
        assert parse_canonical(data) == case["value"]


def test_depth_and_refused_lines_are_those_of_the_vectors() -> None:
    document = load("event.json")
    assert code_when(parse_canonical, document["depth"]["passes"].encode()) == ""
    assert code_when(parse_canonical, document["depth"]["refused"].encode()) == "XL-S02"
    for case in document["refused"]:
        assert code_when(parse_line, case["text"].encode()) == "XL-S02", case["why"]


def test_the_chain_its_references_and_stamps_are_those_of_the_vectors() -> None:
    document = load("event.json")
    reached = ZERO
    for case in document["chain"]:
        line = parse_line(case["line"].encode())
        reached = chain_hash(reached, line.raw)
        assert reached == case["hash"]
        assert ref_text(line.dev, line.ep, line.seq, reached) == case["ref"]
    for case in document["hlc"]:
        assert next_hlc(tuple(case["last"]), case["now"]) == tuple(case["next"])


def test_the_events_of_the_vectors_are_events_of_the_catalogue() -> None:
    from xieli_tui.domain.events import EVENTS

    lines = [*(case["line"] for case in load("event.json")["chain"]), json.loads(load("grant.json")["lines"][1])["line"]]
    for text in lines:
        line = parse_line(text.encode())
        assert line.d.items() <= EVENTS[(line.t, line.v)].model.model_validate(line.d).as_d().items()


# -- identity.json ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(IDENTITY["keys"]))
def test_ids_codes_and_fingerprints_are_those_of_the_vectors(name: str) -> None:
    shown, mine = IDENTITY["keys"][name], pair(name)
    assert (mine.sign_pub.hex(), mine.enc_pub.hex()) == (shown["sign_pub"], shown["enc_pub"])
    assert (mine.dev, mine.kid, mine.box_kid) == (shown["dev"], shown["kid"], shown["box_kid"])
    assert keys.fingerprint(mine.sign_pub, mine.enc_pub) == shown["fingerprint"]
    assert keys.enrol_code(mine.sign_pub, mine.enc_pub) == shown["enrol_code"]
    assert parse_enrol_code(shown["enrol_code"]) == (mine.sign_pub, mine.enc_pub)


def test_the_root_its_nets_and_its_file_are_those_of_the_vectors() -> None:
    shown = IDENTITY["root"]
    root = RootKey.from_file(shown["file"].encode(), shown["passphrase"])
    assert (root.sign_pub.hex(), root.kid, root.fingerprint) == (shown["sign_pub"], shown["kid"], shown["fingerprint"])
    assert (net_of(root.sign_pub), net_of(root.sign_pub, practice=True)) == (shown["net"], shown["practice_net"])


def test_certificate_chains_are_those_of_the_vectors() -> None:
    for name, chain in IDENTITY["chains"].items():
        signer = verify_chain(chain, ROOT_PUB)
        assert signer.kid == IDENTITY["keys"][name]["kid"]
        assert signer.dev == IDENTITY["keys"]["laptop" if name == "laptop new" else name]["dev"]
    for why, chain in IDENTITY["refused"].items():
        assert code_when(verify_chain, chain, ROOT_PUB) == "XL-K01", why


# -- bundles -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BUNDLES)
def test_a_finished_file_opens_to_the_lines_of_the_vectors(name: str) -> None:
    data, shown = (VECTORS / f"{name}.xieli").read_bytes(), load(f"{name}.json")
    assert sha256(data).hexdigest() == shown["sha256"]
    assert len(data) == shown["bytes"]
    bundle = parse(data)
    assert (bundle.core_bytes.decode(), bundle.wraps_bytes.decode(), bundle.sigs_bytes.decode()) == (shown["core"], shown["wraps"], shown["sigs"])
    assert signed_digest(bundle) == shown["signed_digest"]
    assert wrap_info(bundle.core_bytes).hex() == shown["wrap_info"]
    assert bundle.body[:12].hex() == shown["nonce"]
    assert zlib.decompress(bytes.fromhex(shown["packed"])) == "\n".join(shown["lines"]).encode()
    for reader in shown["opened_by"]:
        assert [line.decode() for line in take(data, pair(reader))] == shown["lines"]
    outsider = next(reader for reader in IDENTITY["keys"] if reader not in shown["opened_by"])
    assert code_when(take, data, pair(outsider)) == "XL-K05"


def test_delivery_lines_of_grant_and_return_are_one_chain() -> None:
    grant, after = load("grant.json"), load("return.json")
    reached = ZERO
    for line, stated in zip(grant["lines"] + after["lines"], grant["hashes"] + after["hashes"], strict=True):
        reached = delivery.delivery_hash(reached, line.encode())
        assert reached == stated
    kinds = [delivery.parse_delivery(line.encode())[1].k for line in grant["lines"] + after["lines"]]
    assert kinds == ["grant", "event", "head", "receipt", "resend", "time"]


def test_the_hand_over_of_the_vectors_holds_what_the_specification_says() -> None:
    items = [delivery.parse_delivery(line.encode())[1] for line in load("handover.json")["lines"]]
    assert [item.k for item in items] == ["event", "event", "draft", "file", "file"]
    pieces = [item for item in items if isinstance(item, delivery.FileItem)]
    assert [(x.part, x.of) for x in pieces] == [(1, 2), (2, 2)]
    assert base64.b64decode("".join(x.data for x in pieces)) == (VECTORS / "changes.xieli").read_bytes()
    first, second = (item for item in items if isinstance(item, delivery.EventItem))
    assert chain_hash(first.hash, second.raw) == second.hash


def test_every_file_that_must_be_refused_is_refused_with_its_code() -> None:
    cases = load("refused.json")
    for case in cases:
        assert code_when(take, base64.b64decode(case["file"]), pair("county")) == case["code"], case["what"]
    assert {case["code"] for case in cases} >= {
        "XL-B02", "XL-B03", "XL-B04", "XL-B05", "XL-B06", "XL-B07", "XL-U01", "XL-N01", "XL-K01", "XL-K02", "XL-K05", "XL-C01",
    }  # fmt: skip


def test_the_script_writes_the_vectors_that_are_checked_in(maker: ModuleType) -> None:
    packed_same = zlib.compress("\n".join(load("changes.json")["lines"]).encode(), 9).hex() == load("changes.json")["packed"]
    for name, content in maker.documents().items():
        if isinstance(content, bytes):
            assert not packed_same or content == (VECTORS / name).read_bytes(), name
        elif name.removesuffix(".json") in BUNDLES:
            # A Python with another zlib deflates to other bytes: then only what does not depend on them is compared.
            shown = load(name)
            drop = set() if packed_same else {"packed", "sha256", "bytes", "sigs", "signed_digest"}
            assert {key: value for key, value in content.items() if key not in drop} == {
                key: value for key, value in shown.items() if key not in drop
            }
        elif name != "refused.json" or packed_same:
            assert content == load(name), name


def test_no_vector_lies_around_that_the_script_does_not_write(maker: ModuleType) -> None:
    assert {path.name for path in VECTORS.iterdir() if path.is_file()} == maker.documents().keys() | {"make.py", "hpke.py"}


# -- SPEC.md -------------------------------------------------------------------------------------------------------------------------------


def test_the_specification_names_every_label_limit_and_delivery_kind_of_the_code() -> None:
    text = (SYNC / "SPEC.md").read_text(encoding="utf-8")
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (SYNC / "xieli_sync").glob("*.py"))
    labels = set(re.findall(r'b"(xieli/[a-z/-]+v1)', sources))
    assert len(labels) == 12
    assert all(label in text for label in labels)
    assert all(f"| `{kind}` |" in text for kind in delivery._FIELDS)
    assert all(kind in text for kind in container.KINDS)
    for size in ("16 MiB", "64 KiB", "16 KiB", "64 MiB", "20,000", "10,000", "192 KiB"):
        assert size in text
    assert (container.FILE_LIMIT, container.CORE_LIMIT, container.SIGS_LIMIT, container.PLAIN_LIMIT) == (2**24, 2**16, 2**14, 2**26)
    assert delivery.DELIVERY_LIMIT == 192 * 1024


def test_a_recovery_written_by_a_second_writer_is_read_answered_and_joined_by_each_pair() -> None:
    given = json.loads((VECTORS / "recovery.json").read_text(encoding="utf-8"))
    root = json.loads((VECTORS / "identity.json").read_text(encoding="utf-8"))["root"]
    asked = recovery.read_request(given["request"].encode())
    assert (asked.name, asked.fingerprint, asked.to_bytes().decode()) == (given["name"], given["fingerprint"], given["request"])
    assert recovery.officer_in(given["certificate"], bytes.fromhex(root["sign_pub"])) == ("测试员丙", bytes.fromhex(given["officers"][0]["enc_pub"]))
    once = X25519PrivateKey.from_private_bytes(bytes.fromhex(given["one_time_private"]))
    theirs = [recovery.read_answer(text.encode()) for text in given["answers"]]
    ours = [recovery.answer(asked, recovery.OfficerKey(X25519PrivateKey.from_private_bytes(bytes.fromhex(one["box_private"])))) for one in given["officers"]]
    for answers in (theirs, ours):
        for first, second in ((0, 1), (0, 2), (1, 2)):
            assert recovery.join(asked.name, once, (answers[first], answers[second])).hex() == given["key"]
