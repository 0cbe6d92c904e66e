"""What a printed form says of a case: the application, what it lacks, what was decided, a visit, a referral, the papers, the chain. Strings only.

Rules kept here
- a desk's words (镇已受理, 已审核确认) are read, never written, in a village;
- a paper the county looks up itself is said to be, and nobody is sent for it (000:17);
- numbers are covered in the free text of a form that asks for none (visits, promises; the chain: `queries.timeline`); what is written to an office it was
  written for (a referral, the reason of an application) stays.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import application_card, dossier
from xieli_tui.domain import codes
from xieli_tui.domain.masks import masked
from xieli_tui.domain.money import format_fen, upper_fen
from xieli_tui.store import queries
from xieli_tui.store.queries import registers

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

Row = dict[str, str]
TEMP = ("temp_emergency", "temp_expenditure", "temp_transitional", "temp_topup", "temp_advance", "temp_special")
FOLDER = (
    ("社会救助申请表", ("application_form",)), ("身份证复印件", ("id_card",)), ("户口簿复印件", ("hukou_book",)), ("核对授权书", ("consent",)), ("诚信承诺书", ("commitment",)),
    ("残疾人证、诊断证明或病历", ("disability_cert", "diagnosis")), ("经济状况核对报告", ()), ("入户调查表", ("survey",)), ("评议记录", ()), ("公示单和照片", ("notice_photo",)), ("镇、县的决定文书", ()),
    ("动态复核记录", ()), ("停发、增减通知", ()),
)
"""一户一档 (china-practice 2.10): what a folder has a place for, and the papers that fill it; in a village's words."""
CHAIN = 24
"""Lines of the family's chain on the cover: a sheet of them."""
_NOTHING = ("kinds", "started", "reason", "asked", "asked_upper", "source", "accepted", "platform", "handed", "covered")


def app(tx: Tx, found: rows.Household, one: rows.Application | None) -> Row:
    """申请; a family's form without one is blank."""
    flagged = next((flag for flag in queries.flags(tx, found.id) if one is not None and flag.id == one.flag), None)
    causes = codes.labels("cause", flagged.causes) if flagged is not None else ""
    if one is None:
        return dict.fromkeys(_NOTHING, "") | {"causes": causes, "kin": ""}
    asked = queries.kin(tx, one.id)
    return {
        "kinds": "、".join(codes.kind_name(kind) for kind in one.kinds), "started": one.started, "reason": one.reason or (flagged.situation or flagged.note if flagged is not None else ""),
        "asked": f"{format_fen(one.amount_asked)} 元" if one.amount_asked is not None else "", "asked_upper": upper_fen(one.amount_asked) if one.amount_asked is not None else "",
        "source": codes.label("application_source", one.source), "accepted": one.accepted, "platform": one.platform_no, "handed": one.handed_over,
        "covered": "1 人" if one.unit == "person" else "", "causes": causes, "kin": "" if asked is None else "否" if asked.none else "是",
    }


def consent(tx: Tx, found: rows.Household, one: rows.Application | None, today: dt.date) -> Row:
    """How long the authorisation holds: the day written with those signed already, else a line to write it on."""
    until = max((row.until for row in queries.consents(tx, found.id) if row.until >= today.isoformat()), default="")
    return {"until": until or "______年____月____日"}


def entrust(session: Session, one: rows.Application | None, village: str, phone: str) -> Row:
    """委托: to whom; the village committee when nobody else was named."""
    to = one.entrusted_to if one is not None else ""
    return {"to": to or f"{village}村(居)民委员会", "body": "" if to else village, "phone": phone if not to else "", "on": (one.entrusted if one is not None else "") or "签名之日"}


def survey(tx: Tx, one: rows.Application | None, role: str) -> Row:
    """入户调查: at a desk who went; at a village a draft for those who will go."""
    step = next((step for step in reversed(queries.steps(tx, one.id)) if step.t == "application.investigated"), None) if one is not None else None
    if role == "village" or step is None:
        says = "这是村里协助填写的底稿，供镇(街道)入户时核对；入户由镇(街道)两名以上工作人员进行，村里可以陪同。" if role == "village" else "两名以上工作人员入户，是近亲属的回避。"
        return {"on": "", "by": "", "with": "", "note": "", "says": says}
    return {
        "on": step.on, "by": "、".join(step.d["by_whom"]), "with": "、".join(step.d.get("accompanied_by", [])), "note": str(step.d.get("note") or ""), "says": "两名以上工作人员入户，是近亲属的回避。",
    }


def aid(tx: Tx, found: rows.Household, today: dt.date) -> Row:
    """Temporary aid so far: the last one, this year's number and sum, what else the family gets. Recorded aid alone."""
    got = sorted((one for one in queries.aids(tx, found.id) if one.rank == "ruling" and one.kind in TEMP), key=lambda one: one.on)
    this = [one for one in got if one.on[:4] == str(today.year)]
    others = dict.fromkeys(codes.label("kind", one.kind) for one in queries.aids(tx, found.id) if one.kind not in TEMP)
    last = got[-1] if got else None
    total = sum(one.amount or 0 for one in this)
    return {
        "last": f"{last.on}  {format_fen(last.amount)} 元" if last is not None and last.amount is not None else last.on if last is not None else "",
        "year": f"{len(this)} 次，{format_fen(total)} 元" if this else "", "other": "、".join(others),
    }


def kin(tx: Tx, found: rows.Household, one: rows.Application | None, today: dt.date) -> dict[str, Any]:
    """近亲属备案: the answer as it was given."""
    asked = queries.kin(tx, one.id) if one is not None else None
    filed: list[Row] = []
    if asked is not None and not asked.none:
        names = {member.person: member.name for member in queries.members(tx, found.id, ended=True)}
        post = next((staff.post for staff in registers.staff(tx) if staff.name == asked.staff and staff.serves(today.isoformat())), "")
        ids = {member.person: member.id_no for member in queries.members(tx, found.id, ended=True)}
        filed = [{"staff": asked.staff, "post": post, "person": names.get(asked.person, ""), "id": ids.get(asked.person, ""), "relation": codes.label("relation", asked.relation),
                  "category": codes.label("category", found.category) if found.category else "", "blank": ""}]
    return {"on": asked.on if asked is not None else "", "none": "1" if asked is not None and asked.none else "", "some": "1" if filed else "", "rows": filed}


def missing(tx: Tx, one: rows.Application, today: dt.date) -> list[Row]:
    """What the application lacks, all at once; one paper several people sign is one row with their names."""
    names = {row.person: row.name for row in application_card.signatures(tx, one, today)}
    out: dict[tuple[str, str], list[str]] = {}
    for item in application_card.lacks(tx, one, today):
        why = f"由县里查，不用您准备。{item.why}" if item.queried else item.why or ("转交前要有" if item.required else "")
        label = codes.label("doc", item.doc) if item.person else item.label
        out.setdefault((label, why), []).extend([names[item.person]] if item.person in names else [])
    return [
        {"no": str(no), "doc": f"{label}\n{'、'.join(who)}" if who else label, "why": why, "blank": ""} for no, ((label, why), who) in enumerate(out.items(), 1)
    ]


def papers_of_application(tx: Tx, one: rows.Application, today: dt.date) -> list[Row]:
    """Papers of one application, there and missing."""
    card = application_card.card(tx, one, today)
    there = [row for row in card.papers if row.present]
    agreed = [row.name for row in card.signatures if row.consent not in ("", "-", "guardian")]
    signed = [f"{codes.label('doc', 'consent')}\n{'、'.join(agreed)}"] if agreed else []
    rows_ = [{"doc": row.label, "state": "在", "where": row.where, "on": row.on} for row in there]
    rows_ += [{"doc": word, "state": "在", "where": "", "on": ""} for word in signed]
    lacking = {row["doc"]: row["why"] for row in missing(tx, one, today)}
    rows_ += [{"doc": doc, "state": "县里查" if why.startswith("由县里查") else "后补", "where": "", "on": ""} for doc, why in lacking.items()]
    return [row | {"no": str(no), "blank": ""} for no, row in enumerate(rows_, 1)]


def papers_of_family(tx: Tx, household: str) -> list[Row]:
    """What lies in a family's folder: every paper that is recorded, by day, then what a folder has a place for and nobody recorded, to be written on by hand."""
    found = sorted((one for one in queries.papers(tx, household=household) if not one.later), key=lambda one: (one.on, one.doc))
    there = {one.doc for one in found}
    rows_ = [{"doc": codes.label("doc", one.doc), "on": one.on, "where": one.where, "state": "在"} for one in found]
    rows_ += [{"doc": word, "on": "", "where": "", "state": ""} for word, docs_ in FOLDER if not there.intersection(docs_)]
    return [row | {"no": str(no), "blank": ""} for no, row in enumerate(rows_, 1)]


def docs(tx: Tx, one: rows.Application | None) -> Row:
    """Which papers of an application are there, by their kind: "1" for a box that is ticked."""
    there = {paper.doc for paper in queries.papers(tx, app=one.id) if not paper.later} if one is not None else set()
    return {doc: "1" if doc in there else "" for doc, _ in codes.DOCS}


def chain(tx: Tx, household: str) -> list[Row]:
    """The newest lines of the family's chain."""
    return [{"on": one.on, "word": one.word, "summary": one.summary, "blank": ""} for one in queries.timeline(tx, household, CHAIN) if not one.struck]


def decisions(tx: Tx, one: rows.Application) -> list[Row]:
    """What was decided and stands."""
    return [
        {
            "kind": codes.label("kind", row.kind), "result": codes.label("decision", row.result), "amount": format_fen(row.amount) if row.amount is not None else "",
            "upper": upper_fen(row.amount) if row.amount is not None else "", "start": row.start, "reason": row.reason, "on": row.on,
            "level": codes.label("role", row.level), "blank": "",
        }
        for row in queries.decisions(tx, app=one.id) if not row.concurrent
    ]


def told(decided: list[Row]) -> Row:
    """The sentence of a 告知单."""
    if decided:
        return {"says": "您家申请的事有了结果，现在告诉您：", "level": "、".join(dict.fromkeys(row["level"] for row in decided)), "on": max(row["on"] for row in decided)}
    return {"says": "您家申请的事还在办，有了结果马上告诉您。", "level": "", "on": ""}


def checks(tx: Tx, listed: list[rows.Application], today: dt.date) -> list[Row]:
    """核对委托: people whose authorisation is in force, and nobody else (M-16)."""
    out: list[Row] = []
    for one in listed:
        until = {row.person: row.until for row in queries.consents(tx, one.household) if row.until >= today.isoformat()}
        found = queries.household(tx, one.household)
        for member in application_card.signers(tx, one):
            day = next((until[ident] for ident in (member.person, *member.same) if ident in until), "")
            if day:
                out.append({
                    "head": found.head_name if found is not None else "", "name": member.name, "relation": codes.label("relation", member.relation), "id": member.id_no,
                    "kinds": codes.labels("kind", one.kinds), "until": day, "blank": "",
                })
    return [row | {"no": str(no)} for no, row in enumerate(out, 1)]


def visit(one: rows.Visit | None) -> dict[str, Any]:
    """走访; without one a sheet to write on."""
    marks = [{"item": word, "mark": codes.label("mark", str(one.marks[key])) if one is not None and key in one.marks else "", "blank": ""} for key, word in codes.DIMENSIONS]
    if one is None:
        return dict.fromkeys(("on", "kind", "visitors", "channel", "met", "house", "changes", "promise", "promise_on", "note"), "") | {"marks": marks}
    return {
        "on": one.on, "kind": codes.label("visit_kind", one.kind), "visitors": "、".join(name for name, _ in one.visitors), "channel": codes.label("visit_channel", one.channel) if one.channel else "",
        "met": codes.label("met", one.met), "house": codes.label("house_safety", one.house_safety) if one.house_safety else "", "changes": codes.labels("change", one.changes),
        "promise": masked(one.promise), "promise_on": one.promise_on, "note": masked(one.note), "marks": marks,
    }


def last_promise(tx: Tx, household: str) -> str:
    """What was promised last and is still owed, with its day."""
    owed = dossier.owed(queries.promises(tx, household), queries.visits(tx, household))
    last = max(owed, key=lambda one: (one.on, one.visited_on), default=None)
    return "" if last is None else f"{masked(last.text)}{f'（{last.on}）' if last.on else ''}"


def open_papers(tx: Tx, household: str, today: dt.date, most: int = 4) -> str:
    """What the open applications of a family lack: the first few, and how many more."""
    found: dict[str, int] = {}
    for one in queries.applications(tx, household):
        if one.known and application_card.state(one, queries.decisions(tx, app=one.id)) not in application_card.ENDED:
            for item in application_card.lacks(tx, one, today):
                label = codes.label("doc", item.doc) if item.person else item.label
                if not item.queried:
                    found[label] = found.get(label, 0) + bool(item.person)
    words = [f"{label} {people} 人" if people > 1 else label for label, people in found.items()]
    return "、".join(words[:most]) + (f" 等 {len(words)} 样" if len(words) > most else "")
