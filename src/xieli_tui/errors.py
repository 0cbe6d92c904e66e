"""The errors of the product: one family, one registry.

Rules kept here
- every error a user can meet carries a stable code, one Chinese sentence of what happened and one of what to do next;
- the exit code follows from the class of the error, never from the text (design 08: 1 defect, 2 usage, 3 keys, 4 input, 5 not found, 6 damage);
- nothing in an error names a person, an ID number, a search text or a key: `what` may name a file, a row, a column or a field.

    XieliError
    ├── Misused       2  no terminal to open the desk on, wrong usage          X02 X03
    ├── Locked        3  wrong passphrase, wrong key, not enrolled            L, K10
    ├── Refused       4  bundle, workbook, value or step not accepted         B U N K D C G A W V P F Q
    ├── NotFound      5  no such household, application, file                 V40, F05
    └── Damaged       6  stored data damaged or chain broken                  L06, C03
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One row of the registry: what happened and what to do, both full Chinese sentences without the closing mark."""

    what: str
    next_step: str


REGISTRY: dict[str, Entry] = {
    # B container
    "XL-B01": Entry("文件过大", "数据包不超过 16 MiB，请核对拿到的是不是数据包"),
    "XL-B02": Entry("不是本系统的交换包，或复制时被改动", "请用U盘原样复制，不要用文本方式打开或转存"),
    "XL-B03": Entry("文件不完整，请重新复制", "请从来源处重新复制一次，再导入"),
    "XL-B04": Entry("文件损坏，请重新复制", "请从来源处重新复制一次，再导入"),
    "XL-B05": Entry("格式错误", "请让对方重新导出，或联系县里"),
    "XL-B06": Entry("格式错误，条数或大小不合规定", "请让对方重新导出，或联系县里"),
    "XL-B07": Entry("内容大小不符", "请让对方重新导出，或联系县里"),
    # U version
    "XL-U01": Entry("这个文件要用新版程序才能读，请先升级程序", "升级后再导入，原文件留着"),
    # N network
    "XL-N01": Entry("不是本县的数据", "练习数据和正式数据不能混用，请核对拿到的是哪里的文件"),
    # K keys
    "XL-K01": Entry("设备未登记", "请先在县里登记这台电脑，再导入"),
    "XL-K02": Entry("签名不符，疑被篡改", "不要导入，请联系交来的人重新导出"),
    "XL-K03": Entry("这台电脑无权发这种数据包", "请核对文件来源"),
    "XL-K05": Entry("不是发给本单位的包", "请交给收件单位，或让对方重新导出"),
    "XL-K06": Entry("无法解密", "请让对方重新导出；仍不行请联系县里"),
    "XL-K07": Entry("县里的核对码不一致", "请当面或打电话核对 20 位数字后再输一遍"),
    "XL-K08": Entry("登记码有误", "请重新抄一遍登记码，注意 0 和 O、1 和 I"),
    "XL-K09": Entry("没有找到县里的根密钥文件", "请插入保管根密钥的盘，或用 --root 指定位置"),
    "XL-K10": Entry("这台电脑还没有登记，不能报送", "请先把登记码交给县里，拿到登记文件后登记"),
    "XL-K11": Entry("根密钥文件的口令不对", "请由保管人重新输入"),
    "XL-K12": Entry("钥匙换得太多次了", "请到县里把这台电脑重新登记一次，再换"),
    "XL-K13": Entry("没有找到找回人员的钥匙文件", "请插入存着钥匙文件的盘，核对文件名"),
    "XL-K14": Entry("找回人员钥匙文件的口令不对", "请由钥匙的主人重新输入"),
    "XL-K15": Entry("申请文件和念的 20 位数字对不上", "先不要答复。请对方再念一遍；还是对不上，文件可能被人换过，请当面核对"),
    "XL-K16": Entry("这把钥匙帮不了这台电脑", "请换一名在任的找回人员来答复"),
    "XL-K17": Entry("这台电脑已经停用，不能找回", "请先弄清电脑在谁手里；停用错了，先撤销停用，再来答复"),
    # D duplicates
    "XL-D01": Entry("已导入过", "不用再导，签收单和上次一样"),
    "XL-D02": Entry("包号被重复使用", "不要导入，请联系交来的人"),
    # C chain
    "XL-C01": Entry("记录链断裂", "请让对方重新导出，或联系县里"),
    "XL-C02": Entry("同一设备出现两份历史", "这台电脑的数据先停收，请联系县里"),
    "XL-C03": Entry("本机的记录链断裂", "请不要继续使用，先运行 xieli doctor，再联系县里"),
    "XL-C04": Entry("同一设备号在两台机器上使用", "请停用旧的那一台，联系县里"),
    # G gaps
    "XL-G01": Entry("缺少中间的记录，先暂放", "等前一个包到了会自动接上，不用再导"),
    "XL-G02": Entry("暂放的包太多，这一个没有留下", "请先导入前面缺的包，再导这一个"),
    # S per-event verdicts
    "XL-S01": Entry("不在这台电脑负责的村", "已转人工核对"),
    "XL-S02": Entry("内容不合格式", "已转人工核对"),
    "XL-S03": Entry("这台电脑无权写这种记录", "已转人工核对，不起作用"),
    "XL-S04": Entry("这台电脑停用之后写的", "已转人工核对"),
    "XL-S05": Entry("暂时看不懂这种记录，已收下", "升级后会自动起作用"),
    "XL-S06": Entry("同一设备两份历史之中的一份", "停收，请联系县里"),
    "XL-S07": Entry("这条决定已经撤销", "原记录保留，不再起作用"),
    # A apply
    "XL-A01": Entry("写入没有完成，什么都没有改动", "请再试一次；仍不行请联系县里"),
    # W workbook
    "XL-W01": Entry("表里没有找到表头", "请核对是不是人员台账，表头要有 姓名 和 身份证号 等栏"),
    "XL-W02": Entry("打不开这个表格文件", "请在 WPS 或 Excel 中另存为 .xlsx 再导入"),
    "XL-W03": Entry("表格有口令保护", "请先去掉口令再导入"),
    "XL-W04": Entry("表格太大", "一次不超过 100,000 行、500 列，请分开导入"),
    "XL-W05": Entry("栏目对应文件不合格式", "请核对 --mapping 指定的文件"),
    "XL-W11": Entry("身份证号是数字格式，末几位已丢失", "请核对原件后补身份证号"),
    "XL-W12": Entry("身份证号位数、字符或校验位不对", "请核对原件后补身份证号"),
    "XL-W13": Entry("身份证号空着", "请核对原件后补身份证号"),
    "XL-W14": Entry("15 位身份证号已换成 18 位", "请核对原件"),
    "XL-W15": Entry("15 位身份证号和出生日期对不上，照原样留下", "请核对原件"),
    "XL-W16": Entry("与户主关系和性别对不上", "请核对后更正"),
    "XL-W31": Entry("有字体里没有的字，没有打印", "请核对这个字；确实是这样写的，存成 .docx 用电脑里的字体打印"),
    "XL-W32": Entry("表样用不了", "请县里核对表样；收回以后用程序自带的"),
    "XL-W18": Entry("这张表里没有一栏认得出来", "请核对是不是要填的报表；栏目少见的用 --answers 写明哪一栏填什么"),
    "XL-W19": Entry("公式没有算好的结果，或是出错的值，这一格按空着读", "请在 WPS 里打开、保存一次再导入，或核对这一格"),
    "XL-W17": Entry("身份证号前六位不在已知地区", "老证或撤并的县会这样，请核对原件"),
    # V value
    "XL-V01": Entry("日期看不懂", "请写成 2026-12-28、20261228 或 12-28"),
    "XL-V02": Entry("日期不可能", "请核对年月日"),
    "XL-V03": Entry("身份证号不对", "请核对原件"),
    "XL-V04": Entry("金额看不懂", "请写成 800 或 800.00，单位元"),
    "XL-V05": Entry("村代码要 12 位数字", "请核对村代码"),
    "XL-V06": Entry("这一格不能空", "请填上再存"),
    "XL-V07": Entry("太长，一格最多 10,000 个字", "多出来的先留在草稿里，请删短一些"),
    "XL-V08": Entry("选项里没有这一个", "请从列出的选项里选"),
    "XL-V09": Entry("口令太短", "口令至少 12 个字，或用程序给的 16 位数字"),
    "XL-V10": Entry("内容里有不能保存的字符", "请删掉看不见的控制符"),
    "XL-V11": Entry("内容不合要求", "请核对后再存"),
    "XL-V12": Entry("区域代码位数不对", "镇 9 位，县 6 位，村 12 位"),
    "XL-V13": Entry("日期在将来", "请核对年月日"),
    "XL-V14": Entry("这个身份证号本村已经有人", "请打开那一户核对，是同一个人就用那份档案"),
    "XL-V15": Entry("这一栏的内容不能上公示，没有印", "公示只写户主姓名、村组、人口、类别、金额和日期；请先把登记改对"),
    "XL-V40": Entry("没有这一户", "请用 xieli household list 查一查编号"),
    "XL-V41": Entry("没有这个人", "请核对编号"),
    "XL-V42": Entry("没有这件申请", "请用 xieli apply list 查一查编号"),
    "XL-V43": Entry("没有这条困难登记", "请核对编号"),
    "XL-V44": Entry("没有这台登记电脑", "请用 xieli county devices 查一查"),
    "XL-V45": Entry("没有这一条", "请核对编号"),
    # P rights and steps
    "XL-P01": Entry("还不能转交，缺法律要求的手续", "请先补上列出的手续"),
    "XL-P02": Entry("村里不能做这一步", "这一步由镇(街道)或县级办理"),
    "XL-P03": Entry("不在本单位的职权或授权之内", "请转有权的单位办理"),
    "XL-P04": Entry("前面还有步骤没有办", "请先办列出的步骤"),
    "XL-P05": Entry("这件申请现在的状态不能做这一步", "请先看个案里的救助链"),
    "XL-P06": Entry("几步写在了一起，要先理顺", "请打开个案，用一步把几步都接上"),
    "XL-P07": Entry("这个工作区不是工作台", "请在镇或县的工作区里做"),
    "XL-P08": Entry("这个工作区不是村里的", "请在村里的工作区里做"),
    "XL-P09": Entry("本地政策不许这样办", "请看列出的依据，照规定办"),
    "XL-P10": Entry("这一条放行了也不起作用", "内容不合格式的、无权写的，请有权的人重新写一条"),
    "XL-P11": Entry("县里、镇里还没有准许这两台电脑交接", "请县里、镇里先准许交接，两台电脑都收下回传，再来一次"),
    "XL-P12": Entry("这台登记的是私人电脑，县里没有准许用私人电脑报送", "请改用公家配发的电脑，或请县里准许并收下回传，再报送；记录都在本机"),
    # L lock
    "XL-L01": Entry("口令不对", "请再输一遍，看看大写锁定和输入法"),
    "XL-L02": Entry("这里还没有工作区", "请先运行 xieli init，或核对 -w 指定的文件夹"),
    "XL-L03": Entry("这里已经有工作区了", "请换一个文件夹，不会覆盖原来的"),
    "XL-L04": Entry("没有给口令", "请设 XIELI_PASSPHRASE，或用 --passphrase-file"),
    "XL-L05": Entry("钥匙文件被改动过", "请不要改动，先运行 xieli doctor，看用哪份备份恢复"),
    "XL-L06": Entry("资料文件损坏或不是本系统的", "请不要改动，先运行 xieli doctor，看用哪份备份恢复"),
    "XL-L07": Entry("资料是更新的程序写的", "请先升级程序"),
    "XL-L08": Entry("钥匙文件里的强度参数不合规定", "请不要改动，先运行 xieli doctor，看用哪份备份恢复"),
    "XL-L09": Entry("加密组件太旧，有丢数据的毛病", "请升级程序后再打开"),
    "XL-L10": Entry("输错次数多了，要等一会儿", "请按提示的秒数等一等再试"),
    "XL-L11": Entry("短码不对", "请再输一遍 6 位数字，或者输整个口令"),
    "XL-L12": Entry("短码不能用了", "请输整个口令，打开以后可以再设短码"),
    "XL-L13": Entry("不是找回用的文件，或者复制时弄坏了", "请从U盘原样重新复制；仍不行请重新做一份"),
    "XL-L14": Entry("这台电脑还没有找回的办法", "请打县里电话。县里定好两名找回人员，这台电脑收下回传，以后才能找回"),
    "XL-L15": Entry("两份答复配不上", "要两名找回人员各答复这台电脑最后做的那一份申请，缺哪份补哪份"),
    "XL-L16": Entry("这台电脑上没有等着答复的找回申请", "请先做一份申请，再请两名找回人员答复"),
    "XL-L17": Entry("另一个窗口还开着这份资料", "请先关掉别的窗口，再来一次"),
    "XL-L21": Entry("资料不能放在U盘、移动硬盘上", "请放在电脑自己的硬盘里；要带走一份，用报送时写到U盘的备份"),
    "XL-L18": Entry("这位操作员的口令已经收回", "请用别的操作员的口令打开；弄错了，请他重新加上"),
    # F file and carrier
    "XL-F01": Entry("要的是文件，给的是文件夹", "请指定一个文件"),
    "XL-F02": Entry("目标放不下了", "请换一个空一些的U盘或文件夹，再做一次"),
    "XL-F03": Entry("目标写不进去", "请看U盘是不是写保护，或换一个文件夹"),
    "XL-F04": Entry("写完没有核对上", "请安全弹出后再插入核对"),
    "XL-F05": Entry("没有这个文件或文件夹", "请核对名字和位置"),
    "XL-F06": Entry("读不了这个文件", "请核对文件的权限，或重新复制"),
    "XL-F07": Entry("要的是文件夹，给的是文件", "请指定一个文件夹"),
    "XL-F08": Entry("已经有同名的文件，没有覆盖", "请换一个名字"),
    "XL-F09": Entry("已经有一个收件处在用这个文件夹", "同一个文件夹只开一个收件处，请换一个或先停掉原来的"),
    "XL-F11": Entry("连不上收件处", "请看网络、地址和端口；记录都在本机，过后再报送，或改用U盘"),
    "XL-F12": Entry("收件处不认这台电脑", "请联系县里核对登记，或改用U盘；记录都在本机"),
    "XL-F13": Entry("收件处放不下了", "请告诉县里清理磁盘，过后再报送；记录都在本机"),
    "XL-F14": Entry("这台电脑在收件处排着的太多", "请等县里收完再报送；记录都在本机"),
    "XL-F15": Entry("地址不对，或这个端口用不了", "请核对地址，例如 https://主机:8443，开收件处写 127.0.0.1:8443"),
    "XL-F16": Entry("不加密的连接只能在本机", "报送请用 https 开头的地址，开收件处请加 --certfile 和 --keyfile"),
    "XL-F17": Entry("请求的时间和收件处差得太多", "请核对本机的日期和时间，再报送"),
    "XL-F18": Entry("信任名单不合格式，没有使用", "请用 xieli county trust export 重新写一份"),
    "XL-F19": Entry("证书用不了，或核对不上", "请核对证书和钥匙文件；报送时请向县里要证书，用 --ca 指定"),
    "XL-F20": Entry("收件处的回答看不懂", "请核对地址，可能连到了别的网页；记录都在本机"),
    "XL-F31": Entry("这台电脑没有能打印或打开它的程序，或者打印机没有接住", "请看打印机，或选存成文件，用别的电脑印"),
    "XL-F21": Entry("传到一半断了，传过去的留着", "请过后再报送，会接着传；记录都在本机"),
    # Q question (the policy engine)
    "XL-Q01": Entry("问题不是合格的 JSON", "请核对格式"),
    "XL-Q02": Entry("没有这种问法", "可用 screen check due compute lint packs"),
    "XL-Q03": Entry("没有这个动作", "请核对动作名"),
    "XL-Q04": Entry("日期不对", "请写成 2026-12-28"),
    "XL-Q05": Entry("金额要写成字符串小数", "请写成 \"735.00\""),
    "XL-Q06": Entry("值不可能", "请核对"),
    "XL-Q07": Entry("没有这个地区", "请核对区划代码"),
    "XL-Q08": Entry("政策包不合格式，没有使用", "请按列出的文件和行改好，再用 xieli policy validate 核对"),
    "XL-Q09": Entry("放假安排的文件不合格式，没有使用", "请按列出的文件和行改好"),
    # X the program itself
    "XL-X01": Entry("程序出了毛病，没有存的都在草稿里", "请把这个编号告诉县里；加 --debug 可看细节"),
    "XL-X02": Entry("这里不是终端，打不开工作台", "请在终端窗口里运行；写脚本用 xieli 的各条命令，加 --help 看用法"),
    "XL-X03": Entry("命令写法不对", "加 --help 看用法"),
    "XL-X04": Entry("没有装收件处的组件", "请按手册装上 xieli-tui[county]，再开收件处"),
}


class XieliError(Exception):
    """An error with a code, a sentence, a next step and an exit code.

    Args:
        code: a key of REGISTRY.
        detail: extra Chinese text after the sentence (a row, a file name, a list); never personal data.
        field: the form or JSON field at fault, when one is.
        extra: further keys for the JSON form of the error (for instance `missing`).
        next_step: what to do here, where the registry's word for the code is not it.
    """

    exit_code = 4

    def __init__(
        self, code: str, detail: str = "", *, field: str | None = None, extra: dict[str, object] | None = None, next_step: str = "",
    ) -> None:
        entry = REGISTRY[code]
        self.code = code
        self.what = f"{entry.what}：{detail}" if detail else entry.what
        self.next_step = next_step or entry.next_step
        self.field = field
        self.extra = dict(extra or {})
        super().__init__(f"{code} {self.what}")

    def as_json(self) -> dict[str, object]:
        """The `error` object of the CLI contract."""
        body: dict[str, object] = {"code": self.code, "what": self.what, "next_step": self.next_step}
        if self.field is not None:
            body["field"] = self.field
        body.update(self.extra)
        return {"error": body}

    def sentence(self) -> str:
        """One line for stderr and the status line: 错误 XL-K02:签名不符,疑被篡改。请…"""
        return f"错误 {self.code}：{self.what}。{self.next_step}。"


class Locked(XieliError):
    """Wrong passphrase, wrong or missing key, not enrolled."""

    exit_code = 3


class Refused(XieliError):
    """Input, step or right refused; nothing was written."""

    exit_code = 4


class NotFound(XieliError):
    """The thing named does not exist here."""

    exit_code = 5


class Misused(XieliError):
    """Asked for in a way or a place that cannot serve it."""

    exit_code = 2


class Damaged(XieliError):
    """Stored data is damaged or a chain does not hold."""

    exit_code = 6
