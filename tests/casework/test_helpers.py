"""Who stands by a family: pairs with their days, the helping group of the village, and how both reach the policy question."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from casework_kit import family

from basekit import PASSPHRASE
from xieli_tui.casework import facts, helpers, households
from xieli_tui.casework.helpers import AssignPair, SetGroup
from xieli_tui.casework.session import Session
from xieli_tui.cli.main import main
from xieli_tui.domain.events.registers import GroupSet
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries
from xieli_tui.store.projector import rebuild


def refused(code: str, field: str | None, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert (caught.value.code, caught.value.field) == (code, field), caught.value


def question(session: Session, home: str) -> dict[str, object]:
    with session.reading() as tx:
        row = queries.household(tx, home)
        assert row is not None
        found: dict[str, object] = facts.question(tx, row, "due", session.today)["given"]["hh"]
        return found


def test_a_pair_has_its_days_and_its_end_keeps_who_helped(village_session: Session) -> None:
    """M-44: name and since; an end is a later line."""
    home = family(village_session).id
    made = helpers.assign_pair(village_session, AssignPair(home, "周建国", "2026-03-01", "村支书", True))
    refused("XL-V11", "name", lambda: helpers.assign_pair(village_session, AssignPair(home, "周建国", "2026-04-01")))
    refused("XL-V11", "on", lambda: helpers.end_pair(village_session, made.id, "2026-02-01"))
    helpers.end_pair(village_session, made.id[:13], "2026-11-30")
    (row,) = helpers.list_pairs(village_session, home)
    assert (row.name, row.post, row.party, row.since, row.until, row.holds) == ("周建国", "村支书", True, "2026-03-01", "2026-11-30", False)
    refused("XL-P05", None, lambda: helpers.end_pair(village_session, made.id))
    assert sorted(entry.summary for entry in households.timeline(village_session, home) if entry.word == "结对") == ["周建国，村支书", "周建国，村支书，到 2026-11-30"]
    assert rebuild(village_session.store)["equal"]


def test_only_party_members_in_force_are_counted_and_what_was_not_asked_is_not_known(village_session: Session) -> None:
    """GX-11: at least one party member; R12."""
    home = family(village_session).id
    assert "pair_party_members" not in question(village_session, home)
    helpers.assign_pair(village_session, AssignPair(home, "吴敏", "2026-03-01"))
    assert "pair_party_members" not in question(village_session, home), "whether she is a party member was not asked"
    first = helpers.assign_pair(village_session, AssignPair(home, "周建国", "2026-03-01", party=True))
    assert question(village_session, home)["pair_party_members"] == 1
    helpers.end_pair(village_session, first.id, "2026-12-01")
    assert "pair_party_members" not in question(village_session, home)


def test_a_helping_group_is_a_claim_that_replaces_what_was_seen(village_session: Session) -> None:
    """M-43: members per village and the households they help."""
    home = family(village_session).id
    made = helpers.set_group(village_session, SetGroup("第一帮扶组", ("周建国", "吴敏"), (home[:13],)))
    assert question(village_session, home)["group_id"] == made.id
    helpers.set_group(village_session, SetGroup("第一帮扶组", ("周建国", "赵大勇"), (home,), group=made.id))
    (row,) = helpers.list_groups(village_session)
    assert (row.members, row.homes, row.conflict) == (("周建国", "赵大勇"), ("王秀英",), False)
    village_session.record(GroupSet(group=made.id, village="999999001001", name="一组", members=["孙丽"]))  # another computer, which had not seen it
    (both,) = helpers.list_groups(village_session)
    assert both.conflict
    helpers.set_group(village_session, SetGroup("第一帮扶组", ("孙丽", "周建国"), (home,), group=made.id))
    (settled,) = helpers.list_groups(village_session)
    assert (settled.members, settled.conflict) == (("孙丽", "周建国"), False)
    assert rebuild(village_session.store)["equal"]


def test_what_is_missing_or_elsewhere_is_refused_with_its_field(village_session: Session) -> None:
    home = family(village_session).id
    refused("XL-V06", "name", lambda: helpers.assign_pair(village_session, AssignPair(home, " ")))
    refused("XL-V13", "since", lambda: helpers.assign_pair(village_session, AssignPair(home, "周建国", "2027-02-01")))
    refused("XL-V11", "until", lambda: helpers.assign_pair(village_session, AssignPair(home, "周建国", "2026-02-01", until="2026-01-01")))
    refused("XL-V06", "members", lambda: helpers.set_group(village_session, SetGroup("组", ())))
    refused("XL-P03", "village", lambda: helpers.set_group(village_session, SetGroup("组", ("周建国",), village="999999002001")))
    for act in (
        lambda: helpers.assign_pair(village_session, AssignPair("ffffffff", "周建国")), lambda: helpers.end_pair(village_session, "ffffffff"),
        lambda: helpers.set_group(village_session, SetGroup("组", ("周建国",), group="ffffffff")),
    ):
        with pytest.raises(NotFound):
            act()


def test_the_commands_do_the_same(village_session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    home, folder = family(village_session).id, village_session.workspace
    village_session.close()

    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T10:00:00+08:00")

    def xieli(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        assert main([*words, "-w", str(folder), "--json"]) == 0
        body: dict[str, Any] = json.loads(capsys.readouterr().out)
        return body

    xieli("household", "pair", home, "--name", "周建国", "--since", "2026-03-01", "--party")
    xieli("group", "set", "--name", "第一帮扶组", "--member", "周建国", "--household", home)
    assert [one["party"] for one in xieli("household", "pairs", home)["pairs"]] == [True]
    assert [one["homes"] for one in xieli("group", "list")["groups"]] == [["王秀英"]]
