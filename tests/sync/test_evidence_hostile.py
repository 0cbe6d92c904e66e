"""Evidence made by a liar who holds a good key: never a traceback, and no village speaks as a desk."""

from __future__ import annotations

from typing import Any

import pytest
from roadkit import EP, core_for, head_of, make_world, visits

from xieli_sync import container, delivery, evidence
from xieli_sync.event import ZERO
from xieli_sync.seal import seal


def zipped(heads: list[Any], extra: dict[str, bytes] | None = None) -> bytes:
    world = make_world(81)
    lines = visits(world.laptop.dev, 2)
    statement = {"about": {"kind": "household", "id": "x"}, "made": "2026-12-28", "dev": world.laptop.dev, "net": world.net, "heads": heads, "certs": {}}
    return evidence.pack(statement, {"events.jsonl": b"\n".join(lines), **(extra or {})}, world.laptop, world.laptop_chain)


def good_head() -> dict[str, Any]:
    world = make_world(81)
    return {"dev": world.laptop.dev, "ep": EP, "seq": 2, "head": head_of(visits(world.laptop.dev, 2))}


def test_an_honest_zip_holds() -> None:
    assert evidence.verify_evidence(zipped([good_head()]))["ok"] is True


@pytest.mark.parametrize("other", [{"dev": []}, {"head": {}}, {"seq": True}, {"seq": []}, {"ep": None}])
def test_heads_of_any_type_are_refused_and_raise_nothing(other: dict[str, Any]) -> None:
    head = {**good_head(), **{key: value for key, value in other.items() if value is not None}}
    for key, value in other.items():
        if value is None:
            del head[key]
    result = evidence.verify_evidence(zipped([head]))
    assert (result["ok"], result["code"]) == (False, "XL-C01")


@pytest.mark.parametrize(("kind", "code"), [("return", "XL-K03"), ("handover", "")])
def test_what_a_village_sealed_is_no_receipt_of_a_desk(kind: str, code: str) -> None:
    world = make_world(81)
    line = delivery.receipt_line(1, delivery.Receipt(world.laptop.dev, EP, 2, good_head()["head"]))
    core = core_for(world, [line], kind=kind, to=world.sibling.dev, bid="ab" * 16, prev=ZERO, head=delivery.delivery_hash(ZERO, line))
    bundle = container.parse(seal(core, [line], world.laptop, [world.sibling.enc_pub], world.rand.randbytes))
    from hashlib import sha256

    row = evidence.seal_row(bundle.core_bytes, bundle.wraps_bytes, bundle.sigs_bytes, sha256(bundle.body).hexdigest())
    delivered = evidence.delivery_row(world.laptop.dev, EP, world.sibling.dev, 1, line, shown=True)
    result = evidence.verify_evidence(zipped([good_head()], {"seals.jsonl": row, "deliveries.jsonl": delivered}))
    assert result["code"] == code
    assert not any(x["how"] == "receipt" for one in result["devices"] for x in one["signed"])
