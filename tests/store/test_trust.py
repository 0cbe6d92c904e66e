"""Who is known: generation and version of a key never fall, and the newest key of a device says what it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from corekit import VILLAGE, enrolled, seeded

from xieli_sync import identity
from xieli_sync.ports import Signer
from xieli_tui.store import trust


def desk(seed: int, **other: object) -> Signer:
    keys = identity.KeyPair.generate(seeded(seed))
    made = Signer(dev=keys.dev, kid=keys.kid, sign_pub=keys.sign_pub, enc_pub=keys.enc_pub, role="township", area="999999001")
    return replace(made, **other)


def test_an_old_chain_met_again_lowers_neither_generation_nor_version(tmp_path: Path) -> None:
    county, _ = enrolled(tmp_path, 71)
    new = desk(1, gen=2, ver=5)
    with county.store.write() as tx:
        for signer in (new, replace(new, gen=1, ver=9), replace(new, ver=4, role="village")):
            trust.accept(tx, signer)
        assert trust.highest(tx, new.dev) == (2, 5)
        assert trust.signers(tx, new.dev) == [new]


def test_the_newest_key_of_a_device_says_what_it_is(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 72)
    household = one.household(VILLAGE)
    for data in one.export():
        county.take(data)
    with county.store.write() as tx:
        new = replace(desk(2, ver=7), dev=one.dev)
        old = replace(desk(3, ver=1, role="village"), dev=one.dev)
        for signer in (new, old):
            trust.accept(tx, signer)
    with county.store.write() as tx:
        assert trust.role_of(tx, one.dev) == "township"
        assert {str(x) for x in tx.conn.exec_driver_sql("SELECT role FROM journal WHERE household=?", (household,)).scalars()} == {"township"}
