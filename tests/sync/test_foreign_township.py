"""A township's word goes as far as its area: a laptop of another one does not take it."""

from __future__ import annotations

from crafted import craft_return

from simulator import Simulator
from xieli_sync import delivery, identity


def test_a_laptop_takes_no_return_of_a_township_that_is_not_its_own() -> None:
    sim = Simulator(73, township=True)
    town = sim.township
    assert town is not None
    for area, code in (("999999777", "XL-K03"), (town.area, "")):
        sim.certs[town.dev] = [
            identity.issue_desk_cert(sim.root, sign_pub=town.keys.sign_pub, enc_pub=town.keys.enc_pub, role="township", area=area)
        ]
        before = dict(sim.a.state.taken)
        result = sim.a.take(craft_return(town, sim.a, [delivery.time_line(1, 5)], ep="3" * 16))
        assert (result.status, result.code) == ("refused" if code else "imported", code)
        assert (sim.a.state.taken == before) is bool(code)
