"""县里自查: what is wrong or missing in the county's own data (op lint of the packs in force, and what the desk sees by itself).

Rules kept here
- a lint speaks about standards, villages, registers, computers and aid records, never about a person's merit; families stand as ids only;
- a parameter that a rule of an active pack reads and the county has not set is named with the rules that wait for it (X-03); nothing is defaulted;
- standards that differ by town and country, or by township, are looked at scope by scope;
- a finding says what, what to do next, under which clause and rule; a register that is empty is a finding, not a silence.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import fact_rows, packs
from xieli_tui.desk import guards, known_devices, local_check, officers
from xieli_tui.desk.registers import body_rows, source_word, village_names, village_values
from xieli_tui.errors import Refused, XieliError
from xieli_tui.policy import ask, facts, local, local_needs
from xieli_tui.store import queries, recovery
from xieli_tui.store.queries import registers

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.policy.loader import PackSet
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

RECIPIENT = ("dibao", "tekun")
HOUSEHOLD_LINTS = ("aid_duplicate", "aid_omitted")
NEXT = {
    "tekun_std_below_1_3": "核对两个标准，用 xieli county local set tekun_std_month 改", "std_below_floor": "核对标准，用 xieli county local set dibao_std_month 改",
    "coordinators_out_of_range": "用 xieli county staff add 或 staff end 把名册改对", "coordinator_source": "核对来源，用 xieli county staff add 换人或改来源",
    "station_missing": "建站以后用 xieli county station set 登记", "socialwork_posts_low": "核对岗位，用 xieli county body set 改",
    "emergency_items_empty": "用 xieli county local set emergency_items 列出急难事项", "aid_duplicate": "打开户档的救助链，核对是不是同一笔登记了两次",
    "aid_omitted": "打开户档的救助链，补登记，或核对是否漏发",
}
"""Lint id -> what to do."""
OWN_LINT = frozenset({"emergency_items"})
"""Parameters whose absence a pack's own rule tells (CN-02)."""
TOWN_WORDS = {"": "全县", "urban": "城市", "rural": "农村"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `lint` = id, with `:<object>` when it is about one; `rules` are those that speak or wait; `households` ids of families."""

    lint: str
    what: str
    next_step: str
    cite: str
    rule: str
    rules: tuple[str, ...] = ()
    households: tuple[str, ...] = ()


def lint(session: Session, *, region: str | None = None) -> list[Finding]:
    """Everything found, today. A township sees its own villages.

    Args:
        region: look at the same data under another region's packs (2 to 12 digits), for comparison.

    Raises:
        Refused: XL-P07 in a village, XL-V12 region.
    """
    if region is not None and not (region.isascii() and region.isdigit() and 2 <= len(region) <= 12):
        raise Refused("XL-V12", field="as_region")
    with session.reading() as tx:
        who = guards.officer(session, tx)
        look = _Look(tx, who, region or who.area, session.today)
        return [*look.parameters(), *look.of_packs(), *look.families(), *look.places(), *look.computers(), *look.recovery()]


def rules_in_force(held: PackSet, region: str, today: dt.date) -> dict[str, str]:
    """Rule id -> clause, of every pack active in a region on a day, adopted rules with both clauses."""
    found: dict[str, str] = {}
    for pack in held.on(today).packs.values():
        if not pack.active(region, today)[0]:
            continue
        for row in pack.rules.values():
            found.setdefault(row.id, pack.cite(row.cite))
        for one in pack.adopt.values():
            source = held.packs.get(one.source)
            if source is not None and one.rule in source.rules:
                found[one.rule] = f"{pack.cite(one.cite)}; {source.cite(source.rules[one.rule].cite)}"
    return found


def waiting(session: Session) -> dict[str, tuple[str, ...]]:
    """Parameter -> the rules in force here that read it; what no rule here reads is left out. Raises Refused("XL-P07") in a village."""
    with session.reading() as tx:
        held = rules_in_force(packs.of(tx), guards.officer(session, tx).area, session.today)
    return {key: here for key, rules in local_needs.waiting().items() if (here := tuple(one for one in rules if one in held))}


class _Look:
    """One look over the store."""

    def __init__(self, tx: Tx, who: guards.Officer, region: str, today: dt.date) -> None:
        self.tx, self.who, self.region, self.today, self.day = tx, who, region, today, today.isoformat()
        self.packs: PackSet = packs.of(tx)
        self.homes = [home for home in queries.households(tx) if home.known and home.village.startswith(who.area)]
        self.devices = [one for one in queries.devices(tx) if not one.revoked]
        self.names = village_names(tx)
        self.registered = {code: table for code, table in village_values(tx, self.day).items() if code.startswith(who.area)}
        self.staff = [one for one in registers.staff(tx) if one.source and one.serves(self.day) and one.village.startswith(who.area)]
        self.villages = sorted(
            set(self.registered) | {home.village for home in self.homes} | {one.village for one in self.staff if one.village}
            | {code for device in self.devices for code in device.villages if code.startswith(who.area)}
        )
        self.rows = queries.local_params(tx)

    def _name(self, village: str) -> str:
        return self.names.get(village, village)

    # -- parameters ---------------------------------------------------------------------------------
    def parameters(self) -> Iterator[Finding]:
        """Overlapping and unreadable rows; parameters nobody set, or set for a part of the county only."""
        for key in local.problems(self.rows):
            yield Finding(
                f"param_overlap:{key}", f"{_word(key)} 有两段时间重叠，用到它的都会停下", f"用 xieli county local annul {key} 撤回一段", "", "",
            )
        for key, why in self._unreadable():
            yield Finding(
                f"param_unreadable:{key}", f"{_word(key)} 存着的值读不了（{why}）", f"用 xieli county local set {key} --replace 改写", "", "",
            )
        held = rules_in_force(self.packs, self.region, self.today)
        for key, waiting in local_needs.waiting().items():
            here = tuple(one for one in waiting if one in held)
            if not here or key in OWN_LINT:
                continue
            lacking = self._lacking(key)
            if lacking is None:
                continue
            word = _word(key)
            cite = "; ".join(dict.fromkeys(part for one in here for part in held[one].split("; ")))
            if lacking:
                what, ident = f"{word}({key}) 只定了一部分，还没有定的：{'、'.join(lacking)}", f"param_partial:{key}"
            else:
                what, ident = f"还没有定 {word}({key})，等着用的规则 {'、'.join(here)}", f"param_missing:{key}"
            yield Finding(ident, what, f"xieli county local set {key} 值 --from 日期", cite, here[0], here)

    def _unreadable(self) -> Iterator[tuple[str, str]]:
        seen: set[str] = set()
        for row in self.rows:
            if row.key in seen or row.key not in local_check.KEYS or not _holds(row, self.day):
                continue
            try:
                local_check.canonical(row.key, row.value)
                facts.section("local", {row.key: local.as_asked(row.key, local.value_of(row))}, "local")  # as a question reads it: words are for typing
            except XieliError as error:
                seen.add(row.key)
                yield row.key, error.code

    def _lacking(self, key: str) -> list[str] | None:
        """None when the parameter is set everywhere, [] when nowhere, else the scopes without it."""
        areas = {row.area for row in self.rows if row.key == key and _holds(row, self.day)}
        if not areas:
            return []
        if "" in areas or {"urban", "rural"} <= areas:
            return None
        places = [village for village in self.villages if not any(area.isdigit() and village.startswith(area) for area in areas)]
        if not places and self.villages:
            return None
        half = [TOWN_WORDS[one] for one in ("urban", "rural") if one not in areas]
        return half if len(half) == 1 else [self._name(village) for village in places] or ["其余地方"]

    # -- the packs ----------------------------------------------------------------------------------
    def of_packs(self) -> list[Finding]:
        """op lint of the packs in force, over villages, roster, bodies and the standards of each scope."""
        found: dict[str, Finding] = {}
        for area, code in self._scopes():
            answer = ask({
                "op": "lint", "region": self.region, "asof": self.day, "local": self._local(area, code), "given": {"hh": {"region": self.region}} | self._given(area, code),
            }, self.packs)
            for one in answer["answers"]:
                ident, _, about = str(one["lint"]).partition(":")
                if ident in HOUSEHOLD_LINTS:
                    continue
                where = "" if about or (not area and not code) else f"（{TOWN_WORDS.get(area, area)}{'，' if area and code else ''}{self._name(code) if code else ''}）"
                name = self._person(about) if ident == "coordinator_source" else self._name(about) if about else ""
                key = f"{one['lint']}{where}|{one['rule']}"
                plain = f"{one['lint']}|{one['rule']}"
                if plain not in found:
                    found.setdefault(key, Finding(
                        str(one["lint"]), f"{name}：{one['why']}" if name else f"{one['why']}{where}", NEXT.get(ident, "核对后改正"), str(one["cite"] or ""), str(one["rule"] or ""),
                        (str(one["rule"] or ""),),
                    ))
        return list(found.values())

    def _scopes(self) -> list[tuple[str, str]]:
        """("", "") for the whole county first, then every narrower scope some parameter was set for."""
        areas = {row.area for row in self.rows if _holds(row, self.day) and row.area and row.key != "village"}
        return [("", ""), *((one, "") for one in sorted(areas) if not one.isdigit()), *(("", one) for one in sorted(areas) if one.isdigit())]

    def _local(self, area: str, code: str) -> dict[str, Any]:
        """The parameters of a scope; overlapping and unreadable ones are findings of their own and left out, the rest is still looked at."""
        bad = {"village", *local.problems(self.rows), *(key for key, _ in self._unreadable())}
        return local.resolve([row for row in self.rows if row.key not in bad], self.today, code or self.who.area, area or None)

    def _given(self, area: str, code: str) -> dict[str, Any]:
        """Villages, roster and bodies; only with the county-wide question, so that each is named once."""
        if area or code:
            return {}
        people = _recipients(self.tx, self.homes)
        stations = {one.village for one in registers.stations(self.tx) if one.open_on(self.day)}
        heads = Counter(one.village for one in self.staff)
        return {
            "villages": [
                {"id": code, "coordinators": heads.get(code, 0), "recipients": self.registered.get(code, {}).get("recipients", people.get(code, 0)), "station": code in stations}
                for code in self.villages
            ],
            "roster": [
                {"person": one.id, "village": one.village, "source": one.source} | ({"from": one.since} if one.since else {}) for one in self.staff
            ],
            "service_bodies": [
                {"id": row["id"], "technical_posts": row["technical_posts"], "socialwork_posts": row["socialwork_posts"]} for row in body_rows(self.tx, self.day)
            ],
        }

    def _person(self, about: str) -> str:
        """The village with its coordinators and where each comes from: the register is the county's own list of its staff."""
        there = [row for row in self.staff if about in (row.id, row.village)]
        listed = "、".join(f"{row.name}({source_word(row.source)})" for row in there)
        return f"{self._name(there[0].village)} {listed}" if there else self._name(about)

    # -- families -----------------------------------------------------------------------------------
    def families(self) -> list[Finding]:
        """Aid twice or aid omitted in the chains of aid: one line per lint and rule, the families as ids."""
        given = {one.household for one in queries.aids(self.tx)}
        homes = [home for home in self.homes if home.id in given]
        if local.problems(self.rows):
            return [Finding("families_not_looked_at", "有参数时间重叠，救助链没有看", "先把重叠的改好，再自查一遍", "", "")] if homes else []
        met: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        for home, question in zip(homes, fact_rows.questions(self.tx, homes, "lint", self.today), strict=True):
            for one in ask({**question, "local": {}}, self.packs)["answers"]:  # these rules read no parameter, and an unreadable one must not stop them
                ident = str(one["lint"]).partition(":")[0]
                if ident in HOUSEHOLD_LINTS:
                    met[ident, str(one["rule"])].append((home.id, one))
        return [
            Finding(
                ident, f"{len({household for household, _ in found})} 户：{found[0][1]['why']}", NEXT[ident], str(found[0][1]["cite"] or ""), rule, (rule,),
                tuple(dict.fromkeys(household for household, _ in found)),
            )
            for (ident, rule), found in sorted(met.items())
        ]

    # -- villages and computers ---------------------------------------------------------------------
    def places(self) -> Iterator[Finding]:
        """Villages nobody registered, and those without a board for 公示."""
        for code in self.villages:
            if code not in self.registered:
                yield Finding(f"village_unregistered:{code}", f"{self._name(code)} 有住户或电脑，村登记里没有", f"xieli county village set {code} --name 村名", "", "")
            elif not self.registered[code].get("boards"):
                yield Finding(f"board_missing:{code}", f"{self._name(code)} 没有登记公示栏在哪里", f"xieli county village set {code} --board 地点", "", "")

    def computers(self) -> Iterator[Finding]:
        """Laptops without a village, laptops nothing came from, coordinators without an account, villages without a laptop."""
        mine = [one for one in self.devices if one.role == "village" and (not one.villages or any(code.startswith(self.who.area) for code in one.villages))]
        for one in mine:
            if not one.villages:
                yield Finding(f"device_without_village:{one.dev[:8]}", f"登记电脑 {one.dev[:8].upper()} 没有写是哪个村的", "用 xieli county enrol 重新登记，写明村", "", "")
            elif not one.heard:
                where = "、".join(self._name(code) for code in one.villages)
                yield Finding(f"device_not_heard:{one.dev[:8]}", f"{where} 的登记电脑一次也没有报送", "打电话问一问，登记文件导入了没有", "", "")
        served = {code for one in mine for code in one.villages}
        for code in self.villages:
            if code not in served:
                yield Finding(f"village_without_device:{code}", f"{self._name(code)} 还没有登记电脑", "用 xieli county enrol 登记一台", "", "")
        known = {(device.dev, number) for device in self.devices for number, _ in device.operators} | {
            (one.dev, one.operator) for one in queries.operators(self.tx) if not one.ended
        }
        for person in self.staff:
            if not person.dev or (person.operator and (person.dev, person.operator) not in known):
                yield Finding(
                    f"coordinator_without_operator:{person.id}", f"{self._name(person.village)} {person.name} 没有对上登记电脑里的账号",
                    "用 xieli county staff add 写上 --device 和 --operator", "", "",
                )

    def recovery(self) -> Iterator[Finding]:
        """Fewer than two officers; computers whose slots may still stand for one who left, or that never had two. The county's to see."""
        if self.who.role != "county" or self.tx.role != "county":
            return
        count = len(recovery.in_force(self.tx).officers)
        if count < officers.FEWEST:
            said = f"找回人员只有 {count} 名" if count else "没有找回人员"
            yield Finding("recovery_officers", f"{said}，忘了口令的电脑找不回来", "用 xieli recovery officers add 加到两名以上", "", "")
        for one in officers.behind(self.tx, self.devices):
            called = known_devices.called(self.tx, one.dev)
            if one.never:
                yield Finding(f"recovery_never:{one.dev[:8]}", f"{called} 还没有过找回的办法", "用 xieli county send 回传，请他收下，再报送一次", "", "")
            else:
                who = f"可能还认 {'、'.join(one.departed)}，已经不在任" if one.departed else "还不认得新的找回人员"
                yield Finding(f"recovery_behind:{one.dev[:8]}", f"{called} {who}", "用 xieli county send 回传，请他收下，再报送一次", "", "")


def _word(key: str) -> str:
    """What a parameter is, without the words its value may be."""
    return local_check.WORDS.get(key, key).partition(" ")[0].partition("：")[0]


def _holds(row: rows.LocalParam, day: str) -> bool:
    return row.start <= day and (not row.end or day <= row.end)


def _recipients(tx: Tx, homes: Sequence[rows.Household]) -> dict[str, int]:
    """village -> persons on the roll (低保, 特困), by household or by person."""
    members = queries.all_members(tx)
    counted: Counter[str] = Counter()
    for home in homes:
        people = [one for one in members.get(home.id, ()) if not one.ended and not one.died_on]
        counted[home.village] += len(people) if home.category in RECIPIENT else sum(1 for one in people if one.category in RECIPIENT)
    return dict(counted)


def words(found: Iterable[Finding]) -> list[str]:
    """Plain lines for a terminal."""
    return [f"{one.what}。{one.next_step}{('  ' + one.cite) if one.cite else ''}" for one in found]


def as_json(found: Iterable[Finding]) -> dict[str, Any]:
    """`{"lints": [{lint, what, next_step, cite, rule, …}]}` (design 08)."""
    return {"lints": [
        {"lint": one.lint, "what": one.what, "next_step": one.next_step, "cite": one.cite or None, "rule": one.rule or None, "rules": list(one.rules)}
        | ({"households": list(one.households)} if one.households else {})
        for one in found
    ]}
