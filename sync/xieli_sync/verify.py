"""Checking without a workspace: a file, or a chain of event lines. For auditors; needs only `cryptography` and no key.

Rules kept here
- `inspect` runs rows 1-5 and shows only what is public; `verify_file` runs 1-6, 8-11 against the certificate chain in the file itself;
- without the 20 digits of the root a file can only be consistent with the root it names: `pinned` says which of the two was shown;
- `verify_events` follows every chain of a .jsonl export and, given a head, that one of them ends there;
- nothing here prints a payload.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from xieli_sync.container import FILE_LIMIT, SENDERS, check_core, check_limits, check_version, parse, split
from xieli_sync.errors import SENTENCES, SyncError
from xieli_sync.event import ZERO, chain_digest, is_hex, is_int, line_digest, parse_line
from xieli_sync.identity import fingerprint, net_of, root_in, same_fingerprint, verify_links
from xieli_sync.ports import Signer
from xieli_sync.seal import verify_signature

EXIT_OK, EXIT_REFUSED, EXIT_MISSING, EXIT_DAMAGED = 0, 4, 5, 6
ROW_LIMIT = 512 * 1024


def inspect(data: bytes) -> dict[str, Any]:
    """Rows 1-5: `{core, wraps:[kid], sigs:[kid], bytes, trailer_ok, code}`; core is None and code set where one fails. Never raises."""
    seen: dict[str, Any] = {"core": None, "wraps": [], "sigs": [], "bytes": len(data), "trailer_ok": False, "code": ""}
    try:
        split(data)
        seen["trailer_ok"] = True
        bundle = parse(data)
    except SyncError as err:
        seen["code"] = err.code
        return seen
    seen["core"] = bundle.core
    seen["wraps"] = [entry["kid"] for entry in bundle.wraps]
    seen["sigs"] = [entry["kid"] for entry in bundle.sigs]
    return seen


def _shown(signer: Signer) -> dict[str, Any]:
    return {"dev": signer.dev, "kid": signer.kid, "role": signer.role, "area": signer.area, "ver": signer.ver, "gen": signer.gen}


def verify_file(data: bytes, root_fingerprint: str | None = None) -> dict[str, Any]:
    """Whether a file is whole, signed by the device it names, and certified from the root.

    Returns `{ok, signer, code, chain, root_fingerprint, pinned}`: signer and chain as {dev, kid, role, area, ver, gen} (None and []
    before row 9), `pinned` whether the root was compared with `root_fingerprint`. Never raises for a bad file.
    """
    result: dict[str, Any] = {"ok": False, "signer": None, "code": "", "chain": [], "root_fingerprint": None, "pinned": False}
    try:
        bundle = parse(data)
        core = bundle.core
        check_version(core)
        check_limits(core)
        root_pub = root_in(core["cert"])
        result["root_fingerprint"] = fingerprint(root_pub)
        if root_fingerprint is not None:
            if not same_fingerprint(root_fingerprint, result["root_fingerprint"]):
                raise SyncError("XL-K07")
            result["pinned"] = True
        check_core(core, net_of(root_pub, practice=core["net"].startswith("p")))
        links = verify_links(core["cert"], root_pub)
        result["chain"] = [_shown(link) for link in links]
        signer = links[-1]
        verify_signature(bundle, signer, links)
        result["signer"] = _shown(signer)
        if signer.role not in SENDERS[core["kind"]]:
            raise SyncError("XL-K03")
    except SyncError as err:
        result["code"] = err.code
        return result
    result["ok"] = True
    return result


def read_row(raw: bytes) -> tuple[str, str, int, str, str | None]:
    """(dev, ep, seq, digest, stated hash) of one row: an exact event line, {line, hash}, or {dev, ep, seq, digest[, hash]}."""
    if len(raw) > ROW_LIMIT:
        raise SyncError("XL-C01", "row too long")
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise SyncError("XL-C01", "row is not JSON") from None
    if type(value) is not dict:
        raise SyncError("XL-C01", "row")
    stated = value.get("hash")
    if stated is not None and not is_hex(stated, 64):
        raise SyncError("XL-C01", "hash")
    if "digest" in value:
        if not (is_hex(value.get("dev"), 32) and is_hex(value.get("ep"), 16) and is_int(value.get("seq"), 1) and is_hex(value["digest"], 64)):
            raise SyncError("XL-C01", "digest row")
        return value["dev"], value["ep"], value["seq"], value["digest"], stated
    text = value.get("line")
    try:
        line = parse_line(text.encode("utf-8") if type(text) is str else raw)
    except UnicodeEncodeError:
        raise SyncError("XL-C01", "lone surrogate") from None
    return line.dev, line.ep, line.seq, line_digest(line.raw), stated if type(text) is str else None


def verify_events(rows: Iterable[bytes], head: str | None = None) -> dict[str, Any]:
    """Follow the chains of exported rows, in any interleaving but each chain in its order.

    A chain starts at 1, or at the first row that states its hash (what lies before it is then taken on trust, `first` says so).
    Returns `{ok, events, devices:[{dev, ep, first, last, head}], first_bad, code}`; first_bad is the number of the row, from 1.
    """
    chains: dict[tuple[str, str], tuple[int, int, str]] = {}
    result: dict[str, Any] = {"ok": False, "events": 0, "devices": [], "first_bad": None, "code": ""}
    number = 0
    try:
        for raw in rows:
            number += 1
            row = raw.rstrip(b"\r\n")
            if not row:
                continue
            dev, ep, seq, digest, stated = read_row(row)
            known = chains.get((dev, ep))
            if known is None and seq != 1:
                if stated is None:
                    raise SyncError("XL-C01", "start")
                chains[(dev, ep)] = (seq, seq, stated)
            else:
                first, last, prev = known or (1, 0, ZERO)
                reached = chain_digest(prev, digest)
                if seq != last + 1 or stated not in (None, reached):
                    raise SyncError("XL-C01", "chain")
                chains[(dev, ep)] = (first, seq, reached)
            result["events"] += 1
    except SyncError as err:
        result["first_bad"], result["code"] = number, err.code
    result["devices"] = [
        {"dev": dev, "ep": ep, "first": first, "last": last, "head": reached} for (dev, ep), (first, last, reached) in sorted(chains.items())
    ]
    if not result["code"] and (not chains or (head is not None and head.lower() not in {entry["head"] for entry in result["devices"]})):
        result["code"] = "XL-C01"
    result["ok"] = not result["code"]
    return result


def read_file(path: Path, limit: int = FILE_LIMIT) -> bytes:
    """The bytes of a file someone names, read only as far as such a file may go plus one (row 1 then refuses it).

    Raises:
        SyncError: XL-F05 no such file, XL-F01 a folder, XL-F06 unreadable.
    """
    if path.is_dir():
        raise SyncError("XL-F01")
    try:
        with open(path, "rb") as source:
            return source.read(limit + 1)
    except FileNotFoundError:
        raise SyncError("XL-F05") from None
    except OSError:
        raise SyncError("XL-F06") from None


# -- command line ----------------------------------------------------------------------------------------------------------------


def _exit_of(code: str) -> int:
    return {"": EXIT_OK, "XL-F05": EXIT_MISSING}.get(code, EXIT_REFUSED)


def _say(code: str) -> str:
    return SyncError(code).sentence() if code in SENTENCES else f"错误 {code}"


def _verified(path: Path, root_fingerprint: str | None) -> dict[str, Any]:
    """A bundle, or a zip of `xieli evidence`."""
    from xieli_sync import evidence

    data = read_file(path, evidence.FILE_LIMIT)
    return evidence.verify_evidence(data, root_fingerprint) if data.startswith(evidence.MAGIC) else verify_file(data[: FILE_LIMIT + 1], root_fingerprint)


def _verify_files(files: Sequence[str], root_fingerprint: str | None) -> tuple[list[dict[str, Any]], int]:
    results: list[dict[str, Any]] = []
    worst = EXIT_OK
    for name in files:
        try:
            seen = _verified(Path(name), root_fingerprint)
        except SyncError as err:
            seen = {"ok": False, "signer": None, "code": err.code, "chain": [], "root_fingerprint": None, "pinned": False}
        results.append({"file": name, **seen})
        broken = "shown" in seen and seen["code"] in {"XL-C01", "XL-C02"}  # records, as with --events
        worst = max(worst, EXIT_DAMAGED if broken else _exit_of(seen["code"]))
    return results, worst


def _inspect_files(files: Sequence[str]) -> tuple[list[dict[str, Any]], int]:
    results: list[dict[str, Any]] = []
    worst = EXIT_OK
    for name in files:
        try:
            seen = inspect(read_file(Path(name)))
        except SyncError as err:
            seen = {"core": None, "wraps": [], "sigs": [], "bytes": 0, "trailer_ok": False, "code": err.code}
        results.append({"file": name, **seen})
        worst = max(worst, _exit_of(seen["code"]))
    return results, worst


def _rows_of(path: Path) -> Iterable[bytes]:
    with open(path, "rb") as source:
        while row := source.readline(ROW_LIMIT + 2):
            yield row


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m xieli_sync", description="核对协理数据包和记录链，不需要工作区和口令。")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="核对签名、证书和记录链")
    verify.add_argument("files", nargs="*", metavar="FILE", help="数据包，或 xieli evidence 出具的 zip")
    verify.add_argument("--root-fingerprint", metavar="F", help="县里的 20 位核对码")
    verify.add_argument("--events", metavar="F.jsonl", help="核对导出的记录（每行一条原文）")
    verify.add_argument("--head", metavar="H", help="记录链应当到达的值（64 位十六进制）")
    look = commands.add_parser("inspect", help="看数据包的公开部分，不需要密钥")
    look.add_argument("files", nargs="+", metavar="FILE", help="数据包文件")
    for command in (verify, look):
        command.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
    return parser


def _out(text: str) -> None:
    sys.stdout.write(text + "\n")


def _err(text: str) -> None:
    sys.stderr.write(text + "\n")


def _print(document: object) -> None:
    _out(json.dumps(document, ensure_ascii=False))


def _main_events(path: Path, head: str | None, as_json: bool) -> int:
    try:
        if path.is_dir():
            raise SyncError("XL-F01")
        result = verify_events(_rows_of(path), head)
    except FileNotFoundError:
        result = {"ok": False, "events": 0, "devices": [], "first_bad": None, "code": "XL-F05"}
    except OSError:
        result = {"ok": False, "events": 0, "devices": [], "first_bad": None, "code": "XL-F06"}
    except SyncError as err:
        result = {"ok": False, "events": 0, "devices": [], "first_bad": None, "code": err.code}
    if as_json:
        _print({"file": str(path), **result})
    elif result["ok"]:
        _out(f"{path}：{result['events']} 条记录，{len(result['devices'])} 条链，前后相接。")
        for entry in result["devices"]:
            _out(f"  {entry['dev']} {entry['ep']} 第 {entry['first']} 至 {entry['last']} 条，链值 {entry['head']}")
    if not result["ok"]:
        where = f"（文件第 {result['first_bad']} 行）" if result["first_bad"] else ""
        _err(f"{path}{where}：{_say(result['code'])}")
    if result["ok"]:
        return EXIT_OK
    return EXIT_DAMAGED if result["code"] in {"XL-C01", "XL-S02"} else _exit_of(result["code"])


_ROLES = {"village": "村", "township": "镇", "county": "县级"}
_HOW = {"maker": "出具的单位", "bundle": "记录的电脑", "receipt": "签收的单位", "relayed": "转发原文的单位"}


def _evidence_lines(seen: dict[str, Any]) -> Iterable[str]:
    """What a zip of evidence proves, chain by chain."""
    if "shown" not in seen:
        return
    yield f"  {seen['events']} 条记录前后相接，原文 {seen['shown']} 条，其余只有摘要。"
    for entry in seen["devices"]:
        yield f"  {entry['dev']} {entry['ep']} 第 {entry['first']} 至 {entry['last']} 条，原文 {entry['shown']} 条，链值 {entry['head']}"
        for one in entry["signed"]:
            yield f"    {_HOW[one['how']]} {one['dev']}（{_ROLES[one['role']]}）签到第 {one['seq']} 条"


def main(argv: Sequence[str] | None = None) -> int:
    """The command line of the stand-alone verifier; returns the exit code of design 08."""
    for stream in (sys.stdout, sys.stderr):
        # A console of another code page shows a question mark rather than failing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = _parser()
    options = parser.parse_args(argv)
    if options.command == "verify" and options.events is not None:
        if options.files or options.root_fingerprint is not None:
            parser.error("--events 不能和 FILE、--root-fingerprint 一起用")
        return _main_events(Path(options.events), options.head, options.json)
    if options.command == "verify":
        if not options.files or options.head is not None:
            parser.error("请给出 FILE，或用 --events F.jsonl [--head H]")
        results, worst = _verify_files(options.files, options.root_fingerprint)
    else:
        results, worst = _inspect_files(options.files)
    if options.json:
        _print(results[0] if len(results) == 1 else {"results": results})
    for seen in results:
        if seen["code"]:
            _err(f"{seen['file']}：{_say(seen['code'])}")
        elif options.json:
            continue
        elif options.command == "inspect":
            core = seen["core"]
            _out(f"{seen['file']}：{seen['bytes']} 字节，外观完整。")
            _out(f"  {json.dumps(core, ensure_ascii=False, sort_keys=True)}")
        else:
            note = "" if seen["pinned"] else f"；未比对根核对码，文件自称 {seen['root_fingerprint']}"
            _out(f"{seen['file']}：签名和证书相符，设备 {seen['signer']['dev']}（{seen['signer']['role']}）{note}。")
            for line in _evidence_lines(seen):
                _out(line)
    return worst
