"""The three families every form is tried on (issue 7, Must show): a name of rare characters, a minor alone with a guardian, twenty people in one home."""

from __future__ import annotations

from dataclasses import dataclass

from xieli_tui.casework.application import AddPaper, Consent, Entrust, Kin, add_paper, consent, entrust, kin
from xieli_tui.casework.flag_hardship import FlagHardship, flag_hardship
from xieli_tui.casework.households import AddHousehold, AddPerson, add_household, add_person, show
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.referrals import SendReferral, send_referral
from xieli_tui.casework.session import Session
from xieli_tui.casework.start_application import StartApplication, start_application
from xieli_tui.casework.statements import Line, Obligor, State, state
from xieli_tui.domain.idnum import check_digit

RARE = "欧阳𬴊𠅤"
WIFE = "㐱䶮㛃"
"""㛃 U+36C3, 㐱 U+3431, 䶮 U+4DAE: CJK Extension A; 𬴊 U+2CD0A, 𠅤 U+20164: beyond the first plane; none in a GB2312 font."""
MINOR = "李晓雨"
MANY = "王秀英"


def number(birth: str, serial: int) -> str:
    """An ID of the region of invented persons."""
    body = f"999999{birth.replace('-', '')}{serial:03d}"
    return body + check_digit(body)


@dataclass(frozen=True, slots=True)
class Home:
    """One family with everything a form may ask for."""

    name: str
    household: str
    application: str
    visit: str
    referral: str
    ids: tuple[str, ...]


def rare(session: Session) -> Home:
    """Two people of whose names no character but the surname is in an old font."""
    return _rest(session, RARE, "3组", "1951-03-07", 1, ((WIFE, "10", "1953-08-01"),))


def minor(session: Session) -> Home:
    """A child who is the head, and a grandmother of eighty; the guardian is named."""
    return _rest(session, MINOR, "2组", "2013-09-10", 2, (("李赵氏", "62", "1946-02-01"),), guardian="李建国")


def many(session: Session) -> Home:
    """Twenty people, names of two to four characters."""
    given = [("建军", "20"), ("桂兰", "38"), ("建国", "23"), ("玉珍", "38"), ("晓东", "41"), ("晓梅", "42"), ("志强", "41"), ("雅婷", "42"), ("子轩", "47"), ("思琪", "48")]
    rest = tuple((f"王{name}", relation, f"{1970 + at * 4}-05-{at + 1:02d}") for at, (name, relation) in enumerate(given))
    more = tuple((f"欧阳{name}", "97", f"{1955 + at * 5}-11-{at + 1:02d}") for at, name in enumerate(("春花", "秋月", "冬梅", "夏荷", "金宝", "银宝", "铜宝", "铁柱", "石头")))
    return _rest(session, MANY, "1组", "1948-03-07", 3, (*rest, *more))


def _rest(session: Session, head: str, group: str, birth: str, no: int, people: tuple[tuple[str, str, str], ...], guardian: str = "") -> Home:
    own = {"birth": birth, "sex": "女", "id_no": number(birth, no * 100 + 20), "health": "体弱", "education": "小学", "marital": "未婚" if guardian else "丧偶", "phone": "10000002190"}
    if guardian:
        own |= {"guardian": guardian, "orphan": True}
    home = add_household(
        session, AddHousehold(head, {"group": group, "category": "低保", "phone": "10000002190", "number": f"{no:03d}", "address": "石桥村老街水井边第三家，进院左手"}, own),
    ).id
    for at, (name, relation, born) in enumerate(people, 1):
        add_person(session, AddPerson(home, name, relation, {"birth": born, "id_no": number(born, no * 100 + 20 + at * 2)}))
    members = show(session, home).members
    who = members[0].person
    visit = record_visit(session, RecordVisit(
        home, "self", note="屋里#漏雨*两处，$想请人看看，儿子电话 100-0000-2191。", marks={"economy": 3, "housing": 2}, changes=("illness",), promise="带临时救助的表来，先打 10000002192", promise_on="2026-12-30", visitors=(("陈秀兰", "coordinator"),),
    )).id
    flag = flag_hardship(session, FlagHardship(household=home, causes=("illness",), urgency="urgent", persons=(who,), note="住院花了不少钱")).id
    app = start_application(session, StartApplication(home, ("dibao", "temp_emergency"), flag=flag, reason="住院自付两万多元，家里没有别的收入。", amount_asked="800")).id
    entrust(session, Entrust(app, by_whom=head))
    consent(session, Consent(app, person=members[-1].person, until="2027-06-30"))
    kin(session, Kin(app, none=True))
    add_paper(session, AddPaper(app, doc="id_card", where="村办公室铁柜二层"))
    state(session, State(
        home, income=[Line("养老金", "210"), Line("种养殖", "3000", per="year", person=who)], expenses=[Line("medical", "20800.50", person=who), Line("生活", "6000")],
        assets=[("house", "砖瓦房三间", None), ("livestock", "鸡十只", "400")], obligors=[Obligor(who, "李建国", "81" if guardian else "20", low_income=True, can_fully_support=False)],
    ))
    refer = send_referral(session, SendReferral(home, "med_insurance", "med_aid", who, note="请看看能不能走医疗救助")).id
    return Home(head, home, app, visit, refer, tuple(one.id_no for one in members))
