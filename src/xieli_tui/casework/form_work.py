"""What a printed form says of the work itself: the route of a day, handing the work over, what was handed in, a policy in plain words. Strings only.

Rules kept here
- the route carries no number of anybody: names, places, reasons, the last promise, the papers still open; it is carried out of the house;
- 明白卡 carries the pack's own words and the county's own amounts; it promises nothing and names nobody;
- the receipt sheet says 已导出，待签收 and what came back, as the page of handing in does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xieli_tui.casework import application_card, dossier, exchange, form_case, local_words, packs, reads, referrals, unfinished, visit_plan
from xieli_tui.domain import codes
from xieli_tui.domain.masks import masked
from xieli_tui.domain.text import group_key, group_word
from xieli_tui.errors import Refused
from xieli_tui.policy.local_needs import READ_BY
from xieli_tui.policy.registry import registered
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.store import Tx

Row = dict[str, str]
REASONS = 3
"""Reasons of one family on the route; more would not fit where they are read."""
OPEN_MATTERS = 60
THINGS = ("公章和专用章", "纸质户档", "台账", "U盘", "打印机", "找回单")


def route(session: Session, group: str | None = None) -> dict[str, Any]:
    """Today's families to see, by 村民小组, past their day first within a group."""
    planned = visit_plan.plan(session, group)
    with session.reading() as tx, queries.read.together(tx):
        rows: list[Row] = []
        for one in sorted(planned, key=lambda row: (group_key(row.group), not row.overdue, row.due or "9999", row.head)):
            why = "；".join(dict.fromkeys(reason for reason, _ in one.reasons[:REASONS]))
            rows.append({
                "head": one.head, "place": "，".join(part for part in (group_word(one.group), one.address) if part), "why": f"{one.visit_label}：{masked(why)}{f'（{one.due} 前）' if one.due else ''}",
                "promise": form_case.last_promise(tx, one.household), "papers": form_case.open_papers(tx, one.household, session.today), "last": one.last or "还没有", "blank": "",
            })
    numbered = [row | {"no": str(no)} for no, row in enumerate(rows, 1)]
    asked = f"{group_word(group)}，" if group else ""
    return {"says": f"{asked}{len(numbered)} 户，按小组排。见到谁就勾哪一格，没见到人勾未遇，不算走到。" if numbered else f"{asked}今天没有要上门的。", "rows": numbered}


def work(session: Session, form: str) -> dict[str, Any]:
    """The computer and who is at work; for a hand-over what is there and what is open."""
    with session.reading() as tx:
        out: dict[str, Any] = {"operator": reads.operator_name(session, tx), "device": f"{session.dev[:4].upper()} {session.dev[4:8].upper()}"}
        if form != "handover":
            return out
        counted = queries.counts(tx)
        homes = {home.id: home for home in queries.households(tx) if home.known}
        matters = _open(tx, session, homes)
    drafts = len(unfinished.listed(session))
    counts = [
        ("住户档案（户）", counted.households), ("人员", counted.persons), ("走访记录", counted.visits), ("没办完的事", len(matters)), ("还没有县里签收的记录", counted.unconfirmed), ("没写完的草稿", drafts),
    ]
    out["counts"] = [{"item": item, "count": str(count), "blank": ""} for item, count in counts]
    out["open"] = matters[:OPEN_MATTERS] + ([{"head": "", "place": "", "what": f"还有 {len(matters) - OPEN_MATTERS} 件，看电脑里的今日那一页", "due": "", "blank": ""}] if len(matters) > OPEN_MATTERS else [])
    out["things"] = [{"item": item, "blank": ""} for item in THINGS]
    return out


def _open(tx: Tx, session: Session, homes: dict[str, Any]) -> list[Row]:
    """Promises owed, findings, applications and referrals that are open."""
    found: list[tuple[str, str, str]] = []
    for one in queries.flags(tx, open_only=True):
        if one.known and one.household in homes:
            found.append((one.household, f"困难：{codes.labels('cause', one.causes)}", one.on))
    for home in homes:
        for promise in dossier.owed(queries.promises(tx, home), queries.visits(tx, home)):
            found.append((home, f"答应的事：{masked(promise.text)}", promise.on))
        for app in queries.applications(tx, home):
            if app.known and application_card.state(app, queries.decisions(tx, app=app.id)) not in application_card.ENDED:
                found.append((home, f"申请：{codes.labels('kind', app.kinds)}，{application_card.state_label(tx, app)}", app.started))
        for sent in queries.referrals(tx, home):
            if sent.known and not sent.result:
                found.append((home, f"转介：{codes.label('department', sent.department)}", sent.due))
    found.sort(key=lambda row: (row[2] or "9999", homes[row[0]].head_name))
    return [{"head": homes[home].head_name, "place": group_word(str(homes[home].fields.get("group", ""))), "what": what, "due": due, "blank": ""} for home, what, due in found]


def bundles(session: Session) -> list[Row]:
    """What was exported from here, newest first, and who signed for it."""
    return [
        {"code": code, "on": on, "events": str(events), "township": township, "county": county, "blank": ""} for code, on, events, township, county in exchange.status(session).bundles
    ]


def _here(session: Session) -> str:
    return session.profile.villages[0] if session.profile.villages else session.profile.area


def kinds_of_cards(session: Session, tx: Tx) -> tuple[str, ...]:
    """Kinds the policy files in force here have a 明白卡 of, as the kinds stand in every list."""
    held = packs.of(tx).on(session.today)
    spoken = {kind for pack in held.packs.values() if pack.active(_here(session), session.today)[0] for kind in pack.cards}
    return tuple(one.id for one in codes.KINDS if one.id in spoken)


def _source(title: str, cite: str, doc_no: str) -> str:
    """Where it is written: title, clause without the pack's own number, the paper's number."""
    clause = cite.partition(":")[2]
    return f"{title}{f' {clause}' if clause else ''}{f'（{doc_no}）' if doc_no else ''}"


def card(session: Session, kind: str, region: str = "") -> dict[str, Any]:
    """明白卡 of one kind: the words of the pack nearest to the place, the county's amounts, the papers.

    Raises:
        Refused: XL-V08 no such kind, XL-V11 no pack here says anything of it.
    """
    ident = codes.find("kind", kind.strip()) if kind.strip() else None
    if ident is None:
        raise Refused("XL-V08", "救助种类，例如 dibao 或 低保", field="kind")
    here = region or _here(session)
    with session.reading() as tx:
        held = packs.of(tx).on(session.today)
        speaking = sorted((pack for pack in held.packs.values() if pack.active(here, session.today)[0] and ident in pack.cards), key=lambda pack: pack.order)
        if not speaking:
            raise Refused("XL-V11", f"这里用的政策文件里没有{codes.label('kind', ident)}的明白卡", field="kind")
        pack = speaking[0]
        row = pack.kinds.get(ident)
        department = referrals.printed(held, here, session.today, row.lead)[0] if row is not None and row.lead else ""
        papers = {one.doc: one for other in reversed(speaking) for one in other.documents if one.kind in (ident, "*")}
    rules = {name for name, functions in registered().items() if any(function.op == "screen" and ident in function.keys for function in functions)}
    reads_ = {key for key, by in READ_BY.items() if rules & set(by)}
    local = [one for one in local_words.in_force(session) if one.key in reads_]
    return {
        "kind": codes.kind_name(ident), "department": department, "cite": _source(pack.title, pack.cite(row.cite) if row is not None and row.cite else "", pack.doc_no), "text": pack.cards[ident]["text"],
        "local": [{"item": one.word, "amount": one.text, "since": one.since, "scope": one.scope or "全县", "blank": ""} for one in local] or [{"item": "县里还没有定，问镇民政办", "amount": "", "since": "", "scope": "", "blank": ""}],
        "docs": [
            {"no": str(no), "doc": one.label or codes.label("doc", one.doc), "why": "由县里查，不用带" if one.queryable else "" if one.required else "有的话带上", "blank": ""}
            for no, one in enumerate(papers.values(), 1)
        ] or [{"no": "", "doc": "文件没有列，问镇民政办", "why": "", "blank": ""}],
    }
