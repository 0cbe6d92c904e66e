"""One family's file, to be checked years later by somebody who has neither a workspace nor xieli: pack and verify (SPEC.md section 13).

A zip of plain files: `manifest.json`, `events*.jsonl` (rows of SPEC section 9: the family's lines in full, every other line of the same chains as its digest),
`deliveries.jsonl` (delivery lines the same way: receipts, and lines that desks sent), `seals.jsonl` (what desks signed over those delivery lines, and devices over
their event lines, without the bodies), `说明.txt`.

Rules kept here
- the manifest names every other file with its SHA-256 and where each chain ends, and is signed by the device that made the file, with its certificates;
- a chain is believed as far as somebody signed for it: the maker, the author through a bundle, a desk through a receipt. `signed` says who for each chain;
- nothing of a payload is printed and nothing in a zip makes this raise: what is wrong has a code; sizes are bounded before anything is unpacked.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from xieli_sync import container, delivery, seal
from xieli_sync.certs import Cert, root_in, verify_links
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO, canonical, chain_digest, is_hex, is_int, parse_canonical
from xieli_sync.keys import KeyPair, fingerprint, same_fingerprint, verify_raw
from xieli_sync.ports import Signer
from xieli_sync.verify import read_row

MAGIC = b"PK\x03\x04"
MANIFEST = "manifest.json"
FILE_LIMIT = 64 * 1024 * 1024
"""Of the zip."""
WHOLE_LIMIT = 256 * 1024 * 1024
"""Of all files in it, unpacked."""
NAMES_LIMIT = 64
MANIFEST_LIMIT = 1024 * 1024
_LABEL = b"xieli/evidence/v1\0"
_SIG = re.compile(r"[0-9a-f]{128}")
_STAMP = (1980, 1, 1, 0, 0, 0)


# -- rows --------------------------------------------------------------------------------------------------------------------------------


def shown_row(line: bytes, hash_hex: str) -> bytes:
    """An event line in full."""
    return json.dumps({"hash": hash_hex, "line": line.decode("utf-8")}, ensure_ascii=False, separators=(",", ":")).encode()


def hidden_row(dev: str, ep: str, seq: int, digest: str, hash_hex: str | None = None) -> bytes:
    """An event line that is not to be seen; with its hash where a chain starts there."""
    row: dict[str, Any] = {"dev": dev, "digest": digest, "ep": ep, "seq": seq}
    if hash_hex is not None:
        row["hash"] = hash_hex
    return canonical(row)


def delivery_row(issuer: str, ep: str, to: str, r: int, line: bytes, *, shown: bool) -> bytes:
    """A delivery line, in full or as its digest."""
    row: dict[str, Any] = {"issuer": issuer, "ep": ep, "to": to, "r": r}
    row["line" if shown else "digest"] = line.decode("utf-8") if shown else sha256(line).hexdigest()
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def seal_row(core: bytes, wraps: bytes, sigs: bytes, body_digest: str) -> bytes:
    """What was signed of a bundle, without its body."""
    row = {"core": core.decode("utf-8"), "wraps": wraps.decode("utf-8"), "sigs": sigs.decode("utf-8"), "body": body_digest}
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def pack(statement: Mapping[str, Any], files: Mapping[str, bytes], keys: KeyPair, cert: Sequence[Cert]) -> bytes:
    """The zip.

    Args:
        statement: about {kind, id}, made (ISO day), dev, net, heads [{dev, ep, seq, head}]; v and files are added here.
        files: name -> bytes.
        keys, cert: of the device that makes it.
    """
    body = {**statement, "v": 1, "files": {name: sha256(data).hexdigest() for name, data in files.items()}}
    signature = keys.sign_bytes(_LABEL + canonical(body))
    manifest = canonical({"s": body, "kid": keys.kid, "sig": signature.hex(), "cert": [dict(one) for one in cert]})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, data in [(MANIFEST, manifest), *sorted(files.items())]:
            packed.writestr(zipfile.ZipInfo(name, _STAMP), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# -- checking ----------------------------------------------------------------------------------------------------------------------------


@dataclass
class _Chain:
    """A chain as its rows show it: hash at every seq."""

    first: int
    last: int = 0
    head: str = ZERO
    shown: int = 0
    at: dict[int, str] = field(default_factory=dict)
    signed: list[dict[str, Any]] = field(default_factory=list)
    denied: list[tuple[str, int]] = field(default_factory=list)
    """(desk, seq): it signed for another line there."""


def verify_evidence(data: bytes, root_fingerprint: str | None = None) -> dict[str, Any]:
    """Check a zip from its manifest down.

    Returns `{ok, code, about, made, signer, root_fingerprint, pinned, events, shown, devices:[{dev, ep, first, last, head, shown, signed}], first_bad}`;
    `signed` = [{dev, role, seq, how}] with how = maker (signed this file), bundle (the author signed the lines up to seq), receipt (a desk signed for them) or
    relayed (a desk signed the very line). first_bad is [file, row] of the first row that does not follow. Never raises for a bad file.
    """
    result: dict[str, Any] = {
        "ok": False, "code": "", "about": None, "made": None, "signer": None, "root_fingerprint": None, "pinned": False, "events": 0, "shown": 0,
        "devices": [], "first_bad": None,
    }  # fmt: skip
    try:
        files = _unpacked(data)
        statement, signer, root = _manifest(files, root_fingerprint, result)
        chains = _events(files, result)
        result["devices"] = []
        _ends(statement, chains, signer)
        _seals(files, chains, root, result)
        result["devices"] = [
            {"dev": dev, "ep": ep, "first": x.first, "last": x.last, "head": x.head, "shown": x.shown, "signed": x.signed}
            for (dev, ep, _), x in sorted(chains.items(), key=lambda one: one[0])
        ]
        result["shown"] = sum(x.shown for x in chains.values())
    except SyncError as err:
        result["code"] = err.code
        return result
    result["ok"] = True
    return result


def _need(held: bool, what: str, code: str = "XL-B05") -> None:
    if not held:
        raise SyncError(code, what)


def _unpacked(data: bytes) -> dict[str, bytes]:
    _need(len(data) <= FILE_LIMIT, "size", "XL-B01")
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            _need(len(entries) <= NAMES_LIMIT and len({x.filename for x in entries}) == len(entries), "names")
            _need(sum(x.file_size for x in entries) <= WHOLE_LIMIT, "size", "XL-B01")
            for entry in entries:
                with packed.open(entry) as source:
                    files[entry.filename] = source.read(entry.file_size + 1)  # a size that lies is caught by the digests
    except SyncError:
        raise
    except Exception as err:  # zipfile raises a dozen kinds for a damaged archive; none of them says more than this
        raise SyncError("XL-B04", "zip") from err
    return files


def _manifest(files: dict[str, bytes], typed: str | None, result: dict[str, Any]) -> tuple[dict[str, Any], Signer, bytes]:
    whole = _object(files.pop(MANIFEST, b""))
    _need(type(whole) is dict and whole.keys() == {"s", "kid", "sig", "cert"} and type(whole["s"]) is dict and type(whole["cert"]) is list, "manifest")
    s: dict[str, Any] = whole["s"]
    _need(is_int(s.get("v"), 1), "v")
    _need(s["v"] == 1, "v", "XL-U01")
    about, made = s.get("about"), s.get("made")
    names: dict[str, Any] = s["files"] if type(s.get("files")) is dict else {}
    _need(type(about) is dict and type(made) is str and bool(names) and type(s.get("heads")) is list, "manifest keys")
    root = root_in(whole["cert"])
    result["root_fingerprint"] = fingerprint(root)
    if typed is not None:
        _need(same_fingerprint(typed, result["root_fingerprint"]), "root", "XL-K07")
        result["pinned"] = True
    signer = verify_links(whole["cert"], root)[-1]
    _need(signer.kid == whole["kid"] and signer.dev == s.get("dev"), "signer", "XL-K01")
    _need(type(whole["sig"]) is str and _SIG.fullmatch(whole["sig"]) is not None, "signature", "XL-K02")
    _need(verify_raw(signer.sign_pub, bytes.fromhex(whole["sig"]), _LABEL + canonical(s)), "signature", "XL-K02")
    result["signer"] = {"dev": signer.dev, "kid": signer.kid, "role": signer.role, "area": signer.area}
    result["about"], result["made"] = about, made
    _need(names.keys() == files.keys(), "files", "XL-B04")
    for name, digest in names.items():
        _need(sha256(files[name]).hexdigest() == digest, name, "XL-B04")
    return s, signer, root


def _object(data: bytes) -> Any:
    """A canonical object; XL-B05 for anything else."""
    try:
        return parse_canonical(data, MANIFEST_LIMIT)
    except SyncError as err:
        raise SyncError("XL-B05", "manifest") from err


def _rows(files: Mapping[str, bytes], name: str) -> Iterator[tuple[int, bytes]]:
    return ((number, row) for number, row in enumerate(files.get(name, b"").split(b"\n"), 1) if row)


_Chains = dict[tuple[str, str, str], _Chain]
"""(dev, ep, file) -> chain: two branches of one chain stand in two files."""


def _events(files: Mapping[str, bytes], result: dict[str, Any]) -> _Chains:
    chains: _Chains = {}
    for name in sorted(x for x in files if x.startswith("events") and x.endswith(".jsonl")):
        for number, raw in _rows(files, name):
            result["first_bad"] = [name, number]
            dev, ep, seq, digest, stated = read_row(raw)
            chain = chains.get((dev, ep, name))
            if chain is None:
                _need(seq == 1 or stated is not None, "start", "XL-C01")
                chain = chains[dev, ep, name] = _Chain(seq)
                reached = chain_digest(ZERO, digest) if seq == 1 else str(stated)
            else:
                reached = chain_digest(chain.head, digest)
                _need(seq == chain.last + 1, "seq", "XL-C01")
            _need(stated in (None, reached), "hash", "XL-C01")
            chain.last, chain.head, chain.at[seq] = seq, reached, reached
            chain.shown += "digest" not in json.loads(raw)
            result["events"] += 1
    result["first_bad"] = None
    _need(bool(chains), "no events", "XL-C01")
    return chains


def _ends(statement: Mapping[str, Any], chains: _Chains, signer: Signer) -> None:
    """Where the maker says each chain ends."""
    found = [(x.get("dev"), x.get("ep"), x.get("seq"), x.get("head")) for x in statement["heads"] if type(x) is dict]
    _need(all(type(dev) is str and type(ep) is str and is_int(seq, 1) and type(head) is str for dev, ep, seq, head in found), "heads", "XL-C01")
    stated = set(found)
    for (dev, ep, _), chain in chains.items():
        _need((dev, ep, chain.last, chain.head) in stated, "heads", "XL-C01")
        chain.signed.append({"dev": signer.dev, "role": signer.role, "seq": chain.last, "how": "maker"})
    _need(len(stated) == len(chains), "heads", "XL-C01")


def _seals(files: Mapping[str, bytes], chains: _Chains, root: bytes, result: dict[str, Any]) -> None:
    """Signatures of authors and desks: a signed head of event lines that we hold, or of delivery lines that we hold."""
    signed: list[tuple[dict[str, Any], Signer]] = []
    for number, raw in _rows(files, "seals.jsonl"):
        result["first_bad"] = ["seals.jsonl", number]
        signed.append(_seal(raw, root))
    result["first_bad"] = None
    for core, signer in signed:
        if core["kind"] == "changes":
            for chain in _of(chains, core["dev"], core["ep"]):
                if chain.at.get(core["last"]) == core["head"]:
                    chain.signed.append({"dev": signer.dev, "role": signer.role, "seq": core["last"], "how": "bundle"})
    for issuer, ep, to, number_of, items in _delivered(files, result):
        fits = [
            (c["last"], s) for c, s in signed
            if c["kind"] in ("return", "grant") and (c["dev"], c["ep"], c["to"]) == (issuer, ep, to) and number_of.get(c["last"]) == c["head"]
        ]  # fmt: skip
        for r, item in items:
            if fits and r <= max(last for last, _ in fits):
                _vouched(chains, item, fits[0][1])
    for chain in chains.values():  # of two branches a desk signs for both: only one that never signed for this one contradicts it
        for desk, seq in chain.denied:
            _need(any(x["dev"] == desk and x["seq"] >= seq and x["how"] == "receipt" for x in chain.signed), "contradiction", "XL-C02")


def _seal(raw: bytes, root: bytes) -> tuple[dict[str, Any], Signer]:
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError):
        raise SyncError("XL-B05", "seal") from None
    _need(type(row) is dict and all(type(row.get(x)) is str for x in ("core", "wraps", "sigs")) and is_hex(row.get("body"), 64), "seal")
    try:
        parts = [row[x].encode("utf-8") for x in ("core", "wraps", "sigs")]
    except UnicodeEncodeError:
        raise SyncError("XL-B05", "seal") from None
    bundle = container.read_parts(parts[0], parts[1], parts[2])
    container.check_version(bundle.core)
    links = verify_links(bundle.core["cert"], root)
    seal.verify_signature(bundle, links[-1], links, body_digest=bytes.fromhex(row["body"]))
    _need(links[-1].role in container.SENDERS.get(bundle.core["kind"], ()), "role", "XL-K03")
    return bundle.core, links[-1]


def _delivered(files: Mapping[str, bytes], result: dict[str, Any]) -> Iterable[tuple[str, str, str, dict[int, str], list[tuple[int, delivery.Item]]]]:
    """Chains of delivery lines: (issuer, ep, to, r -> hash, lines shown)."""
    at: dict[tuple[str, str, str], dict[int, str]] = {}
    items: dict[tuple[str, str, str], list[tuple[int, delivery.Item]]] = {}
    for number, raw in _rows(files, "deliveries.jsonl"):
        result["first_bad"] = ["deliveries.jsonl", number]
        try:
            row = json.loads(raw)
        except (ValueError, RecursionError):
            raise SyncError("XL-C01", "delivery row") from None
        fits = type(row) is dict and is_hex(row.get("issuer"), 32) and is_hex(row.get("ep"), 16) and is_hex(row.get("to"), 32) and is_int(row.get("r"), 1)
        _need(fits and ((type(row.get("line")) is str) != is_hex(row.get("digest"), 64)), "delivery row", "XL-C01")
        place = (row["issuer"], row["ep"], row["to"])
        chain = at.setdefault(place, {})
        _need(row["r"] == len(chain) + 1, "r", "XL-C01")
        if "line" in row:
            try:
                line = row["line"].encode("utf-8")
            except UnicodeEncodeError:
                raise SyncError("XL-C01", "delivery row") from None
            r, item = delivery.parse_delivery(line)
            _need(r == row["r"], "r", "XL-C01")
            items.setdefault(place, []).append((r, item))
            digest = sha256(line).hexdigest()
        else:
            digest = row["digest"]
        chain[row["r"]] = delivery.delivery_digest(chain.get(row["r"] - 1, ZERO), digest)
    result["first_bad"] = None
    return [(*place, at[place], items.get(place, [])) for place in sorted(at)]


def _vouched(chains: _Chains, item: delivery.Item, signer: Signer) -> None:
    """What a desk's signed delivery line says of the lines that are shown."""
    if isinstance(item, delivery.Receipt) and item.seq:
        dev, ep, seq, head, how = item.dev, item.ep, item.seq, item.head, "receipt"
    elif isinstance(item, delivery.EventItem):
        dev, ep, seq, head, how = item.parsed.dev, item.parsed.ep, item.parsed.seq, item.hash, "relayed"
    else:
        return
    for chain in _of(chains, dev, ep):
        said = {"dev": signer.dev, "role": signer.role, "seq": seq, "how": how}
        if seq in chain.at and chain.at[seq] != head:
            chain.denied.append((signer.dev, seq))
        elif seq in chain.at and said not in chain.signed:
            chain.signed.append(said)


def _of(chains: _Chains, dev: str, ep: str) -> list[_Chain]:
    return [chain for (a, b, _), chain in chains.items() if (a, b) == (dev, ep)]
