"""The laws of push: no number runs twice, none is skipped, the order of running is the order of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from offline_sync.engine.push import Failures, Forked, Gap, Plan, is_same, judge


@dataclass(frozen=True)
class Act:
    seq: int
    uid: UUID
    received: bytes


def act(seq: int, who: int = 0, **more: object) -> Act:
    content = {"name": "write", "v": 1, "args": {"n": seq}} | more
    return Act(seq, UUID(int=seq * 10 + who), msgspec.json.encode(content))


@given(lmid=st.integers(0, 30), first=st.integers(1, 40), length=st.integers(0, 20))
def test_an_honest_client_is_never_called_forked(lmid: int, first: int, length: int) -> None:
    kept = {seq: act(seq) for seq in range(1, lmid + 1)}
    batch = [act(seq) for seq in range(first, first + length)]
    verdict = judge(lmid, kept, batch)
    if length and first > lmid + 1:
        assert verdict == Gap(lmid)
    else:
        assert isinstance(verdict, Plan)
        fresh = [offered.seq for offered in batch[verdict.seen :]]
        assert fresh == list(range(lmid + 1, lmid + 1 + len(fresh)))


@given(st.data())
def test_batches_in_any_cuts_and_repeats_run_every_number_once_in_order(data: st.DataObject) -> None:
    total = data.draw(st.integers(1, 25))
    kept: dict[int, Act] = {}
    ran: list[int] = []
    while len(kept) < total:
        lmid = len(kept)
        first = data.draw(st.integers(1, total))
        last = data.draw(st.integers(first, total)) if data.draw(st.booleans()) else total
        if data.draw(st.booleans()):
            first = min(first, lmid + 1)
        batch = [act(seq) for seq in range(first, last + 1)]
        verdict = judge(lmid, kept, batch)
        if isinstance(verdict, Plan):
            for offered in batch[verdict.seen :]:
                ran.append(offered.seq)
                kept[offered.seq] = offered
    assert ran == list(range(1, total + 1))


@given(lmid=st.integers(1, 20), clash=st.integers(1, 20), length=st.integers(1, 20))
def test_another_persons_act_under_a_used_number_is_a_fork(lmid: int, clash: int, length: int) -> None:
    kept = {seq: act(seq) for seq in range(1, lmid + 1)}
    batch = [act(seq, who=1 if seq == clash else 0) for seq in range(1, length + 1)]
    verdict = judge(lmid, kept, batch)
    assert isinstance(verdict, Forked) == (clash <= min(lmid, length))


def test_the_same_act_may_be_written_otherwise() -> None:
    again = act(1, occurred_at="2026-03-02T10:00:00Z", note="a newer app says more")
    assert is_same(again, act(1))
    assert not is_same(act(1, args={"n": 2}), act(1))
    assert not is_same(act(1), None)


def test_five_failures_of_one_mutation_are_hopeless_and_another_starts_anew() -> None:
    failures = Failures(0, 0)
    waits = []
    for _ in range(4):
        failures = failures.after_another(7)
        waits.append(failures.retry_after)
        assert not failures.is_hopeless
    assert waits == [5, 10, 20, 40]
    assert failures.after_another(7).is_hopeless
    assert failures.after_another(8) == Failures(8, 1)
