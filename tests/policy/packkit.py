"""Invented packs and rules for the tests of the frame: nothing of the five documents is needed here."""

from __future__ import annotations

from typing import Any

import pytest

from xieli_tui.policy import engine, loader, registry
from xieli_tui.policy.answer import Guard, Lint, Quantity, Task, Verdict, allow, guard, judge
from xieli_tui.policy.context import Context
from xieli_tui.policy.loader import PackSet
from xieli_tui.policy.readings import r4_periodic

PROVINCE = """
id = "T0"
pack_id = "test-province"
title = "测试省试行办法"
doc_no = "测政发〔2020〕1号"
issuers = ["测试省人民政府"]
level = "province"
region_code = "990000"
issued = "2020-06-17"
effective_from = "2020-05-01"
currency = "unverified"

[parameters.t_edge_lt]
value = "1.5"
op = "<"
unit = "×低保标准"
cite = "T0:一"

[parameters.t_max]
value = "3000"
op = "<="
unit = "元"
cite = "T0:三"

[parameters.t_taper]
value = ["3", "12"]
op = "between"
unit = "月"
cite = "T0:一"

[[rules]]
id = "T-01"
priority = "P0"
type = "S"
cite = "T0:一"
text = "边缘家庭"
where = "engine"

[[rules]]
id = "T-02"
priority = "P0"
type = "S"
cite = "T0:二"
text = "单人户，重残"
where = "engine"

[[rules]]
id = "T-03"
priority = "P0"
type = "S"
cite = "T0:二2"
text = "单人户，重病"
where = "engine"

[[rules]]
id = "T-04"
priority = "P0"
type = "D"
cite = "T0:四"
text = "每季度探访"
where = "engine"

[[rules]]
id = "T-05"
priority = "P0"
type = "F"
cite = "T0:三"
text = "三千元以下乡镇确认"
where = "engine"

[[rules]]
id = "T-06"
priority = "P1"
type = "C"
cite = "T0:五"
text = "差额"
where = "engine"

[[rules]]
id = "T-07"
priority = "P1"
type = "P"
cite = "T0:六"
text = "服务站点"
where = "engine"

[[rules]]
id = "T-08"
priority = "P1"
type = "S"
cite = "T0:七"
text = "监测"
where = "engine"

[[kinds]]
id = "dibao"
unit = "hh"
cite = "T0:一"
lead = "civil_affairs"
text = "省民政厅"
test = "X-05"

[[kinds]]
id = "dibao_edge"
unit = "hh"
cite = "T0:一"
lead = "civil_affairs"
text = "省民政厅"

[[kinds]]
id = "dibao_single"
unit = "person"
cite = "T0:二"
lead = "civil_affairs"
text = "省民政厅"

[[kinds]]
id = "edu"
unit = "person"
cite = "T0:八"
lead = "education"
text = "教育厅"
document_only = true

[[kinds]]
id = "heating"
unit = "hh"
cite = "T0:九"
lead = "civil_affairs"
text = "省民政厅"
document_only = true

[[kinds]]
id = "monitoring"
unit = "hh"
cite = "T0:七"
lead = "civil_affairs"
text = "省民政厅"
"""

COUNTY = """
id = "T1"
pack_id = "test-county"
title = "测试县实施细则"
doc_no = "测县发〔2026〕1号"
issuers = ["测试县人民政府"]
level = "county"
region_code = "999999"
effective_from = "2026-01-01"
currency = "unverified"
adopt_label = "演示采用"
adopt = [
  { rule = "T-04", from = "T0", cite = "第五条" },
  { rule = ["T-01", "T-05"], from = "T0", cite = "第六条" },
]

[parameters.t_edge_lt]
value = "2"
op = "<"
unit = "×低保标准"
cite = "T1:第六条"
"""

OTHER = """
id = "T2"
pack_id = "test-other-county"
title = "另一个县"
doc_no = "另县发〔2026〕2号"
level = "county"
region_code = "999998"
currency = "unverified"

[[kinds]]
id = "volunteer"
unit = "hh"
cite = "T2:一"
text = "志愿者"
document_only = true
"""


def edge(ctx: Context) -> Verdict:
    std = ctx.local("dibao_std_month")
    return judge(
        ctx.outcome("X-05").is_("fails").named("不符合低保条件"),
        ctx.bound("t_edge_lt", ctx.hh("income_month"), std * ctx.hh("size")).named("人均收入低于规定倍数"),
        ctx.hh("assets_ok").is_true("财产符合规定"),
    )


def single(ctx: Context) -> Verdict:
    return judge(
        ctx.bound("ext_adult_age", ctx.person("birth_date").age(ctx.asof)).named("已成年"), ctx.person("severe_disabled").is_true("重度残疾"), then="discretion"
    )


def single_ill(ctx: Context) -> Verdict:
    return judge(ctx.person("severe_illness").is_true("重病"), then="discretion")


def quarterly(ctx: Context) -> Task | None:
    if not ctx.hh("status").in_(("dibao", "tekun")).holds:
        return None
    days = [one("date").value for one in ctx.records("visits") if one("date").known]
    return ctx.task(r4_periodic("quarter", days, ctx.hh("grant_date").value, ctx.asof), "每季度至少探访一次")


def township(ctx: Context) -> Guard:
    return guard(ctx.bound("t_max", ctx.arg("amount")), ok="金额在乡镇权限之内", otherwise="超过乡镇权限，由县级办理", unknown="block", next_actor="county")


def gap(ctx: Context) -> Quantity:
    return ctx.quantity(ctx.local("dibao_std_month") * ctx.hh("size") - ctx.hh("income_month"), unit="元/月")


def station(ctx: Context) -> list[Lint]:
    return [Lint("station_missing", "未设服务站点", one.id) for one in ctx.records("villages") if one("station").is_false().holds]


def monitored(ctx: Context) -> list[Verdict]:
    return [
        judge(ctx.hh("exit_date").test(lambda day: day < ctx.asof, "已退出"), reason="exited_2y", tasks=(Task("pending", "转退出要核查", task="exit_review"),)),
        judge(ctx.app("result").is_("rejected", "申请未通过"), reason="rejected"),
    ]


def install(monkeypatch: pytest.MonkeyPatch) -> PackSet:
    """Register the invented rules for one test and read the three packs beside the external one."""
    rows: list[tuple[str, registry.Op, tuple[str, ...], Any]] = [
        ("T-01", "screen", ("dibao_edge",), edge), ("T-02", "screen", ("dibao_single",), single), ("T-03", "screen", ("dibao_single",), single_ill),
        ("T-04", "due", ("visit_quarter",), quarterly), ("T-05", "check", ("township.decide",), township), ("T-06", "compute", ("benefit_gap",), gap),
        ("T-07", "lint", ("station_missing",), station), ("T-08", "screen", ("monitoring",), monitored),
    ]
    registry.load_rules()
    for rule_id, op, keys, call in rows:
        topic = "decision_level" if op == "check" else rule_id
        monkeypatch.setitem(registry._FUNCTIONS, rule_id, [registry.RuleFunction(rule_id, op, keys, "hh", topic, call, f"tests:{rule_id}")])
    external = loader.PackSet({"EXT": loader.shipped().packs["EXT"]})
    return loader.gather([("province.toml", PROVINCE.encode()), ("county.toml", COUNTY.encode()), ("other.toml", OTHER.encode())], external)


def ask(packs: PackSet, op: str, region: str = "999999", asof: str = "2026-11-21", **more: Any) -> list[dict[str, Any]]:
    """The answers of one question."""
    answers: list[dict[str, Any]] = engine.ask({"op": op, "region": region, "asof": asof, **more}, packs)["answers"]
    return answers


__all__ = ["COUNTY", "OTHER", "PROVINCE", "allow", "ask", "install"]
