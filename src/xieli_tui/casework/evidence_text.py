"""What lies in a zip of evidence for people: how to check it without xieli, and a small program that does the part Python does alone."""

from __future__ import annotations

CHECK = '''"""逐条核对 events*.jsonl：只用 Python 自带的部分。签名请用 python -m xieli_sync verify 核对。用法：python check.py"""
import glob, hashlib, json
bad = 0
s = json.load(open("manifest.json", encoding="utf-8"))["s"]
for name, digest in s["files"].items():
    if hashlib.sha256(open(name, "rb").read()).hexdigest() != digest:
        bad += 1
        print(name, "和清单上的摘要不一样")
ends = {(x["dev"], x["ep"], x["seq"], x["head"]) for x in s["heads"]}
for name in sorted(glob.glob("events*.jsonl")):
    chains = {}
    for number, raw in enumerate(open(name, "rb"), 1):
        row = json.loads(raw)
        if "digest" in row:
            dev, ep, seq, digest = row["dev"], row["ep"], row["seq"], row["digest"]
        else:
            line = row["line"].encode("utf-8")
            event = json.loads(line)
            dev, ep, seq, digest = event["dev"], event["ep"], event["seq"], hashlib.sha256(line).hexdigest()
        last, before = chains.get((dev, ep), (seq - 1, "0" * 64))
        reached = hashlib.sha256(b"xieli/event/v1\\0" + bytes.fromhex(before) + bytes.fromhex(digest)).hexdigest()
        if (dev, ep) not in chains and seq > 1:
            reached = row["hash"]
        if seq != last + 1 or row.get("hash", reached) != reached:
            bad += 1
            print(name, "第", number, "行接不上")
        chains[dev, ep] = (seq, reached)
    for (dev, ep), (seq, head) in chains.items():
        if (dev, ep, seq, head) not in ends:
            bad += 1
        print(dev, ep, "到第", seq, "条，链值", head, "和清单一致" if (dev, ep, seq, head) in ends else "和清单不一致")
print(f"有 {bad} 处不对" if bad else "全部接得上")
raise SystemExit(1 if bad else 0)
'''


def explained(made: str, shown: int, hidden: int, root: str) -> str:
    """说明.txt."""
    return f"""救助记录证据，{made} 出具。

这份文件是一户人家的全部救助记录，原文 {shown} 条，一个字都没有改。同一本账上别人家的 {hidden} 条
只有摘要（一串 64 位的字），看不出是谁、写了什么，但是少一条、换一条、调一个先后都对不上。
里面有完整的姓名和证件号，请只交给有权看的人，用完按规定保管。

一、里面有什么
manifest.json     清单：每个文件的 SHA-256，每条链到第几条、链值是什么，出具单位的签名和证书，
                  各台电脑的证书。
events.jsonl      记录，一行一条。有 line 的是原文，有 digest 的是别人家的摘要。
                  分了岔的另一段在 events-2.jsonl。
deliveries.jsonl  各级签收和转发的行，写法一样。receipt 是签收：某台电脑到第几条、链值是什么，已经收到。
seals.jsonl       签名（有就放）：记录的电脑对自己的记录、签收的单位对签收行签的名。
check.py          用 Python 逐条核对的小程序，不用安装别的。

二、怎样核对
1. 把压缩包解开，在那个文件夹里运行  python check.py 。它核对每个文件的摘要和每条链。
2. 核对签名：在装有 Python 和 cryptography 的电脑上，用 xieli_sync 运行
     python -m xieli_sync verify 这份文件.zip --root-fingerprint "{root}"
   20 位数字是县里的核对码，请另外向县里要一次来比，不要只看这里写的。
3. 不用我们的程序，照下面算也一样：
   每条的摘要     SHA-256(原文的字节)
   第 n 条链值    SHA-256("xieli/event/v1" 加一个零字节，接第 n-1 条链值的 32 个字节，接第 n 条摘要的 32 个字节)
   第 1 条之前的链值是 32 个零字节。签收行的链值算法相同，开头的字换成 "xieli/delivery/v1"。
   签名是 Ed25519，签的是 "xieli/evidence/v1" 加一个零字节，接 manifest.json 里 s 的那一段
   （键按字母排好，没有空格，UTF-8）。证书从县里的根钥匙一级一级签下来，签的是 "xieli/cert/v1" 加一个零字节，接 s。

三、能说明什么，不能说明什么
能说明：这些原文就是那几台电脑记下的，先后没有动过，出具单位担保到清单上写的那一条；
        各级签收过的，签收的那一刻就已经是这个样子。
不能说明：记的事情是不是真的，当时有没有别的事没有记；时间是各台电脑自己的钟。
"""
