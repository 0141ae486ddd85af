"""What a stranger can throw at the sync, each as a function of bytes that must not fail.

A target may meet nothing but a SyncProblem of the catalogue, and holds laws of its own: what was understood
and is written again means the same. `make fuzz` runs them guided by coverage, `make test` a bounded number
of times.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import zstandard

import server.sync.problems  # noqa: F401 - fills the catalogue
from offline_sync import pull, tracks, tus
from offline_sync.engine.clock import DeviceClock
from offline_sync.engine.push import content_of, is_same
from offline_sync.messages import (
    EnrolRequest,
    Limits,
    Mutation,
    PullRequest,
    PushRequest,
    TracksRequest,
    decode,
)
from offline_sync.mutation import Received, receive
from offline_sync.ports import StoredFile
from offline_sync.problems import SyncProblem
from offline_sync.store.uploads import Upload
from server.problems import Problem
from server.sync import bodies, files
from server.sync.technician_mutations import MUTATIONS
from tests.fuzz import seeds

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIMIT = 64 * 1024
BIGINT = 2**63 - 1
NAMES = [kind.name for kind in MUTATIONS.types]


@dataclass(frozen=True)
class Target:
    name: str
    run: Callable[[bytes], None]
    seeds: list[bytes]


def allow_problems(check: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """A refusal is fine when it can be told: its code is in the catalogue and its facts make a document."""

    def run(data: bytes) -> None:
        try:
            check(data)
        except SyncProblem as problem:
            msgspec.json.encode(Problem(problem.code, **problem.facts).body(), enc_hook=str)

    return run


def survives_writing(value: Any, type_: type[Any]) -> None:
    assert msgspec.json.decode(msgspec.json.encode(value), type=type_) == value


def enrolment(data: bytes) -> None:
    survives_writing(decode(data, EnrolRequest), EnrolRequest)


def push(data: bytes) -> None:
    request = decode(data, PushRequest)
    again = msgspec.json.decode(msgspec.json.encode(request), type=PushRequest)
    assert [bytes(raw) for raw in again.mutations] == [bytes(raw) for raw in request.mutations]
    clock = DeviceClock(NOW, request.sent_at, request.mono, request.boot)
    assert abs(clock.offset_ms or 0) < BIGINT
    for received in receive(request.mutations, Limits().args_bytes):
        _keeps(received, clock)


def mutation(data: bytes) -> None:
    _keeps(receive([msgspec.Raw(data)], LIMIT)[0], DeviceClock(NOW, NOW, 6000, None))


def pulling(data: bytes) -> None:
    request = decode(data, PullRequest)
    survives_writing(request, PullRequest)
    if request.page is not None:
        _page(request.page, request.epoch or UUID(int=0))


def page(data: bytes) -> None:
    _page(data.decode("utf-8", "replace")[:200], UUID(seeds.EPOCH))


def track(data: bytes) -> None:
    request = decode(data, TracksRequest)
    survives_writing(request, TracksRequest)
    tracks.check_limits(Limits(), request)


def arguments(data: bytes) -> None:
    """The first byte chooses the mutation."""
    kind = MUTATIONS.types[data[0] % len(NAMES)] if data else MUTATIONS.types[0]
    survives_writing(decode(data[1:], kind.args, "args"), kind.args)


def gunzip(data: bytes) -> None:
    plain = bodies.unpack("gzip", data, LIMIT)
    assert len(plain) <= LIMIT
    assert plain == gzip.decompress(data)


def unzstd(data: bytes) -> None:
    plain = bodies.unpack("zstd", data, LIMIT)
    assert len(plain) <= LIMIT
    whole = zstandard.ZstdDecompressor().decompressobj()
    assert plain == whole.decompress(data)
    assert whole.eof
    assert not whole.unused_data


def metadata(data: bytes) -> None:
    header = data.decode("latin-1")  # as HTTP does
    said = files.parse_metadata(header)
    written = ",".join(f"{name} {seeds.base64_of(value)}" for name, value in said.items())
    assert files.parse_metadata(written) == said
    files.parse_client_id(said["client"])
    tus.check_declared(Limits(), StoredFile(said["sha256"], 1, said["type"]))


def checksum(data: bytes) -> None:
    tus.check_checksum(seeds.PIECE, data.decode("latin-1"))


def number(data: bytes) -> None:
    header = data.decode("latin-1")
    size = files.parse_number(header, "Upload-Length")
    assert 0 <= size <= BIGINT
    assert int(header) == size
    tus.check_declared(Limits(), StoredFile("a" * 64, size, "image/png"))
    upload = Upload(UUID(int=1), UUID(int=2), UUID(int=3), "a" * 64, 10, "image/png", 5, "[]", NOW, None)
    tus.check_offset(Limits(), upload, size, 5)


def content(data: bytes) -> None:
    """Two mutations, a line each: whatever was kept can be compared with whatever comes."""
    one, _, other = data.partition(b"\n")
    kept, offered = (receive([msgspec.Raw(raw)], LIMIT)[0] for raw in (one, other or one))
    assert is_same(kept, kept)
    assert is_same(kept, offered) == is_same(offered, kept)
    canonical = content_of(kept.received)
    assert content_of(canonical) == canonical


def _keeps(received: Received, clock: DeviceClock) -> None:
    """A mutation that was read can be kept, compared and put into time."""
    received.received.decode()
    assert is_same(received, received)
    content_of(received.received)
    if received.mutation is None:
        assert received.fault in {"malformed", "args_too_large"}
        return
    said = received.mutation
    said.occurred_at.astimezone(UTC)
    assert clock.estimate(said.occurred_at, said.mono, said.boot) <= NOW
    assert decode(msgspec.json.encode(said), Mutation).name == said.name


def _page(token: str, epoch: UUID) -> None:
    base = pull.parse_token(token, epoch)
    assert base.after is not None
    assert all(-1 <= place <= BIGINT for place in (base.since, base.gone_since, base.after.patch))
    again = pull.write_token(epoch, base, base.after)
    assert pull.parse_token(again, epoch) == base


TARGETS = [
    Target(name, allow_problems(check), given)
    for name, check, given in (
        ("enrolment", enrolment, seeds.encoded(seeds.ENROLMENT)),
        ("push", push, seeds.encoded(seeds.PUSH)),
        ("mutation", mutation, seeds.encoded(*seeds.MUTATIONS)),
        ("pull", pulling, seeds.encoded(seeds.PULL)),
        ("page", page, [str(seeds.PULL["page"]).encode()]),
        ("tracks", track, seeds.encoded(seeds.TRACKS)),
        (
            "arguments",
            arguments,
            [bytes([n]) + msgspec.json.encode(seeds.ARGUMENTS[name]) for n, name in enumerate(NAMES)],
        ),
        ("gzip", gunzip, seeds.packed("gzip")),
        ("zstd", unzstd, seeds.packed("zstd")),
        ("metadata", metadata, [seeds.METADATA.encode()]),
        ("checksum", checksum, [seeds.CHECKSUM.encode()]),
        ("number", number, [b"5", b"0", b"15728641", b"9" * 15]),
        ("content", content, [b"\n".join(seeds.encoded(said, said)) for said in seeds.MUTATIONS]),
    )
]


if __name__ == "__main__":
    print(*(target.name for target in TARGETS))
