"""What a mutation is to the server: next, seen, a gap or the work of a cloned installation.

A client numbers its mutations 1, 2, 3, … without a gap; `lmid` is the last number that has its final
result. With that, one comparison tells what to do with an offered number:

    seq ≤ lmid       same uid and content as stored   seen: answer the stored result     (push 3)
    seq ≤ lmid       anything else under that number  forked: two installations, one id  (push 3)
    seq = lmid + 1                                    next: run it, then lmid is seq     (push 5)
    seq > lmid + 1                                    gap: the client must resend        (push 4)

A batch is judged whole, before anything of it runs, as if each of its mutations reached its result: so a
gap or a fork anywhere leaves nothing half-written. Laws, tested in tests/offline_sync/test_engine_push.py:
no number runs twice, none is skipped, and the order of running is the order of numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import msgspec

MAX_FAILURES = 5


class Offered(Protocol):
    """What the engine reads of a mutation that a client sends."""

    @property
    def seq(self) -> int: ...

    @property
    def uid(self) -> UUID: ...

    @property
    def received(self) -> bytes: ...


class Kept(Protocol):
    """What the engine reads of a mutation that the server holds."""

    @property
    def uid(self) -> UUID: ...

    @property
    def received(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """The first `seen` mutations of the batch have results; the others are to be run, in order."""

    seen: int


@dataclass(frozen=True, slots=True)
class Gap:
    """The client must go on from `lmid + 1`."""

    lmid: int


@dataclass(frozen=True, slots=True)
class Forked:
    """`seq` was used for something else before: the client id lives in two installations."""

    lmid: int
    seq: int


Verdict = Plan | Gap | Forked


def judge(lmid: int, kept: Mapping[int, Kept], batch: Sequence[Offered]) -> Verdict:
    """`kept` holds what the server has under the batch's numbers up to `lmid`."""
    seen = 0
    expected = lmid + 1
    for offered in batch:
        if offered.seq > expected:
            return Gap(lmid)
        if offered.seq == expected:
            expected += 1
        elif offered.seq <= lmid and is_same(offered, kept.get(offered.seq)):
            seen += 1
        else:
            return Forked(lmid, offered.seq)
    return Plan(seen)


def is_same(offered: Offered, kept: Kept | None) -> bool:
    """Whether both are one act of one person: uid and content, however the JSON was written."""
    if kept is None or kept.uid != offered.uid:
        return False
    return kept.received == offered.received or content_of(kept.received) == content_of(offered.received)


def content_of(received: bytes) -> bytes:
    """Name, version and arguments as canonical JSON; a newer app may write other keys around them.

    JSON knows numbers that no value holds (1e400): what is kept but cannot be read is only its own bytes.
    """
    try:
        mutation = msgspec.json.decode(received)
    except (msgspec.DecodeError, RecursionError):
        return received
    content = {key: mutation.get(key) for key in ("name", "v", "args")}
    return msgspec.json.encode(content, order="sorted")


@dataclass(frozen=True, slots=True)
class Failures:
    """How often in a row a client's next mutation failed unexpectedly."""

    seq: int
    count: int

    def after_another(self, seq: int) -> Failures:
        return Failures(seq, self.count + 1 if seq == self.seq else 1)

    @property
    def is_hopeless(self) -> bool:
        """Time for quarantine: one defect must not keep a person's later work from arriving."""
        return self.count >= MAX_FAILURES

    @property
    def retry_after(self) -> int:
        """Seconds until the next attempt is worth it: 5, 10, 20, 40."""
        return int(5 * 2 ** (self.count - 1))
