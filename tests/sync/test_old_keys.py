"""A key that a later one took the place of may be in other hands: it says nothing any more, under whatever generation it is shown."""

from __future__ import annotations

from crafted import craft, craft_return, some

from simulator import Node, Simulator
from xieli_sync import container, delivery, echo, identity, seal


def county_link(sim: Simulator, keys: identity.KeyPair, *, gen: int = 1, ver: int = 1) -> identity.Cert:
    return identity.issue_desk_cert(
        sim.root, sign_pub=keys.sign_pub, enc_pub=keys.enc_pub, role="county", area="999999", gen=gen, ver=ver, dev=sim.county.dev
    )


def new_key(sim: Simulator, laptop: Node) -> list[identity.Cert]:
    """Certificates of new keys that the laptop signs with from now on."""
    old, laptop.keys = laptop.keys, identity.KeyPair.generate(sim.rand)
    return [identity.issue_rotation_cert(old, dev=laptop.dev, sign_pub=laptop.keys.sign_pub, enc_pub=laptop.keys.enc_pub, ver=2)]


def test_an_old_key_of_a_laptop_is_refused_under_a_generation_before_as_well() -> None:
    sim = Simulator(71)
    laptop, stolen = some(sim), sim.a.keys
    first = list(sim.certs[laptop.dev])
    assert sim.county.take(craft(laptop)).status == "imported"
    link = new_key(sim, laptop)
    rotated = [*first, *link]
    laptop.write(*sim.visit())
    assert sim.county.take(craft(laptop, cert=rotated)).status == "imported"
    thief = {"cert": first, "kid": stolen.kid, "keys": stolen}
    laptop.write(*sim.visit())
    assert sim.county.take(craft(laptop, **thief)).code == "XL-K01"

    # the county was put back from a copy and goes on one generation higher; the laptop has its next grant
    higher = county_link(sim, sim.county.keys, gen=2)
    base = identity.issue_device_cert(sim.county.keys, sign_pub=stolen.sign_pub, enc_pub=stolen.enc_pub, dev=laptop.dev)
    assert sim.county.take(craft(laptop, cert=[higher, base, *link])).status == "imported"
    laptop.write(*sim.visit())
    assert sim.county.take(craft(laptop, **thief)).code == "XL-K01"
    assert sim.county.take(craft(laptop, cert=rotated)).status == "imported", "a stick from before its grant came, signed by the newest key"


def test_an_old_key_of_the_county_puts_no_word_into_its_mouth_by_an_echo() -> None:
    sim = Simulator(72, township=True)
    stolen = sim.county.keys
    assert sim.a.take(craft_return(sim.county, sim.a, [delivery.time_line(1, 5)], ep="1" * 16)).status == "imported"
    sim.county.write(*sim.decided(sim.uuid()))
    word = sim.county.own_lines()[-1]
    forged = craft_return(sim.county, sim.a, [delivery.event_line(1, word.line.replace(b'"seq":', b'"seq":9'), "ab" * 32)], ep="2" * 16)
    lines = echo.lines_of(echo.envelope_of(container.parse(forged)), seal.unseal(container.parse(forged), sim.a.decrypt_keys()))
    sim.certs[sim.county.dev] = [county_link(sim, identity.KeyPair.generate(sim.rand), ver=2)]
    assert sim.township is not None
    for desk in (sim.county, sim.township):
        desk.accept(identity.verify_links(sim.certs[sim.county.dev], sim.root.sign_pub)[-1])
        before = set(desk.state.lines)
        result = desk.take(craft(sim.a, lines, kind="echo", last=len(lines), head=echo.chain(lines)))
        assert (result.status, result.new) == ("imported", 0)
        assert not {key for key in set(desk.state.lines) - before if key.endswith("ab" * 32)}
    assert stolen.kid != sim.certs[sim.county.dev][0]["s"]["kid"]
