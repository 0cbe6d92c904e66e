"""`xieli county`: the desk, township or county. What role, area or delegation does not allow is refused with XL-P0x, exit 4."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.alert import mount as mount_alerts
from xieli_tui.cli.common import Json, PassFile, Said, Workspace, emit, folder_of, group, plain, read_passphrase
from xieli_tui.cli.county_case import mount as mount_case
from xieli_tui.cli.county_coverage import mount as mount_coverage
from xieli_tui.cli.county_gaps import app as gap_app
from xieli_tui.cli.county_lint import mount as mount_lint
from xieli_tui.cli.county_local import app as local_app
from xieli_tui.cli.county_matters import mount as mount_matters
from xieli_tui.cli.county_packs import columns_app, form_app, holidays_app, pack_app, report_app
from xieli_tui.cli.county_people import mount as mount_people
from xieli_tui.cli.county_receive import mount as mount_receive
from xieli_tui.cli.county_registers import mount as mount_registers
from xieli_tui.cli.county_reopen import mount as mount_reopen
from xieli_tui.cli.county_standing import mount as mount_standing
from xieli_tui.cli.county_stats import mount as mount_stats
from xieli_tui.cli.county_steps import mount as mount_steps
from xieli_tui.cli.county_trust import mount as mount_trust
from xieli_tui.cli.handover import desk_app as handover_app
from xieli_tui.cli.sync import outcome_lines, taken
from xieli_tui.cli.told import told as told_
from xieli_tui.cli.words import ident, kinds, row
from xieli_tui.domain.codes import label

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("工作台：镇(街道)、县级收件、办理、回传。")
trust_app = group("信任名单。")
app.add_typer(local_app, name="local")
mount_registers(app)
mount_matters(app)
mount_lint(app)
mount_coverage(app)
mount_stats(app)
mount_people(app)
app.add_typer(handover_app, name="handover")
mount_alerts(app)
mount_trust(app)
mount_reopen(app)
app.add_typer(trust_app, name="trust")
operator_app = group("工作台的办事人员。")
app.add_typer(operator_app, name="operator")
app.add_typer(gap_app, name="gap")
app.add_typer(pack_app, name="pack")
app.add_typer(holidays_app, name="holidays")
app.add_typer(form_app, name="form")
app.add_typer(report_app, name="report")
app.add_typer(columns_app, name="columns")

App_ = Annotated[str, typer.Argument(help="申请的编号。", metavar="APP")]


@app.command("init")
def init(
    county: Annotated[str, typer.Option("--county", help="县的 6 位代码。")],
    name: Annotated[str, typer.Option("--name", help="县名。")],
    operator: Annotated[str, typer.Option("--operator", help="操作员姓名。")],
    root_out: Annotated[Path | None, typer.Option("--root-out", help="根密钥文件放在哪里，用完请离线保管。")] = None,
    kdf: Annotated[str, typer.Option("--kdf", help="口令强度：auto 按本机调到约一秒，floor 最低一档。")] = "auto",
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """建县级工作区和根密钥。"""
    from xieli_tui.desk.setup import InitCounty, init_county

    passphrase = read_passphrase(passphrase_file, prompt="新口令", twice=True, offer=True)
    root_passphrase = read_passphrase(None, env="XIELI_KEYFILE_PASSPHRASE", prompt="根密钥文件的口令", twice=True)
    made = init_county(folder_of(w), InitCounty(county, name, operator, root_out, kdf), passphrase, root_passphrase)
    emit(
        json, made,
        [f"县级工作区已建好：{folder_of(w)}", f"根密钥文件：{made.root_file}", f"县里的核对码：{made.root_fingerprint}", "把根密钥文件移到离线的盘上，由专人保管。"],
    )


@app.work("enrol")
def enrol(
    session: Session,
    code: Annotated[str, typer.Option("--code", help="登记码，以 XE1- 开头，或存着它的文件。")],
    operator: Annotated[str, typer.Option("--operator", help="谁用这台电脑，姓名。")],
    out: Annotated[Path, typer.Option("--out", help="登记文件写到哪里。")],
    village: Annotated[list[str] | None, typer.Option("--village", help="村代码，可以写几个；写成 代码=村名 更好。")] = None,
    role: Annotated[str, typer.Option("--role", help="village 村，township 镇（街道）。")] = "village",
    area: Annotated[str | None, typer.Option("--area", help="镇的 9 位代码。")] = None,
    root: Annotated[Path | None, typer.Option("--root", help="根密钥所在的文件夹；登记镇的电脑要用。")] = None,
    key_lost: Annotated[bool, typer.Option("--key-lost", help="这台电脑是从旧备份恢复的，后来换的钥匙没有了：改用它最初的钥匙。先看清是谁。")] = False,
) -> Said:
    """登记一台电脑，写出登记文件。"""
    from xieli_tui.desk.enrolment import EnrolDevice, enrol_device

    names: dict[str, str] = {}
    codes: list[str] = []
    for text in village or []:
        number, _, called = text.partition("=")
        codes.append(number)
        if called:
            names[number] = called
    root_passphrase = read_passphrase(None, env="XIELI_KEYFILE_PASSPHRASE", prompt="根密钥文件的口令") if root is not None else None
    done = enrol_device(
        session, EnrolDevice(code, tuple(codes), operator, out, role=role, area=area, root=root, names=names, key_lost=key_lost), root_passphrase=root_passphrase
    )
    note = ["这台电脑换过钥匙，登记的是它最新的那把。要是它从旧备份恢复、那把没有了，加 --key-lost 再登记一次。"] if done.newer else []
    return Said({"dev": done.dev, "fingerprint": done.fingerprint, "file": done.file}, [f"登记文件：{done.file}", f"请和对方核对 20 位数字：{done.fingerprint}", *note])


@app.work("devices")
def devices(session: Session) -> Said:
    """登记过的电脑。"""
    from xieli_tui.desk.enrolment import devices as listed

    rows = listed(session)
    return Said(
        {"devices": rows},
        lambda: [row(f"编号 {r.dev[:8]}", label("role", r.role), "、".join(r.names) or r.area, "、".join(r.operators), r.last_bundle or "待首次上报") for r in rows],
    )


@app.work("import")
def import_(
    session: Session,
    files: Annotated[list[Path], typer.Argument(help="数据包或文件夹。")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入。")] = False,
) -> Said:
    """收件：导入村里交来的数据包。"""
    from xieli_tui.desk.intake import import_files

    results = import_files(session, files, dry_run=dry_run)

    def lines() -> list[str]:
        rows = ["试算，没有写入。"] if dry_run else []
        for line, result in zip(outcome_lines(results), results, strict=True):
            rows += [line, *(f"  {d}" for d in result.diff)]
        return rows

    return Said({"results": results}, lines, taken(results))


@app.work("queue")
def queue(session: Session) -> Said:
    """队列：先急难，再看离期限多近。"""
    from xieli_tui.desk.queue import queue as items

    rows = items(session)
    return Said(
        {"items": rows},
        lambda: [row("急难" if r.emergency else "", r.village_name, r.head or "名单外的人", kinds(r.kinds), r.state_label, r.why, f"{r.clock_due} 前" if r.clock_due else "", r.clock_note, ident(r.id)) for r in rows]
        or ["队列是空的。"],
    )


@app.work("show")
def show(session: Session, app_id: App_) -> Said:
    """看一个个案。"""
    from xieli_tui.desk.queue import case
    from xieli_tui.domain.idnum import mask_id
    from xieli_tui.domain.text import mask_phone

    found = case(session, app_id)
    body = plain(found)
    body["household"]["row"]["id_no"] = mask_id(found.household.row.id_no)
    body["household"]["row"]["phone"] = mask_phone(found.household.row.phone)
    body["household"]["fields"].pop("phone", None)
    body["household"].pop("heads")
    for member in body["household"]["members"]:
        member["id_no"] = mask_id(member["id_no"])
        member["phone"] = mask_phone(member["phone"])
        member["fields"] = {k: v for k, v in member["fields"].items() if k not in ("id_no", "phone", "bank", "disability_cert")}
    words = {"done": "已办", "owed": "欠", "not_needed": "不需要"}
    return Said(
        body,
        lambda: [row(f"{found.card.head}家", kinds(found.card.kinds), "急难" if found.card.emergency else "", found.card.state_label)]
        + [f"{words[s.status]}：{row(s.label, s.on, s.why, s.cite)}" for s in found.steps]
        + [f"还缺：{m}" for m in found.card.missing]
        + [f"看一看：{hint}" for hint in found.hints],
    )


mount_steps(app)


@app.work("send")
def send(
    session: Session,
    to: Annotated[Path, typer.Option("--to", help="放到哪个文件夹或U盘。")],
    device: Annotated[str | None, typer.Option("--device", help="只给这一台。")] = None,
    all_: Annotated[bool, typer.Option("--all", help="给所有登记的电脑，不写也是这样。")] = False,
) -> Said:
    """回传：签收单、决定、预警。没有新东西就不写文件。"""
    from xieli_tui.desk.send import send as lay_down

    files = lay_down(session, to, None if all_ else device)
    return Said({"files": files}, lambda: [row(Path(f.path).name, "县里的回传，原样带下去" if f.carried else "", f"{f.events} 条") for f in files] or ["没有要回传的。"])


@trust_app.work("export")
def trust_export(
    session: Session,
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件。")],
    replace: Annotated[bool, typer.Option("--replace", help="换掉那里原来的名单，收件处会自己重读。")] = False,
) -> Said:
    """导出信任名单：收件处凭它认电脑。登记、停用以后要重新导出。"""
    from xieli_tui.desk.enrolment import save_trust

    count = save_trust(session, out, replace=replace)
    return Said({"file": str(out), "devices": count}, [f"已写出 {out}"])


@operator_app.work("add")
def operator_add(
    session: Session,
    name: Annotated[str, typer.Option("--name", help="姓名。")],
    role: Annotated[str, typer.Option("--role", help="township 镇（街道），county 县级。")],
    area: Annotated[str, typer.Option("--area", help="管哪里：镇 9 位，县 6 位。")],
    post: Annotated[str | None, typer.Option("--post", help="职务。")] = None,
) -> Said:
    """加一名办事人员。"""
    from xieli_tui.desk.operators import AddOperator, add_operator

    saved = add_operator(session, AddOperator(name, role, area, post))
    return told_(saved)


@operator_app.work("list")
def operator_list(session: Session) -> Said:
    """看办事人员。"""
    from xieli_tui.desk.operators import list_operators

    rows = list_operators(session)
    return Said({"operators": rows}, lambda: [row(r.name, label("role", r.role), r.area, ident(r.operator)) for r in rows])


mount_case(app)
mount_standing(app)
mount_receive(app)
