"""Who someone is on the road: keys (`keys`), the root and its file (`rootkey`), certificates (`certs`), under one name."""

from __future__ import annotations

from xieli_sync.certs import (
    Cert,
    issue_desk_cert,
    issue_device_cert,
    issue_rotation_cert,
    root_in,
    sign_statement,
    statement_holds,
    verify_chain,
    verify_links,
)
from xieli_sync.keys import (
    KeyPair,
    Rand,
    SigningKey,
    dev_id,
    enrol_code,
    fingerprint,
    kid_of,
    net_of,
    parse_enrol_code,
    same_fingerprint,
    usable_box_key,
    verify_raw,
)
from xieli_sync.rootkey import (
    KDF_FLOOR,
    Kdf,
    RootKey,
)

__all__ = [
    "KDF_FLOOR",
    "Cert",
    "Kdf",
    "KeyPair",
    "Rand",
    "RootKey",
    "SigningKey",
    "dev_id",
    "enrol_code",
    "fingerprint",
    "issue_desk_cert",
    "issue_device_cert",
    "issue_rotation_cert",
    "kid_of",
    "net_of",
    "parse_enrol_code",
    "root_in",
    "same_fingerprint",
    "sign_statement",
    "statement_holds",
    "usable_box_key",
    "verify_chain",
    "verify_links",
    "verify_raw",
]
