"""What the reference client keeps of an answer, without a server."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec import Raw

from offline_sync.ids import uuid7
from offline_sync.messages import PullAnswer, Result
from offline_sync.replica import Replica

EPOCH = uuid4()


@pytest.fixture
def replica(tmp_path: Path) -> Replica:
    replica = Replica(tmp_path / "ana")
    replica.enrolled(EPOCH, 0)
    return replica


def answer(**more: Any) -> PullAnswer:
    fields = {
        "reset": False,
        "cursor": 1,
        "lmid": 0,
        "durable_lmid": 0,
        "rows": [],
        "gone": [],
        "results": [],
    }
    return PullAnswer(**{**fields, "checksums": {}, "more": None, **more})


def row(note_id: UUID, text: str = "x") -> tuple[str, UUID, int, Raw]:
    return ("note", note_id, 1, Raw(f'{{"text":"{text}"}}'.encode()))


def result(replica: Replica, seq: int, uid: UUID | None = None) -> Result:
    own = {act["seq"]: UUID(act["uid"]) for act in replica.waiting()}
    return Result(seq, uid or own[seq], "applied", datetime.now(UTC))


def test_a_full_disk_is_told_and_the_next_record_counts(replica: Replica) -> None:
    kept = replica.record("write_note", {"text": "x"})
    replica._db.execute("pragma max_page_count = 1")  # as many as there are, and none more
    with pytest.raises(sqlite3.OperationalError, match="full"):
        replica.record("write_note", {"text": "x" * 20_000})
    replica._db.execute("pragma max_page_count = 1000000")
    assert replica.record("write_note", {"text": "y"}) == kept + 1
    assert [act["seq"] for act in replica.waiting()] == [kept, kept + 1]


def test_a_reset_replaces_and_keeps_nothing_of_before(replica: Replica) -> None:
    old, new = uuid7(), uuid7()
    replica.apply(answer(rows=[row(old)]), EPOCH)
    replica.apply(answer(reset=True, rows=[row(new)]), EPOCH)
    assert set(replica.rows("note")) == {new}


def test_pages_are_not_the_base_until_the_last_one(replica: Replica) -> None:
    first, last = uuid7(), uuid7()
    replica.stage(answer(rows=[row(first)], more="x"))
    assert replica.rows("note") == {}
    replica.apply(answer(rows=[row(last)]), EPOCH)
    assert set(replica.rows("note")) == {first, last}


def test_a_mutation_stays_until_the_backup_holds_it(replica: Replica) -> None:
    replica.record("write_note", {})
    replica.apply(answer(lmid=1, results=[result(replica, 1)]), EPOCH)
    assert list(replica.results()) == [1]
    replica.apply(answer(lmid=1, durable_lmid=1), EPOCH)
    assert replica.results() == {}


def test_another_acts_result_is_not_taken_for_ones_own(replica: Replica) -> None:
    replica.record("write_note", {})
    replica.pushed(1, [result(replica, 1, uid=uuid4())])
    assert replica.results() == {}
    assert replica.acked == 0


def test_after_a_restore_everything_is_offered_again_also_when_nothing_new_waits(replica: Replica) -> None:
    for _ in range(2):
        replica.record("write_note", {})
    replica.pushed(2, [result(replica, 1), result(replica, 2)])
    assert replica.pending(9) == []
    replica.apply(answer(reset=True, lmid=1, durable_lmid=1), uuid4())
    assert [pending.seq for pending in replica.pending(9)] == [1, 2]
    assert replica.acked == 0
