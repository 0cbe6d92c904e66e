"""The command line speaks Chinese in every command: its help page, and every way of writing it wrong; usage errors carry code, sentence and next step."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.main import get_command

from xieli_tui.cli import zh
from xieli_tui.cli.dispatch import build
from xieli_tui.cli.main import main
from xieli_tui.domain import codes
from xieli_tui.domain.events.household import HOUSEHOLD_FIELDS, PERSON_FIELDS

IDS = {ident for vocab in codes.VOCABULARIES.values() for ident, _ in vocab} | set(HOUSEHOLD_FIELDS) | set(PERSON_FIELDS)
KNOWN = {
    "JSON", "Excel", "PNG", "PDF", "DOCX", "pdf", "docx", "typ", "zip", "XIELI_PASSPHRASE", "XIELI_NEW_PASSPHRASE", "XIELI_OFFICER_PASSPHRASE", "xlsx", "xls", "ods", "csv", "json", "jsonl", "toml", "ok", "Ctrl", "kdf", "auto", "floor", "office", "private",
    "relation", "person", "name", "low_income", "safety_net", "can_fully_support",  # parts of --obligor
    "discovery", "minor", "all", "grant", "reject", "facts", "committee", "hired", "T14", "XE1", "screen", "check", "due", "compute", "lint", "packs", "https",
}
"""File endings, names of keys and of the environment, and words a command takes that are in no vocabulary."""


def leaves() -> Iterator[tuple[list[str], Any]]:
    """Every command with its path."""

    def walk(command: Any, path: list[str]) -> Iterator[tuple[list[str], Any]]:
        if hasattr(command, "list_commands"):
            for name in command.list_commands(None):
                yield from walk(command.get_command(None, name), [*path, name])
        yield path, command

    yield from walk(get_command(build()), [])


ALL = list(leaves())


def english(text: str) -> list[str]:
    """Words of a page that are neither Chinese nor a name one types."""
    bare = re.sub(r"--?[a-z][a-z-]*|xieli(?: [a-z][a-z-]*)*|^  [a-z][a-z-]*  ", " ", text, flags=re.MULTILINE)
    return [word for word in re.findall(r"[A-Za-z_][A-Za-z_0-9]+", bare) if word not in IDS and word not in KNOWN]


def test_every_help_page_is_chinese_and_one_line_a_fact(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(ALL) > 170
    for path, command in ALL:
        assert main([*path, "--help"]) == 0
        page = capsys.readouterr().out
        assert page.startswith("用法：xieli"), path
        assert not english(page), (path, english(page))
        assert not re.search("[{}│┃┌─]", page), (path, "a vocabulary that was not filled in, or a box")
        options = [one for one in command.params if one.param_type_name != "argument" and not one.hidden]
        for one in options:
            line = [text for text in page.splitlines() if text.startswith(f"  {zh.named(one)}") and re.match(rf"  {re.escape(zh.named(one))}( |$)", text)]
            assert len(line) == 1, (path, one.name)
            assert re.search("[一-鿿]", line[0].replace("文字", "").replace("文件", "")), (path, one.name, "says nothing")


def wrong(path: list[str], command: Any) -> Iterator[list[str]]:
    """Ways of writing a command wrong: one of each kind the library knows."""
    yield [*path, "--no-such-option"]
    if hasattr(command, "list_commands"):
        yield [*path, "no-such-command"]
        return
    yield [*path, *["x"] * 9] if all(one.nargs == 1 for one in command.params) else [*path, "--json", "--no-such-option"]
    if any(one.required for one in command.params):
        yield list(path)
    for one in command.params:
        if one.param_type_name != "argument" and not one.is_flag:
            yield [*path, one.opts[-1]]
            break
    flag = next((one for one in command.params if getattr(one, "is_flag", False)), None)
    if flag is not None:
        yield [*path, f"{flag.opts[-1]}=3"]
    for one in command.params:
        if one.param_type_name != "argument" and getattr(one.type_descriptor, "annotation", None) is int:
            others = [piece for other in command.params if other.required and other is not one for piece in ([] if other.param_type_name == "argument" else [other.opts[0]]) + ["x"]]
            yield [*path, *others, one.opts[-1], "many"]


def test_every_way_of_writing_a_command_wrong_is_told_in_chinese_with_code_and_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    seen: set[str] = set()
    for path, command in ALL:
        if not path:
            continue
        for args in wrong(path, command):
            assert main([*args]) == 2, args
            err = capsys.readouterr().err
            assert re.match(r"错误 XL-X03：命令写法不对：.+。(看用法：xieli [a-z -]*--help|加 --help 看用法)。\n$", err), (args, err)
            said = err.partition("：")[2].replace("no-such-command", "").replace("no-such-option", "")
            assert not english(said), (args, english(said))
            seen.add(err.split("：")[2][:2])
    assert {"没有", "缺少", "多写"} <= seen
    assert main(["visit", "add", "--json"]) == 2
    found = capsys.readouterr()
    assert json.loads(found.out)["error"]["code"] == "XL-X03"
    assert "XL-X03" in found.err


def test_a_visit_without_whom_was_met_names_the_choices_and_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["visit", "add", "--household", "x"]) == 2
    err = capsys.readouterr().err
    assert all(word in err for word in ("--met", "self 本人", "family 家属", "neighbour 邻居", "none 未遇", "例如 xieli visit add --household"))


def test_every_kind_of_usage_error_the_library_knows_has_a_chinese_sentence() -> None:
    """Also those no command of ours can meet today."""
    from typer._click import exceptions as known

    class Param:
        param_type_name, name, help, min = "option", "kind", "哪种。", None
        opts = ("--kind",)
        secondary_opts: tuple[str, ...] = ()

    made: list[Exception] = [
        known.UsageError("Got unexpected extra argument(s) (a b)"), known.UsageError("No such command 'x'. Did you mean 'y'?"), known.UsageError("Missing command."),
        known.UsageError("Value 'x' is not a valid Path."), known.BadParameter("Value must be an iterable."), known.BadParameter("no", param=Param()),  # type: ignore[arg-type]
        known.MissingParameter(param=Param()), known.NoSuchOption("--x"), known.NoSuchOption("--x", possibilities=["--y"]), known.BadOptionUsage("--x", "Option '--x' requires an argument."),  # type: ignore[arg-type]
        known.BadOptionUsage("--x", "Option '--x' does not take a value."), known.BadArgumentUsage("Argument 'x' takes 2 values."), known.FileError("x", "no"),
    ]
    covered = {type(one).__name__ for one in made} | {"NoArgsIsHelpError"}
    every = {name for name, one in vars(known).items() if isinstance(one, type) and issubclass(one, typer.TyperException) and one not in (typer.TyperException, known.ClickException)}
    assert every <= covered, every - covered
    for err in made:
        assert re.search("[一-鿿]", zh.usage(err))
        assert not english(zh.usage(err).replace("相近的有 y", "")), (type(err).__name__, zh.usage(err))
