"""View, bodies and results of a pull are of one moment, also when somebody commits between their queries."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from offline_sync.ids import uuid7
from offline_sync.ports import Caller, Connection
from tests.conftest import ON_POSTGRES
from tests.offline_sync.conftest import RESELLER, Phone
from tests.offline_sync.todo import TodoLists, put_note

if ON_POSTGRES:  # a pull on SQLite keeps every writer waiting

    async def test_a_change_between_view_and_bodies_is_not_mixed_in(ana: Phone, todo: TodoLists) -> None:
        note_id, owner = uuid7(), ana.identity.user_id

        async def correct(text: str) -> None:
            async with ana.service.db.transaction() as conn:
                await put_note(conn, RESELLER, owner, note_id, text)

        class Interrupted(TodoLists):
            async def bodies(
                self, conn: Connection, caller: Caller, ids: Mapping[str, Sequence[str]]
            ) -> Mapping[tuple[str, str], bytes]:
                await asyncio.create_task(correct("corrigida"))
                return await super().bodies(conn, caller, ids)

        await correct("escrita")
        interrupted = Phone(
            replace(ana.service, applications={"phone": Interrupted()}), ana.identity, ana.client_id
        )
        answer = await interrupted.pull()
        ((_, _, ver, body),) = answer.rows
        assert msgspec.json.decode(body) == {"text": "escrita", "is_done": False, "ver": ver}
        assert ana.texts(await ana.pull(answer.cursor)) == ["corrigida"]
