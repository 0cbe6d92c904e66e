"""The one error of the road and the sentences the stand-alone verifier shows.

Rules kept here
- a `SyncError` carries a code of the product's registry (`xieli_tui.errors.REGISTRY`) and, at most, a detail without personal data;
- this package needs no other of the product, so the sentences of the codes it raises are repeated here; a test keeps both tables equal.
"""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "XL-B01": ("文件过大", "数据包不超过 16 MiB，请核对拿到的是不是数据包"),
    "XL-B02": ("不是本系统的交换包，或复制时被改动", "请用U盘原样复制，不要用文本方式打开或转存"),
    "XL-B03": ("文件不完整，请重新复制", "请从来源处重新复制一次，再导入"),
    "XL-B04": ("文件损坏，请重新复制", "请从来源处重新复制一次，再导入"),
    "XL-B05": ("格式错误", "请让对方重新导出，或联系县里"),
    "XL-B06": ("格式错误，条数或大小不合规定", "请让对方重新导出，或联系县里"),
    "XL-B07": ("内容大小不符", "请让对方重新导出，或联系县里"),
    "XL-U01": ("这个文件要用新版程序才能读，请先升级程序", "升级后再导入，原文件留着"),
    "XL-N01": ("不是本县的数据", "练习数据和正式数据不能混用，请核对拿到的是哪里的文件"),
    "XL-K01": ("设备未登记", "请先在县里登记这台电脑，再导入"),
    "XL-K02": ("签名不符，疑被篡改", "不要导入，请联系交来的人重新导出"),
    "XL-K03": ("这台电脑无权发这种数据包", "请核对文件来源"),
    "XL-K05": ("不是发给本单位的包", "请交给收件单位，或让对方重新导出"),
    "XL-K06": ("无法解密", "请让对方重新导出；仍不行请联系县里"),
    "XL-K07": ("县里的核对码不一致", "请当面或打电话核对 20 位数字后再输一遍"),
    "XL-K08": ("登记码有误", "请重新抄一遍登记码，注意 0 和 O、1 和 I"),
    "XL-K09": ("没有找到县里的根密钥文件", "请插入保管根密钥的盘，或用 --root 指定位置"),
    "XL-K10": ("这台电脑还没有登记，不能报送", "请先把登记码交给县里，拿到登记文件后登记"),
    "XL-K11": ("根密钥文件的口令不对", "请由保管人重新输入"),
    "XL-K13": ("没有找到找回人员的钥匙文件", "请插入存着钥匙文件的盘，核对文件名"),
    "XL-K14": ("找回人员钥匙文件的口令不对", "请由钥匙的主人重新输入"),
    "XL-K16": ("这把钥匙帮不了这台电脑", "请换一名在任的找回人员来答复"),
    "XL-C01": ("记录链断裂", "请让对方重新导出，或联系县里"),
    "XL-C02": ("同一设备出现两份历史", "这台电脑的数据先停收，请联系县里"),
    "XL-S02": ("内容不合格式", "已转人工核对"),
    "XL-P11": ("县里、镇里还没有准许这两台电脑交接", "请县里、镇里先准许交接，两台电脑都收下回传，再来一次"),
    "XL-L08": ("钥匙文件里的强度参数不合规定", "请不要改动，先运行 xieli doctor，看用哪份备份恢复"),
    "XL-L13": ("不是找回用的文件，或者复制时弄坏了", "请从U盘原样重新复制；仍不行请重新做一份"),
    "XL-L15": ("两份答复配不上", "要两名找回人员各答复这台电脑最后做的那一份申请，缺哪份补哪份"),
    "XL-F01": ("要的是文件，给的是文件夹", "请指定一个文件"),
    "XL-F02": ("目标放不下了", "请换一个空一些的U盘或文件夹，再做一次"),
    "XL-F03": ("目标写不进去", "请看U盘是不是写保护，或换一个文件夹"),
    "XL-F04": ("写完没有核对上", "请安全弹出后再插入核对"),
    "XL-F05": ("没有这个文件或文件夹", "请核对名字和位置"),
    "XL-F06": ("读不了这个文件", "请核对文件的权限，或重新复制"),
    "XL-F07": ("要的是文件夹，给的是文件", "请指定一个文件夹"),
    "XL-F08": ("已经有同名的文件，没有覆盖", "请换一个名字"),
    "XL-F11": ("连不上收件处", "请看网络、地址和端口；记录都在本机，过后再报送，或改用U盘"),
    "XL-F12": ("收件处不认这台电脑", "请联系县里核对登记，或改用U盘；记录都在本机"),
    "XL-F13": ("收件处放不下了", "请告诉县里清理磁盘，过后再报送；记录都在本机"),
    "XL-F14": ("这台电脑在收件处排着的太多", "请等县里收完再报送；记录都在本机"),
    "XL-F15": ("地址不对，或这个端口用不了", "请核对地址，例如 https://主机:8443，开收件处写 127.0.0.1:8443"),
    "XL-F16": ("不加密的连接只能在本机", "报送请用 https 开头的地址，开收件处请加 --certfile 和 --keyfile"),
    "XL-F17": ("请求的时间和收件处差得太多", "请核对本机的日期和时间，再报送"),
    "XL-F18": ("信任名单不合格式，没有使用", "请用 xieli county trust export 重新写一份"),
    "XL-F19": ("证书用不了，或核对不上", "请核对证书和钥匙文件；报送时请向县里要证书，用 --ca 指定"),
    "XL-F20": ("收件处的回答看不懂", "请核对地址，可能连到了别的网页；记录都在本机"),
    "XL-F21": ("传到一半断了，传过去的留着", "请过后再报送，会接着传；记录都在本机"),
}
"""code -> (what happened, what to do next); only the codes this package shows by itself."""


class SyncError(Exception):
    """Something on the road was refused.

    Args:
        code: a code of the product's registry.
        detail: a technical word on where it failed (a field, a position); never content of an event.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code} {detail}".rstrip())

    def sentence(self) -> str:
        """One line for stderr: 错误 XL-K02：签名不符，疑被篡改。请…。"""
        what, next_step = SENTENCES[self.code]
        return f"错误 {self.code}：{what}。{next_step}。"
