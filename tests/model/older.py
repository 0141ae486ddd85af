"""A client two releases old, frozen: it says and reads the keys of `older.json` and nothing else.

Written apart from the reference client on purpose: what that one learns, this one must not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import httpx
import msgspec

from offline_sync.ids import uuid7
from tests.model.recording import EFFECT
from tests.model.wire import Wire

if TYPE_CHECKING:
    from tests.model.portal import Portal

SPEECH: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text())


class Refused(Exception):
    """A problem that this phone has a way to go on from, or not."""


class NotNow(Exception):
    """No network, or an answer that cannot be read."""


def _only(keys: list[str], said: dict[str, Any]) -> dict[str, Any]:
    return {key: said[key] for key in keys if key in said}


@dataclass
class OldPhone:
    """Keeps everything in memory: it is never killed, only cut off."""

    portal: Portal
    token: str
    client_id: UUID = field(default_factory=uuid4)
    epoch: str | None = None
    cursor: int = 0
    confirmed: int = 0
    lmid: int = 0
    is_enrolled: bool = False
    outbox: list[dict[str, Any]] = field(default_factory=list)
    last_seq: int = 0
    results: dict[int, dict[str, Any]] = field(default_factory=dict)
    base: dict[tuple[str, UUID], tuple[int, Any]] = field(default_factory=dict)
    saved: dict[str, dict[str, Any]] = field(default_factory=dict)
    behind: timedelta = timedelta()

    def __post_init__(self) -> None:
        self.wire = Wire(self.portal)
        self._http = httpx.AsyncClient(
            transport=self.wire,
            base_url="http://portal.test",
            headers={"authorization": f"Bearer {self.token}"},
        )

    def save(self, name: str, args: dict[str, Any]) -> None:
        self.last_seq += 1
        act = {
            "seq": self.last_seq,
            "uid": str(uuid7()),
            "name": name,
            "v": 1,
            "args": args,
            "occurred_at": self.now().isoformat(),
        }
        plain = msgspec.json.decode(msgspec.json.encode(_only(SPEECH["mutation"], act)))
        self.outbox.append(plain)
        self.saved[plain["uid"]] = plain

    def now(self) -> datetime:
        return self.portal.clock() - self.behind

    def waiting(self) -> list[dict[str, Any]]:
        return [act for act in self.outbox if act["seq"] > self.lmid]

    def effects(self) -> frozenset[int]:
        return frozenset(body["seq"] for (kind, _), (_, body) in self.base.items() if kind == EFFECT)

    async def attempt(self) -> str:
        try:
            await self.sync()
        except NotNow:
            return "later"
        finally:
            self.wire.script.clear()
        return "done"

    async def sync(self) -> None:
        await self._enrol()
        for _ in range(3):
            try:
                await self._push()
                break
            except Refused as problem:
                await self._go_on(problem.args[0])
        await self._pull()

    async def _go_on(self, problem: dict[str, Any]) -> None:
        match problem["code"]:
            case "epoch_changed":
                await self._pull()
            case "sequence_gap":
                self.confirmed = problem["lmid"]
            case "client_unknown":
                self.is_enrolled, self.cursor, self.epoch = False, 0, None
                await self._enrol()
            case code:
                raise AssertionError(f"inv 15: the old phone does not know how to go on from {code}")

    async def _enrol(self) -> None:
        if self.is_enrolled:
            return
        said = {"client_id": self.client_id, "kind": "phone", "name": "Antigo", "schema": 1}
        answer = await self._say("clients", "enrol", said)
        self.is_enrolled, self.epoch, self.confirmed = True, answer["epoch"], answer["lmid"]

    async def _push(self) -> None:
        while pending := [act for act in self.outbox if act["seq"] > self.confirmed][:2]:
            said = {"client_id": self.client_id, "epoch": self.epoch, "schema": 1, "mutations": pending}
            answer = await self._say("push", "push", said)
            if answer["lmid"] < pending[0]["seq"]:
                raise NotNow
            self._keep(answer["results"])
            self.confirmed = answer["lmid"]

    async def _pull(self) -> None:
        staged: dict[tuple[str, UUID], tuple[int, Any]] = {}
        page = None
        while True:
            said = {
                "client_id": self.client_id,
                "epoch": self.epoch,
                "schema": 1,
                "cursor": self.cursor,
                "acked": self.confirmed if len(self.results) >= self.confirmed else 0,
                "page": page,
            }
            try:
                answer = await self._say("pull", "pull", said)
            except Refused as problem:
                if problem.args[0]["code"] == "client_unknown":
                    self.is_enrolled, self.cursor, self.epoch = False, 0, None
                raise NotNow from problem
            staged |= {(kind, UUID(row_id)): (ver, body) for kind, row_id, ver, body in answer["rows"]}
            if answer["more"] is None:
                break
            page = answer["more"]
        self._apply(answer, staged)

    def _apply(self, answer: dict[str, Any], staged: dict[tuple[str, UUID], tuple[int, Any]]) -> None:
        is_restored = answer["epoch"] != self.epoch
        self.base = staged if answer["reset"] else self.base | staged
        for kind, row_id in answer["gone"]:
            self.base.pop((kind, UUID(row_id)), None)
        self._keep(answer["results"])
        self.cursor, self.lmid, self.epoch = answer["cursor"], answer["lmid"], answer["epoch"]
        self.confirmed = self.lmid if is_restored else max(self.confirmed, self.lmid)
        if is_restored:
            self.results = {seq: result for seq, result in self.results.items() if seq <= self.lmid}
        durable = answer["durable_lmid"]
        self.outbox = [act for act in self.outbox if act["seq"] > durable or act["seq"] not in self.results]

    def _keep(self, results: list[dict[str, Any]]) -> None:
        for result in results:
            self.results[result["seq"]] = _only(SPEECH["reads"]["result"], result)

    async def _say(self, path: str, message: str, said: dict[str, Any]) -> dict[str, Any]:
        body = msgspec.json.encode(_only(SPEECH[message], said))
        try:
            response = await self._http.post(f"/sync/v1/{path}", content=body)
            heard = json.loads(response.content)
        except (httpx.TransportError, ValueError) as error:
            raise NotNow from error
        if response.is_success:
            return _only(SPEECH["reads"][message], heard)
        if response.status_code in {401, 413, 429} or response.status_code >= 500:
            raise NotNow
        raise Refused(_only(SPEECH["reads"]["problem"], heard))
