"""A toy application: todo lists. It proves that the library knows no printer.

A person sees the notes of their own and those shared with everybody. `write_note` is a fact, `finish_note`
an intent that the list's owner alone may carry out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.engine.pull import Seen
from offline_sync.ports import (
    Applied,
    Caller,
    Connection,
    Context,
    Mutations,
    Reader,
    Refused,
    StoredFile,
    StoredTrack,
    TemporaryError,
)
from offline_sync.problems import SyncProblem

TABLES = (
    "create table todo_note (id uuid primary key, reseller_id uuid not null, owner_id uuid not null,"
    " text text not null, is_done boolean not null, is_shared boolean not null, ver bigint not null)",
    "create table todo_counter (reseller_id uuid primary key, n bigint not null)",
)


class WriteNote(msgspec.Struct):
    id: UUID
    text: str


class FinishNote(msgspec.Struct):
    id: UUID


class Nothing(msgspec.Struct):
    pass


async def next_version(conn: Connection, reseller_id: UUID) -> int:
    await conn.execute(
        "insert into todo_counter (reseller_id, n) values ($1, 1)"
        " on conflict (reseller_id) do update set n = todo_counter.n + 1",
        reseller_id,
    )
    return (await conn.fetch("select n from todo_counter where reseller_id = $1", reseller_id))[0][0]


async def put_note(
    conn: Connection, reseller_id: UUID, owner_id: UUID, note_id: UUID, text: str, *, shared: bool = False
) -> None:
    ver = await next_version(conn, reseller_id)
    await conn.execute(
        "insert into todo_note (id, reseller_id, owner_id, text, is_done, is_shared, ver)"
        " values ($1, $2, $3, $4, false, $5, $6)"
        " on conflict (id) do update set text = excluded.text, ver = excluded.ver",
        note_id,
        reseller_id,
        owner_id,
        text,
        shared,
        ver,
    )


async def drop_note(conn: Connection, reseller_id: UUID, note_id: UUID) -> None:
    await next_version(conn, reseller_id)
    await conn.execute("delete from todo_note where id = $1", note_id)


class TextFiles:
    """Files of plain text that do not say "forbidden"."""

    def accepts(self, content_type: str) -> bool:
        return content_type == "text/plain"

    def verify(self, content: bytes, content_type: str) -> None:
        if b"forbidden" in content:
            raise SyncProblem("file_type_refused", content_type="text/forbidden")


class TodoLists:
    """The application, with switches for what may go wrong."""

    def __init__(self) -> None:
        self.files = TextFiles()
        self.mutations = Mutations()
        self.broken: set[str] = set()
        self.is_busy = False
        self.knows_pulse = True
        self.views_run = 0
        self.quarantines: list[tuple[int, str, str]] = []
        self.stored: list[StoredFile] = []
        self.tracks: list[UUID] = []
        self.foreign_streams: set[UUID] = set()
        self.mutations.fact("write_note")(self._write_note)
        self.mutations.intent("finish_note")(self._finish_note)
        self.mutations.fact("refuse_a_fact")(self._refuse_a_fact)

    async def greeting(self, conn: Connection, caller: Caller) -> dict[Any, Any]:
        return {
            "user": {"id": str(caller.user_id), "name": "Ana", "role": "writer"},
            "reseller": {"id": str(caller.reseller_id), "name": "Papelaria"},
        }

    async def pulse(self, conn: Reader, caller: Caller) -> str | None:
        if not self.knows_pulse:
            return None
        rows = await conn.fetch("select n from todo_counter where reseller_id = $1", caller.reseller_id)
        return str(rows[0][0] if rows else 0)

    async def view(self, conn: Connection, caller: Caller) -> list[Seen]:
        self.views_run += 1
        rows = await conn.fetch(
            "select id, ver from todo_note where reseller_id = $1 and (owner_id = $2 or is_shared)",
            caller.reseller_id,
            caller.user_id,
        )
        return [Seen("note", str(row[0]), row[1]) for row in rows]

    async def bodies(
        self, conn: Connection, caller: Caller, ids: Mapping[str, Sequence[str]]
    ) -> Mapping[tuple[str, str], bytes]:
        rows = await conn.fetch(
            "select id, text, is_done, ver from todo_note where reseller_id = $1", caller.reseller_id
        )
        return {
            ("note", str(row[0])): json.dumps(
                {"text": row[1], "is_done": bool(row[2]), "ver": row[3]}
            ).encode()
            for row in rows
        }

    async def accepts_streams(self, conn: Connection, asked: Sequence[tuple[Caller, UUID]]) -> Sequence[bool]:
        return [stream not in self.foreign_streams for _, stream in asked]

    async def forgets_fixes(self, conn: Connection, callers: Sequence[Caller]) -> Sequence[bool]:
        return [False] * len(callers)

    async def tracks_stored(self, conn: Connection, stored: Sequence[StoredTrack]) -> None:
        self.tracks += [track.stream for track in stored]

    async def file_stored(self, conn: Connection, caller: Caller, file: StoredFile) -> None:
        self.stored.append(file)

    async def quarantined(self, conn: Connection, caller: Caller, seq: int, name: str, code: str) -> None:
        self.quarantines.append((seq, name, code))

    async def _write_note(self, context: Context, args: WriteNote) -> Applied | None:
        await put_note(context.conn, context.caller.reseller_id, context.caller.user_id, args.id, args.text)
        if args.text in self.broken:
            raise ZeroDivisionError(args.text)
        if self.is_busy:
            raise TemporaryError
        if args.text == "twice":
            return Applied(discrepancies=("written_twice",), data={"text": args.text})
        return None

    async def _finish_note(self, context: Context, args: FinishNote) -> None:
        ver = await next_version(context.conn, context.caller.reseller_id)
        count = await context.conn.execute(
            "update todo_note set is_done = true, ver = $3 where id = $1 and owner_id = $2",
            args.id,
            context.caller.user_id,
            ver,
        )
        if not count:
            raise Refused("not_your_note", "Esta nota não é sua.")

    async def _refuse_a_fact(self, context: Context, args: Nothing) -> None:
        raise Refused("impossible", "Isto não deveria ser recusado.")
