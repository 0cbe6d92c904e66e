"""004 二(一), 二(三), 二(四): who is in urgent need, grave illness, and the social and charitable help around it (CN-01, CN-03, CN-11).

Rules kept here
- any one of the traits the document names suffices; it says 临时性 where others say 灾难性, so 灾难性 alone does not answer here;
- 所有 … 居民家庭和个人: the document is silent on 户籍, so none is asked for;
- 鼓励, 积极 and 动员 are 可酌情.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Verdict, judge
from xieli_tui.policy.context import Context
from xieli_tui.policy.logic import any_of
from xieli_tui.policy.registry import rule

POOR = ("dibao", "tekun")


@rule("CN-01", op="screen", kind="temp_emergency")
def urgent_hardship(ctx: Context) -> Verdict:
    """004:二(一): 将所有遭遇突发性、紧迫性、临时性基本生活困难的居民家庭和个人纳入临时救助范围."""
    named, words = ctx.param("cn_emergency_traits").value, ctx.row.params
    return judge(
        ctx.event("traits").test(lambda traits: any(words.get(one, one) in named for one in traits), "突发性、紧迫性或临时性"),
        ctx.any_person("basic_life_hardship", "基本生活困难"),
    )


@rule("CN-03", op="screen", kind="med_major")
def grave_illness(ctx: Context) -> Verdict:
    """004:二(一): 重特大疾病医疗救助要覆盖所有贫困居民以及因病致贫家庭中的重病患者.

    Reading: 覆盖 says whose illness is provided for — every poor resident's, and that of the seriously ill of families made poor by illness.
    What is provided for is the grave illness itself (重特大疾病), so both groups are asked for it: a poor resident who is well is covered
    and has nothing to be told today; one of whom it is not known waits for it.
    """
    poor = any_of(ctx.category().in_(POOR), ctx.hh("low_income").is_true(), ctx.hh("filed_poor").is_true(), ctx.hh("illness_poverty").is_true())
    return judge(ctx.person("severe_illness").is_true("重病患者"), poor.named("贫困居民或因病致贫家庭"))


@rule("CN-11", op="screen", kind=("charity_project", "charity_fund", "svc_socialwork", "volunteer"))
def social_and_charitable_help(ctx: Context) -> Verdict:
    """004:二(三) 加强慈善衔接，一案一策; 二(四) 针对不同的急难家庭开展心理疏导、精神抚慰、能力提升、社会融入等个性化帮扶服务."""
    cite = "二(四)" if ctx.key == "svc_socialwork" else "二(三)"
    return judge(ctx.outcome("CN-01").is_("meets").named("急难家庭"), then="discretion", cite=cite)
