"""Help of `household set` and `person set`: every field that may be written, with its words. Put together only when it is asked for."""

from __future__ import annotations

from typing import Any

from xieli_tui.cli.common import Command

KINDS = {"text": "文字", "id": "编号", "day": "日期", "fen": "元", "bool": "是、否", "count": "数", "codes": "几个，逗号隔开"}


def lines(table: str) -> list[str]:
    """One line a field: name, word, what may stand there."""
    from xieli_tui.casework.values import FIELD_VOCAB
    from xieli_tui.domain import codes
    from xieli_tui.domain.events import household
    from xieli_tui.store.queries.words import FIELDS

    vocabs = {**FIELD_VOCAB, "labels": "old_label", "labels_no": "old_label"}
    fields = household.HOUSEHOLD_FIELDS if table == "household" else household.PERSON_FIELDS
    out = []
    for name, kind in fields.items():
        vocab = vocabs.get(name)
        allowed = "、".join(f"{ident} {word}" for ident, word in codes.choices(vocab)) if vocab else KINDS[kind]
        many = "(可以几个) " if kind == "codes" and vocab else ""
        out.append(f"  {name:<22}{FIELDS.get(name, name)}：{many}{allowed}")
    return out


class HouseholdFields(Command):
    """The command's help with the fields of a household."""

    TABLE = "household"

    def get_help(self, ctx: Any) -> str:
        return "\n".join([super().get_help(ctx), "", "栏目(--set 栏目=值)", *lines(self.TABLE)])


class PersonFields(HouseholdFields):
    """The command's help with the fields of a person."""

    TABLE = "person"
