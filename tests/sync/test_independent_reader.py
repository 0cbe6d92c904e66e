"""SPEC.md is enough: a reader written from it alone agrees with every vector, and with the product on files the product writes and on damaged ones."""

from __future__ import annotations

import ast
import base64
import json
from pathlib import Path
from typing import Any

import independent_reader as second
import mutants
import pytest

SYNC = Path(__file__).parents[2] / "sync"
VECTORS = SYNC / "vectors"


def load(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


IDENTITY = load("identity.json")
ROOT = IDENTITY["root"]["sign_pub"]


def keys(name: str) -> dict[str, bytes]:
    shown = IDENTITY["keys"][name]
    return {shown["box_kid"]: bytes.fromhex(shown["box_private"])}


def code(data: bytes, name: str = "county", role: str = "county") -> str:
    """The code with which the second reader refuses, "" when it takes the file."""
    try:
        second.read(data, ROOT, keys(name), role=role)
    except second.No as no:
        return str(no)
    return ""


def test_it_shares_no_code_with_the_product() -> None:
    tree = ast.parse((Path(__file__).parent / "independent_reader.py").read_text(encoding="utf-8"))
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} | {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert not [name for name in modules if name.startswith("xieli")]


@pytest.mark.parametrize("name", ["changes", "rotation", "grant", "return", "echo", "handover"])
def test_it_opens_every_file_of_the_vectors_to_the_same_lines(name: str) -> None:
    data, shown = (VECTORS / f"{name}.xieli").read_bytes(), load(f"{name}.json")
    for reader in shown["opened_by"]:
        role = "village" if reader.startswith("laptop") else reader
        assert [line.decode() for line in second.read(data, ROOT, keys(reader), role=role)] == shown["lines"]
    outsider = next(reader for reader in IDENTITY["keys"] if reader not in shown["opened_by"])
    assert code(data, outsider) == "XL-K05"


def test_it_refuses_every_file_of_the_vectors_with_the_same_code() -> None:
    for case in load("refused.json"):
        assert code(base64.b64decode(case["file"])) == case["code"], case["what"]


def test_it_agrees_on_lines_chains_names_and_certificates() -> None:
    document = load("event.json")
    for case in document["canonical"]:
        assert second.canonical(case["text"].encode(), "x") == case["value"]
    for case in document["refused"]:
        with pytest.raises(second.No):
            second.event(case["text"].encode())
    reached = second.ZERO
    for case in document["chain"]:
        one = second.event(case["line"].encode())
        reached = second.link("xieli/event/v1", reached, case["line"].encode())
        assert f"{one['dev']}:{one['ep']}:{one['seq']}:{reached[:32]}" == case["ref"]
    for shown in IDENTITY["keys"].values():
        assert second.kid(shown["sign_pub"]) == shown["kid"]
        assert second.fingerprint(shown["sign_pub"], shown["enc_pub"]) == shown["fingerprint"]
        assert second.enrolment(shown["enrol_code"].lower().replace("-", " ")) == (shown["sign_pub"], shown["enc_pub"])
    assert second.fingerprint(ROOT) == IDENTITY["root"]["fingerprint"]
    for name, chain in IDENTITY["chains"].items():
        assert second.signer(chain, ROOT)[0]["kid"] == IDENTITY["keys"][name]["kid"]
    for why, chain in IDENTITY["refused"].items():
        with pytest.raises(second.No, match="XL-K01"):
            second.signer(chain, ROOT)
            pytest.fail(why)


def test_it_and_the_product_give_the_same_code_for_damaged_files() -> None:
    """Every length a file can be cut to, every byte flipped, two thousand seeded mutants of either kind (all twenty thousand: `python tests/sync/mutants.py`)."""
    print(f"seed={mutants.SEED}")
    table = mutants.run(2000)
    assert {name: sum(found.values()) for name, found in table.items()} == {"cut": 2408, "flipped": 2408, "mutants": 2000, "rebuilt": 2000}
    assert set(table["mutants"]) >= {"XL-B02", "XL-B03", "XL-B04", "XL-B05", "XL-K01", "XL-K02", "XL-N01"}
