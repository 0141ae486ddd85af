"""The wire: what clients and server say to each other, parsed at the edge and trusted inside.

A struct that exists is valid. Unknown keys are ignored, so that a newer client can speak to an older
server. What breaks the protocol itself is a `malformed` problem and nothing is written; a mutation
that is only itself unreadable is not (see `Mutation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from offline_sync.problems import SyncProblem

SCHEMA_MIN, SCHEMA_MAX = 1, 1
MAX_SAFE_INTEGER = 2**53 - 1  # what a phone's JSON can carry

Count = Annotated[int, Meta(ge=0, le=MAX_SAFE_INTEGER)]
Seq = Annotated[int, Meta(ge=1, le=MAX_SAFE_INTEGER)]
Milliseconds = Annotated[float, Meta(ge=0, le=1e13)]
Instant = Annotated[datetime, Meta(tz=True)]
Checksum = tuple[Count, Count]
Line = r"^[^\x00-\x1f]*$"  # no control characters: PostgreSQL keeps no NUL, a list no line breaks
Kind = Literal["phone", "bridge"]
Status = Literal["applied", "applied_with_discrepancy", "rejected", "quarantined"]


class Limits(Struct, frozen=True):
    """Advertised in every answer, then enforced by a problem that names the limit."""

    push_mutations: int = 200
    push_bytes: int = 2 * 1024 * 1024
    body_bytes: int = 4 * 1024 * 1024
    args_bytes: int = 512 * 1024
    pull_rows: int = 500
    track_chunks: int = 100
    track_fixes: int = 200
    file_bytes: int = 15 * 1024 * 1024
    file_chunk_bytes: int = 4 * 1024 * 1024
    rescue_bytes: int = 64 * 1024 * 1024
    open_uploads: int = 50


class SchemaRange(Struct, frozen=True):
    min: int = SCHEMA_MIN
    max: int = SCHEMA_MAX


class Envelope(Struct, frozen=True):
    """What every answer of JSON carries beside its own fields."""

    server_time: datetime
    epoch: UUID
    schema: SchemaRange
    limits: Limits


class EnrolRequest(Struct, frozen=True):
    client_id: UUID
    kind: Kind
    name: Annotated[str, Meta(min_length=1, max_length=120, pattern=Line)]
    schema: int
    platform: Annotated[str, Meta(max_length=200, pattern=Line)] = ""


class EnrolAnswer(Struct, frozen=True):
    client_id: UUID
    lmid: int
    user: dict[str, Any]
    reseller: dict[str, Any]


class PushRequest(Struct, frozen=True):
    client_id: UUID
    epoch: UUID
    schema: int
    mutations: list[Raw]
    sent_at: Instant | None = None
    mono: Milliseconds | None = None
    boot: UUID | None = None


class MutationKey(Struct, frozen=True):
    """What the protocol needs of a mutation; without it the whole push is malformed."""

    seq: Seq
    uid: UUID


class Mutation(Struct, frozen=True):
    """One thing a person did. Only itself unreadable, it is kept raw in quarantine, not refused."""

    name: Annotated[str, Meta(min_length=1, max_length=60, pattern=Line)]
    v: Annotated[int, Meta(ge=1, le=32767)]
    args: Raw
    occurred_at: Instant
    base: dict[Annotated[str, Meta(max_length=100)], Count] = {}
    mono: Milliseconds | None = None
    boot: UUID | None = None


class Result(Struct, frozen=True, omit_defaults=True):
    """The final result of one mutation; `message` is for a person, `data` the application's JSON.

    `data` is `Any`, because msgspec cannot read a `Raw | None` that holds something.
    """

    seq: int
    uid: UUID
    status: Status
    at: datetime
    code: str | None = None
    message: str | None = None
    data: Any = None


class Halted(Struct, frozen=True):
    """Where a batch stopped for a passing reason; that mutation and the later ones are to be sent again."""

    seq: int
    code: Literal["busy", "failed"]
    retry_after: int


class PushAnswer(Struct, frozen=True):
    lmid: int
    results: list[Result]
    halted: Halted | UnsetType = UNSET


class PullRequest(Struct, frozen=True):
    client_id: UUID
    schema: int
    epoch: UUID | None = None
    cursor: Count = 0
    acked: Count = 0
    page: Annotated[str, Meta(max_length=200)] | None = None
    checksums: dict[str, Checksum] | None = None


class PullAnswer(Struct, frozen=True):
    """`rows` are (kind, id, ver, body). Before the last page only `reset`, `rows` and `more` count."""

    reset: bool
    cursor: int
    lmid: int
    durable_lmid: int
    rows: list[tuple[str, str, int, Raw]]
    gone: list[tuple[str, str]]
    results: list[Result]
    checksums: dict[str, tuple[int, int]]
    more: str | None


Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Metres = Annotated[float, Meta(ge=0, le=1e8)]
Speed = Annotated[float, Meta(ge=0, le=1e4)]
GapReason = Literal["hidden", "denied", "lost", "off"]


class TrackChunk(Struct, frozen=True):
    n: Annotated[int, Meta(ge=0, le=1_000_000)]
    fixes: list[tuple[Milliseconds, Latitude, Longitude, Metres, Speed | None]]
    gaps: list[tuple[Milliseconds, Milliseconds, GapReason]] = []


class TracksRequest(Struct, frozen=True):
    client_id: UUID
    chunks: list[TrackChunk]


class TracksAnswer(Struct, frozen=True):
    have: list[int]


class RescueAnswer(Struct, frozen=True):
    rescue_id: UUID
    sha256: str
    size: int


T = TypeVar("T")


def decode(body: bytes | Raw, type_: type[T], where: str = "") -> T:
    """Parse or raise `malformed`; `where` is the path to the part that is wrong."""
    try:
        return msgspec.json.decode(body, type=type_)
    except msgspec.ValidationError as error:
        _, _, path = str(error).partition(" - at `$")
        raise SyncProblem("malformed", where=_join(where, path)) from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise SyncProblem("malformed", where=where or "body") from error


def encode(answer: Struct, envelope: Envelope) -> bytes:
    """One JSON object of both."""
    return msgspec.json.encode(envelope)[:-1] + b"," + msgspec.json.encode(answer)[1:]


def milliseconds(moment: datetime) -> datetime:
    """UTC, cut to what the wire carries."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def encode_data(data: Mapping[str, Any]) -> str:
    return msgspec.json.encode(data).decode()


def _join(where: str, path: str) -> str:
    inner = path.removesuffix("`").lstrip(".")
    return ".".join(part for part in (where, inner) if part) or "body"
