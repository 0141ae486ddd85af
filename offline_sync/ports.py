"""What the library needs from its surroundings: a database, an object store, and an application.

The application says what clients see and may do; it never learns how that travels. Its obligations:

1. `view` names every row that this caller may see now, once, and nothing else.
2. A row's `ver` is changed by every write of the row, by the database; no (kind, id, ver) is used
   for two contents.
3. `pulse` differs whenever the view may differ; `None` means "unknown", and every pull then looks.
4. `bodies` answers every id that `view` named in the same transaction.
5. Handlers write only through the connection they are given.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, get_type_hints
from uuid import UUID

import msgspec

from offline_sync.engine.pull import Seen
from offline_sync.messages import TrackChunk


class Reader(Protocol):
    """`$1`, `$2`… stand for arguments; values are typed by the declared columns."""

    async def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]: ...


class Connection(Reader, Protocol):
    """A transaction."""

    async def execute(self, sql: str, *args: Any) -> int: ...

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None: ...


class Database(Reader, Protocol):
    """SQLite or PostgreSQL. A transaction inside another is a savepoint that rolls back alone.

    `fetch` is one short read, by itself and on a snapshot of its own.
    """

    dialect: str

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """Read the newest commits, and write."""

    def snapshot(self) -> AbstractAsyncContextManager[Connection]:
        """Read one snapshot, and write what may be lost with the power: a client's record."""

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """Only read, on one snapshot."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is logged in. `actor` is the application's own idea of that person."""

    user_id: UUID
    reseller_id: UUID
    actor: Any = None


@dataclass(frozen=True, slots=True)
class Caller:
    """A person at one of their installations."""

    client_id: UUID
    kind: str
    identity: Identity

    @property
    def reseller_id(self) -> UUID:
        return self.identity.reseller_id

    @property
    def user_id(self) -> UUID:
        return self.identity.user_id


@dataclass(frozen=True, slots=True)
class Applied:
    """A mutation took effect; `discrepancies` name what the office must look at."""

    discrepancies: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


class Refused(Exception):
    """An intent may not be carried out. `message` is shown to the person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class TemporaryError(Exception):
    """The same mutation will succeed later without anybody mending anything."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a handler knows of the mutation it performs, beside its arguments.

    `occurred_at` is the device's word, `estimated_at` the library's best estimate of the true time.
    """

    conn: Connection
    caller: Caller
    seq: int
    uid: UUID
    base: Mapping[str, int]
    occurred_at: datetime
    estimated_at: datetime
    received_at: datetime
    clock_offset_ms: int | None
    mono: float | None = None
    boot: UUID | None = None


Handler = Callable[[Context, Any], Awaitable[Applied | None]]


@dataclass(frozen=True, slots=True)
class MutationType:
    """A mutation that the application knows. A fact is never refused, an intent may be."""

    name: str
    v: int
    args: type[msgspec.Struct]
    is_fact: bool
    handler: Handler


class Mutations:
    """The registry of an application's mutations, filled by decorators::

    @mutations.fact("add_note", v=1)
    async def add_note(context: Context, args: AddNote) -> None: ...
    """

    def __init__(self) -> None:
        self._types: dict[tuple[str, int], MutationType] = {}

    def fact(self, name: str, v: int = 1) -> Callable[[Handler], Handler]:
        """Something that happened: it is recorded whatever the office did meanwhile."""
        return self._register(name, v, is_fact=True)

    def intent(self, name: str, v: int = 1) -> Callable[[Handler], Handler]:
        """Something that is asked for: the handler may raise Refused."""
        return self._register(name, v, is_fact=False)

    def find(self, name: str, v: int) -> MutationType | None:
        return self._types.get((name, v))

    @property
    def types(self) -> Sequence[MutationType]:
        return list(self._types.values())

    def _register(self, name: str, v: int, *, is_fact: bool) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            if (name, v) in self._types:
                raise ValueError(f"mutation {name} v{v} is registered twice")
            self._types[name, v] = MutationType(name, v, _args_type(handler), is_fact, handler)
            return handler

        return register


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A verified file of a reseller."""

    sha256: str
    size: int
    content_type: str


class FilePolicy(Protocol):
    """Which files an application takes."""

    def accepts(self, content_type: str) -> bool:
        """Whether a file of this declared type may be sent at all."""

    def verify(self, content: bytes, content_type: str) -> None:
        """Look at the whole file, in a thread. Raises SyncProblem `file_type_refused` or `image_refused`."""


@dataclass(frozen=True, slots=True)
class StoredTrack:
    """New chunks of one stream."""

    caller: Caller
    stream: UUID
    chunks: Sequence[TrackChunk]


class Application(Protocol):
    """What one kind of client sees and may do."""

    mutations: Mutations
    files: FilePolicy

    async def greeting(self, conn: Connection, caller: Caller) -> Mapping[Literal["user", "reseller"], Any]:
        """`{"user": {"id", "name", "role"}, "reseller": {"id", "name"}}` for the answer to an enrolment."""

    async def pulse(self, conn: Reader, caller: Caller) -> str | None: ...

    async def view(self, conn: Connection, caller: Caller) -> Sequence[Seen]: ...

    async def bodies(
        self, conn: Connection, caller: Caller, ids: Mapping[str, Sequence[str]]
    ) -> Mapping[tuple[str, str], bytes]:
        """JSON for each (kind, id); `ids` are by kind."""

    async def accepts_streams(self, conn: Connection, asked: Sequence[tuple[Caller, UUID]]) -> Sequence[bool]:
        """Whether each may write positions there; true for a stream that is not known yet."""

    async def forgets_fixes(self, conn: Connection, callers: Sequence[Caller]) -> Sequence[bool]:
        """Whether each one's positions are to be taken from the phone and not kept."""

    async def tracks_stored(self, conn: Connection, stored: Sequence[StoredTrack]) -> None:
        """Those are new. Pokes by itself when that changes what phones show."""

    async def file_stored(self, conn: Connection, caller: Caller, file: StoredFile) -> None: ...

    async def quarantined(self, conn: Connection, caller: Caller, seq: int, name: str, code: str) -> None:
        """Tell the office that a person's work waits for a look."""


def _args_type(handler: Handler) -> type[msgspec.Struct]:
    hints = [hint for name, hint in get_type_hints(handler).items() if name not in {"context", "return"}]
    if len(hints) != 1 or not issubclass(hints[0], msgspec.Struct):
        raise TypeError("a handler takes `context` and one msgspec.Struct")
    struct: type[msgspec.Struct] = hints[0]
    return struct
