"""没写完的: every half-filled form by its Chinese name, with whom it is about and when it was last touched; for 今日, for a desk, and for the page of drafts.

Rules kept here
- a draft is listed until its form is saved or she throws it away, also when its family moved away or what it was about is over;
- what was typed can be read without opening the form: a draft whose form has no place any more is not lost.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import TZ
from xieli_tui.store import drafts, queries
from xieli_tui.store.drafts import SavedDraft
from xieli_tui.store.handing import BESIDE
from xieli_tui.store.queries import rows
from xieli_tui.store.store import Tx

FORM_WORDS = {
    "visit": "走访", "trip": "一趟走访", "flag": "发现登记", "apply": "申请", "household": "户的情况", "person": "人的情况", "statement": "收入支出", "entrust": "委托",
    "sign": "签字", "kin": "近亲属", "paper": "材料", "told": "告知", "withdraw": "撤回申请", "change": "变化", "refer": "转介", "feedback": "转介回音", "refer_out": "转介", "refer_heard": "转介回音", "assess": "六方面评估",
    "service": "服务", "emergency_step": "急难步骤", "join": "加人", "new_household": "新户", "leave": "离开", "split": "分户", "move_away": "整户迁出", "living": "共同生活",
    "head": "换户主", "pair": "结对", "pair_end": "结束结对", "group": "帮扶小组", "correct": "更正", "strike": "撤回", "settle": "了结", "finding_step": "急难步骤", "notice": "公示",
    "take_down": "取下公示", "objection": "公示异议", "inform": "告知政策", "give_aid": "给东西", "loss": "受灾损失", "encounter": "遇到的人", "dispose": "预警处置", "answer": "答复",
    "desk.return": "退回补正", "desk.check": "核对", "desk.survey": "入户调查", "desk.review": "初审", "desk.notice": "公示", "desk.advance": "先行救助", "desk.decide": "决定",
    "desk.told": "告知", "desk.pay": "付款", "desk.close": "办结", "desk.appraise": "民主评议", "desk.report": "上报县级", "desk.stage": "分阶段救助", "desk.staff": "登记协理员",
    "desk.station": "登记服务站", "desk.village": "登记村", "desk.local": "定参数", "standing.category": "定类别", "standing.taper": "渐退期", "standing.exit": "记退出",
    "standing.reserve": "备用金", "suspect": "报疑点", "complaint": "记反映", "complaint_answer": "答复反映", "fraud_rule": "疑点认定", "conference": "记会商", "event_open": "开突发事件",
    "event_close": "结束突发事件", "desk.staff_end": "写离任", "desk.body": "登记机构", "desk.operator": "加办事人员", "desk.enrol": "登记电脑", "desk.pack": "装政策包", "desk.holidays": "装放假安排",
    "desk.pack_back": "收回政策包", "alert_issue": "发预警", "alert_list": "收名单", "alert_list_out": "发名单", "alert_feedback": "预警反馈表", "platform": "平台编号", "transfer": "迁到别的村", "resolve": "两处写的不一样", "desk.stop": "停用电脑", "desk.held": "放行或留着", "roster": "导入台账", "report.learn": "学一张表", "report.ask": "拿不准的栏", "report.run": "填报表", "export": "导出", "notice_sheet": "公示单", "desk.report_send": "发到各村", "desk.report_back": "收回报表",
    "handover.seal": "写交接文件", "handover.open": "打开交接文件", "desk.handover": "准许交接", "desk.merge": "合并档案", "desk.unmerge": "撤回合并", "desk.fork": "两份历史", "receiver": "网上收件处",
}
NAMED = {"flag": "outsider", "encounter": "name", "new_household": "head"}
"""Forms about somebody who is on no list: the entry that holds the name she typed."""
TYPED = 12
"""How many typed things of a draft are told at most."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One half-filled form. `saved` is `YYYY-MM-DDTHH:MM`; `typed` what people wrote in it, the longest first."""

    form: str
    key: str
    word: str
    household: str
    who: str
    group: str
    saved: str
    typed: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """As the app leads to it: `form:key`."""
        return f"{self.form}:{self.key}"


def of(tx: Tx, homes: Mapping[str, rows.HouseholdLine]) -> list[Unfinished]:
    """Every draft, the last touched first."""
    return [_line(tx, one, homes) for one in drafts.list_all(tx)]


def listed(session: Session) -> list[Unfinished]:
    """Every draft of this computer, the last touched first."""
    with session.reading() as tx:
        if not drafts.list_all(tx):
            return []
        lock, lines = session.kept.setdefault("unfinished.homes", (threading.Lock(), queries.Finder()))
        with lock:
            return of(tx, lines.lines(tx))


def _line(tx: Tx, one: SavedDraft, homes: Mapping[str, rows.HouseholdLine]) -> Unfinished:
    home = _home(tx, one.key, homes)
    name = one.data.get(NAMED.get(one.form.removeprefix(BESIDE), "")) if home is None else None
    who = home.head if home is not None else str(name).strip() if name else "名单外的人" if one.form.removeprefix(BESIDE) == "flag" else ""
    at = dt.datetime.fromtimestamp(one.at_ms / 1000, TZ).strftime("%Y-%m-%dT%H:%M")
    return Unfinished(one.form, one.key, word(one.form), home.id if home else "", who, home.group if home else "", at, typed(one.data))


def word(form: str) -> str:
    """What a form is called; one that came with a hand-over while she had her own open says so."""
    plain = form.removeprefix(BESIDE)
    return FORM_WORDS.get(plain, "表") + ("（交接来的）" if plain != form else "")


def _home(tx: Tx, key: str, homes: Mapping[str, rows.HouseholdLine]) -> rows.HouseholdLine | None:
    """The family a draft is about: its key begins with the household (a person's with household.person), or is what concerns it."""
    about = key.partition(":")[0]
    home = homes.get(about) or homes.get(about.partition(".")[0])
    if home is not None:
        return home
    found = queries.application(tx, about) or queries.alert(tx, about) or queries.flag(tx, about) or queries.change(tx, about)
    return homes.get(found.household) if found is not None else None


def typed(data: Mapping[str, Any]) -> tuple[str, ...]:
    """What people wrote into a form: its words, not its digits and codes, the longest first."""
    words = [value.strip() for value in data.values() if isinstance(value, str) and value.strip() and not value.isascii()]
    return tuple(sorted(dict.fromkeys(words), key=lambda word: (-len(word), word))[:TYPED])
