"""Rows of an export about what was found, asked for, given, handed on and matched (see `export`): 发现, 申请, 救助, 转介, 预警, 监测.

Rules kept here
- a case says what it stands at today, in the words of its own page; who is on no list has rows without a family;
- an application is a row for each kind it asks for, with the decision that stands; 并发 decisions are said to be so and none is chosen;
- 监测 rows are the answers of the packs in force about families that could be under watch (left, turned down, or in a category a pack watches), each with
  its ground, its clause and, where the pack says so, its last day: nobody is entered by a program (003:(五), CQ-07, CQ-08, CQ-09, CQ-36);
- since a day: what something was written about since; 监测: families something was written about since.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import application_card, facts, packs
from xieli_tui.casework.export_families import FAMILY, Row, Topic, family, here, homes, written_since
from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.errors import Refused
from xieli_tui.policy import ask
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

NOT_WATCHED = ("", "none", "dibao", "tekun", "edge")
"""Categories that are in receipt or on no list: no pack keeps a watch over these alone."""
OWN_MARKS = ("indicator", "period")
"""Columns of an alert the program raised itself: marks of its own, nobody's words."""
_UNIT = {"month": "元/月", "once": "元", "year": "元/年"}


def _fen(amount: int | None) -> str:
    return "" if amount is None else format_fen(amount)


def _label(vocab: str, ident: str) -> str:
    return codes.label(vocab, ident) if ident else ""


def _names(tx: Tx) -> dict[str, str]:
    """person -> name, also of those who left."""
    return {one.id: one.name for one in queries.persons(tx)}


def _cases(tx: Tx, found: list[Any], since: str, outsiders: bool = False) -> Iterator[tuple[Any, Row]]:
    """Those of the own families that were written about, oldest day first, each with the columns of its family."""
    known, written = here(tx), written_since(tx, since)
    for one in found:
        home = known.get(one.household)
        if getattr(one, "known", True) and (home is not None or (outsiders and not one.household)) and (written is None or one.id in written):
            yield one, family(home) | {"number": str(home.fields.get("number", ""))} if home is not None else {"village": one.village}


def _flags(tx: Tx, since: str, _today: dt.date) -> Iterator[Row]:
    names = _names(tx)
    for one, head in _cases(tx, sorted(queries.flags(tx), key=lambda flag: (flag.on, flag.id)), since, outsiders=True):
        yield {
            **head, "flag": one.id, "on": one.on, "who": one.outsider or "、".join(names.get(who, "") for who in one.persons), "outsider_place": one.outsider_place,
            "causes": codes.labels("cause", one.causes), "urgency": _label("urgency", one.urgency), "channel": _label("channel", one.channel), "found_by": _label("discoverer", one.found_by),
            "place": one.place, "situation": one.situation, "needs": one.needs, "reported_at": one.reported_at, "answered_by": one.answered_by, "settled_on": one.settled_on,
            "settled": _label("flag_outcome", one.settled_how), "settled_note": one.settled_note, "note": one.note,
        }


def _applications(tx: Tx, since: str, _today: dt.date) -> Iterator[Row]:
    names = _names(tx)
    decided: dict[str, list[rows.Decision]] = defaultdict(list)
    for decision in queries.decisions(tx):
        decided[decision.application].append(decision)
    for one, head in _cases(tx, sorted(queries.applications(tx), key=lambda app: (app.started, app.id)), since):
        about = {
            **head, "application": one.id, "started": one.started, "who": names.get(one.person, head["head"]), "source": _label("application_source", one.source),
            "emergency": "是" if one.emergency else "否", "amount_asked": _fen(one.amount_asked), "state": application_card.state_label(tx, one, decided[one.id]), "state_on": one.state_on,
            "handed_over": one.handed_over, "accepted": one.accepted, "returned": codes.labels("doc", one.returned_papers), "platform_no": one.platform_no, "reason": one.reason,
        }
        for kind in one.kinds:
            standing = [decision for decision in decided[one.id] if decision.kind == kind]
            yield {**about, "kind": codes.kind_name(kind), **_decided(standing)}
        for other in decided[one.id]:
            if other.kind not in one.kinds:  # a desk may decide another kind than the one asked for
                yield {**about, "kind": codes.kind_name(other.kind), **_decided([other])}


def _decided(standing: list[rows.Decision]) -> Row:
    if not standing:
        return {}
    if len(standing) > 1:
        return {"result": codes.label("application_state", "concurrent")}
    one = standing[0]
    return {
        "result": codes.label("decision", one.result), "amount": _fen(one.amount), "unit": _UNIT.get(one.period, one.period) if one.amount is not None else "", "start": one.start,
        "decided_on": one.on, "decided_reason": one.reason, "told_on": one.told_on, "paid_on": one.paid_on,
    }


def _aid(tx: Tx, since: str, _today: dt.date) -> Iterator[Row]:
    names = _names(tx)
    for one, head in _cases(tx, sorted(queries.aids(tx), key=lambda aid: (aid.on, aid.id)), since):
        yield {
            **head, "aid": one.id, "on": one.on, "who": names.get(one.person, head["head"]), "kind": codes.kind_name(one.kind), "form": _label("aid_form", one.form), "amount": _fen(one.amount),
            "unit": _UNIT.get(one.period, one.period) if one.amount is not None else "", "matter": one.matter, "item": one.item, "by": "在册" if one.rank == "ruling" else "村台账登记",
        }


def _referrals(tx: Tx, since: str, _today: dt.date) -> Iterator[Row]:
    names = _names(tx)
    for one, head in _cases(tx, sorted(queries.referrals(tx), key=lambda referral: (referral.on, referral.id)), since, outsiders=True):
        yield {
            **head, "referral": one.id, "on": one.on, "who": names.get(one.person, head.get("head", "")), "department": _label("department", one.department),
            "kind": codes.kind_name(one.kind) if one.kind else "", "first_receiver": one.first_receiver, "due": one.due, "result": _label("referral_result", one.result),
            "answered_on": one.answered_on, "answer_note": one.answer_note, "note": one.note,
        }


def _alerts(tx: Tx, since: str, _today: dt.date) -> Iterator[Row]:
    names = _names(tx)
    for one, head in _cases(tx, sorted(queries.alerts(tx), key=lambda alert: (alert.on, alert.id)), since, outsiders=True):
        yield {
            **head, "alert": one.id, "number_given": one.number, "on": one.on, "due": one.due, "who": names.get(one.person, head.get("head", "")), "class": _label("alert_class", one.cls),
            "text": one.text, "amount": _fen(one.amount), "disposition": _label("disposition", one.answered), "answered_on": one.answered_on, "answer_note": one.answer_note,
            "given": "；".join(f"{name}：{value}" for name, value in one.columns.items() if name not in OWN_MARKS),
        }


def _monitored(tx: Tx, since: str, today: dt.date) -> Iterator[Row]:
    people = queries.all_members(tx)
    refused = {one.household for one in queries.decisions(tx) if one.result == "rejected"}
    channels = {one.household: one.channel for one in sorted(queries.flags(tx), key=lambda flag: flag.on) if one.known}
    held, calendar = packs.of(tx), packs.calendar(tx)
    for home in homes(tx, since):
        watched = {home.category, *(one.category for one in people.get(home.id, ()))} - set(NOT_WATCHED)
        if not (watched or home.ruled.get("exits") or home.id in refused):
            continue
        about = {
            **family(home), "number": str(home.fields.get("number", "")), "people": "、".join(one.name for one in people.get(home.id, ()) if not one.ended and not one.died_on),
            "channel": _label("channel", channels.get(home.id, "")), "platform_no": str(home.ruled.get("platform_no", "")),
        }
        try:
            answers = ask(facts.question(tx, home, "screen", today), held, calendar)["answers"]
        except Refused as contradiction:  # the family is not left out: its row says what has to be put right
            yield {**about, "ground": f"资料对不上，还看不了（{contradiction.code}）"}
            continue
        for one in answers:
            if one.get("kind") == "monitoring" and one["verdict"] == "meets":
                yield {
                    **about, "ground": _label("monitor_reason", str(one.get("reason") or "")), "since": _begun(home, str(one.get("reason") or "")), "until": str(one.get("monitor_until") or ""),
                    "cite": str(one.get("cite") or ""), "doc_no": str(one.get("doc_no") or ""),
                }


def _begun(home: rows.Household, reason: str) -> str:
    """The day an exit counts from; the others have no day of record."""
    return str(home.ruled["exits"][-1]["on"]) if reason == "exited_2y" and home.ruled.get("exits") else ""


_HEAD, _TAIL = FAMILY, (("household", "协理户号"),)
OF_CASES: dict[str, Topic] = {
    "flags": Topic("发现", (
        *_HEAD, ("on", "日期"), ("who", "谁"), ("outsider_place", "不在册的人住哪里"), ("causes", "原因"), ("urgency", "缓急"), ("channel", "怎么发现的"), ("found_by", "谁发现的"), ("place", "地点"),
        ("situation", "情况"), ("needs", "需要什么"), ("reported_at", "电话报告时间"), ("answered_by", "谁接的"), ("settled_on", "了结日期"), ("settled", "怎么了结"), ("settled_note", "了结说明"),
        ("note", "备注"), *_TAIL, ("flag", "协理发现号"),
    ), _flags),
    "applications": Topic("申请", (
        *_HEAD, ("started", "开始日期"), ("who", "申请人"), ("kind", "申请类别"), ("source", "来源"), ("emergency", "急难"), ("amount_asked", "申请金额（元）"), ("state", "办到哪一步"), ("state_on", "哪天到这一步"),
        ("handed_over", "转交日期"), ("accepted", "镇收件日期"), ("returned", "退回要补的材料"), ("result", "结果"), ("amount", "金额"), ("unit", "金额单位"), ("start", "从哪天起"), ("decided_on", "结果日期"),
        ("decided_reason", "结果的理由"), ("told_on", "告知日期"), ("paid_on", "发放日期"), ("platform_no", "平台编号"), ("reason", "申请理由"), *_TAIL, ("application", "协理申请号"),
    ), _applications),
    "aid": Topic("救助", (
        *_HEAD, ("on", "日期"), ("who", "谁"), ("kind", "救助种类"), ("form", "形式"), ("amount", "金额"), ("unit", "金额单位"), ("matter", "事由"), ("item", "物品或服务"), ("by", "依据"), *_TAIL, ("aid", "协理救助号"),
    ), _aid),
    "referrals": Topic("转介", (
        *_HEAD, ("on", "日期"), ("who", "谁"), ("department", "转给哪个部门"), ("kind", "转介事项"), ("first_receiver", "接收人"), ("due", "哪天前要有回音"), ("result", "结果"), ("answered_on", "回音日期"),
        ("answer_note", "回音"), ("note", "备注"), *_TAIL, ("referral", "协理转介号"),
    ), _referrals),
    "alerts": Topic("预警", (
        *_HEAD, ("number_given", "预警编号"), ("on", "下发日期"), ("due", "哪天前要答复"), ("who", "谁"), ("class", "预警类别"), ("text", "预警内容"), ("amount", "金额（元）"), ("disposition", "核查结果"),
        ("answered_on", "答复日期"), ("answer_note", "答复"), ("given", "原表其他列"), *_TAIL, ("alert", "协理预警号"),
    ), _alerts),
    "monitored": Topic("监测", (
        *_HEAD, ("people", "家里的人"), ("ground", "为什么在监测"), ("since", "从哪天算"), ("until", "监测到哪天"), ("channel", "怎么发现的"), ("cite", "依据条款"), ("doc_no", "文号"), ("platform_no", "平台编号"), *_TAIL,
    ), _monitored),
}
