"""The forms that can be printed: name, title, short mark of the number, what one is about, who may write it.

Rules kept here
- what a village prints carries none of 受理, 审核, 审批, 确认 but in the title of the office's own paper (临时救助申请审批表, whose opinion boxes stay empty);
- 受理通知书, 不予受理通知书, 审核确认结果告知书 and 核对委托清单 are written by desks alone;
- `parts` are the only data a form is given: nothing of a family goes onto a paper that does not ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Subject = Literal["household", "application", "visit", "referral", "kind", ""]


@dataclass(frozen=True, slots=True)
class Form:
    """One form.

    Attributes:
        id: its name on the command line, and of its templates.
        mark: first letters of the form number.
        about: what `--for` names; "" = the workspace itself.
        parts: groups of data beside form, place and call.
        desk: written by a desk alone.
        many: several subjects stand in one document (a list), not a document each.
        village_title: the title where a village prints it; village_word: what its menus call it.
    """

    id: str
    title: str
    mark: str
    about: Subject
    parts: tuple[str, ...]
    desk: bool = False
    landscape: bool = False
    many: bool = False
    village_title: str = ""
    village_word: str = ""

    def word_at(self, role: str) -> str:
        """What menus and lists call it: a village's screen carries no word of the office, not even of a title."""
        return self.village_word if role == "village" and self.village_word else self.title_at(role)

    def title_at(self, role: str) -> str:
        """The title as this desk prints it."""
        return self.village_title if role == "village" and self.village_title else self.title


FORMS: dict[str, Form] = {
    one.id: one
    for one in (
        Form("application", "社会救助申请表", "SQ", "application", ("home", "who", "app", "people", "means")),
        Form("consent", "居民家庭经济状况核对授权书", "HS", "application", ("home", "signers", "means", "consent")),
        Form("commitment", "诚信承诺书", "CN", "application", ("home", "who", "app", "signers")),
        Form("entrust", "委托书", "WT", "application", ("home", "who", "app", "entrust")),
        Form("survey", "入户调查表", "RH", "application", ("home", "app", "people", "means", "survey"), village_title="入户调查表（协助填写底稿）"),
        Form("selfcare", "特困人员生活自理能力评估表", "ZL", "application", ("home", "who", "selfcare")),
        Form("temp_aid", "临时救助申请审批表", "LS", "application", ("home", "who", "app", "people", "means", "aid", "docs"), village_word="临时救助申请表（镇里的表样）"),
        Form("kin", "近亲属备案表", "JQ", "application", ("home", "who", "app", "kin")),
        Form("missing", "一次性告知单", "GZ", "application", ("who", "app", "missing")),
        Form("visit", "走访记录", "ZF", "visit", ("home", "visit")),
        Form("referral", "转介单", "ZJ", "referral", ("home", "refer")),
        Form("delivery", "申请材料转交清单", "ZC", "application", ("home", "who", "app", "papers")),
        Form("handover", "工作交接单", "JJ", "", ("work",)),
        Form("cover", "户档封面目录", "HD", "household", ("home", "people", "papers", "chain")),
        Form("card", "救助明白卡", "MB", "kind", ("card",)),
        Form("acceptance", "受理通知书", "SL", "application", ("home", "who", "app"), desk=True),
        Form("non_acceptance", "不予受理通知书", "BS", "application", ("home", "who", "app", "refusal"), desk=True),
        Form("decision", "审核确认结果告知书", "JG", "application", ("who", "app", "decisions"), desk=True),
        Form("told", "社会救助告知单", "GD", "application", ("home", "who", "told", "decisions")),
        Form("check_list", "核对委托清单", "HW", "application", ("checks",), desk=True, many=True),
        Form("receipt", "数据包签收单", "QS", "", ("work", "bundles")),
        Form("recovery", "忘了口令怎么办", "ZH", "", ("work",)),
        Form("route", "走访路线单", "LX", "", ("route",), landscape=True),
    )
}
