"""Village, township, county: what the township carries up and down, in which order it may come, what is lost on the way, and when everything is silent
(design 04, 09)."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest
from desk_office import PASSPHRASE, ROOT_PASSPHRASE, TOWN, VILLAGE, Office, seeded

from xieli_sync import container, delivery
from xieli_tui.casework import exchange, households, rebuild, record_visit, setup
from xieli_tui.casework.session import Session, open_session
from xieli_tui.desk import enrolment, intake, parameters, queue, revocation, send, steps
from xieli_tui.domain.events.aid import ApplicationDecided
from xieli_tui.errors import Refused
from xieli_tui.store import queries, trust

NEIGHBOUR = "999999001002"
ELSEWHERE = "999999002001"


def folder(office: Office, name: str) -> Path:
    place = office.stick / name
    place.mkdir(exist_ok=True)
    return place


def laid(session: Session, office: Office, name: str) -> list[Path]:
    """What this computer has for the way up, in a folder of its own."""
    office.clock.tick(minutes=1)
    return [Path(f.path) for f in exchange.export(session, folder(office, name), with_backup=False).files]


def sent(session: Session, office: Office, name: str, device: str | None = None) -> list[Path]:
    """What this desk has for the way down, in a folder of its own."""
    office.clock.tick(minutes=1)
    return [Path(f.path) for f in send.send(session, folder(office, name), device=device)]


def taken(session: Session, place: Path) -> list[str]:
    """Take a folder in; the statuses."""
    found = exchange.take_in(session, [place]) if session.role == "village" else intake.import_files(session, [place])
    assert all(one.status in ("imported", "duplicate", "parked") for one in found), found
    return [one.status for one in found]


def trip(office: Office, number: int, village: Session | None = None, *, through: bool = True, lose: str = "") -> int:
    """Village -> township -> county -> township -> village; how many files were laid down on the whole way. `lose`: the leg whose stick is lost."""
    laptop = village or office.village
    up, over, back, home = (f"{part}-{number}-{laptop.dev[:6]}" for part in ("up", "over", "back", "home"))
    files = [*laid(laptop, office, up)]
    if through:
        if lose != "up":
            taken(office.township, folder(office, up))
        files += laid(office.township, office, over)
        if lose != "over":
            taken(office.county, folder(office, over))
    else:
        taken(office.county, folder(office, up))
    files += sent(office.county, office, back)
    if lose != "back":
        taken(office.township, folder(office, back))
    files += sent(office.township, office, home)
    if lose != "home":
        taken(laptop, folder(office, home))
    return len(files)


def idle(office: Office, start: int = 50, limit: int = 9, *, silence: int = 1) -> int:
    """Walk until so many trips on end lay nothing down; how many trips wrote something."""
    silent = 0
    for number in range(start, start + limit):
        silent = 0 if trip(office, number) else silent + 1
        if silent == silence:
            return number - start - silence + 1
    raise AssertionError("still writing")


def rows(session: Session) -> dict[str, str]:
    """Digest of every projection table, after a rebuild that must change nothing."""
    report = rebuild.rebuild(session)
    assert report.equal
    return dict(report.after)


def visit(office: Office, home: str, session: Session | None = None) -> str:
    office.clock.tick(minutes=1)
    return record_visit.record_visit(session or office.village, record_visit.RecordVisit(home, "self", note="好")).id


def another(office: Office, name: str, village: str = NEIGHBOUR, *, seed: int = 40) -> Session:
    """One more laptop, registered at the county by hand; its grant was brought straight to it."""
    place = office.stick.parent / name
    setup.init_village(place, setup.InitVillage((village,), name, "马兰花", kdf="floor"), PASSPHRASE, clock=office.clock, rand=seeded(seed))
    laptop = open_session(place, PASSPHRASE, clock=office.clock, rand=seeded(seed + 1))
    office.sessions.append(laptop)
    grant = enrolled(office, laptop, village, f"{name}.xieli")
    setup.enrol(laptop, grant, office.root_fingerprint)
    return laptop


def enrolled(office: Office, laptop: Session, village: str, name: str) -> Path:
    """The county registers a laptop; its grant file."""
    out = office.stick / name
    enrolment.enrol_device(office.county, enrolment.EnrolDevice(setup.device_code(laptop).code, (village,), "马兰花", out))
    return out


def delivered(desk: Session, to: Session) -> list[delivery.Item]:
    """What a desk ever wrote to a device."""
    with desk.reading() as tx:
        lines = tx.conn.exec_driver_sql("SELECT line FROM delivery_out WHERE to_dev=? ORDER BY r", (to.dev,)).scalars().all()
    return [delivery.parse_delivery(bytes(line))[1] for line in lines]


# -- carrying ------------------------------------------------------------------------------------------------------------------------------


def test_a_village_bundle_goes_up_byte_for_byte_and_the_countys_return_comes_down_byte_for_byte(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    (bundle,) = laid(office.village, office, "a")
    taken(office.township, bundle.parent)
    over = laid(office.township, office, "b")
    assert bundle.read_bytes() in [path.read_bytes() for path in over]
    taken(office.county, over[0].parent)
    assert app in {item.id for item in queue.queue(office.county)}
    back = sent(office.county, office, "c")
    assert len(back) == 2
    taken(office.township, back[0].parent)
    home = sent(office.township, office, "d")
    for_village = [path.read_bytes() for path in home]
    assert sum(path.read_bytes() in for_village for path in back) == 1
    taken(office.village, home[0].parent)
    status = exchange.status(office.village)
    assert status.unconfirmed == 0
    assert status.bundles[0][3:] == ("镇已签收", "县已签收")
    assert idle(office, silence=3) <= 3


def test_a_township_forwards_at_every_export_until_the_countys_receipt_covers_it(office: Office) -> None:
    office.household()
    (bundle,) = laid(office.village, office, "a")
    data = bundle.read_bytes()
    taken(office.township, bundle.parent)
    for name in ("b", "c", "d"):  # twice a lost stick
        over = laid(office.township, office, name)
        assert data in [path.read_bytes() for path in over]
    assert exchange.status(office.township).carried == (1, 0)
    taken(office.county, over[0].parent)
    taken(office.township, sent(office.county, office, "e", office.township.dev)[0].parent)
    assert exchange.status(office.township).carried == (0, 0)
    assert data not in [path.read_bytes() for path in laid(office.township, office, "f")]


def test_what_is_to_be_acknowledged_is_laid_down_until_it_is_and_a_mere_receipt_once(office: Office) -> None:
    home = office.household()
    trip(office, 1)
    idle(office)
    visit(office, home)
    taken(office.township, laid(office.village, office, "a")[0].parent)
    taken(office.county, laid(office.township, office, "b")[0].parent)
    back = sent(office.county, office, "c")
    taken(office.township, back[0].parent)
    receipt = next(path for path in back if container.parse(path.read_bytes()).core["to"] == office.village.dev)
    assert container.parse(receipt.read_bytes()).core["content"] == 0

    def carried(name: str, file: Path) -> bool:
        return file.read_bytes() in [path.read_bytes() for path in sent(office.township, office, name)]

    assert carried("d", receipt)
    assert not carried("e", receipt), "no acknowledgement would ever come"
    visit(office, home)
    taken(office.township, laid(office.village, office, "f")[0].parent)
    assert carried("g", receipt), "it wrote on and still had not taken it"
    taken(office.village, folder(office, "g"))
    taken(office.township, laid(office.village, office, "h")[0].parent)
    assert not carried("i", receipt)
    households.set_household(office.county, home, {"address": "石桥村一组"})
    back = sent(office.county, office, "j")
    claim = next(path for path in back if container.parse(path.read_bytes()).core["to"] == office.village.dev)
    assert container.parse(claim.read_bytes()).core["content"] > 0
    taken(office.township, claim.parent)
    assert carried("k", claim)
    assert carried("l", claim)
    taken(office.village, folder(office, "l"))
    taken(office.township, laid(office.village, office, "m")[0].parent)
    assert not carried("n", claim)


@pytest.mark.parametrize(("gen", "ver"), [(1, 2), (2, 1)])
def test_what_the_county_signed_with_an_earlier_key_is_not_brought_down_any_more(office: Office, gen: int, ver: int) -> None:
    home = office.household()
    trip(office, 1)
    households.set_household(office.county, home, {"address": "一组"})
    back = sent(office.county, office, "a")
    taken(office.township, back[0].parent)
    old = next(path for path in back if container.parse(path.read_bytes()).core["to"] == office.village.dev).read_bytes()
    assert old in [path.read_bytes() for path in sent(office.township, office, "b")]
    with office.township.writing() as tx:
        [signer] = trust.signers(tx, office.county.dev)
        trust.accept(tx, dataclasses.replace(signer, kid="00" * 8, gen=gen, ver=ver))
    assert old not in [path.read_bytes() for path in sent(office.township, office, "c")]


def test_a_return_for_a_laptop_of_another_township_is_left_alone(office: Office) -> None:
    far = another(office, "远村", ELSEWHERE)
    households.add_household(far, households.AddHousehold("田野", {}))
    taken(office.county, laid(far, office, "a")[0].parent)
    office.household()
    office.up()
    back = sent(office.county, office, "b")
    assert len(back) == 3
    stranger = next(path for path in back if container.parse(path.read_bytes()).core["to"] == far.dev)
    assert stranger.name not in {Path(one.file).name for one in intake.import_files(office.township, [stranger.parent])}
    (named,) = intake.import_files(office.township, [stranger])
    assert (named.status, named.code) == ("refused", "XL-K05")
    assert stranger.read_bytes() not in [path.read_bytes() for path in sent(office.township, office, "c")]


def test_the_grant_of_a_new_laptop_rides_on_the_townships_stick(office: Office) -> None:
    place = office.stick.parent / "new"
    setup.init_village(place, setup.InitVillage((NEIGHBOUR,), "河湾村", "马兰花", kdf="floor"), PASSPHRASE, clock=office.clock, rand=seeded(44))
    laptop = open_session(place, PASSPHRASE, clock=office.clock, rand=seeded(45))
    office.sessions.append(laptop)
    stick = folder(office, "a")
    out = stick / "0-grant.xieli"  # before the return that tells the township of this laptop
    enrolment.enrol_device(office.county, enrolment.EnrolDevice(setup.device_code(laptop).code, (NEIGHBOUR,), "马兰花", out))
    sent(office.county, office, "a", office.township.dev)
    taken(office.township, stick)
    home = [path for path in sent(office.township, office, "b") if path.read_bytes() == out.read_bytes()]
    assert len(home) == 1
    assert setup.enrol(laptop, home[0], office.root_fingerprint).scope == (NEIGHBOUR,)


def test_both_ways_of_importing_carry_alike(office: Office) -> None:
    office.household()
    (bundle,) = laid(office.village, office, "a")
    assert exchange.take_in(office.township, [bundle.parent])[0].status == "imported"
    assert exchange.status(office.township).carried == (1, 0)
    taken(office.county, laid(office.township, office, "b")[0].parent)
    back = sent(office.county, office, "c")
    found = exchange.take_in(office.township, [back[0].parent])
    assert [one.status for one in found] == ["imported", "imported"]
    assert any("原样带下去" in one.what for one in found)
    assert exchange.status(office.township).carried == (0, 1)


# -- order, losses, silence ----------------------------------------------------------------------------------------------------------------


def test_the_county_has_the_same_rows_in_every_order_and_straight_from_the_village(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    trip(office, 1)
    steps.accept(office.township, app)
    steps.decide(office.township, steps.Decide(app, None, True, "3000.00", None, "突发重病"))
    home = office.household("孙长福")
    (bundle,) = laid(office.village, office, "a")
    taken(office.township, bundle.parent)
    visit(office, home)
    (second,) = laid(office.village, office, "b")
    over = laid(office.township, office, "c")
    found = set()
    files = [*over, second]
    base = office.county.workspace
    office.county.close()
    for number, order in enumerate([files, files[::-1], files[1:] + files[:1]]):
        copy = base.parent / f"county{number}"
        shutil.copytree(base, copy)
        with open_session(copy, PASSPHRASE, clock=office.clock, rand=seeded(70 + number)) as county:
            for file in (*order, *order[:1]):
                assert intake.import_files(county, [file])[0].status in ("imported", "duplicate", "parked")
            found.add(str(sorted(rows(county).items())))
    assert len(files) == 3
    assert len(found) == 1


@pytest.mark.parametrize("lost", ["up", "over", "back", "home"])
def test_a_stick_lost_on_any_leg_heals_with_the_next_trips(office: Office, lost: str) -> None:
    app = office.application("temp_emergency", emergency=True)
    trip(office, 1)
    steps.accept(office.township, app)
    home = queue.case(office.county, app).household.row.id
    households.set_household(office.county, home, {"address": "一组"})
    visit(office, office.household("周桂兰"))
    trip(office, 2, lose=lost)
    idle(office, 60)
    for session in (office.village, office.township):
        assert exchange.status(session).unconfirmed == 0
    for session in (office.village, office.township, office.county):
        rows(session)
        assert {h.head for h in households.list_households(session)} == {"石守田", "周桂兰"}
        assert households.show(session, home).fields["address"] == "一组"
        assert {e.type for e in households.show(session, home).timeline if e.entity == app} >= {"application.started", "application.accepted"}


def test_a_township_that_never_forwards_holds_nothing_up(office: Office) -> None:
    home = office.household()
    taken(office.township, laid(office.village, office, "a")[0].parent)
    visit(office, home)
    for number in range(2):  # the village goes to the county herself
        trip(office, number, through=False)
    assert exchange.status(office.village).unconfirmed == 0
    assert exchange.status(office.county).quarantined == 0
    assert idle(office) <= 4


def test_what_a_township_forwards_late_and_twice_changes_nothing_any_more(office: Office) -> None:
    home = office.household()
    (bundle,) = laid(office.village, office, "a")
    taken(office.township, bundle.parent)
    visit(office, home)
    office.up()
    office.down()
    office.county.clock.now()
    before = rows(office.county)
    late = [path for path in laid(office.township, office, "b") if path.read_bytes() == bundle.read_bytes()]
    assert len(late) == 1, "the township has heard nothing of the county yet"
    for _ in range(2):
        (one,) = intake.import_files(office.county, late)
        assert one.new == 0
        assert one.status in ("imported", "duplicate")
    assert rows(office.county) == before


def test_a_village_without_a_township_goes_up_and_down_alone(office: Office) -> None:
    far = another(office, "远村", ELSEWHERE)
    home = households.add_household(far, households.AddHousehold("田野", {})).id
    (bundle,) = laid(far, office, "a")
    assert len(container.parse(bundle.read_bytes()).wraps) == 1
    taken(office.county, bundle.parent)
    taken(far, sent(office.county, office, "b", far.dev)[0].parent)
    visit(office, home, far)
    for number in range(3):
        office.clock.tick(minutes=1)
        up = laid(far, office, f"u{number}")
        taken(office.county, folder(office, f"u{number}"))
        down = sent(office.county, office, f"d{number}", far.dev)
        taken(far, folder(office, f"d{number}"))
    assert not up
    assert not down
    status = exchange.status(far)
    assert status.unconfirmed == 0
    assert {(town, county) for *_, town, county in status.bundles} == {("", "县已签收")}


# -- the township comes later, dies, is replaced -------------------------------------------------------------------------------------------


def new_township(office: Office, name: str, seed: int) -> Session:
    """Another computer for the township, registered and its first return taken in."""
    place = office.stick.parent / name
    setup.init_village(place, setup.InitVillage((), "青石镇", "刘芳", kdf="floor", role="township", area=TOWN), PASSPHRASE, clock=office.clock, rand=seeded(seed))
    desk = open_session(place, PASSPHRASE, clock=office.clock, rand=seeded(seed + 1))
    office.sessions.append(desk)
    out = office.stick / f"{name}.xieli"
    enrolment.enrol_device(
        office.county, enrolment.EnrolDevice(setup.device_code(desk).code, (), "刘芳", out, "township", TOWN, office.root_dir), root_passphrase=ROOT_PASSPHRASE
    )
    setup.enrol(desk, out, office.root_fingerprint)
    return desk


def test_a_dead_township_is_replaced_and_the_laptops_learn_it_with_the_next_return(office: Office) -> None:
    home = office.household()
    trip(office, 1)
    lost = visit(office, home)
    taken(office.township, laid(office.village, office, "a")[0].parent)
    dead = office.township.dev
    office.township.close()  # with what it had taken and not yet forwarded
    revocation.revoke(office.county, dead, reason="硬盘坏了")
    office.township = new_township(office, "t2", 80)
    back = sent(office.county, office, "b")
    taken(office.township, back[0].parent)
    taken(office.village, sent(office.township, office, "c")[0].parent)
    (bundle,) = laid(office.village, office, "d")
    kids = {wrap["kid"] for wrap in container.parse(bundle.read_bytes()).wraps}
    assert office.township.keys.box_kid in kids
    taken(office.township, bundle.parent)
    assert lost in {v.id for v in households.show(office.township, home).visits}, "what died with the old one goes up again"
    idle(office)
    assert exchange.status(office.village).unconfirmed == 0
    assert rows(office.county)["visit"] == rows(office.township)["visit"]
    with office.village.reading() as tx:
        assert dead not in {desk["dev"] for desk in (trust.grant(tx) or {})["desks"]}


def test_a_township_registered_after_its_villages_reads_them_from_then_on(office: Office) -> None:
    far = another(office, "远村", ELSEWHERE)
    home = households.add_household(far, households.AddHousehold("田野", {})).id
    taken(office.county, laid(far, office, "a")[0].parent)
    place = office.stick.parent / "t3"
    setup.init_village(place, setup.InitVillage((), "白水镇", "张敏", kdf="floor", role="township", area="999999002"), PASSPHRASE, clock=office.clock, rand=seeded(90))
    desk = open_session(place, PASSPHRASE, clock=office.clock, rand=seeded(91))
    office.sessions.append(desk)
    out = office.stick / "t3.xieli"
    enrolment.enrol_device(
        office.county, enrolment.EnrolDevice(setup.device_code(desk).code, (), "张敏", out, "township", "999999002", office.root_dir), root_passphrase=ROOT_PASSPHRASE
    )
    setup.enrol(desk, out, office.root_fingerprint)
    visit(office, home, far)
    unread = laid(far, office, "b")
    (early,) = intake.import_files(desk, unread)
    assert (early.status, early.code) == ("refused", "XL-K05"), "it was wrapped for the county alone, and nobody here knows whose it is"
    sent(office.county, office, "b2", desk.dev)
    taken(desk, folder(office, "b2"))
    (one,) = intake.import_files(desk, unread)
    assert (one.status, one.events) == ("imported", 0)
    assert "原样带给县里" in one.what
    over = laid(desk, office, "b3")
    assert unread[0].read_bytes() in [path.read_bytes() for path in over]
    taken(office.county, folder(office, "b3"))
    back = sent(office.county, office, "c")
    taken(desk, back[0].parent)
    assert [h.head for h in households.list_households(desk)] == ["田野"], "the county relays the chains of the area"
    taken(far, sent(desk, office, "d")[0].parent)
    seen = visit(office, home, far)
    taken(desk, laid(far, office, "e")[0].parent)
    assert seen in {v.id for v in households.show(desk, home).visits}


# -- rulings -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "amount", "on", "code"),
    [
        ("temp_emergency", 3000_00, "2026-12-28", ""), ("temp_emergency", 3000_01, "2026-12-28", "XL-S03"),
        ("temp_emergency", 100_00, "2025-12-31", "XL-S03"), ("dibao", 100_00, "2026-12-28", "XL-S03"),
    ],
)  # fmt: skip
def test_a_decision_outside_its_delegation_that_arrives_anyway_is_held_back_with_the_reason_everywhere(
    office: Office, kind: str, amount: int, on: str, code: str
) -> None:
    app = office.application("temp_emergency", "dibao")
    trip(office, 1)
    steps.accept(office.township, app)
    case = queue.case(office.township, app)
    office.clock.tick(minutes=1)
    [made] = office.township.record(ApplicationDecided(  # past every guard, as a forged or broken program would
        village=VILLAGE, household=case.household.row.id, application=app, on=on, after=list(case.card.heads), kind=kind, result="granted", amount=amount,
        period="once", reason="无", level="township",
    ))
    idle(office)
    for session in (office.township, office.county, office.village):
        with session.reading() as tx:
            held = {q.ref: q.code for q in queries.quarantined(tx)}
        if session is office.village and code:
            assert made.ref not in held, "what is held back goes to no village"
        else:
            assert held.get(made.ref, "") == code, session.role
        card = queue.case(session, app).card if session.role != "village" else None
        if card is not None:
            assert bool(card.decisions) == (not code)


def test_a_decision_under_a_table_that_another_followed_stands_and_the_next_goes_by_the_new_one(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    trip(office, 1)
    steps.accept(office.township, app)
    steps.decide(office.township, steps.Decide(app, None, True, "3000.00", None, "突发重病"))
    lower = '[{"kind":"temp_emergency","max_amount":"1000.00","township":"999999001","from":"2026-01-01"}]'
    parameters.set_local(office.county, parameters.SetLocal("delegations", lower, "2026-12-28"))
    idle(office)
    assert [d.amount for d in queue.case(office.county, app).card.decisions] == [3000_00]
    second = office.application("temp_emergency", emergency=True, head="孙长福")
    trip(office, 30)
    steps.accept(office.township, second)
    with pytest.raises(Refused, match=r"1000\.00"):
        steps.decide(office.township, steps.Decide(second, None, True, "1000.01", None, "突发重病"))


# -- whose eyes ----------------------------------------------------------------------------------------------------------------------------


def test_a_village_never_gets_a_neighbours_person_from_either_desk_nor_from_what_is_carried(office: Office) -> None:
    other = another(office, "河湾村", NEIGHBOUR)
    office.household("石守田")
    households.add_household(other, households.AddHousehold("马得福", {"phone": "10000000555"}))
    for number in range(2):
        trip(office, number)
        trip(office, number + 10, other)
    for desk in (office.township, office.county):
        for mine, foreign in ((office.village, "马得福"), (other, "石守田")):
            lines = [item for item in delivered(desk, mine) if isinstance(item, delivery.EventItem)]
            text = "\n".join(item.raw.decode("utf-8") for item in lines)
            assert foreign not in text
            assert (NEIGHBOUR if mine is office.village else VILLAGE) not in text
            told = {item.dev for item in delivered(desk, mine) if isinstance(item, delivery.Receipt)}
            assert (other.dev if mine is office.village else office.village.dev) not in told
    for mine in (office.village, other):
        assert len(households.list_households(mine)) == 1
    with office.township.reading() as tx:
        held = tx.conn.exec_driver_sql("SELECT data FROM carried").scalars().all()
    assert held
    assert not any("石守田".encode() in bytes(data) or "马得福".encode() in bytes(data) for data in held)


def test_both_desks_answer_one_laptop_each_in_a_chain_of_its_own(office: Office) -> None:
    home = office.household()
    trip(office, 1)
    households.set_household(office.township, home, {"address": "镇上说的"})
    idle(office)
    assert households.show(office.village, home).fields["address"] == "镇上说的"
    with office.village.reading() as tx:
        said = tx.conn.exec_driver_sql("SELECT issuer, role, min(r), max(r), count(*) FROM delivery_in GROUP BY issuer, role").all()
    assert {role for _, role, *_ in said} == {"township", "county"}
    assert all((first, last) == (1, count) for _, _, first, last, count in said)
