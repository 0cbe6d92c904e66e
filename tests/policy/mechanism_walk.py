"""Every command a mechanism of docs/mechanisms.toml names, run once as a user types it: a village and a county of the invented 999999.

What it hands back is what was run and which events the two journals hold afterwards; the tests lay that beside the page.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from xieli_tui.casework.session import open_session
from xieli_tui.cli.main import main
from xieli_tui.store import journal

PASS = "correct-horse-battery"
VILLAGE = "999999001001"
NOW = "2026-12-28T09:00:00+08:00"
PACK = """
id = "T7"
pack_id = "test-transfer"
title = "测试县转接办法"
doc_no = "测县发〔2026〕7号"
level = "county"
region_code = "999999"
effective_from = "2026-01-01"
currency = "unverified"
adopt = [ { rule = "CQ-20", from = "003", cite = "第七条" }, { rule = "JX-46", from = "000", cite = "第八条" } ]
"""
"""A county that takes over 003:(二十), so that who leaves 低保 may go straight to 低保边缘 (M-34), and 000:17 on papers it can look up itself (M-26)."""


@dataclass
class Walked:
    """Commands that ended well (as typed, without their values), and the event types of both journals."""

    commands: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    answers: dict[str, Any] = field(default_factory=dict)


class Hand:
    """Types commands into one workspace."""

    def __init__(self, folder: Path, walked: Walked, known: frozenset[str]) -> None:
        self.folder = folder
        self.walked = walked
        self.known = known

    def __call__(self, *args: object, code: int = 0, bare: bool = False) -> Any:
        """Run one command with --json; the parsed document. `code` is the exit it must end with."""
        words = [str(one) for one in args]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            got = main([*words, *(() if bare else ("-w", str(self.folder))), "--json"])
        assert got == code, (words, got, out.getvalue()[-900:], err.getvalue()[-400:])
        name = next((" ".join(words[:size]) for size in (3, 2, 1) if " ".join(words[:size]) in self.known), "")
        assert name, words
        if code == 0:
            self.walked.commands.add(name)
        return json.loads(out.getvalue())


def walk(base: Path, known: frozenset[str], setenv: Callable[[str, str], None]) -> Walked:
    """The whole walk; `known` are the commands of the tree, `setenv` sets a variable for as long as the walk lasts."""
    setenv("XIELI_PASSPHRASE", PASS)
    setenv("XIELI_KEYFILE_PASSPHRASE", PASS)
    setenv("XIELI_NOW", NOW)
    setenv("XIELI_STATE", str(base / "state"))
    walked = Walked()
    village, county = Hand(base / "v", walked, known), Hand(base / "c", walked, known)
    enrol(village, county, base)
    home = household(village)
    what_the_village_does(village, home)
    app, plain = applications(village, home)
    travel(village, county, base)
    what_the_county_sets(county)
    what_the_county_does(county, home, app, plain)
    answer_alerts(village, county, base, home["home"], plain)
    for folder in (village.folder, county.folder):
        session = open_session(folder, PASS)
        try:
            with session.reading() as tx:
                walked.events |= {event.t for batch in journal.iterate_all(tx, 500) for event in (batch if isinstance(batch, list) else [batch])}
        finally:
            session.close()
    return walked


def enrol(village: Hand, county: Hand, base: Path) -> None:
    """A county, a village laptop, and the grant that joins them (M-07, M-72)."""
    first = village("init", "--village", VILLAGE, "--village-name", "上坪村", "--operator", "王小兰", "--kdf", "floor")
    desk = county("county", "init", "--county", "999999", "--name", "测试县", "--operator", "李县办", "--kdf", "floor")
    grant = base / "grant.xieli"
    county("county", "enrol", "--code", first["enrol_code"], "--village", f"{VILLAGE}=上坪村", "--operator", "王小兰", "--out", grant)
    village("device", "enrol", grant, "--root-fingerprint", desk["root_fingerprint"])


def household(village: Hand) -> dict[str, str]:
    """A family of two and what is known about it (M-07, M-08, M-23, M-36, M-59, M-63, M-65, M-68, M-69, M-82)."""
    saved = village("household", "add", "--head", "陈测试", "--set", "address=上坪村3组", "--set", "phone=10000001234")
    home = str(saved["id"])
    child = village("person", "add", "--household", home, "--name", "陈小测", "--relation", "子", "--set", "birth=2016-05-01")
    members = village("household", "show", home)["members"]
    head = next(one["person"] for one in members if one["name"] != "陈小测" and one["person"] != child["id"])
    village("household", "set", home, "--set", "grid=上坪三网格", "--set", "labels=filed_poor,out_of_poverty", "--set", "category=relapse_monitor", "--set", "status=none",
            "--set", "hukou_region=999999", "--set", "permit_region=999999", "--set", "area=rural", "--set", "housing_difficulty=否")
    village("person", "set", head, "--set", "birth=1980-01-01", "--set", "special=severe_disabled_adult", "--set", "disability_kind=limb", "--set", "disability_level=1",
            "--set", "apparent_disability=是", "--set", "labour=full", "--set", "work=unemployed")
    village("person", "set", str(child["id"]), "--set", "in_school=否", "--set", "left_behind=是", "--set", "guardian=奶奶")
    return {"home": home, "head": str(head), "child": str(child["id"])}


def what_the_village_does(village: Hand, who: dict[str, str]) -> None:
    """Visits, findings, changes, referrals, files, services: what a coordinator records of the mechanisms."""
    home, head, child = who["home"], who["head"], who["child"]
    visit = village("visit", "add", "--household", home, "--met", "self", "--mark", "economy=2", "--house-safety", "risk", "--visitor", "张网格:grid", "--visitor", "李社工:social_worker")
    village("visit", "add", "--household", home, "--met", "self", "--kind", "review", "--visitor", "王党员:cadre")
    village("visit", "plan")
    village("today")
    village("correct", ref_of(village, home, visit), "--set", "note=看了灶房", "--reason", "当时漏写")
    village("household", "assess", home, *(f"--mark={name}=2" for name in ("economy", "health", "education", "housing", "employment", "participation")))
    village("household", "income", home, "--month", "600.00", "--deduct", "employment_cost=100:001:3", "--expense", "medical=12000", "--bill", "basic=3000", "--bill", "self_pay=900")
    village("household", "statement", "show", home)
    village("household", "category", home)
    village("household", "follow", home)
    village("policy", "screen", home)
    village("policy", "screen", home, "--as-region", "511526")
    pair = village("household", "pair", home, "--name", "赵党员", "--party")
    village("household", "pairs", home)
    village("household", "unpair", pair["id"], "--on", "2026-12-28")
    village("group", "set", "--name", "上坪帮扶组", "--member", "赵党员", "--member", "张网格", "--household", home)
    village("group", "list")
    change = village("change", "add", "--household", home, "--kind", "job", "--effect", "worse")
    village("change", "list")
    village("informed", "add", "--household", home, "--kind", "temp_emergency", "--answer", "willing")
    for dept, kind in (("education", "edu"), ("残联", "dis_living"), ("住建", "housing_rural"), ("med_insurance", "med_aid"), ("agriculture", "antirelapse"), ("social_orgs", "charity_project")):
        sent = village("refer", "send", "--household", home, "--to", dept, "--kind", kind, "--person", child if dept == "education" else head)
    village("refer", "departments", "--household", home)
    village("refer", "list")
    village("refer", "answer", sent["id"], "--result", "done")
    village("service", "add", "--household", home, "--kind", "job_offer", "--person", head, "--provider", "测试县人社")
    village("service", "add", "--household", home, "--kind", "care", "--person", child, "--provider", "志愿队", "--hours", "2")
    village("service", "list")
    village("aid", "give", "--household", home, "--item", "棉被", "--quantity", "2", "--unit", "床")
    village("loss", "add", "--household", home, "--amount", "3000.00")
    village("encounter", "add", "--place", "上坪村车站", "--action", "station")
    village("encounter", "list")
    doubt = village("fraud", "add", "--household", home, "--text", "报的收入和看到的不一样")
    withdrawn = village("service", "add", "--household", home, "--kind", "other")
    village("withdraw", ref_of(village, home, withdrawn), "--reason", "记错了家")
    flag = village("flag", "add", "--household", home, "--cause", "illness", "--urgency", "emergency")
    village("flag", "add", "--outsider", "外乡人", "--place", "上坪村口", "--cause", "stranded", "--channel", "neighbour")
    village("flag", "reported", flag["id"], "--answered-by", "刘芳")
    opened = [one for one in village("emergency", "list")["files"] if one]
    if not opened:
        village("emergency", "open", flag["id"], "--kind", "illness")
        opened = village("emergency", "list")["files"]
    other = village("flag", "add", "--household", home, "--cause", "accident", "--urgency", "normal")
    village("emergency", "open", other["id"], "--kind", "accident")
    village("emergency", "step", opened[0]["id"], "--step", "visited")
    village("emergency", "show", opened[0]["id"])
    village("phones")
    village("person", "file", head)
    who |= {"flag": str(flag["id"]), "change": str(change["id"]), "fraud": str(doubt["id"])}


def ref_of(village: Hand, home: str, saved: dict[str, Any]) -> str:
    """The reference dev:ep:seq:hash of an event just recorded, as the timeline of the family shows it."""
    return next(str(one["ref"]) for one in village("timeline", home)["entries"] if one["ref"].split(":")[2] == str(saved["seq"]))


def applications(village: Hand, who: dict[str, str]) -> tuple[str, str]:
    """An urgent application and an ordinary one with two kinds from one intake; both handed over (M-14 .. M-18, M-28, M-31, M-50)."""
    home, head = who["home"], who["head"]
    urgent = village("apply", "start", "--household", home, "--kind", "temp_emergency", "--emergency")["id"]
    plain = village("apply", "start", "--household", home, "--kind", "dibao,edu")["id"]
    refused = village("apply", "hand-over", plain, code=4)
    assert refused["error"]["code"] == "XL-P01"
    for app in (urgent, plain):
        village("apply", "entrust", app, "--by", "陈测试")
        village("apply", "consent", app, "--person", head, "--until", "2027-12-31")
        village("apply", "commit", app)
        village("apply", "kin", app, "--none")
        village("apply", "paper", app, "--doc", "id_card", "--where", "村里")
        village("apply", "missing", app)
        village("apply", "hand-over", app)
        village("apply", "show", app)
    return str(urgent), str(plain)


def travel(village: Hand, county: Hand, base: Path) -> None:
    """The stick to the county."""
    stick = base / "usb"
    stick.mkdir(exist_ok=True)
    village("sync", "export", "--to", stick)
    county("county", "import", stick)


def what_the_county_sets(county: Hand) -> None:
    """Parameters, registers, packs (M-22, M-30, M-48, M-52, M-56, M-57, M-71, M-72, M-73)."""
    for key, value in (
        ("dibao_std_month", "735.00"), ("hotline", "12349"), ("village_ta_entrusted", "true"), ("small_advance_cap", "1000.00"), ("visit_days", "90"),
        ("delegations", '[{"kind":"temp_emergency","max_amount":"3000.00","township":"999999001","from":"2026-01-01"}]'), ("queryable_docs", '["hukou_book"]'),
        ("emergency_windows", '[{"from":"2026-02-01","to":"2026-02-28"}]'), ("price_link", '{"month":"2026-12","categories":["dibao"],"amount":"30.00"}'),
        ("risk_indicators", '[{"id":"med_selfpay_year","fact":"expense.medical","over":"10000.00"}]'), ("prov_floor", "700.00"), ("tekun_std_month", "955.50"),
    ):
        county("county", "local", "set", key, value, "--from", "2026-01-01")
    county("county", "local", "set", "taper_months", "60", "--from", "2026-01-01")
    county("county", "local", "annul", "taper_months", "--from", "2026-01-01", "--reason", "多写了一个零")
    county("county", "local", "list")
    pack = county.folder.parent / "county.toml"
    pack.write_text(PACK, encoding="utf-8")
    county("county", "pack", "install", pack, "--from", "2026-01-01")
    county("county", "staff", "add", "--name", "王小兰", "--village", VILLAGE, "--source", "committee", "--phone", "10000005678")
    county("county", "staff", "list")
    county("county", "station", "set", VILLAGE, "--name", "上坪村社会救助服务站")
    county("county", "station", "list")
    county("county", "body", "set", "测试县救助服务中心", "--technical", "10", "--socialwork", "8")
    county("county", "lint")
    county("county", "operator", "list")
    county("phones")
    county("policy", "show", "003")
    question = county.folder.parent / "question.json"
    for body in (
        {"op": "due", "region": "360100", "asof": "2026-11-21", "local": {"emergency_windows": [{"from": "2026-11-01", "to": "2026-11-30"}]},
         "given": {"hh": {"status": "tekun", "last_review": "2025-11-10"}}},
        {"op": "check", "region": "360100", "asof": "2026-11-21", "local": {"village_ta_entrusted": True}, "actions": [{"action": "village.pay_temp_aid"}]},
    ):
        question.write_text(json.dumps(body), encoding="utf-8")
        county("policy", "ask", question, bare=True)


def what_the_county_does(county: Hand, who: dict[str, str], urgent: str, plain: str) -> None:
    """The urgent case first, then the ordinary one step by step; complaints, doubts, events, reserve, exits (M-10 .. M-35, M-49 .. M-55, M-75, M-79)."""
    home = who["home"]
    items = county("county", "queue")["items"]
    assert items[0]["emergency"] is True
    assert county("county", "coverage")["villages"]
    called = county("apply", "start", "--household", home, "--kind", "med_aid", "--source", "hotline")["id"]
    county("county", "accept", called)
    county("county", "return", called, "--paper", "hukou_book", code=4)
    county("county", "return", called, "--paper", "medical_bill")
    county("county", "answer", who["change"], "--disposition", "handled", "--note", "已核实")
    county("county", "accept", urgent, "--platform-no", "CS-1")
    county("county", "reserve", "in", "--amount", "5000.00", "--area", "999999001")
    county("county", "advance", urgent, "--amount", "500.00", "--payer", "李县办")
    county("county", "reserve", "out", "--amount", "100.00", "--area", "999999001")
    county("county", "reserve", "list", "--area", "999999001")
    county("county", "decide", urgent, "--grant", "--amount", "800.00", "--reason", "突发大病，基本生活困难")
    staged = county("apply", "start", "--household", home, "--kind", "temp_expenditure", "--source", "window")["id"]
    county("county", "accept", staged)
    county("county", "review", staged)
    county("county", "decide", staged, "--grant", "--amount", "900.00", "--reason", "医疗支出大")
    county("county", "stage", "set", staged, "--stage", "1", "--amount", "400.00", "--due", "2027-01-10")
    county("county", "stage", "list", staged)
    county("county", "pay", urgent, "--ref", "ZF-1", "--amount", "400.00")
    county("county", "accept", plain, "--platform-no", "CS-2")
    county("county", "request-check", plain)
    county("county", "check", plain, "--result", "pass", "--until", "2027-06-30")
    county("county", "survey", plain, "--by", "李县办", "--by", "周干事")
    county("county", "appraise", plain, "--result", "多数认为困难", "--unclear", "economy")
    county("county", "review", plain)
    for place in ("township", "village"):
        county("county", "notice", plain, "--kind", "review", "--place", place, "--from", "2026-12-10", "--to", "2026-12-20")
    county("county", "complaint", "receive", "--channel", "phone", "--text", "说有一户不困难")
    complaint = county("county", "complaint", "list")["complaints"][0]["id"]
    county("county", "complaint", "answer", complaint, "--result", "已核实，情况不实")
    county("county", "fraud", "list")
    county("county", "fraud", "rule", who["fraud"], "--result", "false", "--text", "收入是借款")
    opened = county("county", "event", "open", "--kind", "disaster", "--name", "12月低温")
    county("county", "event", "list")
    county("county", "event", "close", opened["id"])
    county("county", "platform", "link", home, "--no", "YB-1")
    county("county", "platform", "missing")
    county("county", "category", home, "dibao", "--reason", "按决定")
    county("county", "taper", home, "--months", "6", "--start", "2026-12-28")
    county("county", "exit", home, "--from", "dibao", "--reason", "income_above", "--consent", "--to", "dibao_edge")
    county("county", "alert", "issue", "--class", "gap", "--household", home, "--text", "请看教育资助落实没有", "--due", "2027-01-20")
    county("county", "alert", "issue", "--class", "complex", "--household", home, "--text", "几样困难在一起", "--due", "2027-01-20")
    county("county", "alert", "scan")
    county("county", "alert", "agenda")
    who |= {"urgent": urgent, "plain": plain}


def answer_alerts(village: Hand, county: Hand, base: Path, home: str, plain: str) -> None:
    """The return home; each alert answered by a visit; a return for papers; notices of the village (M-04, M-05, M-26, M-29, M-54)."""
    home_stick = base / "back"
    home_stick.mkdir()
    county("county", "send", "--to", home_stick, "--all")
    village("sync", "import", home_stick)
    alerts = village("alert", "list")["alerts"]
    ways_taken: set[str] = set()
    for one in alerts:
        ways = [way[0] for way in village("alert", "show", one["id"])["ways"]]
        way = next(name for name in ("special_case", "referred", "false") if name in ways)
        more = ("--department", "education", "--kind", "edu") if way == "referred" else ()
        visit = village("visit", "add", "--household", one["household"], "--met", "self", "--kind", "alert_answer")
        village("alert", "answer", one["id"], "--visit", visit["id"], "--disposition", way, "--note", "看过了", *more)
        ways_taken.add(way)
    assert {"special_case", "referred"} <= ways_taken
    matched = base / "matched.xlsx"
    sheet = openpyxl.Workbook()
    sheet.active.append(["预警编号", "姓名", "所在村", "预警类型", "推送日期", "核查结果"])
    sheet.active.append(["YJ1", "查无此人", VILLAGE, "失业预警", "2026-12-20"])
    sheet.save(matched)
    listed = village("alert", "import", matched)["alerts"][0]["alert"]
    village("alert", "match", listed, "--household", home)
    assert village("alert", "feedback", matched, "--out", base / "fed-back.xlsx")["open"] == 1
    village("policy", "screen", home)
    village("apply", "list")
    notice = village("notice", "post", plain, "--kind", "long_term", "--from", "2026-12-10")
    village("notice", "object", notice["id"], "--text", "有人说不困难")
    village("notice", "take-down", notice["id"])
    village("notice", "list")
    travel(village, county, base)
    assert county("county", "alert", "issue", matched, "--dry-run")["unmatched"] == 1
    assert county("county", "feedback", matched, "--out", base / "fed-back-county.xlsx")["strange"] == 1
    assert county("county", "alert", "agenda")["agenda"]
    county("county", "conference", "hold", "--member", "李县办", "--member", "周干事", "--result", "按急难办", "--household", home)
    county("county", "conference", "list")
    assert not county("county", "alert", "agenda")["agenda"]
