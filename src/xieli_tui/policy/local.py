"""Local parameters (当地规定): what the county may set, and which of its dated, scoped rows holds for a household on a day.

Rules kept here
- never a default: a parameter without a row in force is absent, and the rule that needs it says needs_info (X-03);
- scope: a township's (or village's) code before 城 / 乡, those before the whole county; of two rows in one scope the one that began last;
- a row without an end holds until the next one of its scope begins; a row whose stated end reaches into the next one, or two rows that
  begin on one day, overlap and are refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

from xieli_tui.domain import jsontext
from xieli_tui.errors import Refused
from xieli_tui.policy import facts


class LocalRow(Protocol):
    """A dated row as the store holds it: ISO days ("" = open), `area` "" | urban | rural | a region code, `value` JSON text."""

    @property
    def key(self) -> str: ...
    @property
    def area(self) -> str: ...
    @property
    def start(self) -> str: ...
    @property
    def end(self) -> str: ...
    @property
    def value(self) -> str: ...


class Row(NamedTuple):
    """A row made by hand."""

    key: str
    value: str
    start: str = ""
    end: str = ""
    area: str = ""


CATALOGUE: tuple[tuple[str, str, str], ...] = (
    ("dibao_std_month", "低保标准", "元/月"), ("tekun_std_month", "特困基本生活标准", "元/月"), ("prov_floor", "省级最低指导标准", "元/月"),
    ("city_std_month", "市公布的保障标准", "元/月"), ("dibao_mode", "低保金算法 gap 差额 tier 分档", ""), ("dibao_tiers", "低保分档表", ""),
    ("dispo_income_prev_year", "上年度居民人均可支配收入", "元/年"), ("rigid_ratio", "刚性支出占家庭总收入的比例", ""), ("employment_cost_rule", "就业成本扣减", "元/月"),
    ("taper_months", "渐退期", "月"), ("small_advance_cap", "小额先行救助上限", "元"), ("village_ta_entrusted", "委托村(居)实施临时救助", ""),
    ("delegations", "下放给乡镇的确认权", ""), ("emergency_windows", "应急响应期", ""), ("half_year_condition", "半年核查条件 any all", ""),
    ("referral_days", "转办时限", "天"), ("alert_days", "预警核查时限", "天"), ("visit_days", "走访间隔", "天"), ("supplement_days", "先行救助后补材料时限", "天"),
    ("notice_days", "公示天数", "天"), ("insure_tier1_fee", "居民医保一档个人缴费", "元/年"), ("insure_tier2_fee", "居民医保二档个人缴费", "元/年"),
    ("insure_other_ok", "其他低收入人口资助参保", ""), ("med_rules", "医疗救助起付线和封顶线", ""), ("queryable_docs", "共享平台能查到的证明", ""),
    ("phones", "部门电话", ""), ("hotline", "救助热线", ""), ("dis_extend", "残疾人补贴扩围", ""), ("emergency_items", "急难事项清单", ""), ("price_link", "价格临时补贴", ""),
    ("min_wage_month", "最低工资", "元/月"), ("reserve_balance", "临时救助备用金余额", "元"), ("disaster", "灾害启动", ""), ("kind_rules", "各救助种类的本地对象范围", ""),
    ("poverty_key_county", "国家扶贫开发重点县", ""),
    ("departments", "各救助种类由哪个单位办", ""),
    ("risk_indicators", "贫困风险指标", ""), ("village", "村(社区)登记：村名、公示栏、电话、救助对象人数", ""), ("service_bodies", "社会救助服务机构的岗位", ""),
    ("lock_minutes", "电脑几分钟不动就锁屏", "分钟"), ("private_machines", "准许用私人电脑报送", ""),
    ("notice_names_masked", "公示上户主姓名只写姓", ""),
)
"""(name, what it is, unit): what `county local list` and `county lint` go by."""


def problems(rows: Iterable[LocalRow]) -> list[str]:
    """Keys with overlapping rows, each once."""
    groups: dict[tuple[str, str], list[LocalRow]] = {}
    for row in rows:
        groups.setdefault((row.key, row.area), []).append(row)
    found: dict[str, None] = {}
    for (key, _), group in groups.items():
        ordered = sorted(group, key=lambda one: one.start)
        for before, after in pairwise(ordered):
            if before.start == after.start or (before.end and before.end >= after.start):
                found[key] = None
    return list(found)


def require_no_overlap(rows: Iterable[LocalRow]) -> None:
    """Raises XL-Q06 naming the parameter."""
    for key in problems(rows):
        raise Refused("XL-Q06", "两段时间重叠", field=f"local.{key}")


def value_of(row: LocalRow) -> Any:
    """The JSON value, a sum with a point as text; what cannot be read is a word."""
    try:
        return jsontext.parse(row.value, str)
    except ValueError:
        return row.value


def _in_scope(row: LocalRow, region: str, area: str | None) -> int:
    """How near the scope is: length of a region code, 1 for 城/乡, 0 for all; -1 = not about this household."""
    if row.area == "":
        return 0
    if row.area in ("urban", "rural"):
        return 1 if row.area == area else -1
    return len(row.area) if region.startswith(row.area) else -1


def resolve(rows: Iterable[LocalRow], on: dt.date, region: str, area: str | None = None) -> dict[str, Any]:
    """The flat `local` of a question: JSON values as `ask` takes them, money as written (a bare number is made a decimal string).

    Args:
        region: the household's region code; area: urban | rural | None when not recorded (scoped rows are then left out).

    Raises:
        Refused: XL-Q06 for overlapping rows.
    """
    held = list(rows)
    require_no_overlap(held)
    day = on.isoformat()
    best: dict[str, tuple[int, str, LocalRow]] = {}
    for row in held:
        near = _in_scope(row, region, area)
        if near < 0 or (row.start and row.start > day) or (row.end and row.end < day):
            continue
        if row.key not in best or (near, row.start) > best[row.key][:2]:
            best[row.key] = (near, row.start, row)
    return {key: as_asked(key, value_of(row)) for key, (_, _, row) in sorted(best.items())}


def as_asked(key: str, value: Any) -> Any:
    """A sum typed as a bare number is the same sum as text; nothing else is changed."""
    kind = facts.FIELDS["local"].get(key, "any")
    if kind in ("money", "ratio") and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value
