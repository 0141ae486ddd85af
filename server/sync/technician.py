"""The phone's application of `offline_sync`: what people in the field see and may do (docs/field-sync.md).

A technician has a view and a driver another; anybody else who logs in on a phone sees themselves alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, cast
from uuid import UUID

from offline_sync.engine.pull import Seen
from offline_sync.ports import Caller, Connection, FilePolicy, Reader, StoredFile, StoredTrack
from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.accounts.tables import Reseller
from server.database import Transaction
from server.deliveries import files as delivery_files
from server.service_orders.notices import tell_desk
from server.sync import driver_mutations as _driver_mutations  # noqa: F401  registers them
from server.sync import driver_view, technician_bodies, technician_view
from server.sync.images import ImagePolicy
from server.sync.quarantine.actions import note_quarantine
from server.sync.technician_mutations import MUTATIONS
from server.tracking import actions as tracking
from server.tracking.actions import NewTrack
from server.tracking.rules import Fix
from server.tracking.sharing import refusing
from server.visits import files


def utc_now() -> datetime:
    return datetime.now(UTC)


class TechnicianApplication:
    """`now` is a parameter for tests that live in another time."""

    mutations = MUTATIONS

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self.files: FilePolicy = ImagePolicy()
        self._now = now

    async def greeting(self, conn: Connection, caller: Caller) -> Mapping[Literal["user", "reseller"], Any]:
        actor = _actor(caller)
        reseller = await Reseller.select(Reseller.name).where(Reseller.id == actor.reseller_id).first()
        return {
            "user": {"id": actor.user_id, "name": actor.name, "role": actor.role},
            "reseller": {"id": actor.reseller_id, "name": reseller["name"] if reseller else ""},
        }

    async def pulse(self, conn: Reader, caller: Caller) -> str | None:
        return await technician_view.pulse(conn, caller.reseller_id, self._now())

    async def view(self, conn: Connection, caller: Caller) -> Sequence[Seen]:
        actor = _actor(caller)
        if actor.role is Role.DRIVER and actor.carrier_id is not None:
            return await driver_view.driver_rows(
                conn,
                DB.dialect,
                user_id=actor.user_id,
                carrier_id=actor.carrier_id,
                reseller_id=actor.reseller_id,
                now=self._now(),
            )
        if actor.role is not Role.TECHNICIAN or actor.technician_id is None:
            return await technician_view.own_row(conn, actor.user_id)
        return await technician_view.technician_rows(
            conn,
            DB.dialect,
            user_id=actor.user_id,
            technician_id=actor.technician_id,
            reseller_id=actor.reseller_id,
            now=self._now(),
        )

    async def bodies(
        self, conn: Connection, caller: Caller, ids: Mapping[str, Sequence[str]]
    ) -> Mapping[tuple[str, str], bytes]:
        return await technician_bodies.bodies(conn, DB.dialect, ids)

    async def accepts_streams(self, conn: Connection, asked: Sequence[tuple[Caller, UUID]]) -> Sequence[bool]:
        """Visits of one's own, or ones that the portal will hear of later."""
        visits = await tracking.tracked_visits(cast(Transaction, conn), [stream for _, stream in asked])
        return [
            (own := _actor(caller).technician_id) is not None
            and (stream not in visits or visits[stream].technician_id == own)
            for caller, stream in asked
        ]

    async def forgets_fixes(self, conn: Connection, callers: Sequence[Caller]) -> Sequence[bool]:
        own = [_actor(caller).technician_id for caller in callers]
        silent = await refusing(cast(Transaction, conn), [one for one in own if one is not None])
        return [one in silent for one in own]

    async def tracks_stored(self, conn: Connection, stored: Sequence[StoredTrack]) -> None:
        tracks = []
        for track in stored:
            technician_id = _actor(track.caller).technician_id
            assert technician_id is not None
            fixes = [Fix(round(at), *place) for chunk in track.chunks for at, *place, _ in chunk.fixes]
            tracks.append(NewTrack(track.caller.reseller_id, technician_id, track.stream, fixes))
        await tracking.tracks_stored(cast(Transaction, conn), tracks, now=self._now())

    async def file_stored(self, conn: Connection, caller: Caller, file: StoredFile) -> None:
        tx = cast(Transaction, conn)
        await files.file_stored(tx, caller.reseller_id, file.sha256, now=self._now())
        await delivery_files.file_stored(tx, caller.reseller_id, file.sha256, now=self._now())

    async def quarantined(self, conn: Connection, caller: Caller, seq: int, name: str, code: str) -> None:
        await note_quarantine(caller, seq, name, code)
        await tell_desk(caller.reseller_id)


def _actor(caller: Caller) -> Actor:
    return cast(Actor, caller.identity.actor)
