"""The checker itself: a good history passes, and each way of spoiling it is seen and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.processes.checker import violations
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

DIARY: Key = ("order", "diary")
FIRST: Key = ("order", "first")
SECOND: Key = ("order", "second")
MOVING: Key = ("order", "moving")
MESSAGES: tuple[Key, Key] = (("triage_message", "m1"), ("triage_message", "m2"))
NOTE = "01900000-0000-7000-8000-000000000001"
OTHER_NOTE = "01900000-0000-7000-8000-000000000002"
ONE, TWO = Result(1, "u1", "applied"), Result(2, "u2", "applied")


def row(key: Key, ver: int, body: str = "{}") -> Row:
    return Row(*key, ver, body)


def described(key: Key, ver: int, text: str) -> Row:
    return row(key, ver, f'{{"description": "{text}"}}')


EARLY = Pulled(
    "ana", 1, 2, True, 1, 0, (row(DIARY, 1), described(FIRST, 2, "old"), described(SECOND, 3, "old"))
)
LATE = Pulled(
    "ana",
    20,
    21,
    False,
    2,
    1,
    (
        row(DIARY, 4, f'{{"notes": "{NOTE}"}}'),
        described(FIRST, 5, "new"),
        described(SECOND, 6, "new"),
        row(MESSAGES[0], 7),
        row(MESSAGES[1], 8),
        row(MOVING, 9),
    ),
    results=(ONE,),
)
IDLE = Pulled("ana", 30, 31, False, 2, 1)
VIEW = frozenset(
    {(DIARY, 4), (FIRST, 5), (SECOND, 6), (MESSAGES[0], 7), (MESSAGES[1], 8), (MOVING, 9)}
)  # fmt: skip
OWNERS = dict.fromkeys((DIARY, FIRST, SECOND, MOVING, *MESSAGES), "ilha")
ADDED = Added("ana", MESSAGES, 10, 12)
REWRITTEN = Rewritten("ana", (FIRST, SECOND), "new", 10, 12, (5, 6))
STORED = Stored((("ana", ONE),), {NOTE: 1}, OWNERS)
GOOD: list[Event] = [
    Joined("ana", "ilha"),
    EARLY,
    Saved("ana", 1, DIARY, NOTE),
    Pushed("ana", 1, (ONE,)),
    ADDED,
    REWRITTEN,
    Assigned("bia", MOVING, 3, 4),
    Assigned("ana", MOVING, 10, 12),
    LATE,
    IDLE,
    Rested("ana", VIEW, VIEW),
    STORED,
]


def put(old: Event, *new: Event) -> list[Event]:
    place = GOOD.index(old)
    return [*GOOD[:place], *new, *GOOD[place + 1 :]]


def without(key: Key) -> tuple[Row, ...]:
    return tuple(row for row in LATE.rows if row.key != key)


def test_a_history_in_order_passes() -> None:
    assert violations(GOOD) == []


SPOILED: list[tuple[str, str, Sequence[Event]]] = [
    ("an act without a result", "lost", put(STORED, replace(STORED, results=()))),
    ("an act without an effect", "lost", put(STORED, replace(STORED, effects={}))),
    (
        "an act put aside",
        "lost",
        put(STORED, replace(STORED, results=(("ana", replace(ONE, status="quarantined")),))),
    ),
    ("an act that counts twice", "doubled", put(STORED, replace(STORED, effects={NOTE: 2}))),
    (
        "an act with two results",
        "doubled",
        put(STORED, replace(STORED, results=(("ana", ONE), ("ana", ONE)))),
    ),
    (
        "a result of nobody's act",
        "doubled",
        put(STORED, replace(STORED, results=(("ana", ONE), ("ana", TWO)))),
    ),
    (
        "another result the second time",
        "doubled",
        put(IDLE, replace(IDLE, results=(replace(ONE, status="rejected"),))),
    ),
    (
        "a mark twice in its row",
        "doubled",
        put(LATE, replace(LATE, rows=(row(DIARY, 4, f'{{"notes": "{NOTE} {NOTE}"}}'), *without(DIARY)))),
    ),
    ("lmid before its effect", "torn", put(EARLY, replace(EARLY, lmid=1))),
    ("an effect before its lmid", "torn", put(LATE, replace(LATE, lmid=0))),
    (
        "half of a transaction",
        "torn",
        put(LATE, replace(LATE, rows=without(MESSAGES[0]))),
    ),
    (
        "two rows of different moments",
        "torn",
        put(LATE, replace(LATE, rows=without(FIRST))),
    ),
    ("what was rolled back", "torn", put(ADDED, replace(ADDED, ended=None))),
    (
        "a text that was rolled back",
        "torn",
        [*put(REWRITTEN, replace(REWRITTEN, text="old"), replace(REWRITTEN, ended=None))],
    ),
    ("a body of another moment than its version", "torn", put(REWRITTEN, replace(REWRITTEN, vers=(2, 3)))),
    ("what is not committed yet", "torn", put(ADDED, replace(ADDED, began=25, ended=26))),
    (
        "two contents under one version",
        "torn",
        put(IDLE, replace(IDLE, rows=(row(DIARY, 4, f'{{"notes": "{NOTE}!"}}'),))),
    ),
    (
        "a commit that is never told",
        "lost",
        put(LATE, replace(LATE, rows=tuple(row for row in LATE.rows if row.key not in MESSAGES))),
    ),
    (
        "a text that is never told",
        "lost",
        put(LATE, replace(LATE, rows=tuple(row for row in LATE.rows if row.key not in {FIRST, SECOND}))),
    ),
    ("an order that was given and not told", "lost", put(LATE, replace(LATE, rows=without(MOVING)))),
    (
        "an order that was given away and stays",
        "foreign",
        put(IDLE, Assigned("bia", MOVING, 22, 23), IDLE),
    ),
    (
        "a row of another reseller",
        "foreign",
        put(STORED, replace(STORED, owners={**OWNERS, MOVING: "serra"})),
    ),
    (
        "a row that nobody knows",
        "foreign",
        put(LATE, replace(LATE, rows=(*LATE.rows, row(("visit", "x"), 1)))),
    ),
    (
        "a row of a colleague's",
        "foreign",
        [Joined("bia", "ilha"), *GOOD, Saved("bia", 1, MOVING, OTHER_NOTE)],
    ),
    ("a cursor that goes back", "back", put(IDLE, replace(IDLE, cursor=1))),
    ("an lmid that goes back", "back", put(IDLE, replace(IDLE, lmid=0))),
    ("a base that is not the view", "different", put(GOOD[-2], Rested("ana", VIEW - {(DIARY, 4)}, VIEW))),
    (
        "a departure that was not told",
        "different",
        put(GOOD[-2], Rested("ana", VIEW - {(DIARY, 4)}, VIEW - {(DIARY, 4)})),
    ),
    ("a client that never rests", "lost", GOOD[:-2] + [STORED]),
]


@pytest.mark.parametrize(("kind", "history"), [one[1:] for one in SPOILED], ids=[one[0] for one in SPOILED])
def test_a_spoiled_history_is_named(kind: str, history: Sequence[Event]) -> None:
    assert kind in {violation.kind for violation in violations(history)}


def test_what_was_under_way_during_a_pull_may_show_or_not() -> None:
    during = replace(ADDED, began=19, ended=22)
    assert violations(put(ADDED, during)) == []
    hidden = replace(LATE, rows=tuple(row for row in LATE.rows if row.key not in MESSAGES))
    later = replace(IDLE, rows=tuple(row for row in LATE.rows if row.key in MESSAGES))
    assert (
        violations(
            [hidden if event is LATE else later if event is IDLE else event for event in put(ADDED, during)]
        )
        == []
    )


def test_a_reset_replaces() -> None:
    whole = replace(IDLE, reset=True, rows=LATE.rows)
    assert violations(put(IDLE, whole)) == []
    missing = {violation.kind for violation in violations(put(IDLE, replace(whole, rows=without(MOVING))))}
    assert missing == {"lost", "different"}
