"""The trust events of a set, indexed: what was enrolled, revoked, annulled, released, frozen, settled, opened, and what each chain states.

Rules kept here
- an event is taken in once, whatever it says; one that breaks its model is held and indexed nowhere;
- every event taken in says what must be judged again (`Touch`): never less than it can change, and not everything where a chain or a line is enough.

No verdict is computed here (`xieli_sync.rules`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from xieli_sync.heads import ABOUT_DEVICES, Head, Types, is_trust

_STATEMENTS = ("return.received", "epoch.opened")


@dataclass(frozen=True, slots=True)
class Touch:
    """Which events to judge again after a trust event came in: everything, or those of the chains, refs and subjects named."""

    everything: bool = False
    chains: frozenset[tuple[str, str]] = frozenset()
    refs: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or bool(self.chains or self.refs or self.subjects)


class TrustIndex:
    """Trust events by what they speak about, in any order of arrival.

    Args:
        types: (t, v) -> TypeRule, None for a type this program does not know.
    """

    def __init__(self, types: Types) -> None:
        self._types = types
        self._held: dict[str, Head] = {}
        self._statements: dict[tuple[str, str], list[Head]] = defaultdict(list)
        self._later: dict[tuple[str, str], list[Head]] = defaultdict(list)
        self._annulments: dict[str, list[Head]] = defaultdict(list)
        self._releases: dict[str, list[Head]] = defaultdict(list)
        self._enrolled: dict[str, list[Head]] = defaultdict(list)
        self._revoked: dict[str, list[Head]] = defaultdict(list)
        self._frozen: dict[tuple[str, str], list[Head]] = defaultdict(list)
        self._settled: dict[tuple[str, str], list[Head]] = defaultdict(list)
        self._openings: dict[str, list[Head]] = defaultdict(list)
        self._about: set[str] = set()
        self._tables: dict[object, list[Head]] = defaultdict(list)
        self._named: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._newest: dict[tuple[str, str], Head] = {}
        self._weighty: set[tuple[str, str]] = set()
        self._forget()

    def _forget(self) -> None:
        """Drop what was computed from the set as it was."""

    def add(self, heads: Iterable[Head]) -> Touch:
        """Take trust events in; what must be judged again comes back. Events already held change nothing."""
        everything = False
        chains: set[tuple[str, str]] = set()
        refs: set[str] = set()
        subjects: set[str] = set()
        for head in heads:
            if head.ref in self._held or not is_trust(head, self._types):
                continue
            touch = self._index(head)
            everything = everything or touch.everything
            chains |= touch.chains
            refs |= touch.refs
            subjects |= touch.subjects
        self._forget()
        return Touch(everything, frozenset(chains), frozenset(refs), frozenset(subjects))

    def _index(self, head: Head) -> Touch:
        self._held[head.ref] = head
        rule = self._types(head.t, head.v)
        if rule is None or not head.valid:
            return Touch()
        d, t = head.d, head.t
        if t not in _STATEMENTS:
            self._weighty.add((head.dev, head.ep))
        if rule.opens:
            self._openings[head.subject].append(head)
            return Touch(subjects=frozenset({head.subject}))
        if t in _STATEMENTS:
            return self._index_statement(head)
        if t in ("ruling.annulled", "quarantine.released"):
            (self._annulments if t == "ruling.annulled" else self._releases)[d["of"]].append(head)
            target = self._held.get(d["of"])
            return Touch(everything=True) if target is not None else Touch(refs=frozenset({d["of"]}))
        if t == "device.enrolled":
            self._enrolled[d["dev"]].append(head)
            return Touch(everything=bool(self._named.get(head.ref) or d["dev"] in self._about))
        if t == "local.set":
            self._tables[d.get("key")].append(head)
            held = [x.ref for x in self._tables[d.get("key")]]
            return Touch(chains=frozenset(self._with_closed(chain for ref in held for chain in self._named.get(ref, ()))))
        if t in ABOUT_DEVICES:
            self._about.update(d[name] for name in ABOUT_DEVICES[t])
            if t != "fork.frozen":
                return Touch()
        if t == "device.revoked":
            self._revoked[d["dev"]].append(head)
        elif t in ("fork.frozen", "fork.settled"):
            (self._frozen if t == "fork.frozen" else self._settled)[d["dev"], d["ep"]].append(head)
        return Touch(everything=True)

    def _index_statement(self, head: Head) -> Touch:
        d, chain = head.d, (head.dev, head.ep)
        known = self._statements[chain]
        last = self._newest.get(chain)
        same = last is not None and last.seq < head.seq and bool(d.get("grant")) and all(last.d.get(k) == d.get(k) for k in ("grant", "deleg"))
        known.append(head)
        if last is None or last.seq < head.seq:
            self._newest[chain] = head
        for name in ("grant", "deleg"):
            if d.get(name):
                self._named[d[name]].add(chain)
        if head.t == "epoch.opened" and d.get("prev"):
            self._later[head.dev, d["prev"][0]].append(head)
        chains = self._with_closed({chain}) if head.t == "epoch.opened" or not same else set()
        if same:
            chains.discard(chain)
        # Trust events in these chains (openings, rulings of a township) may change with their author's rights.
        return Touch(everything=any(x in self._weighty for x in chains), chains=frozenset(chains))

    def _with_closed(self, chains: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """These chains and every epoch they closed: one that states nothing itself stands under what the one after it states first."""
        found = set(chains)
        queue = list(found)
        while queue:
            for x in self._statements.get(queue.pop(), ()):
                closed = (x.dev, x.d["prev"][0]) if x.t == "epoch.opened" and x.d.get("prev") else None
                if closed is not None and closed not in found:
                    found.add(closed)
                    queue.append(closed)
        return found
