"""Forms: one entry of data, every paper (design 10 Forms, 08 Out).

Rules kept here
- what is printed is recorded before it is handed out (`audit.printed`: which form, about what), for each subject;
- a form carries what was recorded and nothing else; what is not recorded stays blank to be written by hand;
- its number and the digest of its content stand on it and in its QR code, and say nothing about anybody;
- a template the county sent (`templates`) lays it out where there is one; data goes into it as JSON;
- a character the font lacks stops a PDF and is named; a .docx takes it with a word of warning, for there the computer's own font prints;
- a file goes where the person said and overwrites nothing; what is only looked at or printed lies in the session's private folder (`papers`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xieli_sync import outbox
from xieli_tui.casework import contacts, form_case, form_family, form_work, out_file, papers, reads, templates, values
from xieli_tui.domain.events.road import AuditPrinted
from xieli_tui.domain.text import same_group
from xieli_tui.errors import NotFound, Refused
from xieli_tui.paper import docx, glyphs, pdf, qr
from xieli_tui.paper.catalogue import FORMS, Form
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

HOTLINE = "12349"
"""热线 printed on every slip where the county set no other (design 10)."""
ALL = "全村"
KINDS = ("pdf", "docx")
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form as the list shows it. `replaced`: the county's own layout is in use (pdf, docx)."""

    id: str
    title: str
    about: str
    here: bool
    replaced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form rendered and recorded. `lacking`: characters the program's font has not (a .docx is printed with the computer's)."""

    form: str
    title: str
    kind: str
    numbers: tuple[str, ...]
    data: bytes
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Printed:
    """A form in a file. `personal`: families are named on it."""

    file: str
    form: str
    title: str
    kind: str
    numbers: tuple[str, ...]
    bytes: int
    lacking: tuple[str, ...] = ()
    personal: bool = True


class Subject(NamedTuple):
    """What one document is about."""

    ident: str = ""
    home: rows.Household | None = None
    app: rows.Application | None = None
    visit: rows.Visit | None = None
    referral: rows.Referral | None = None
    kind: str = ""


ABOUT = {"household": "户", "application": "申请或户", "visit": "走访或户", "referral": "转介", "kind": "救助种类", "": ""}


def listed(session: Session) -> list[FormRow]:
    """Every form, those this desk writes first."""
    with session.reading() as tx:
        sent = templates.in_force(tx, session.today)
    found = [
        FormRow(one.id, one.word_at(session.role), ABOUT[one.about], not one.desk or session.role != "village", tuple(kind for kind in KINDS if (one.id, kind) in sent))
        for one in FORMS.values()
    ]
    return sorted(found, key=lambda row: not row.here)


def render(session: Session, form: str, subjects: Sequence[str] = (), kind: str = "pdf", group: str | None = None) -> Sheet:
    """The form about these subjects, one document each, recorded.

    Args:
        form: an id of the catalogue, or its Chinese title.
        subjects: what `--for` named; none for the forms about the work itself.
        kind: pdf or docx; a docx holds one document.
        group: the route of one 村民小组.

    Raises:
        Refused: XL-V08 no such form or kind; XL-V06 about whom; XL-V11 more than one in a docx; XL-P02 a desk's form; XL-W31 a character; XL-W32 the template.
        NotFound: XL-V40 … XL-V45.
    """
    found = FORMS[_form(form)]
    if found.desk and session.role == "village":
        raise Refused("XL-P02", found.title)
    kind = values.choice(kind, KINDS, "kind")
    with session.reading() as tx:
        about = _subjects(tx, found, subjects)
        if kind == "docx" and len(about) > 1 and not found.many:
            raise Refused("XL-V11", "docx 一次一份；多份请存成 pdf", field="for")
        sent = templates.in_force(tx, session.today)
        template = templates.bytes_of(tx, sent.get((found.id, kind)))
    docs = [_document(session, found, about)] if found.many else [_document(session, found, [one], group) for one in about]
    lacking = glyphs.lacking(docs)
    if kind == "pdf":
        data = pdf.pdf(template.decode("utf-8") if template is not None else pdf.shipped(found.id), docs, session.clock.now())
    else:
        data = docx.docx(template if template is not None else docx.shipped(found.id), docs[0], qr.png(_code(docs[0])))
    session.record(*(values.make(AuditPrinted, form=found.id, subject=one.ident or None) for one in about))
    return Sheet(
        found.id, found.title_at(session.role), kind, tuple(str(one["form"]["number"]) for one in docs), data,
        tuple(dict.fromkeys(one.words() for one in lacking)) if kind == "docx" else (),
    )


def save(
    session: Session, form: str, subjects: Sequence[str], out: Path | str, group: str | None = None, fs: outbox.Fs = outbox.OS_FS,
) -> Printed:
    """The form in a file of one's choice; its ending says which kind.

    Raises:
        As `render`; Refused: XL-V11 another ending; XL-F01, XL-F02, XL-F03, XL-F07, XL-F08. NotFound: XL-F05.
    """
    path = out_file.free(out)
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise Refused("XL-V11", "文件名要以 .pdf 或 .docx 结尾", field="out")
    made = render(session, form, subjects, kind, group)
    written = out_file.write(path, made.data, fs)
    return _printed(written, made)


def families(session: Session, group: str) -> list[str]:
    """Every family of a 村民小组, the whole list for ALL: what a form is printed for at once. Raises NotFound: XL-V40 nobody lives there."""
    with session.reading() as tx:
        found = [one.id for one in queries.households(tx) if one.known and (group.strip() == ALL or same_group(str(one.fields.get("group", "")), group))]
    if not found:
        raise NotFound("XL-V40", "这个小组没有登记的户", field="group")
    return found


def save_each(session: Session, form: str, subjects: Sequence[str], folder: Path | str, kind: str = "pdf", fs: outbox.Fs = outbox.OS_FS) -> list[Printed]:
    """A file for each subject in a folder that is there, named by the number of the form: no name of anybody is a file's name.

    Raises:
        As `render`; Refused: XL-F07 no folder, XL-F02, XL-F03, XL-F08 (before the first is written, when a number of it lies there).
        NotFound: XL-F05.
    """
    room = Path(folder)
    if not room.exists():
        raise NotFound("XL-F05", field="out")
    if not room.is_dir():
        raise Refused("XL-F07", field="out")
    found = FORMS[_form(form)]
    ending = values.choice(kind, KINDS, "kind").upper()
    with session.reading() as tx:
        about = _subjects(tx, found, subjects)
    places = {one.ident: out_file.free(room / f"{_number(session, found, one)}.{ending}") for one in about}
    out: list[Printed] = []
    for one in about:
        made = render(session, form, [one.ident or one.kind] if found.about else [], kind)
        out.append(_printed(out_file.write(places[one.ident], made.data, fs), made))
    return out


def to_look_at(session: Session, form: str, subjects: Sequence[str] = (), kind: str = "pdf", group: str | None = None) -> Printed:
    """The form in the private folder, for a viewer or a printer; gone at lock and exit. Raises as `render`; Refused: XL-F03."""
    made = render(session, form, subjects, kind, group)
    path = papers.of(session).write(made.form.replace("_", "-"), made.kind, made.data)
    return _printed(path, made)


def _printed(path: Path, made: Sheet) -> Printed:
    return Printed(str(path), made.form, made.title, made.kind, made.numbers, len(made.data), made.lacking, made.form not in _OF_NOBODY)


_OF_NOBODY = frozenset({"card", "receipt", "recovery"})


def sample(form: Form, template: str) -> Data:
    """A document of a form in which every value its own template asks for is said: what a new layout is tried on."""
    data: Data = {"blank": ""}
    for path in sorted(set(re.findall(r"\bd\.([a-z_]+(?:\.[a-z_]+)*)(?!\.map)\b", template)) - {found for found, _ in re.findall(r"\bd\.([a-z_.]+)\.map\(r => \(([^)]*)\)", template)}):
        _say(data, path.split("."), "样")
    for path, row in re.findall(r"\bd\.([a-z_.]+)\.map\(r => \(([^)]*)\)", template):
        rows = [dict.fromkeys(re.findall(r"r\.([a-z_]+)", row), "样") | {"blank": ""}]
        _say(data, path.split("."), rows)
    data["place"] = {"village": "样", "authority": "样", "township": "样", "hand_in": "样"}
    data["call"] = dict.fromkeys(("township", "county", "hotline", "office", "slip"), "样")
    head = {"id": form.id, "title": form.title, "number": "XX-20260101-00000000", "digest": "0" * 16, "on": "样", "landscape": "1" if form.landscape else "", "mark": "", "qr": qr.svg("XL1")}
    return data | {"form": head}


def _say(data: Data, path: list[str], value: Any) -> None:
    for name in path[:-1]:
        data = data.setdefault(name, {})
    held = data.get(path[-1])
    data[path[-1]] = [held[0] | value[0]] if isinstance(held, list) and isinstance(value, list) else value


def lay_down(session: Session, form: str, out: Path | str, fs: outbox.Fs = outbox.OS_FS) -> Path:
    """The program's own layout of a form as a file, for a county to change: .typ or .docx. Nothing of anybody is in it.

    Raises:
        Refused: XL-V08, XL-V11, XL-F01, XL-F02, XL-F03, XL-F07, XL-F08. NotFound: XL-F05.
    """
    found = FORMS[_form(form)]
    path = out_file.free(out)
    ending = path.suffix.lower()
    if ending not in (".typ", ".docx"):
        raise Refused("XL-V11", "文件名要以 .typ 或 .docx 结尾", field="out")
    return out_file.write(path, pdf.shipped(found.id).encode() if ending == ".typ" else docx.shipped(found.id), fs)


def _form(given: str) -> str:
    titles = {one.title: one.id for one in FORMS.values()} | {one.village_title: one.id for one in FORMS.values() if one.village_title}
    return values.choice(titles.get(given.strip(), given), FORMS, "form")


def _subjects(tx: Tx, form: Form, given: Sequence[str]) -> list[Subject]:
    named = list(dict.fromkeys(one.strip() for one in given if one.strip()))
    if not form.about:
        return [Subject()]
    if not named:
        raise Refused("XL-V06", f"写明是哪一个（{ABOUT[form.about]}的编号）", field="for")
    return [_subject(tx, form, one) for one in named]


def _subject(tx: Tx, form: Form, given: str) -> Subject:
    if form.about == "kind":
        return Subject(kind=given)
    if form.about == "referral":
        row = queries.referral(tx, given)
        if row is None or not row.known:
            raise NotFound("XL-V45", "没有这一条转介", field="for")
        return Subject(row.id, queries.household(tx, row.household) if row.household else None, referral=row)
    if form.about == "visit":
        seen = queries.visit(tx, given)
        if seen is not None:
            return Subject(seen.id, reads.household(tx, seen.household), visit=seen)
    found = queries.resolve_application(tx, given)
    if found is not None and form.about in ("application", "household"):
        app = reads.application(tx, found)
        return Subject(app.id if form.about == "application" else app.household, reads.household(tx, app.household), app if form.about == "application" else None)
    home = reads.household(tx, given)
    newest = max((one for one in queries.applications(tx, home.id) if one.known), key=lambda one: (one.started, one.id), default=None) if form.about == "application" else None
    if newest is None and form.id in _OF_A_CASE:
        raise NotFound("XL-V42", "这一户没有申请", field="for")
    return Subject(newest.id if newest is not None else home.id, home, newest)


_OF_A_CASE = frozenset({"missing", "delivery", "acceptance", "non_acceptance", "decision", "told", "check_list"})
"""Forms that say nothing without an application; the others may be printed blank for a family."""


def _document(session: Session, form: Form, about: Sequence[Subject], group: str | None = None) -> Data:
    """One document's data: the groups the form asks for, its place, whom to call, its number and digest."""
    one, today = about[0], session.today
    village = one.home.village if one.home is not None else (session.profile.villages[0] if session.profile.villages else session.profile.area)
    with session.reading() as tx, queries.read.together(tx):
        names = _names(tx, session)
        name = names.get(village, "" if session.role != "village" else village)
        book = contacts.of(tx, village, today)
        county = f"{session.profile.county_name}民政局" if session.profile.county_name else "县级民政部门"
        township = names.get(village[:9], "") if session.role != "township" else session.profile.village_names.get(session.profile.area, "")
        data: Data = {
            "blank": "", "place": {"village": name, "authority": county, "township": f"{township}民政办" if township else "镇(街道)民政办", "hand_in": f"{township or '镇(街道)'}民政办，或村(社区)"},
            "call": {"township": book.township, "county": book.county, "hotline": book.hotline or HOTLINE, "office": book.office, "slip": book.slip() or f"咨询电话：救助热线 {HOTLINE}。"},
        }
        data |= {part: made for part in form.parts if (made := _part(tx, session, form, part, one, about, name, book)) is not None}
    if "work" in form.parts:
        data["work"] = form_work.work(session, form.id)
    if "bundles" in form.parts:
        data["bundles"] = form_work.bundles(session)
    if "route" in form.parts:
        data["route"] = form_work.route(session, group)
    if "card" in form.parts:
        data["card"] = form_work.card(session, one.kind)
    return _numbered(session, form, one, data)


def _part(
    tx: Tx, session: Session, form: Form, part: str, one: Subject, about: Sequence[Subject], village: str, book: contacts.Contacts,
) -> Any:
    """One group of data, None for those made elsewhere."""
    today, home, app = session.today, one.home, one.app
    if part == "checks":
        return form_case.checks(tx, [each.app for each in about if each.app is not None], today)
    if part == "visit":
        return form_case.visit(one.visit)
    if part == "decisions":
        return form_case.decisions(tx, app) if app is not None else []
    if part == "told":
        return form_case.told(form_case.decisions(tx, app) if app is not None else [])
    if part == "selfcare":
        return form_family.selfcare()
    if part == "refusal":
        return {"reason": ""}
    if part == "refer":
        return _refer(tx, session, one)
    if part in ("work", "bundles", "route", "card"):
        return None
    if home is None:  # a referral about somebody who is on no list
        return dict.fromkeys(("head", "place", "phone"), "") | {"place": village}
    day = today.isoformat()
    if part == "missing" and app is not None:
        return form_case.missing(tx, app, today)
    if part == "papers":
        return form_case.papers_of_application(tx, app, today) if app is not None else form_case.papers_of_family(tx, home.id)
    makers: dict[str, Callable[[], Any]] = {
        "home": lambda: form_family.home(tx, home, village, day), "who": lambda: form_family.who(tx, home, app, today), "people": lambda: form_family.people(tx, home.id, today),
        "means": lambda: form_family.means(tx, home), "app": lambda: form_case.app(tx, home, app), "aid": lambda: form_case.aid(tx, home, today), "kin": lambda: form_case.kin(tx, home, app, today),
        "signers": lambda: form_family.signers(tx, home, app, today, form.id), "consent": lambda: form_case.consent(tx, home, app, today), "chain": lambda: form_case.chain(tx, home.id),
        "docs": lambda: form_case.docs(tx, app),
        "entrust": lambda: form_case.entrust(session, app, village, book.office), "survey": lambda: form_case.survey(tx, app, session.role),
    }
    return makers[part]()


def _refer(tx: Tx, session: Session, one: Subject) -> dict[str, str]:
    from xieli_tui.casework import referrals

    if one.referral is None:
        raise NotFound("XL-V45", "没有这一条转介", field="for")
    row = referrals.rows_of(tx, [one.referral], session.today)[0]
    return {
        "to": row.department_name, "on": row.on, "due": row.due, "first": row.first_receiver, "kind": row.kind_label, "who": row.who or row.head, "note": row.note,
        "answer": "，".join(part for part in (row.result, row.answer_note) if part),
    }


def _names(tx: Tx, session: Session) -> dict[str, str]:
    """Names of places: as computers were registered for them, then the workspace's own."""
    out: dict[str, str] = {}
    for device in queries.devices(tx):
        out.update(device.village_names)
    return out | session.profile.village_names


def _numbered(session: Session, form: Form, one: Subject, data: Data) -> Data:
    today = session.today
    number = _number(session, form, one)
    digest = hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
    mark = "演示" if session.profile.demo else "练习" if session.profile.practice else ""
    data["form"] = {
        "id": form.id, "title": form.title_at(session.role), "number": number, "digest": digest, "on": f"{today.year}年{today.month}月{today.day}日",
        "landscape": "1" if form.landscape else "", "mark": mark, "qr": "",
    }
    data["form"]["qr"] = qr.svg(_code(data))
    return data


def _number(session: Session, form: Form, one: Subject) -> str:
    return f"{form.mark}-{session.today:%Y%m%d}-{(one.ident or session.dev[:8]).replace('-', '')[-8:]}"


def _code(data: Data) -> str:
    """What the QR code says: number and digest, nothing about anybody."""
    return f"XL1 {data['form']['number']} {data['form']['digest']}"
