"""A second reader of .xieli files, written from sync/SPEC.md alone; it imports nothing of the product. Numbers in the comments are the rows of section 7.

`read(file, …)` gives the lines of a file in order or raises `No(code)`. Needs only `cryptography`.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zlib
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

SUITE, NET = "[A-Z][0-9]{1,3}", "[0-9a-f]{32}|p[0-9a-f]{31}"
MAGIC, END, ZERO = bytes.fromhex("89584c420d0a1a0a"), b"XLBEND\r\n", "0" * 64
KINDS = {"changes": ("village", "township"), "echo": ("village", "township"), "return": ("township", "county"), "grant": ("county",), "handover": ("village", "township", "county")}


class No(Exception):
    """The file is refused; the code says by which row."""


def sha(*pieces: bytes) -> bytes:
    return hashlib.sha256(b"".join(pieces)).digest()


def need(true: object, code: str) -> None:
    if not true:
        raise No(code)


def hexed(value: Any, size: int) -> bool:
    return isinstance(value, str) and re.fullmatch(f"[0-9a-f]{{{2 * size}}}", value) is not None


def count(value: Any, low: int = 1) -> bool:
    return type(value) is int and low <= value < 2**53


# -- section 1 --------------------------------------------------------------------------------------


def canonical(data: bytes, code: str) -> Any:
    """The value of canonical JSON."""
    deep = most = 0
    inside = skip = False
    for byte in data:  # depth first: a recursive parser must not meet 200,000 brackets
        if skip:
            skip = False
        elif inside:
            skip, inside = byte == 0x5C, byte != 0x22
        elif byte == 0x22:
            inside = True
        elif byte in b"[{":
            deep += 1
            most = max(most, deep)
        elif byte in b"]}":
            deep -= 1
    need(most <= 16, code)
    try:
        value = json.loads(data.decode("utf-8"))
        need(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8") == data, code)
    except (ValueError, UnicodeError):
        raise No(code) from None
    need(plain(value), code)
    return value


def plain(value: Any) -> bool:
    """Objects, arrays, text, true, false, integers below 2^53."""
    if isinstance(value, dict):
        return all(plain(one) for one in value.values())
    if isinstance(value, list):
        return all(plain(one) for one in value)
    return isinstance(value, (str, bool)) or (isinstance(value, int) and abs(value) < 2**53)


# -- sections 2 and 6 -------------------------------------------------------------------------------


def event(line: bytes, code: str = "XL-C01") -> dict[str, Any]:
    """An event line."""
    need(len(line) <= 64 * 1024, code)
    one = canonical(line, code)
    need(isinstance(one, dict) and set(one) == {"by", "d", "dev", "ep", "hlc", "seq", "t", "v"}, code)
    need(isinstance(one["by"], str) and re.fullmatch(r"[0-9A-Za-z_-]{1,40}", one["by"]) and isinstance(one["d"], dict), code)
    need(hexed(one["dev"], 16) and hexed(one["ep"], 8) and count(one["seq"]) and count(one["v"]), code)
    need(isinstance(one["hlc"], list) and len(one["hlc"]) == 2 and all(count(part, 0) for part in one["hlc"]), code)
    need(isinstance(one["t"], str) and re.fullmatch(r"[a-z][a-z0-9_]{0,39}(\.[a-z0-9_]{1,40}){0,3}", one["t"]), code)
    need(short(one["d"], one["t"] == "blob.part"), code)
    return dict(one)


def short(value: Any, blob: bool) -> bool:
    if isinstance(value, dict):
        return all(len(key) <= 10_000 and ((blob and key == "data") or short(one, False)) for key, one in value.items())
    if isinstance(value, list):
        return all(short(one, False) for one in value)
    return not isinstance(value, str) or len(value) <= 10_000


def link(label: str, before: str, line: bytes) -> str:
    """The chain hash after a line."""
    return sha(label.encode() + b"\0", bytes.fromhex(before), sha(line)).hex()


# -- sections 3 and 4 -------------------------------------------------------------------------------


def kid(public: str) -> str:
    return sha(bytes.fromhex(public))[:8].hex()


def fingerprint(*keys: str) -> str:
    digits = f"{int.from_bytes(sha(b'xieli/fp/v1' + bytes(1), *map(bytes.fromhex, keys))[:9], 'big') % 10**20:020d}"
    return " ".join(digits[at : at + 4] for at in range(0, 20, 4))


def enrolment(code: str) -> tuple[str, str]:
    """Both public keys of an enrolment code."""
    import base64

    text = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code).upper()).translate(str.maketrans("018", "OIB"))
    need(text.startswith("XEI"), "XL-K08")
    raw = base64.b32decode(text[3:] + "=" * (-len(text[3:]) % 8))
    need(len(raw) == 68 and zlib.crc32(raw[:64]).to_bytes(4, "big") == raw[64:], "XL-K08")
    return raw[:32].hex(), raw[32:64].hex()


def signed(public: str, signature: Any, message: bytes) -> bool:
    if not hexed(signature, 64):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except InvalidSignature:
        return False
    return True


def signer(chain: Any, root: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The statement of the last certificate and every statement by its kid."""
    bad = "XL-K01"
    need(isinstance(chain, list) and 1 <= len(chain) <= 8, bad)
    above: dict[str, Any] = {"sign_pub": root, "role": "root"}
    seen: dict[str, dict[str, Any]] = {}
    for one in chain:
        need(isinstance(one, dict) and {"s", "kid", "sig"} <= set(one) and isinstance(one["s"], dict), bad)
        s = one["s"]
        need(hexed(s.get("dev"), 16) and hexed(s.get("sign_pub"), 32) and hexed(s.get("enc_pub"), 32) and count(s.get("ver")) and s.get("kid") == kid(s["sign_pub"]), bad)
        text = json.dumps(s, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        need(one["kid"] == kid(above["sign_pub"]) and signed(above["sign_pub"], one["sig"], b"xieli/cert/v1\0" + text), bad)
        role, area = s.get("role"), s.get("area")
        if above["role"] == "root":
            need({"township": 9, "county": 6}.get(str(role)) == len(str(area)) and str(area).isdigit() and count(s.get("gen")) and s.get("root") == root, bad)
        elif above["role"] in ("township", "county"):
            need(role == "village" and (area is None or str(area).startswith(above["area"])), bad)
            own = sha(b"xieli/dev/v1\0", bytes.fromhex(s["sign_pub"]), bytes.fromhex(s["enc_pub"]))[:16].hex()
            need(above["role"] == "county" or s["dev"] == own, bad)
        else:
            need(role == "village" and s["dev"] == above["dev"] and s["ver"] > above["ver"], bad)
        seen[s["kid"]], above = s, s
    return above, seen


# -- section 5: HPKE (RFC 9180, base mode, X25519, HKDF-SHA256, AES-256-GCM) -------------------------


def hmac(key: bytes, data: bytes) -> bytes:
    one = HMAC(key, SHA256())
    one.update(data)
    return one.finalize()


def extract(suite: bytes, salt: bytes, label: str, ikm: bytes) -> bytes:
    return hmac(salt or bytes(32), b"HPKE-v1" + suite + label.encode() + ikm)


def expand(suite: bytes, prk: bytes, label: str, info: bytes, size: int) -> bytes:
    return hmac(prk, size.to_bytes(2, "big") + b"HPKE-v1" + suite + label.encode() + info + b"\1")[:size]  # one block is enough: size <= 32


def unwrap(ct: bytes, private: bytes, info: bytes) -> bytes:
    me = X25519PrivateKey.from_private_bytes(private)
    kem, suite = b"KEM\0\x20", b"HPKE\0\x20\0\1\0\2"
    enc, mine = ct[:32], me.public_key().public_bytes_raw()
    secret = expand(kem, extract(kem, b"", "eae_prk", me.exchange(X25519PublicKey.from_public_bytes(enc))), "shared_secret", enc + mine, 32)
    context = b"\0" + extract(suite, b"", "psk_id_hash", b"") + extract(suite, b"", "info_hash", info)
    prk = extract(suite, secret, "secret", b"")
    return AESGCM(expand(suite, prk, "key", context, 32)).decrypt(expand(suite, prk, "base_nonce", context, 12), ct[32:], b"")


# -- section 5: the file, in the order of section 7 -------------------------------------------------


def parts(data: bytes) -> list[bytes]:
    need(len(data) <= 2**24, "XL-B01")  # 1
    need(data[:8] == MAGIC, "XL-B03" if data[:4] == MAGIC[:4] and len(data) < 8 else "XL-B02")  # 2
    at, out = 8, []
    for limit in (2**16, 2**16, 2**14, 2**24):  # 3
        size = int.from_bytes(data[at : at + 8], "little")
        need(at + 8 <= len(data) and size <= limit and at + 8 + size <= len(data), "XL-B03")
        out.append(data[at + 8 : at + 8 + size])
        at += 8 + size
    need(data[at:] == sha(data[:at]) + END, "XL-B04")  # 4
    return out


def entries(data: bytes, name: str, most: int, size: int) -> list[Any]:
    """wraps or sigs; size 0 = any."""
    some = canonical(data, "XL-B05")
    need(isinstance(some, list) and len(some) <= most and all(isinstance(one, dict) and set(one) == {"kid", name} and hexed(one["kid"], 8) for one in some), "XL-B05")
    need(all(isinstance(one[name], str) and re.fullmatch("([0-9a-f]{2})+", one[name]) and (not size or len(one[name]) == 2 * size) for one in some), "XL-B05")
    need(len({one["kid"] for one in some}) == len(some), "XL-B05")
    return list(some)


def head(core_bytes: bytes, wraps_bytes: bytes, sigs_bytes: bytes) -> tuple[dict[str, Any], list[Any], list[Any]]:
    bad = "XL-B05"  # 5
    core = canonical(core_bytes, bad)
    need(isinstance(core, dict) and count(core.get("v")) and isinstance(core.get("suite"), str) and re.fullmatch(SUITE, core["suite"]), bad)
    need(isinstance(core.get("crit"), list) and all(isinstance(one, str) for one in core["crit"]), bad)
    known = core["v"] == 1 and core["suite"] == "A1"
    wraps, sigs = entries(wraps_bytes, "ct", 1000, 80 if known else 0), entries(sigs_bytes, "sig", 2, 64 if known else 0)
    need(known, "XL-U01")  # 6: of another version no more than this is read
    need(isinstance(core.get("net"), str) and re.fullmatch(NET, core["net"]) and isinstance(core.get("kind"), str) and core["kind"] in KINDS, bad)
    need(all(hexed(core.get(name), size) for name, size in (("bid", 16), ("dev", 16), ("kid", 8), ("ep", 8), ("prev", 32), ("head", 32))), bad)
    need(all(type(core.get(name)) is int and 0 <= core[name] < 2**53 for name in ("first", "last", "n", "plain")) and isinstance(core.get("cert"), list), bad)
    need(("to" in core) == (core["kind"] in ("return", "grant", "handover")) and ("to" not in core or hexed(core["to"], 16)), bad)
    need(core["kid"] in {one["kid"] for one in sigs}, bad)
    need(not core["crit"], "XL-U01")
    return core, wraps, sigs


def read(data: bytes, root: str, wrap_keys: dict[str, bytes], me: str = "", role: str = "county") -> list[bytes]:
    """The lines of a file, oldest first.

    Args:
        root: the root's Ed25519 public key, hex.
        wrap_keys: kid -> X25519 private key of the reader.
        me: the reader's device id, compared with `to` when given.
        role: the reader's role.
    """
    core_bytes, wraps_bytes, sigs_bytes, body = parts(data)
    core, wraps, sigs = head(core_bytes, wraps_bytes, sigs_bytes)
    net = sha(bytes.fromhex(root))[:16].hex()
    need(core["net"] in (net, "p" + net[:31]) if core["net"].startswith("p") else core["net"] == net, "XL-N01")  # 7
    need(not core["net"].startswith("p"), "XL-N01")
    need(1 <= core["n"] == core["last"] - core["first"] + 1 <= 20_000 and core["first"] >= 1 and core["plain"] <= 2**26, "XL-B06")  # 8
    last, known = signer(core["cert"], root)  # 9
    need((last["dev"], last["kid"]) == (core["dev"], core["kid"]), "XL-K01")
    m = b"xieli/bundle-sig/v1" + b"".join(len(one).to_bytes(8, "little") + one for one in (core_bytes, wraps_bytes, sha(body)))
    for one in sigs:  # 10
        need(one["kid"] in known and signed(known[one["kid"]]["sign_pub"], one["sig"], m), "XL-K02")
    need(last["role"] in KINDS[core["kind"]] and not (role == "village" and core["kind"] in ("changes", "echo")), "XL-K03")  # 11
    mine = [one for one in wraps if one["kid"] in wrap_keys]
    need(mine and (not me or core.get("to", me) == me), "XL-K05")  # 14
    try:  # 15
        key = unwrap(bytes.fromhex(mine[0]["ct"]), wrap_keys[mine[0]["kid"]], b"xieli/wrap/v1\0" + sha(core_bytes))
        packed = AESGCM(key).decrypt(body[:12], body[12:], core_bytes)
    except (InvalidTag, ValueError):
        raise No("XL-K06") from None
    inflater = zlib.decompressobj()
    try:  # 16
        text = inflater.decompress(packed, core["plain"] + 1)
    except zlib.error:
        raise No("XL-B07") from None
    need(len(text) == core["plain"] and inflater.eof and not inflater.unused_data, "XL-B07")
    lines = text.split(b"\n")
    need(len(lines) == core["n"] and (core["first"] > 1 or core["prev"] == ZERO), "XL-C01")  # 17
    if core["kind"] == "echo":
        need(core["first"] == 1, "XL-C01")
        echoed(lines, core, root)
        return lines
    reached = core["prev"]
    for number, line in enumerate(lines, core["first"]):
        if core["kind"] == "changes":
            one = event(line)
            need((one["dev"], one["ep"], one["seq"]) == (core["dev"], core["ep"], number), "XL-C01")
            reached = link("xieli/event/v1", reached, line)
        else:
            need(len(line) <= 192 * 1024, "XL-C01")
            one = canonical(line, "XL-C01")
            need(isinstance(one, dict) and one.get("r") == number and isinstance(one.get("k"), str), "XL-C01")
            reached = link("xieli/delivery/v1", reached, line)
    need(reached == core["head"], "XL-C01")
    return lines


def echoed(lines: list[bytes], core: dict[str, Any], root: str) -> None:
    """The returns of an echo."""
    reached = ZERO
    for line in lines:
        reached = link("xieli/echo/v1", reached, line)
    need(reached == core["head"], "XL-C01")
    at = 0
    while at < len(lines):
        need(len(lines[at]) <= 288 * 1024, "XL-C01")
        one = canonical(lines[at], "XL-C01")
        need(isinstance(one, dict) and set(one) == {"k", "core", "wraps", "sigs", "body"} and one["k"] == "return" and hexed(one["body"], 32), "XL-C01")
        need(all(isinstance(one[name], str) for name in ("core", "wraps", "sigs")), "XL-C01")
        texts = [one[name].encode() for name in ("core", "wraps", "sigs")]
        inner, _, sigs = head(*texts)
        need(inner["net"] == core["net"], "XL-N01")
        need(1 <= inner["n"] == inner["last"] - inner["first"] + 1 <= 20_000 and inner["first"] >= 1 and inner["plain"] <= 2**26, "XL-B06")
        need(inner["kind"] in ("return", "grant") and inner["to"] == core["dev"] and at + inner["n"] < len(lines), "XL-C01")
        last, known = signer(inner["cert"], root)
        need((last["dev"], last["kid"]) == (inner["dev"], inner["kid"]), "XL-K01")
        m = b"xieli/bundle-sig/v1" + b"".join(len(part).to_bytes(8, "little") + part for part in (texts[0], texts[1], bytes.fromhex(one["body"])))
        for entry in sigs:
            need(entry["kid"] in known and signed(known[entry["kid"]]["sign_pub"], entry["sig"], m), "XL-K02")
        need(last["role"] in KINDS[inner["kind"]], "XL-K03")
        need(inner["first"] > 1 or inner["prev"] == ZERO, "XL-C01")
        reached = inner["prev"]
        for number, line in enumerate(lines[at + 1 : at + 1 + inner["n"]], inner["first"]):
            said = canonical(line, "XL-C01")
            need(len(line) <= 192 * 1024 and isinstance(said, dict) and said.get("r") == number and isinstance(said.get("k"), str), "XL-C01")
            reached = link("xieli/delivery/v1", reached, line)
        need(reached == inner["head"], "XL-C01")
        at += 1 + inner["n"]
