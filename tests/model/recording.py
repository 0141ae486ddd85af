"""The technician's real application, which also writes down what it did.

Every handler that takes effect leaves a row of `model_effect` in the same transaction, and a phone's view has
the rows of its own client. So an effect that ran twice, not at all, in another order or apart from its `lmid`
can be seen from outside, whatever the mutation was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from offline_sync.engine.pull import Seen
from offline_sync.ids import uuid7
from offline_sync.ports import Applied, Caller, Connection, Context, Mutations, MutationType
from piccolo_conf import DB
from server.database import schema
from server.sync.technician import TechnicianApplication

EFFECT = "effect"
_SERIAL = {"sqlite": "integer primary key autoincrement", "postgres": "bigserial primary key"}


async def create_table() -> None:
    """With the trigger that every synced table has: a new effect moves the reseller's pulse."""
    await DB.run_ddl(
        f"create table model_effect (n {_SERIAL[DB.dialect]}, id uuid not null, reseller_id uuid not null,"
        " client_id uuid not null, seq bigint not null, uid uuid not null)"
    )
    await DB.run_ddl("create index model_effect_client on model_effect (client_id)")
    triggers = schema._postgres if DB.dialect == "postgres" else schema._sqlite
    for statement in triggers((), {}, ("model_effect",), {}):
        await DB.run_ddl(statement)


class RecordingMutations(Mutations):
    """Those of the portal; their effects are counted."""

    def __init__(self, inner: Mutations) -> None:
        super().__init__()
        self._inner = inner

    def find(self, name: str, v: int) -> MutationType | None:
        kind = self._inner.find(name, v)
        if kind is None:
            return None

        async def handle(context: Context, args: Any) -> Applied | None:
            outcome = await kind.handler(context, args)
            await context.conn.execute(
                "insert into model_effect (id, reseller_id, client_id, seq, uid) values ($1, $2, $3, $4, $5)",
                uuid7(),
                context.caller.reseller_id,
                context.caller.client_id,
                context.seq,
                context.uid,
            )
            return outcome

        return replace(kind, handler=handle)


class RecordingApplication(TechnicianApplication):
    mutations = RecordingMutations(TechnicianApplication.mutations)

    async def view(self, conn: Connection, caller: Caller) -> Sequence[Seen]:
        rows = await conn.fetch("select id from model_effect where client_id = $1", caller.client_id)
        return [*await super().view(conn, caller), *(Seen(EFFECT, str(row[0]), 1) for row in rows)]

    async def bodies(
        self, conn: Connection, caller: Caller, ids: Mapping[str, Sequence[str]]
    ) -> Mapping[tuple[str, str], bytes]:
        others = {kind: of_kind for kind, of_kind in ids.items() if kind != EFFECT}
        rows = await conn.fetch("select id, seq from model_effect where client_id = $1", caller.client_id)
        effects = {(EFFECT, str(row[0])): msgspec.json.encode({"seq": row[1]}) for row in rows}
        return {**await super().bodies(conn, caller, others), **effects}
