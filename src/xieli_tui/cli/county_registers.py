"""`xieli county staff|station|village|body`: the county's registers, dated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said, group, plain
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

staff_app = group("协理员和经办人员名册。")
station_app = group("社会救助服务站(点)。")
village_app = group("村(社区)登记：村名、公示栏、电话、救助对象人数。")
body_app = group("社会救助服务机构的岗位。")

Village = Annotated[str, typer.Argument(help="村的 12 位代码。", metavar="VILLAGE")]
Since = Annotated[str | None, typer.Option("--from", help="从哪天起；不写就是今天。")]
Until = Annotated[str | None, typer.Option("--to", help="到哪天。")]
Phone = Annotated[str | None, typer.Option("--phone", help="电话。")]
OnDay = Annotated[str | None, typer.Option("--on", help="哪天。")]


@staff_app.callback()
def _staff() -> None:
    """协理员和经办人员名册。"""


@staff_app.work("add")
def staff_add(
    session: Session,
    name: Annotated[str, typer.Option("--name", help="姓名。")],
    village: Annotated[list[str] | None, typer.Option("--village", help="管哪个村，12 位代码，可以写几个。")] = None,
    area: Annotated[str | None, typer.Option("--area", help="不管村的经办人员：镇 9 位，县 6 位。")] = None,
    source: Annotated[str | None, typer.Option("--source", help="协理员从哪里来：committee 村委会委员、grid 网格员、hired 聘用、social_worker 社工。")] = None,
    post: Annotated[str | None, typer.Option("--post", help="职务；写了 --source 就是社会救助协理员。")] = None,
    start: Since = None,
    end: Until = None,
    phone: Phone = None,
    device: Annotated[str | None, typer.Option("--device", help="用哪台登记电脑，编号或前八位。")] = None,
    operator: Annotated[str | None, typer.Option("--operator", help="那台电脑上的哪个账号。")] = None,
) -> Said:
    """登记一个人，每个村一条。"""
    from xieli_tui.desk.registers import AddStaff, add_staff

    saved = add_staff(session, AddStaff(name, tuple(village or ()), area, post, source, start, end, phone, device, operator))
    return Said({"staff": [{"id": one.id, "seq": one.seq} for one in saved]}, [row(f"已保存(第{one.seq}条)", ident(one.id)) for one in saved])


@staff_app.work("end")
def staff_end(
    session: Session,
    staff: Annotated[str, typer.Argument(help="名册里的编号。", metavar="STAFF")],
    on: Annotated[str | None, typer.Option("--on", help="最后一天；不写就是今天。")] = None,
) -> Said:
    """写离任。"""
    from xieli_tui.desk.registers import end_staff

    saved = end_staff(session, staff, on)
    return Said({"id": saved.id, "seq": saved.seq, "state": saved.state}, [f"已保存(第{saved.seq}条)"])


@staff_app.work("list")
def staff_list(
    session: Session,
    village: Annotated[str | None, typer.Option("--village", help="只看一个村。")] = None,
    on: Annotated[str | None, typer.Option("--on", help="只看那天在任的。")] = None,
) -> Said:
    """看名册。"""
    from xieli_tui.desk.registers import list_staff

    rows = list_staff(session, village=village, on=on)
    return Said(
        {"staff": rows},
        lambda: [
            row(r.village_name or r.area, r.name, r.post, r.source_word, f"{r.since} 起{(' ' + r.until + ' 止') if r.until else ''}", r.phone, ident(r.id)) for r in rows
        ] or ["名册是空的。"],
    )


@station_app.callback()
def _station() -> None:
    """社会救助服务站(点)。"""


@station_app.work("set")
def station_set(
    session: Session,
    village: Village,
    name: Annotated[str, typer.Option("--name", help="站名。")],
    start: Since = None,
    end: Until = None,
    phone: Phone = None,
    station: Annotated[str | None, typer.Option("--station", help="改已有的一个，写它的编号。")] = None,
) -> Said:
    """登记或更改一个服务站(点)。"""
    from xieli_tui.desk.registers import SetStation, set_station

    saved = set_station(session, SetStation(village, name, start, end, phone, station))
    return Said({"id": saved.id, "seq": saved.seq, "state": saved.state}, [f"已保存(第{saved.seq}条)"])


@station_app.work("list")
def station_list(session: Session) -> Said:
    """看服务站(点)。"""
    from xieli_tui.desk.registers import list_stations

    rows = list_stations(session)
    return Said({"stations": rows}, lambda: [row(r.village, r.name, f"{r.since} 起{(' ' + r.until + ' 止') if r.until else ''}", r.phone, ident(r.id)) for r in rows] or ["还没有。"])


@village_app.callback()
def _village() -> None:
    """村(社区)登记：村名、公示栏、电话、救助对象人数。"""


@village_app.work("set")
def village_set(
    session: Session,
    village: Village,
    name: Annotated[str | None, typer.Option("--name", help="村名；第一次要写。")] = None,
    board: Annotated[list[str] | None, typer.Option("--board", help="公示栏在哪里，可以写几处。")] = None,
    phone: Phone = None,
    recipients: Annotated[int | None, typer.Option("--recipients", min=0, help="救助对象有多少人；不写就按在册的数。")] = None,
    start: Since = None,
) -> Said:
    """登记一个村；没写的栏目照旧。"""
    from xieli_tui.desk.registers import SetVillage, set_village

    saved = set_village(session, SetVillage(village, start, name, board or None, phone, recipients))
    return Said({"id": saved.id, "seq": saved.seq, "state": saved.state}, [f"已保存(第{saved.seq}条)"])


@village_app.work("list")
def village_list(session: Session, on: OnDay = None) -> Said:
    """看登记过的村。"""
    from xieli_tui.desk.registers import list_villages

    rows = list_villages(session, on)
    return Said(
        {"villages": [plain(r) for r in rows]},
        lambda: [row(r.village, r.name, f"协理员 {'、'.join(r.coordinators) or '没有'}", '、'.join(r.stations), r.phone) for r in rows] or ["还没有登记村。"],
    )


@body_app.callback()
def _body() -> None:
    """社会救助服务机构的岗位。"""


@body_app.work("set")
def body_set(
    session: Session,
    body: Annotated[str, typer.Argument(help="机构编号。", metavar="BODY")],
    technical: Annotated[int, typer.Option("--technical", min=0, help="专业技术岗有几个。")],
    socialwork: Annotated[int, typer.Option("--socialwork", min=0, help="其中社会工作岗位有几个。")],
    name: Annotated[str | None, typer.Option("--name", help="机构名。")] = None,
    start: Since = None,
) -> Said:
    """登记一个服务机构的岗位。"""
    from xieli_tui.desk.registers import SetBody, set_body

    saved = set_body(session, SetBody(body, technical, socialwork, name, start))
    return Said({"id": saved.id, "seq": saved.seq, "state": saved.state}, [f"已保存(第{saved.seq}条)"])


@body_app.work("list")
def body_list(session: Session, on: OnDay = None) -> Said:
    """看服务机构。"""
    from xieli_tui.desk.registers import list_bodies

    rows = list_bodies(session, on)
    return Said({"bodies": rows}, lambda: [row(r['id'], r.get('name', ''), f"专业技术岗 {r['technical_posts']}", f"社会工作岗 {r['socialwork_posts']}") for r in rows] or ["还没有。"])


def mount(county: App) -> None:
    """Hang the registers under `xieli county`."""
    for name, part in (("staff", staff_app), ("station", station_app), ("village", village_app), ("body", body_app)):
        county.add_typer(part, name=name)
