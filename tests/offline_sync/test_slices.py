"""What a bridge brings at once is large: it is committed in slices, between which others have their turn."""

from __future__ import annotations

from offline_sync.ids import uuid7
from offline_sync.mutation import Received
from offline_sync.push import CAREFUL, QUICK, SINGLY, SLICE, SLICE_BYTES, Pace, _slice_of


def _batch(*sizes: int) -> list[Received]:
    return [Received(seq, uuid7(), b"x" * size, None) for seq, size in enumerate(sizes, 1)]


def test_a_slice_is_bounded_in_number_and_in_size() -> None:
    assert len(_slice_of(_batch(*[100] * 60), QUICK)) == SLICE
    assert len(_slice_of(_batch(*[SLICE_BYTES // 3] * 60), CAREFUL)) == 3
    assert len(_slice_of(_batch(*[100] * 60), SINGLY)) == 1


def test_one_that_is_larger_than_a_slice_has_its_own() -> None:
    assert [one.seq for one in _slice_of(_batch(SLICE_BYTES * 9, 1, 1), QUICK)] == [1]
    assert [one.seq for one in _slice_of(_batch(1, SLICE_BYTES * 9, 1), QUICK)] == [1]


def test_none_may_be_asked_for() -> None:
    assert list(_slice_of(_batch(1, 1), Pace(0, True))) == []
