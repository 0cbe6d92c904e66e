"""Certificates from the root down to whoever signs.

Rules kept here
- a certificate is `{s, kid, sig}`: the statement, the signer kid of its issuer, and Ed25519 over "xieli/cert/v1\\0" || canonical(s);
- the root certifies desk keys and nothing else stands on its own; a desk certifies village devices inside its area, a township only under
  the id these keys themselves make; a device's old key certifies its new one, with a higher version;
- a desk statement also carries the root public key, so a file can be checked by someone who holds only the 20 digits of the root
  (design 04: verify needs no account);
- a device statement names no village: it travels in the public core.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from xieli_sync.errors import SyncError
from xieli_sync.event import canonical, is_hex, is_int
from xieli_sync.keys import SigningKey, dev_id, kid_of, verify_raw
from xieli_sync.ports import Role, Signer

Cert = dict[str, Any]
"""`{s, kid, sig}` as JSON."""

CHAIN_LIMIT = 8
_CERT_LABEL = b"xieli/cert/v1\0"
_AREA_DIGITS = {"township": 9, "county": 6}


def sign_statement(issuer: SigningKey, statement: Mapping[str, Any]) -> Cert:
    """A certificate over any statement (desk, device, new key, officer)."""
    signature = issuer.sign_bytes(_CERT_LABEL + canonical(dict(statement)))
    return {"s": dict(statement), "kid": issuer.kid, "sig": signature.hex()}


def statement_holds(cert: Cert, issuer_pub: bytes) -> bool:
    """Whether `cert` names this issuer and its signature holds."""
    sig = cert["sig"]
    if cert["kid"] != kid_of(issuer_pub) or type(sig) is not str or re.fullmatch(r"[0-9a-f]{128}", sig) is None:
        return False
    try:
        message = canonical(cert["s"])
    except SyncError:
        return False
    return verify_raw(issuer_pub, bytes.fromhex(sig), _CERT_LABEL + message)


def issue_desk_cert(
    root: SigningKey,
    *,
    sign_pub: bytes,
    enc_pub: bytes,
    role: Literal["township", "county"],
    area: str,
    ver: int = 1,
    gen: int = 1,
    dev: str | None = None,
) -> Cert:
    """The root's statement on a desk key. `area` is 6 digits (county) or 9 (township); `dev` defaults to the id of these keys."""
    return sign_statement(
        root,
        {
            "dev": dev or dev_id(sign_pub, enc_pub), "kid": kid_of(sign_pub), "role": role, "area": area, "ver": ver, "gen": gen,
            "sign_pub": sign_pub.hex(), "enc_pub": enc_pub.hex(), "root": root.sign_pub.hex(),
        },
    )  # fmt: skip


def _device_statement(sign_pub: bytes, enc_pub: bytes, ver: int, dev: str, area: str | None) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "dev": dev, "kid": kid_of(sign_pub), "role": "village", "ver": ver, "sign_pub": sign_pub.hex(), "enc_pub": enc_pub.hex(),
    }  # fmt: skip
    if area is not None:
        statement["area"] = area
    return statement


def issue_device_cert(
    desk_keys: SigningKey, *, sign_pub: bytes, enc_pub: bytes, ver: int = 1, dev: str | None = None, area: str | None = None
) -> Cert:
    """A desk's statement on a village device. It names no village (the core is public); an `area` must lie within the desk's."""
    return sign_statement(desk_keys, _device_statement(sign_pub, enc_pub, ver, dev or dev_id(sign_pub, enc_pub), area))


def issue_rotation_cert(old_keys: SigningKey, *, dev: str, sign_pub: bytes, enc_pub: bytes, ver: int) -> Cert:
    """The old device key's statement on the new one; `ver` must be higher than the old key's."""
    return sign_statement(old_keys, _device_statement(sign_pub, enc_pub, ver, dev, None))


def _key(value: object) -> bytes:
    if not is_hex(value, 64):
        raise SyncError("XL-K01", "key")
    return bytes.fromhex(cast(str, value))


def _statement(cert: object) -> dict[str, Any]:
    """The statement of a certificate with the parts every kind has, checked for type."""
    if type(cert) is not dict or cert.keys() != {"s", "kid", "sig"} or type(cert["s"]) is not dict:
        raise SyncError("XL-K01", "certificate")
    s: dict[str, Any] = cert["s"]
    sign_pub = _key(s.get("sign_pub"))
    _key(s.get("enc_pub"))
    if not is_hex(s.get("dev"), 32) or not is_int(s.get("ver"), 1) or s.get("kid") != kid_of(sign_pub):
        raise SyncError("XL-K01", "statement")
    return s


def _signer(s: Mapping[str, Any], role: Role, area: str, gen: int) -> Signer:
    return Signer(
        dev=s["dev"], kid=s["kid"], sign_pub=bytes.fromhex(s["sign_pub"]), enc_pub=bytes.fromhex(s["enc_pub"]),
        role=role, area=area, ver=s["ver"], gen=gen,
    )  # fmt: skip


def root_in(chain: Sequence[Cert]) -> bytes:
    """The root public key a chain claims to start from; believe it only after comparing its fingerprint.

    Raises:
        SyncError: XL-K01.
    """
    if not chain:
        raise SyncError("XL-K01", "no certificate")
    return _key(_statement(chain[0]).get("root"))


def verify_links(chain: Sequence[Cert], root_pub: bytes) -> list[Signer]:
    """Check a chain from the root down and return who each link names; the last one is the signer.

    A village device has the area of its certificate, else of the desk that issued it, and the desk's gen.

    Raises:
        SyncError: XL-K01.
    """
    if not 1 <= len(chain) <= CHAIN_LIMIT:
        raise SyncError("XL-K01", "chain length")
    first = _statement(chain[0])
    role, area, gen = first.get("role"), first.get("area"), first.get("gen")
    if role not in _AREA_DIGITS or type(area) is not str or re.fullmatch(rf"[0-9]{{{_AREA_DIGITS[role]}}}", area) is None:
        raise SyncError("XL-K01", "role or area")
    if type(gen) is not int or not is_int(gen, 1) or first.get("root") != root_pub.hex():
        raise SyncError("XL-K01", "root")
    if not statement_holds(chain[0], root_pub):
        raise SyncError("XL-K01", "desk certificate")
    found = [_signer(first, role, area, gen)]
    for cert in chain[1:]:
        s = _statement(cert)
        above = found[-1]
        if s.get("role") != "village":
            # A township key is a root statement, never a county's.
            raise SyncError("XL-K01", "role")
        inside = s.get("area", above.area)
        if type(inside) is not str or re.fullmatch(r"[0-9]{6,12}", inside) is None or not inside.startswith(above.area):
            raise SyncError("XL-K01", "area")
        if above.role == "village" and (s["dev"] != above.dev or s["ver"] <= above.ver):
            raise SyncError("XL-K01", "rotation")
        own_name = dev_id(bytes.fromhex(s["sign_pub"]), bytes.fromhex(s["enc_pub"]))
        if above.role == "township" and s["dev"] != own_name:
            # Else a township could certify keys of its own under the name of any device, the county's included, and write its chain.
            raise SyncError("XL-K01", "device id")
        if not statement_holds(cert, above.sign_pub):
            raise SyncError("XL-K01", "device certificate")
        found.append(_signer(s, "village", inside, gen))
    return found


def verify_chain(chain: Sequence[Cert], root_pub: bytes) -> Signer:
    """Who signs, by a chain that reaches this root.

    Raises:
        SyncError: XL-K01.
    """
    return verify_links(chain, root_pub)[-1]
