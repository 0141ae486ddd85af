"""Whether a history could be that of a portal which keeps its word. Pure.

The checker keeps a base for each client from the answers alone, knowing nothing of the library under test:

- *lost*: something saved or committed is not where it must be by now;
- *doubled*: something counts twice, or has two results;
- *torn*: an answer shows a part of a transaction, or of two moments;
- *foreign*: a row of another reseller, or that only somebody else may see;
- *back*: a cursor or an lmid went back;
- *different*: when all is quiet, what a client holds is not what it would see.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from tests.processes.history import (
    Added,
    Assigned,
    Event,
    Joined,
    Key,
    Pulled,
    Pushed,
    Rested,
    Result,
    Rewritten,
    Row,
    Saved,
    Stored,
)

MARK = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FINAL = {"applied", "applied_with_discrepancy", "rejected"}


@dataclass(frozen=True, slots=True)
class Violation:
    kind: str
    client: str
    what: str


def violations(history: Sequence[Event]) -> list[Violation]:
    """All of them; an empty list for a history that is in order."""
    facts = _Facts.of(history)
    found: list[Violation] = []
    for client in facts.resellers:
        found += _Witness(client, facts).check()
    found += _same_versions(facts)
    found += _texts_of_versions(facts)
    found += _stored(facts)
    return found


class _Timed(Protocol):
    @property
    def began(self) -> float: ...

    @property
    def ended(self) -> float | None: ...


T = TypeVar("T", bound=_Timed)


def possible(writes: Iterable[T], pull: Pulled) -> list[T | None]:
    """Which write of one register a pull may show: the last that was over before it began, or one that was
    under way meanwhile. None is the state before all of them. One writer writes, one after the other.
    """
    shown: list[T | None] = [None]
    for write in writes:
        if write.ended is None or write.began > pull.ended:
            continue
        if write.ended < pull.began:
            shown.clear()
        shown.append(write)
    return shown


@dataclass(slots=True)
class _Facts:
    """The history by what the checks ask for."""

    resellers: dict[str, str] = field(default_factory=dict)
    saved: dict[str, list[Saved]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, list[Pushed | Pulled]] = field(default_factory=lambda: defaultdict(list))
    added: list[Added] = field(default_factory=list)
    rewritten: dict[tuple[str, tuple[Key, ...]], list[Rewritten]] = field(
        default_factory=lambda: defaultdict(list)
    )
    assigned: dict[Key, list[Assigned]] = field(default_factory=lambda: defaultdict(list))
    rested: dict[str, Rested] = field(default_factory=dict)
    stored: Stored = field(default_factory=lambda: Stored(()))
    private: dict[Key, str] = field(default_factory=dict)

    @classmethod
    def of(cls, history: Sequence[Event]) -> _Facts:
        facts = cls()
        for event in history:
            match event:
                case Joined(client, reseller):
                    facts.resellers[client] = reseller
                case Saved(client, _, row, _):
                    facts.saved[client].append(event)
                    facts.private[row] = client
                case Pushed(client) | Pulled(client):
                    facts.answers[client].append(event)
                case Added(client, rows):
                    facts.added.append(event)
                    facts.private |= dict.fromkeys(rows, client)
                case Rewritten(client, rows):
                    facts.rewritten[client, rows].append(event)
                    facts.private |= dict.fromkeys(rows, client)
                case Assigned(_, order):
                    facts.assigned[order].append(event)
                case Rested(client):
                    facts.rested[client] = event
                case Stored():
                    facts.stored = event
        return facts


class _Witness:
    """Goes through one client's answers with a base of its own."""

    def __init__(self, client: str, facts: _Facts) -> None:
        self._client = client
        self._facts = facts
        self._base: dict[Key, Row] = {}
        self._marks: dict[Key, Counter[str]] = {}
        self._cursor = self._lmid = 0
        self._found: list[Violation] = []

    def check(self) -> list[Violation]:
        for answer in self._facts.answers[self._client]:
            self._does_not_go_back("lmid", self._lmid if isinstance(answer, Pulled) else 0, answer.lmid)
            if isinstance(answer, Pulled):
                self._take_in(answer)
                self._own_acts(answer)
                self._additions(answer)
                self._rewritings(answer)
                self._assignments(answer)
        self._one_result_each()
        self._rest()
        return self._found

    def _say(self, kind: str, what: str) -> None:
        self._found.append(Violation(kind, self._client, what))

    def _take_in(self, pull: Pulled) -> None:
        if pull.reset:
            self._base.clear()
            self._marks.clear()
        for row in pull.rows:
            self._is_own(row.key)
            self._base[row.key] = row
            self._marks[row.key] = Counter(MARK.findall(row.body))
        for key in pull.gone:
            self._base.pop(key, None)
            self._marks.pop(key, None)
        self._does_not_go_back("cursor", self._cursor, pull.cursor)
        self._cursor, self._lmid = pull.cursor, pull.lmid

    def _does_not_go_back(self, name: str, before: int, now: int) -> None:
        if now < before:
            self._say("back", f"{name} {before} → {now}")

    def _is_own(self, key: Key) -> None:
        owner = self._facts.stored.owners.get(key)
        if owner != self._facts.resellers[self._client]:
            self._say("foreign", f"{key} of reseller {owner}")
        elif self._facts.private.get(key, self._client) != self._client:
            self._say("foreign", f"{key} of {self._facts.private[key]}")

    def _own_acts(self, pull: Pulled) -> None:
        """Effects of all acts up to lmid, and of none beyond."""
        for act in self._facts.saved[self._client]:
            count = self._marks.get(act.row, Counter())[act.mark]
            if act.seq <= pull.lmid and not count:
                self._say("torn", f"act {act.seq} is missing at lmid {pull.lmid}")
            if act.seq > pull.lmid and count:
                self._say("torn", f"act {act.seq} shows at lmid {pull.lmid}")
            if count > 1:
                self._say("doubled", f"act {act.seq} counts {count} times")

    def _additions(self, pull: Pulled) -> None:
        for added in self._facts.added:
            if added.client != self._client:
                continue
            here = [key for key in added.rows if key in self._base]
            if here and len(here) < len(added.rows):
                self._say("torn", f"only {here} of {added.rows}")
            if here and (added.ended is None or added.began > pull.ended):
                self._say("torn", f"{here} of a transaction that was not committed")
            if not here and added.ended is not None and added.ended < pull.began:
                self._say("lost", f"{added.rows} was committed before the pull")

    def _rewritings(self, pull: Pulled) -> None:
        for (client, rows), writes in self._facts.rewritten.items():
            if client != self._client:
                continue
            texts = {_description(self._base.get(key)) for key in rows}
            if len(texts) > 1:
                self._say("torn", f"{rows} say {texts}")
            shown = possible(writes, pull)
            if None not in shown and not texts <= {write.text for write in shown if write}:
                told = {write.text for write in writes if write.ended is None} & texts
                self._say("torn" if told else "lost", f"{rows} say {texts} after the office wrote otherwise")

    def _assignments(self, pull: Pulled) -> None:
        for order, writes in self._facts.assigned.items():
            shown = possible(writes, pull)
            if None in shown:
                continue
            owners = {write.client for write in shown if write}
            if order in self._base and self._client not in owners:
                self._say("foreign", f"{order} was given to {owners}")
            if order not in self._base and owners == {self._client}:
                self._say("lost", f"{order} was given to this client before the pull")

    def _one_result_each(self) -> None:
        """Every answer names the same result for the same act."""
        known: dict[int, Result] = {}
        for answer in self._facts.answers[self._client]:
            for result in answer.results:
                if known.setdefault(result.seq, result) != result:
                    self._say("doubled", f"{known[result.seq]} and {result}")

    def _rest(self) -> None:
        rest = self._facts.rested.get(self._client)
        if rest is None:
            self._say("lost", "never came to rest")
            return
        told = frozenset((key, row.ver) for key, row in self._base.items())
        for name, base in (("holds", rest.held), ("was told", told)):
            if base != rest.view:
                self._say("different", f"{name} {sorted(base ^ rest.view)[:6]} otherwise than the view")


def _description(row: Row | None) -> str | None:
    return None if row is None else json.loads(row.body).get("description")


def _same_versions(facts: _Facts) -> Iterator[Violation]:
    """A version stands for one content, whoever is told of it."""
    bodies: dict[tuple[Key, int], str] = {}
    for client, answers in facts.answers.items():
        for answer in answers:
            for row in answer.rows if isinstance(answer, Pulled) else ():
                if bodies.setdefault((row.key, row.ver), row.body) != row.body:
                    yield Violation("torn", client, f"{row.key} has two contents under version {row.ver}")


def _texts_of_versions(facts: _Facts) -> Iterator[Violation]:
    """A row that is told under the version of a rewriting has the text of that rewriting."""
    texts = {
        (key, ver): write.text
        for writes in facts.rewritten.values()
        for write in writes
        for key, ver in zip(write.rows, write.vers, strict=False)
    }
    for client, answers in facts.answers.items():
        for answer in answers:
            for row in answer.rows if isinstance(answer, Pulled) else ():
                if _description(row) != texts.get((row.key, row.ver), _description(row)):
                    yield Violation("torn", client, f"{row.key} under version {row.ver} is of another moment")


def _stored(facts: _Facts) -> Iterator[Violation]:
    """In the portal every act has one effect and one final result, and there is nothing else."""
    kept: Mapping[tuple[str, int], list[Result]] = defaultdict(list)
    for client, result in facts.stored.results:
        kept[client, result.seq].append(result)
    for client, acts in facts.saved.items():
        for act in acts:
            results = kept.pop((client, act.seq), [])
            if not results:
                yield Violation("lost", client, f"act {act.seq} has no result")
            elif len(results) > 1:
                yield Violation("doubled", client, f"act {act.seq} has {len(results)} results")
            elif results[0].status not in FINAL:
                yield Violation("lost", client, f"act {act.seq} is {results[0].status}")
            count = facts.stored.effects.get(act.mark, 0)
            if count != 1:
                yield Violation("doubled" if count else "lost", client, f"act {act.seq} counts {count} times")
    for (client, seq), results in kept.items():
        yield Violation("doubled", client, f"{len(results)} results of {seq}, which nobody saved")
