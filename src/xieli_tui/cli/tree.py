"""The command tree by name: what stands at the top, where it lives, one line of help each.

A group's module is imported only when the group is used. Building all commands costs three times what Python needs to start, and
`xieli --help` needs none of them (design 11: <= 9 x `python -c pass`).
"""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

import typer
from typer.main import get_command, get_group

from xieli_tui.cli import zh
from xieli_tui.cli.common import Command, Group


class Branch(NamedTuple):
    """One name at the top: its module, the attribute there (an App, or a function for a single command), its line of help."""

    module: str
    attribute: str
    help: str


TREE: dict[str, Branch] = {
    "run": Branch("start", "run", "打开工作台。"),
    "demo": Branch("start", "demo", "打开演示：虚构的村和县，区划代码 999999。"),
    "practice": Branch("start", "practice", "练习：虚构的村，十分钟走一遍，和正式资料分开。"),
    "init": Branch("start", "init", "建一个新的工作区。"),
    "device": Branch("device", "app", "登记电脑：登记码，导入县里的登记文件。"),
    "passphrase": Branch("passphrase", "app", "口令：谁能打开这台电脑，改口令，加一名操作员。"),
    "recovery": Branch("recovery", "app", "找回：忘了口令，两名找回人员一起帮着换一个新的。"),
    "roster": Branch("roster", "app", "人员台账：从 Excel 导入。"),
    "today": Branch("today", "today", "今天要办的，为什么，用哪条命令。"),
    "household": Branch("household", "app", "住户：查找、看户档、记变动。"),
    "group": Branch("helpers", "group_app", "困难群众救助帮扶小组。"),
    "person": Branch("household", "person_app", "人：加人、改资料。"),
    "timeline": Branch("household", "timeline", "一户的救助链，近的在上。"),
    "visit": Branch("visit", "app", "走访：记一次，或按行导入。"),
    "flag": Branch("flag", "app", "发现登记：困难、急难、电话报告。"),
    "emergency": Branch("emergency", "app", "急难信息档案：步骤和全程。"),
    "change": Branch("change", "app", "变化：报上去，一直跟到有答复。"),
    "refer": Branch("refer", "app", "转介：转给哪个部门，几时要回音，回了什么。"),
    "informed": Branch("informed", "app", "主动告知：告诉了哪种救助，愿意不愿意。"),
    "alert": Branch("alert", "app", "预警：收名单，核查，处置，反馈。"),
    "apply": Branch("apply", "app", "申请：协助填写，受委托代为提交(转交)。"),
    "notice": Branch("notice", "app", "公示：村公开栏上贴的、取下的、有异议的。"),
    "service": Branch("given", "service_app", "服务：给过什么。"),
    "aid": Branch("given", "aid_app", "村里给的实物和服务。"),
    "loss": Branch("given", "loss_app", "受灾：家里损失了什么。"),
    "encounter": Branch("given", "encounter_app", "生活无着、离家在外遇困的人。"),
    "fraud": Branch("given", "fraud_app", "疑点：只报县级，村里不下结论。"),
    "entry": Branch("chain", "entry", "一条记录的全文，改过没有。"),
    "correct": Branch("family", "correct", "更正一条记录，原来的留着。"),
    "withdraw": Branch("family", "withdraw", "撤回一条记录，原来的留着。"),
    "sync": Branch("sync", "app", "报送：导出数据包，收回签收单。"),
    "handover": Branch("handover", "app", "交接：没报送的和草稿交给接手的电脑。"),
    "phones": Branch("phones", "phones", "电话：镇民政办、热线、各部门。"),
    "policy": Branch("policy", "app", "政策：看政策包，问一问，核对政策包。"),
    "county": Branch("county", "app", "工作台：镇(街道)、县级收件、办理、回传。"),
    "audit": Branch("audit", "app", "核对：记录有没有被改动过。"),
    "evidence": Branch("audit", "evidence", "一户的记录存成证据，不用协理也能核对。"),
    "export": Branch("export", "app", "导出成文件：户、人员、走访；证件号和电话盖住，要完整的写理由。"),
    "count": Branch("count", "count", "报个数：一句话，只有数，没有姓名。"),
    "report": Branch("report", "app", "报表机：各家的表学一次，往后一条命令填好。"),
    "form": Branch("form", "app", "表单：申请表、授权书、走访记录这些，填过一次，都能印。"),
    "route": Branch("form", "route_app", "走访路线单：带着上门，回来一次录。"),
    "store": Branch("store", "app", "资料：从记录重新排出各张表。"),
    "doctor": Branch("doctor", "doctor", "体检：资料哪里坏了，怎样办。"),
    "backup": Branch("backup", "app", "备份：做、核对、恢复。"),
}


class Tree(Group):
    """The top group: lists from the table, imports a branch when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(TREE)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        branch = TREE.get(cmd_name)
        if branch is None:
            return None
        module = importlib.import_module(f"xieli_tui.cli.{branch.module}")
        found = getattr(module, branch.attribute)
        if isinstance(found, typer.Typer):
            built: Any = get_group(found)
        else:
            single = typer.Typer(rich_markup_mode=None, add_completion=False)
            single.command(cmd_name, cls=Command)(found)
            built = get_command(single)
        built.name = cmd_name
        return built

    def get_help(self, ctx: Any) -> str:
        return zh.page(self, ctx, [(name, branch.help) for name, branch in TREE.items()])
