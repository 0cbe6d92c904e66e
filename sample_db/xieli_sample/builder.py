"""Builds the demo: a village, its township and county and a neighbour, through casework and desk verbs only, dated over one invented year.

Rules kept here
- every line is made by a verb at its moment; the clock moves forward from December 2025 to the demo morning, 2026-12-28 08:30;
- secrets here are invented and said aloud: the passphrase is printed by `xieli demo`;
- the same source and the same random source give the same village.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from xieli_sample import source as sources
from xieli_sample.scene import Demo, Scene, layout, moment, move_to, reach_township, save_marker
from xieli_sample.source import Family, Source, Village
from xieli_sample.workbook import write_roster
from xieli_sample.year import write_diary
from xieli_tui.casework import roster, setup
from xieli_tui.casework.session import Session, open_session
from xieli_tui.desk import enrolment, packs, parameters, registers
from xieli_tui.desk.setup import InitCounty, init_county
from xieli_tui.domain.clock import FixedClock, Rand
from xieli_tui.store import workspace as rooms

PASSPHRASE = "2026 1228 2026 1228"  # noqa: S105 - invented and printed: the demo has nothing to hide
ROOT_PASSPHRASE = "1228 2026 1228 2026"  # noqa: S105 - as above
DESKS = ("county_dir", "village_dir", "neighbour_dir", "township_dir")
START = "2025-12-01 09:00"
MORNING = "08:30"

LOCAL: tuple[tuple[str, str], ...] = (
    ("delegations", '[{"kind":"temp_emergency","max_amount":"3000.00","township":"999999001","from":"2026-01-01"}]'),
    ("notice_days", "7"),
    ("visit_days", '{"days":90}'),
    ("alert_days", '{"risk":{"days":10},"gap":{"days":10},"uncovered":{"days":10},"no_longer":{"days":10},"complex":{"days":10}}'),
    ("referral_days", '{"days":15}'),
    ("supplement_days", '{"days":15,"unit":"working"}'),
    ("small_advance_cap", '"1000.00"'),
    ("phones", '{"999999001":"10000001234"}'),
    ("hotline", '"12349"'),
    ("dibao_std_month", '"735.00"'),
    ("tekun_std_month", '"980.00"'),
    ("dispo_income_prev_year", '"24600.00"'),
    ("rigid_ratio", '"0.60"'),
    ("emergency_items", '["突发重病住院","意外事故","火灾","自然灾害","务工不着、流落街头"]'),
    ("kind_rules", '{"edu":["dibao","tekun","edge","rigid"],"med_aid":["dibao","tekun","edge","rigid"],"housing_rural":["dibao","tekun","edge","rigid"],'
     '"employment":["dibao","edge","rigid"],"in_kind":["dibao","tekun","other_hard"]}'),
    ("risk_indicators", '[{"id":"med_selfpay_year","fact":"medical.self_pay","over":"10000.00","text":"一年看病自己掏的钱超过县里定的数"}]'),
)
"""What the county sets on its first day: every sum and every number of days invented."""


def build(folder: Path | str, clock: FixedClock | None = None, rand: Rand = os.urandom, *, kdf: Literal["auto", "floor"] = "floor", practice: bool = False) -> Demo:
    """Lay the demo down in an empty folder.

    Args:
        clock: stands at or before December 2025; moved to the demo morning.
        kdf: strength of the passphrase slots; the floor is the weakest the vault accepts.
        practice: of the practice network (xieli practice): nothing of it can ever be taken in by a real desk.

    Raises:
        Refused: XL-L03 a workspace lies there already, XL-F03/F07 the folder.
    """
    home = Path(folder).absolute()
    source = sources.load()
    clock = clock or FixedClock(moment(START))
    move_to(clock, moment(START))
    places = layout(home)
    for name in ("stick", "root_dir"):
        places[name].mkdir(parents=True, exist_ok=True)
    made = init_county(
        places["county_dir"], InitCounty(source.county, source.county_name, source.county_officer, places["root_dir"], kdf, practice=practice),
        PASSPHRASE, ROOT_PASSPHRASE, clock=clock, rand=rand,
    )
    _init_village(places["village_dir"], source.village, kdf, practice, clock, rand)
    _init_village(places["neighbour_dir"], source.neighbour, kdf, practice, clock, rand)
    # A practice is of a village and its county: whoever learns is to meet one desk that answers.
    township_too = not practice
    if township_too:
        setup.init_village(
            places["township_dir"],
            setup.InitVillage((), source.town, source.officer, kdf=kdf, role="township", area=source.town_code, post="民政办"),
            PASSPHRASE, clock=clock, rand=rand,
        )
    desks = DESKS if township_too else DESKS[:3]
    for name in desks:
        rooms.save_profile(places[name], dataclasses.replace(rooms.load_profile(places[name]), demo=not practice))
    opened: list[Session] = []
    try:
        county, village, neighbour, *rest = (_opened(opened, places[name], clock, rand) for name in desks)
        scene = Scene(source, clock, rand, village, county, neighbour, places["stick"])
        for key, value in LOCAL:
            parameters.set_local(county, parameters.SetLocal(key, value, "2026-01-01" if key == "delegations" else "2025-12-01"))
        with sources.pack_file() as pack:
            packs.install(county, pack, "2026-01-01")
        move_to(clock, moment("2025-12-02 10:00"))
        _enrol(scene, village, source.village, made.root_fingerprint, places["root_dir"])
        _enrol(scene, neighbour, source.neighbour, made.root_fingerprint, places["root_dir"])
        _registers(scene)
        move_to(clock, moment("2025-12-03 09:00"))
        _rosters(scene, places["stick"])
        diary = write_diary(scene)
        for township in rest:  # it comes late, reads the year in one go, and the laptops learn of it with their next return
            diary.at("2026-12-21 16:10", partial(_enrol_township, scene, township, made.root_fingerprint, places["root_dir"]))
            diary.at("2026-12-21 16:20", partial(reach_township, township, county, (village, neighbour), places["stick"]))
        diary.run(clock)
        morning = moment(f"{source.demo_day.isoformat()} {MORNING}")
        move_to(clock, morning)
        story = {**scene.story, "urgent": scene.homes[1], "refused": scene.homes[44], "draft": scene.homes[11], "died": scene.homes[41]}
        demo = Demo(
            folder=home, **places, passphrase=PASSPHRASE, root_passphrase=ROOT_PASSPHRASE, root_fingerprint=made.root_fingerprint,
            village_dev=village.dev, now=morning, kdf=kdf, story=story,
        )
    finally:
        for session in opened:
            session.close()
    save_marker(demo)
    return demo


def _opened(opened: list[Session], workspace: Path, clock: FixedClock, rand: Rand) -> Session:
    session = open_session(workspace, PASSPHRASE, clock=clock, rand=rand, where="app")
    opened.append(session)
    return session


def _init_village(workspace: Path, village: Village, kdf: str, practice: bool, clock: FixedClock, rand: Rand) -> None:
    setup.init_village(
        workspace, setup.InitVillage((village.code,), village.name, village.coordinator, kdf=kdf, post="协理员", practice=practice), PASSPHRASE, clock=clock, rand=rand,
    )


def _enrol(scene: Scene, laptop: Session, village: Village, fingerprint: str, folder: Path) -> None:
    grant = folder / f"grant-{village.code}.xieli"
    enrolment.enrol_device(scene.county, enrolment.EnrolDevice(
        setup.device_code(laptop).code, (village.code,), village.coordinator, grant, names={village.code: village.name},
    ))
    setup.enrol(laptop, grant, fingerprint)


def _enrol_township(scene: Scene, township: Session, fingerprint: str, folder: Path) -> None:
    grant = folder / f"grant-{scene.source.town_code}.xieli"
    enrolment.enrol_device(
        scene.county,
        enrolment.EnrolDevice(setup.device_code(township).code, (), scene.source.officer, grant, "township", scene.source.town_code, folder),
        root_passphrase=ROOT_PASSPHRASE,
    )
    setup.enrol(township, grant, fingerprint)


def _registers(scene: Scene) -> None:
    """What the county keeps of its villages: boards, telephones, who is coordinator on which computer."""
    for at, (village, laptop) in enumerate(((scene.source.village, scene.village), (scene.source.neighbour, scene.neighbour)), 1):
        registers.set_village(scene.county, registers.SetVillage(
            village.code, start="2025-12-01", name=village.name, boards=("镇政府公开栏", "村委会公开栏"), phone=f"1000000900{at}",
        ))
        registers.add_staff(scene.county, registers.AddStaff(
            village.coordinator, (village.code,), source="committee", since="2025-12-01", dev=laptop.dev, operator=laptop.operator,
        ))


def on_the_list(families: Sequence[Family], day: dt.date, *, dead_too: bool = True) -> tuple[Family, ...]:
    """The families as a sheet of that day would have them: nobody not born yet, no category given later."""
    out = []
    for family in families:
        people = tuple(p for p in family.people if p.birth <= day and (dead_too or not p.died or p.died > day.isoformat()))
        known = family.since and family.since <= day.isoformat()
        out.append(dataclasses.replace(family, people=people, category=family.category if known else ""))
    return tuple(out)


def _rosters(scene: Scene, folder: Path) -> None:
    day = scene.clock.now().date()
    both: tuple[tuple[Session, Village], ...] = ((scene.village, scene.source.village), (scene.neighbour, scene.source.neighbour))
    for laptop, village in both:
        sheet = write_roster(folder / f"台账-{village.code}.xlsx", village, on_the_list(village.families, day), "2025年12月")
        roster.import_roster(laptop, sheet)
    scene.learn_ids()


def december_sheet(path: Path, source: Source) -> Path:
    """This month's sheet, as the township hands it out on the demo morning: a child born in November is on it, a man who died is not."""
    return write_roster(path, source.village, on_the_list(source.village.families, source.demo_day, dead_too=False), "2026年12月")
