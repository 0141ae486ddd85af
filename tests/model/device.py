"""An installation: the reference client on its file and its line, killed and opened again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx

from offline_sync.client import Client, LoginRequired, Stopped, TryLater
from offline_sync.messages import PullAnswer
from offline_sync.replica import Replica
from tests.model.recording import EFFECT
from tests.model.wire import Wire
from tests.offline_sync.wire import Killed

if TYPE_CHECKING:
    from tests.model.portal import Portal

# Where a person must help; what the machine does not bring about must not come.
WITH_CAUSE = {
    "body_too_large": "the wire said so to a batch of one, or to a file's piece",
    "file_type_refused": "a file that is no picture",
    "stream_unknown": "a clone sends the positions of the first one",
    "client_revoked": "the office revoked it",
}


@dataclass(frozen=True, slots=True)
class Read:
    """What a base showed right after a pull: for the invariants on whole pulls."""

    client_id: UUID
    epoch: UUID
    lmid: int
    effects: frozenset[int]


class WatchedReplica(Replica):
    """Can be killed at any transaction; `kill` is (how many pass before, "before" or "after")."""

    def __init__(self, path: Path, device: Device) -> None:
        self._device = device
        self.kill: tuple[int, str] | None = None
        super().__init__(path)

    @contextmanager
    def _transaction(self, name: str) -> Iterator[None]:
        moment = None
        if self.kill is not None:
            countdown, when = self.kill
            self.kill = (countdown - 1, when) if countdown else None
            moment = None if countdown else when
        with super()._transaction(name):
            yield
            if moment == "before":
                raise self._killed(moment, name)
        if moment == "after":
            raise self._killed(moment, name)

    def _killed(self, moment: str, name: str) -> Killed:
        self._device.portal.seen[f"phone killed {moment} {name}"] += 1
        return Killed(f"{moment} {name}")

    def apply(self, answer: PullAnswer, epoch: UUID) -> None:
        wanted = self._after_reset(answer) if answer.reset else None
        is_sound = self._device.has_sound_base
        self._device.base_of = None
        super().apply(answer, epoch)
        if wanted is not None:
            assert self.keys() == wanted, "inv 9: a reset did not replace the base"
        if self.checksums() == answer.checksums:
            self._device.base_of = (self.client_id, epoch)
            self._device.reads.append(Read(self.client_id, epoch, answer.lmid, self.effects()))
        else:
            can_differ = not (answer.reset or is_sound)
            assert can_differ, "inv 6: after a pull on a sound base the rows are not those of the view"

    def _after_reset(self, answer: PullAnswer) -> set[tuple[str, str]]:
        staged = self._db.execute("select kind, id from staged").fetchall()
        rows = {(str(kind), str(row_id)) for kind, row_id in staged}
        rows |= {(kind, str(row_id)) for kind, row_id, _, _ in answer.rows}
        return rows - {(kind, str(row_id)) for kind, row_id in answer.gone}

    def keys(self) -> set[tuple[str, str]]:
        return {(kind, row_id) for kind, row_id in self._db.execute("select kind, id from base")}

    def base(self) -> dict[tuple[str, UUID], tuple[int, Any]]:
        rows = self._db.execute("select kind, id, ver, body from base")
        return {(kind, UUID(row_id)): (ver, json.loads(body)) for kind, row_id, ver, body in rows}

    def effects(self) -> frozenset[int]:
        return frozenset(body["seq"] for body in self.rows(EFFECT).values())

    def outbox(self) -> list[dict[str, Any]]:
        """Everything that would survive the portal: sent and not durable, or not sent."""
        rows = self._db.execute("select content from outbox order by seq")
        return [json.loads(content) for (content,) in rows]

    def lose_a_row(self) -> None:
        """A defect of the disk, or of us."""
        self._db.execute("delete from base where rowid = (select min(rowid) from base)")


@dataclass
class Device:
    """`saved` is the machine's own ledger: every uid that a person saved here, in order."""

    portal: Portal
    token: str
    path: Path
    is_clone: bool = False
    is_revoked: bool = False
    behind: timedelta = timedelta()
    saved: dict[str, dict[str, Any]] = field(default_factory=dict)
    reads: list[Read] = field(default_factory=list)
    base_of: tuple[UUID, UUID] | None = None
    cursors: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    streams: dict[UUID, int] = field(default_factory=dict)
    files: dict[str, bool] = field(default_factory=dict)
    why: str = ""

    def __post_init__(self) -> None:
        self.wire = Wire(self.portal)
        self._http = httpx.AsyncClient(
            transport=self.wire,
            base_url="http://portal.test",
            headers={"authorization": f"Bearer {self.token}"},
        )
        self.open()

    def open(self) -> None:
        self.replica = WatchedReplica(self.path, self)
        self.client = Client(self.replica, self._http, kind="phone", name=f"Telefone {self.token}")

    def close(self) -> None:
        self.replica.close()

    def clock(self) -> datetime:
        """What its wall clock says."""
        return self.portal.clock() - self.behind

    @property
    def has_sound_base(self) -> bool:
        """Its base is the whole state of a pull in this epoch, as this client."""
        return self.base_of is not None and self.base_of == (self.replica.client_id, self.replica.epoch)

    def record(self, name: str, args: dict[str, Any], base: dict[str, int] | None = None) -> None:
        """Into the ledger goes whatever the file holds afterwards, also when the phone died right then."""
        try:
            self.replica.record(name, args, base=base, occurred_at=self.clock())
        except Killed:
            self.reopen()
        for act in self.replica.outbox():
            self.saved.setdefault(act["uid"], act)

    def reopen(self) -> None:
        self.replica.close()
        self.base_of = None
        self.open()

    async def attempt(self, act: Callable[[Client], Awaitable[None]]) -> str:
        """Run a lane until it finishes or fails in a way that is allowed; what became of it."""
        try:
            await act(self.client)
        except TryLater as passing:
            self.why = f"{passing} ({passing.__cause__!r})"
            return "later"
        except LoginRequired:
            return "login"
        except Killed:
            self.reopen()
            return "killed"
        except Stopped as stop:
            if not self._may_stop(stop.code):
                raise AssertionError(
                    f"{self.token} stopped without a cause: {stop.code} {stop.facts}"
                ) from stop
            return stop.code
        finally:
            self.replica.kill = None
            self.wire.script.clear()
        return "done"

    def _may_stop(self, code: str) -> bool:
        if code == "client_revoked":
            return self.is_revoked
        if code == "stream_unknown":
            return self.is_clone
        return code in WITH_CAUSE

    def clone(self, path: Path) -> Device:
        """The same installation a second time, as a restored phone backup makes it."""
        self.replica.close()
        shutil.copy(self.path, path)
        self.open()
        copy = Device(self.portal, self.token, path, is_clone=True, is_revoked=self.is_revoked)
        copy.saved = dict(self.saved)
        copy.files = dict(self.files)
        self.is_clone = True
        return copy
