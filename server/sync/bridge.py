"""The bridge's application of `offline_sync`: it sees what waits to be written in ILUX, and brings rows.

Its batches are larger than a phone's, so its limits are, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec

from offline_sync.engine.pull import Seen
from offline_sync.messages import Limits
from offline_sync.ports import Caller, Connection, FilePolicy, Reader, StoredFile, StoredTrack
from offline_sync.problems import SyncProblem
from server.accounts.tables import Reseller
from server.bridge.notices import tell_monitor
from server.database import bulk
from server.sync.bridge_mutations import MUTATIONS
from server.sync.quarantine.actions import note_quarantine

MESSAGE = "ilux_message"
MESSAGES_AT_ONCE = 500
LIMITS = Limits(push_bytes=8 * 1024 * 1024, args_bytes=4 * 1024 * 1024)

# What follows about a row waits behind what still waits for a key.
_VIEW = f"""
select m.id, m.ver from ilux_message m
where m.reseller_id = $1 and m.status = 'open' and m.waits_for_id is null and not exists (
    select 1 from ilux_message earlier where earlier.row_id = m.row_id and earlier.status = 'open'
    and earlier.n < m.n and earlier.waits_for_id is not null
)
order by m.n, m.id limit {MESSAGES_AT_ONCE}
"""
_BODY = ("id", "n", "entity", "write", "key", "data", "expected", "created_at")


class NoFiles:
    """A bridge sends none."""

    def accepts(self, content_type: str) -> bool:
        return False

    def verify(self, content: bytes, content_type: str) -> None:
        raise SyncProblem("file_type_refused", content_type=content_type)


class BridgeApplication:
    mutations = MUTATIONS

    def __init__(self) -> None:
        self.files: FilePolicy = NoFiles()

    async def greeting(self, conn: Connection, caller: Caller) -> Mapping[Literal["user", "reseller"], Any]:
        actor = caller.identity.actor
        reseller = await Reseller.select(Reseller.name).where(Reseller.id == caller.reseller_id).first()
        return {
            "user": {"id": actor.user_id, "name": actor.name, "role": actor.role},
            "reseller": {"id": actor.reseller_id, "name": reseller["name"] if reseller else ""},
        }

    async def pulse(self, conn: Reader, caller: Caller) -> str | None:
        """Messages are versioned rows: every write of one moves the reseller's pulse."""
        rows = await conn.fetch("select n from sync_pulse where reseller_id = $1", caller.reseller_id)
        return str(rows[0][0]) if rows else "0"

    async def view(self, conn: Connection, caller: Caller) -> Sequence[Seen]:
        rows = await conn.fetch(_VIEW, caller.reseller_id)
        return [Seen(MESSAGE, str(row_id), ver) for row_id, ver in rows]

    async def bodies(
        self, conn: Connection, caller: Caller, ids: Mapping[str, Sequence[str]]
    ) -> Mapping[tuple[str, str], bytes]:
        rows = await conn.fetch(
            f"select {', '.join(_BODY)} from ilux_message where reseller_id = $1 and {bulk.among('id', 2)}",
            caller.reseller_id,
            bulk.values(UUID(row_id) for row_id in ids.get(MESSAGE, ())),
        )
        return {(MESSAGE, str(row[0])): _body(row) for row in rows}

    async def accepts_streams(self, conn: Connection, asked: Sequence[tuple[Caller, UUID]]) -> Sequence[bool]:
        return [False] * len(asked)

    async def forgets_fixes(self, conn: Connection, callers: Sequence[Caller]) -> Sequence[bool]:
        return [False] * len(callers)

    async def tracks_stored(self, conn: Connection, stored: Sequence[StoredTrack]) -> None:
        """There are none."""

    async def file_stored(self, conn: Connection, caller: Caller, file: StoredFile) -> None:
        """There are none."""

    async def quarantined(self, conn: Connection, caller: Caller, seq: int, name: str, code: str) -> None:
        await note_quarantine(caller, seq, name, code)
        await tell_monitor(caller.reseller_id)


def _body(row: tuple[Any, ...]) -> bytes:
    said = dict(zip(_BODY, row, strict=True))
    said |= {name: msgspec.Raw(said[name].encode()) for name in ("data", "expected")}
    return msgspec.json.encode(said)
