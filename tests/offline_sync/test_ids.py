from __future__ import annotations

import time

import pytest

from offline_sync.ids import uuid7


def test_what_one_process_makes_one_after_the_other_sorts_so() -> None:
    made = [uuid7() for _ in range(2_000)]
    assert made == sorted(made)


def test_an_id_is_of_version_7_and_says_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before <= made.int >> 80 <= after


def test_two_of_the_same_instant_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    instant = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: instant)
    assert len({uuid7() for _ in range(1_000)}) == 1_000
