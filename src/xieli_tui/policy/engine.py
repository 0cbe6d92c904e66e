"""`ask(question) -> answer`: stacks the packs, runs the rules, combines and stamps what they found (design 06).

Rules kept here
- pure: the question carries the day and every fact; the packs are passed in; nothing else is read;
- the stack is every active pack, lowest level first, then newest (X-01); packs that differ are both shown, marked `conflict` (X-02);
- one answer per kind, unit and active pack; what a document leaves to a department is needs_info, never a guess (X-03);
- every answer carries rule, clause, document number, pack version, facts used and missing (X-06).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xieli_tui.policy import loader, registry
from xieli_tui.policy.answer import RANK, STRICT, Finding, Guard, Lint, Quantity, Task, Verdict, judge, plain
from xieli_tui.policy.context import Context, Trace
from xieli_tui.policy.loader import PackSet
from xieli_tui.policy.pack import KindRow, Pack, RuleRow
from xieli_tui.policy.plan import Voice, listed, plan, voices_of
from xieli_tui.policy.question import Question, parse_question, read_json
from xieli_tui.policy.readings import r9_absent
from xieli_tui.policy.registry import ENGINE_WIDE, RuleFunction
from xieli_tui.policy.whom import WHOM

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from xieli_tui.domain.calendar import Calendar

__all__ = ["Engine", "ask", "ask_text", "hints_about", "mark_conflicts", "owing", "voices_of"]

MONITORING = "monitoring"
NO_RULE = "本政策包无此规定"
MEMBERS_UNKNOWN = "persons"
NOBODY_KNOWN = "家庭成员还没有登记"


def ask(raw: Any, packs: PackSet | None = None, calendar: Calendar | None = None) -> dict[str, Any]:
    """Answer one question. `packs` and `calendar` None: those of the program. Raises Refused XL-Q01 .. XL-Q07 with `field`."""
    question = parse_question(raw)
    return Engine(question, (packs or loader.shipped()).on(question.asof), calendar).answer()


def owing(packs: PackSet | None = None, calendar: Calendar | None = None) -> Callable[[Any], list[dict[str, Any]]]:
    """What is asked for many households: question (op due) -> what `ask` answers, without the duties that are none and without `facts`.

    Questions that share one `local` table (the very object) have it read once. The function raises as `ask` does.
    """
    held = packs or loader.shipped()
    local: dict[int, tuple[Any, dict[str, Any]]] = {}

    def owed(raw: Any) -> list[dict[str, Any]]:
        table = raw.get("local") if isinstance(raw, dict) else None
        known = local.get(id(table)) if table else None
        question = parse_question(raw, known[1] if known else None)
        if table and known is None:
            local[id(table)] = (table, question.local)  # the table is kept beside its id, so an id is never another table's
        found = Engine(question, held.on(question.asof), calendar).due(owed_only=True)
        for one in found:
            one.pop("facts")
        return [plain(one) for one in found]

    return owed


def hints_about(
    raw: Any, person: str, packs: PackSet | None = None, calendar: Calendar | None = None, kinds: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """The answers of a screening that are about one person (and of these kinds); the same as `ask` gives among all. Raises as `ask` does."""
    question = parse_question(raw)
    found = Engine(question, (packs or loader.shipped()).on(question.asof), calendar).screen(person, kinds)
    return [plain(one) for one in found if one.get("person") == person and "kind" in one]


def ask_text(text: str | bytes, packs: PackSet | None = None) -> dict[str, Any]:
    """The same for JSON text."""
    return ask(read_json(text), packs)


class Engine:
    """One question being answered."""

    def __init__(self, question: Question, packs: PackSet, calendar: Calendar | None = None) -> None:
        self.question = question
        self.packs = packs
        self.calendar = calendar
        self.plan = plan(packs, question.hh_region, question.asof)
        self.stack = self.plan.stack
        self.persons: list[dict[str, Any]] = question.given.get("persons", [])
        self._outcomes: dict[tuple[str, str, str], tuple[Verdict, Trace]] = {}
        self._asking: list[tuple[str, str, str]] = []

    def answer(self) -> dict[str, Any]:
        """The whole answer."""
        op = self.question.op
        body: dict[str, Any] = {"asof": self.question.asof.isoformat(), "region": self.question.hh_region, "packs": listed(self.packs, self.question.hh_region, self.question.asof)}
        work = {"screen": self.screen, "check": self.check, "due": self.due, "compute": self.compute, "lint": self.lint}
        body["answers"] = plain(work[op]()) if op in work else []
        return body

    # running a rule
    def context(self, voice: Voice, key: str, trace: Trace, person: dict[str, Any] | None = None, action: dict[str, Any] | None = None) -> Context:
        """What the function of a voice is handed."""
        return Context(
            self.question, pack=voice.pack, source=voice.source, row=voice.row, key=key, external=self.packs.packs.get(ENGINE_WIDE), trace=trace, person=person,
            action=action, ask=self.outcome, calendar=self.calendar,
        )

    def run(
        self, voice: Voice, fn: RuleFunction, key: str, person: dict[str, Any] | None = None, action: dict[str, Any] | None = None
    ) -> tuple[list[Finding], Trace]:
        """The findings of one function, and what it looked at."""
        trace = Trace()
        found = fn.call(self.context(voice, key, trace, person, action))
        return ([] if found is None else list(found) if isinstance(found, (list, tuple)) else [found]), trace

    def outcome(self, rule_id: str, ctx: Context, person: dict[str, Any] | None) -> Verdict:
        """Another rule's verdict for the household, or for a person of it: asked in the same pack, its source, the external one, then any pack."""
        mark = (rule_id, ctx.pack.id, str(person.get("id")) if person else "")
        if mark in self._asking:
            raise LookupError(f"rules ask each other in a circle: {rule_id}")
        if mark not in self._outcomes:
            voice = self.plan.speaker(rule_id, ctx.pack, ctx.source)
            fns = registry.functions(rule_id, "screen")
            if not fns:
                raise LookupError(f"no screening rule {rule_id}")
            if voice is None:  # the pack that holds it is damaged or was not given: this rule waits, the others speak
                return Verdict("needs_info", (), (f"rule.{rule_id}",))
            self._asking.append(mark)
            try:
                found, trace = self.run(voice, fns[0], fns[0].keys[0], person)
            finally:
                self._asking.pop()
            verdicts = [one for one in found if isinstance(one, Verdict)]
            self._outcomes[mark] = (verdicts[0] if verdicts else Verdict("fails"), trace)
        verdict, trace = self._outcomes[mark]
        ctx.trace.facts.update(trace.facts)
        ctx.trace.external += trace.external
        return verdict

    def stamp(self, voice: Voice, trace: Trace, own_cite: str | None = None) -> dict[str, Any]:
        """Rule, clause, document number, pack and facts of an answer (X-06)."""
        fixed = voice.stamps.get(own_cite)
        if fixed is None:
            fixed = voice.stamps[own_cite] = {
                "cite": voice.cite(own_cite), "doc_no": self._doc_no(voice), "rule": voice.row.id or None, "pack": voice.pack.id, "pack_version": voice.pack.version,
            }
        out: dict[str, Any] = {**fixed, "facts": dict(sorted(trace.facts.items()))}
        if voice.adopted:
            out["adopted"] = {
                "label": voice.pack.adopt_label, "rule": voice.row.id, "from": voice.source.id, "cite": voice.source.cite(own_cite or voice.row.cite),
                "doc_no": voice.source.doc_no,
            }
        if trace.external:
            out["external"] = sorted(set(trace.external))
        return out

    def _doc_no(self, voice: Voice) -> str:
        """The document's number; a rule above the documents that cites some of them carries theirs."""
        if voice.pack.id != ENGINE_WIDE or not (cited := [part.strip().partition(":")[0] for part in voice.row.cite.split(";") if ":" in part]):
            return voice.pack.doc_no
        return "; ".join(dict.fromkeys(self.packs.packs[one].doc_no for one in cited if one in self.packs.packs and self.packs.packs[one].doc_no))

    # screen
    def screen(self, only: str | None = None, kinds: Collection[str] | None = None) -> list[dict[str, Any]]:
        """Every kind known to any pack, in the order the packs list them. `only`: the kinds that are about a person, for this person."""
        answers: list[dict[str, Any]] = []
        for kind in self.plan.known_kinds if kinds is None else kinds:
            rows = [(pack, row) for pack in self.stack if (row := self.plan.kinds(pack).get(kind)) is not None]
            own: list[dict[str, Any]] = []
            tasks: list[dict[str, Any]] = []
            for pack, row in rows:
                if row.test or (only is not None and row.unit != "person"):
                    continue  # another pack's rule answers; this row only names the department
                speaking = next((one for _, one in rows if one.lead or one.text), row) if pack.id == ENGINE_WIDE else row
                self._screen_kind(pack, row, speaking, own, tasks, only)
            if not own:
                own = [{"kind": kind, "verdict": "not_in_pack", "because": [NO_RULE], "missing": [], "dept": None, "dept_text": None, "facts": {},
                        "cite": None, "doc_no": None, "rule": None, "pack": None}]
            mark_conflicts(own)
            answers += own + tasks
        return answers

    def _screen_kind(self, pack: Pack, row: KindRow, named: KindRow, out: list[dict[str, Any]], tasks: list[dict[str, Any]], only: str | None = None) -> None:
        base = {"dept": named.lead or None, "dept_text": named.text or None}
        calls = self.plan.screens(pack.id, row.id)
        if row.unit == "person" and not self.persons:
            missing = [MEMBERS_UNKNOWN] if calls else [f"local.kind_rules.{row.id}", MEMBERS_UNKNOWN]
            voice = calls[0][0] if calls else self._document(pack, row)
            out.append({"kind": row.id, "verdict": "needs_info", "because": [], "missing": missing, **base, **self.stamp(voice, Trace())})
            return
        for person in self.persons if row.unit == "person" else [None]:
            if only is not None and person is not None and person["id"] != only:
                continue
            who = {"person": person["id"]} if person is not None else {}
            found: list[tuple[Voice, Trace, Verdict]] = []
            for voice, fn in calls:
                findings, trace = self.run(voice, fn, row.id, person)
                found += [(voice, trace, one) for one in findings if isinstance(one, Verdict)]
                tasks += [self._task(voice, trace, one, who) for one in findings if isinstance(one, Task)]
            if not found and calls and not row.document_only:
                found = [(calls[0][0], Trace(), Verdict("fails", ("没有写到这种情形",)))]
            elif not found:
                found = [self._local_rule(pack, row, person)]
            for reason in dict.fromkeys(verdict.reason for _, _, verdict in found):
                group = [one for one in found if one[2].reason == reason]
                voice, trace, verdict = self._best(group)
                for one in group:
                    tasks += [self._task(one[0], one[1], task, who) for task in one[2].tasks]
                answer: dict[str, Any] = {"kind": row.id, **who, "verdict": verdict.verdict, "because": list(verdict.because), "missing": list(verdict.missing)}
                answer |= base | self.stamp(voice, trace, verdict.cite) | verdict.extra
                others = [one for one in group if one[0] is not voice and one[2].verdict == verdict.verdict]
                if others:
                    answer["rules"] = [voice.row.id, *(one[0].row.id for one in others)]
                if reason is not None:
                    answer["reason"] = reason
                out.append(answer)

    def _best(self, group: list[tuple[Voice, Trace, Verdict]]) -> tuple[Voice, Trace, Verdict]:
        """Alternatives of one pack: the best verdict; equal needs_info and fails are taken together."""
        best = max(group, key=lambda one: RANK[one[2].verdict])
        same = [one for one in group if one[2].verdict == best[2].verdict]
        if len(same) == 1 or best[2].verdict not in ("needs_info", "fails"):
            return best
        trace = Trace({key: value for one in same for key, value in one[1].facts.items()}, [name for one in same for name in one[1].external])
        verdict = replace(
            best[2], because=tuple(dict.fromkeys(word for one in same for word in one[2].because)),
            missing=tuple(sorted({name for one in same for name in one[2].missing})),
        )
        return best[0], trace, verdict

    def _document(self, pack: Pack, row: KindRow) -> Voice:
        """A kind whose document names a department and no conditions, as a voice of its own (no rule id)."""
        return Voice(pack, pack, RuleRow("", "", "S", row.cite, "", "engine"))

    def _local_rule(self, pack: Pack, row: KindRow, person: dict[str, Any] | None) -> tuple[Voice, Trace, Verdict]:
        """local.kind_rules.<kind> (a list of categories) where the county has set it; else needs_info naming it (X-03)."""
        trace = Trace()
        voice = self._document(pack, row)
        ctx = self.context(voice, row.id, trace, person)
        allowed = ctx.local(f"kind_rules.{row.id}")
        if not allowed.known:
            return voice, trace, judge(r9_absent(f"kind_rules.{row.id}"))
        listed_ = ctx.category().in_(allowed.value, "本地规定的对象类别")
        return voice, trace, judge(listed_, WHOM[row.persons](ctx)) if row.persons and person is not None else judge(listed_)

    def _task(self, voice: Voice, trace: Trace, task: Task, who: dict[str, Any], key: str = "") -> dict[str, Any]:
        out: dict[str, Any] = {"task": task.task or key}
        person = task.person or who.get("person")
        if person is not None:
            out["person"] = person
        out |= {"due": task.due, "state": task.state}
        if task.count is not None:
            out["count"] = task.count
        if task.missing:
            out["missing"] = list(task.missing)
        stamped = self.stamp(voice, trace, task.cite)
        return out | {"why": task.why} | stamped | task.extra

    # due
    def due(self, *, owed_only: bool = False) -> list[dict[str, Any]]:
        """Every duty; a function with nothing to do answers state none, unless another rule of its pack owes the same task. A rule two packs
        speak is asked once, by the lower level. `owed_only` leaves out the ones that are none."""
        answers: list[dict[str, Any]] = []
        given = self.question.given
        for voice, fn in self.plan.once("due"):
            silent = fn.needs and fn.needs not in given
            if silent and owed_only:
                continue
            tasks: list[dict[str, Any]] = []
            if fn.unit == "person" and not self.persons:
                tasks = [self._task(voice, Trace(), Task("needs_info", NOBODY_KNOWN, task=key, missing=(MEMBERS_UNKNOWN,)), {}) for key in fn.keys]
            for person in () if silent else self.persons if fn.unit == "person" else (None,):
                findings, trace = self.run(voice, fn, fn.keys[0], person)
                who = {"person": person["id"]} if person is not None else {}
                for one in findings:
                    if isinstance(one, Task) and not (owed_only and one.state == "none"):
                        tasks.append(self._task(voice, trace, one, who, fn.keys[0]))
            if not owed_only:
                owed_keys = {one["task"] for one in tasks}
                tasks += [self._task(voice, Trace(), Task("none", "没有要办的", task=key), {}) for key in fn.keys if key not in owed_keys]
            answers += tasks
        owed = {(one["task"], one["pack"]) for one in answers if one["state"] != "none"}
        return [one for one in answers if one["state"] != "none" or (one["task"], one["pack"]) not in owed]

    # compute
    def compute(self) -> list[dict[str, Any]]:
        """Every quantity the active packs know, from the facts at hand."""
        answers: list[dict[str, Any]] = []
        for voice, fn in self.plan.once("compute"):
            if fn.unit == "person" and not self.persons:
                answers += [self._quantity(voice, Trace(), Quantity(None, (MEMBERS_UNKNOWN,)), key) for key in fn.keys]
            for person in self.persons if fn.unit == "person" else [None]:
                findings, trace = self.run(voice, fn, fn.keys[0], person)
                for one in findings:
                    if isinstance(one, Quantity):
                        answers.append(self._quantity(voice, trace, one, fn.keys[0]))
        return answers

    def _quantity(self, voice: Voice, trace: Trace, one: Quantity, key: str) -> dict[str, Any]:
        out: dict[str, Any] = {"quantity": one.quantity or key}
        if one.person is not None:
            out["person"] = one.person
        if one.value is None:
            out |= {"verdict": "needs_info", "missing": list(one.missing)}
        else:
            out |= {"value": one.value, "missing": []}
        return out | self.stamp(voice, trace, one.cite) | one.extra

    # lint
    def lint(self) -> list[dict[str, Any]]:
        """What is wrong with the county's own data; present ones only."""
        answers: list[dict[str, Any]] = []
        for voice, fn in self.plan.once("lint"):
            findings, trace = self.run(voice, fn, fn.keys[0] if fn.keys else "")
            for one in findings:
                if isinstance(one, Lint):
                    name = f"{one.id}:{one.about}" if one.about is not None else one.id
                    answers.append({"lint": name, "why": one.why} | self.stamp(voice, trace, one.cite) | one.extra)
        return answers

    # check
    def check(self) -> list[dict[str, Any]]:
        """One answer per action: the strictest finding; of rules with one topic the lowest pack's only, the others beside it."""
        return [self._check(action) for action in self.question.actions]

    def _check(self, action: dict[str, Any]) -> dict[str, Any]:
        name = action["action"]
        head: dict[str, Any] = {"action": name, "args": action["raw"]}
        kind = action["args"].get("kind") or self.question.given.get("app", {}).get("kind")
        found: list[tuple[Voice, Trace, Guard, str]] = []
        for voice, fn in self.plan.once("check"):
            if name in fn.keys and voice.about(kind):
                findings, trace = self.run(voice, fn, name, action=action)
                found += [(voice, trace, one, fn.topic) for one in findings if isinstance(one, Guard)]
        first: dict[str, str] = {}
        for voice, _, _, topic in found:
            first.setdefault(topic, voice.pack.id)
        counting = [one for one in found if first[one[3]] == one[0].pack.id]
        overruled = [one for one in found if first[one[3]] != one[0].pack.id]
        actor = name.partition(".")[0] if "." in name else action["args"].get("actor")
        if not counting:
            return head | {"result": "allow", "next_actor": actor, "why": NO_RULE, "cite": None, "rule": None, "missing": [], "facts": {}}
        voice, trace, one, _ = max(counting, key=lambda item: STRICT[item[2].result])
        out = head | {"result": one.result, "next_actor": one.next_actor or (actor if one.result in ("allow", "warn") else None)}
        for key, value in (("handled_by", one.handled_by), ("followup", one.followup), ("taper_end", one.taper_end)):
            value = value or next((getattr(item[2], key) for item in counting if getattr(item[2], key)), None)
            if value is not None and one.result in ("allow", "warn", "route"):
                out[key] = value
        missing = sorted({name for item in counting if item[2].result == one.result for name in item[2].missing})
        out |= {"why": one.why, "missing": missing} | self.stamp(voice, trace, one.cite) | one.extra
        others = [item for item in counting if item[0] is not voice and item[2].result != "allow"] + overruled
        if others:
            out["others"] = [{"result": item[2].result, "why": item[2].why, "cite": item[0].cite(item[2].cite), "rule": item[0].row.id} for item in others]
        if any(item[2].result != one.result for item in overruled):
            out["conflict"] = True
        return out


def mark_conflicts(answers: list[dict[str, Any]]) -> None:
    """`conflict: true` where rules of two packs differ about one kind, unit and reason (X-02); the lowest level stands first already.

    A document that names only a department (rule null) has no rule to differ with: it waits for the county's own list beside the other.
    """
    groups: dict[tuple[Any, Any], list[dict[str, Any]]] = {}
    for one in answers:
        if one["rule"] is not None:
            groups.setdefault((one.get("person"), one.get("reason")), []).append(one)
    for group in groups.values():
        if len({one["pack"] for one in group}) > 1 and len({one["verdict"] for one in group}) > 1:
            for one in group:
                one["conflict"] = True
