"""The two kinds of phone: one speaks to the portal, one says the same to the floor.

Each act checks its own answer, so that a server that does less fails. Answers are counted in bytes as they
crossed the wire, compressed like a browser would have them.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import brotli  # type: ignore[import-untyped]

from bench.base import Person
from offline_sync.engine.pull import checksums_of
from offline_sync.ids import uuid7

PIECE = 1024 * 1024
LIKE_A_BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Content-Type": "application/json"}
TUS = {"Tus-Resumable": "1.0.0"}


class WrongAnswerError(Exception):
    """The server answered, but not what it had to."""


def check(is_right: bool, what: str) -> None:
    if not is_right:
        raise WrongAnswerError(what)


@dataclass(slots=True)
class Traffic:
    """Bytes of bodies, as on the wire."""

    up: int = 0
    down: int = 0


@dataclass(slots=True)
class Phone:
    """What both kinds keep: who, and how far."""

    http: aiohttp.ClientSession
    person: Person
    traffic: Traffic
    client_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    cursor: int = 0
    lmid: int = 0
    rows: dict[tuple[str, str], int] = field(default_factory=dict)

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> Any:
        async with self.http.post(path, data=body, headers=LIKE_A_BROWSER | headers) as response:
            content = await response.read()
            check(response.status in {200, 201}, f"{path}: {response.status} {content[:300]!r}")
            self.traffic.up += len(body)
            self.traffic.down += len(content)
            if response.headers.get("content-encoding") == "br":
                content = brotli.decompress(content)
            return json.loads(content)


@dataclass(slots=True)
class PortalPhone(Phone):
    epoch: str | None = None

    @property
    def _login(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.person.token}"}

    async def enrol(self) -> None:
        body = {"client_id": self.client_id, "kind": "phone", "name": "Medida", "schema": 1}
        answer = await self.post("/sync/v1/clients", json.dumps(body).encode(), self._login)
        self.epoch = answer["epoch"]

    async def ask(self) -> dict[str, Any]:
        body = {
            "client_id": self.client_id,
            "epoch": self.epoch,
            "schema": 1,
            "cursor": self.cursor,
            "acked": self.lmid,
            "page": None,
        }
        answer: dict[str, Any] = await self.post("/sync/v1/pull", json.dumps(body).encode(), self._login)
        return answer

    async def pull(self) -> set[tuple[str, str]]:
        """What was told; the base equals the server's checksums afterwards."""
        answer = await self.ask()
        check(answer["more"] is None, "the view is one page")
        if answer["reset"]:
            self.rows.clear()
        for kind, row_id, ver, content in answer["rows"]:
            check(bool(content), "a row has a body")
            self.rows[kind, row_id] = ver
        for kind, row_id in answer["gone"]:
            del self.rows[kind, row_id]
        mine = checksums_of((kind, row_id, ver) for (kind, row_id), ver in self.rows.items())  # type: ignore[misc]
        check(
            {kind: list(pair) for kind, pair in mine.items()} == answer["checksums"], "the base is the view"
        )
        check(answer["lmid"] == self.lmid, "the last mutation has its result")
        self.cursor = answer["cursor"]
        return {(kind, row_id) for kind, row_id, _, _ in answer["rows"]}

    async def push(self, mutations: list[dict[str, Any]]) -> None:
        body = push_body(self.client_id, mutations, epoch=self.epoch, schema=1)
        answer = await self.post("/sync/v1/push", body, self._login)
        check("halted" not in answer, "nothing halts")
        check([one["status"] for one in answer["results"]] == ["applied"] * len(mutations), "all are applied")
        check(answer["lmid"] == mutations[-1]["seq"], "lmid is the last")
        self.lmid = answer["lmid"]

    async def send_photo(self, photo: bytes, cut_at: int) -> None:
        """In pieces of 1 MB; the connection breaks once, and HEAD says where to go on."""
        sha256 = hashlib.sha256(photo).hexdigest()
        metadata = {"client": self.client_id, "sha256": sha256, "type": "image/jpeg"}
        pairs = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items()
        )
        headers = {**self._login, **TUS, "Upload-Length": str(len(photo)), "Upload-Metadata": pairs}
        async with self.http.post("/sync/v1/files", headers=headers) as response:
            check(response.status == 201, f"created: {response.status}")
            location = response.headers["location"]
        check(
            await send_pieces(self.http, location, photo, cut_at, {**self._login, **TUS}, self.traffic)
            == sha256,
            "the receipt names the file",
        )


@dataclass(slots=True)
class FloorPhone(Phone):
    """`fill` makes an answer as long as the portal's."""

    fill: str = '"fill":""'
    expected: int = 0

    async def pull(self) -> set[tuple[str, str]]:
        body = json.dumps({"client_id": self.client_id, "cursor": self.cursor, "fill": self.fill}).encode()
        answer = await self.post("/pull", body, {})
        self.cursor = answer["cursor"]
        return {(kind, row_id) for kind, row_id, _, _ in answer["rows"]}

    async def push(self, mutations: list[dict[str, Any]]) -> None:
        answer = await self.post("/push", push_body(self.client_id, mutations), {})
        check(len(answer["results"]) == len(mutations), "all are stored")
        self.lmid = answer["lmid"]

    async def send_photo(self, photo: bytes, cut_at: int) -> None:
        sha256 = hashlib.sha256(photo).hexdigest()
        headers = {"X-Id": str(uuid.uuid4()), "X-Sha256": sha256, "Upload-Length": str(len(photo))}
        async with self.http.post("/files", headers=headers) as response:
            location = response.headers["location"]
        check(await send_pieces(self.http, location, photo, cut_at, {}, self.traffic) == sha256, "stored")


def push_body(client_id: str, mutations: list[dict[str, Any]], **more: Any) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return json.dumps({"client_id": client_id, "sent_at": now, "mutations": mutations, **more}).encode()


async def send_pieces(
    http: aiohttp.ClientSession,
    location: str,
    photo: bytes,
    cut_at: int,
    headers: dict[str, str],
    traffic: Traffic,
) -> str:
    """The receipt."""
    offset = 0
    while offset < len(photo):
        piece = photo[offset : offset + PIECE]
        sending = headers | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        if offset <= cut_at < offset + len(piece):
            await _break_off(http, location, piece, cut_at - offset, sending)
            offset, cut_at = await _where(http, location, headers), -1
            continue
        async with http.patch(location, data=piece, headers=sending) as response:
            if response.status == 409:  # the cut piece was stored after the question
                offset = await _where(http, location, headers)
                continue
            check(response.status == 204, f"a piece is taken: {response.status} {await response.text()}")
            traffic.up += len(piece)
            offset = int(response.headers["upload-offset"])
            receipt = response.headers.get("file-receipt", "")
    return receipt


async def _break_off(
    http: aiohttp.ClientSession, location: str, piece: bytes, length: int, headers: dict[str, str]
) -> None:
    """Announce the whole piece, send a part of it, hang up."""
    server = http._base_url
    assert server is not None
    _, writer = await asyncio.open_connection(server.host, server.port)
    lines = [
        f"PATCH {location} HTTP/1.1",
        f"Host: {server.host}:{server.port}",
        f"Content-Length: {len(piece)}",
    ]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode() + piece[:length])
    await writer.drain()
    writer.close()


async def _where(http: aiohttp.ClientSession, location: str, headers: dict[str, str]) -> int:
    """Where the upload stands, once the server has had a moment for what came before the cut."""
    await asyncio.sleep(0.05)
    async with http.head(location, headers=headers) as response:
        return int(response.headers["upload-offset"])


def new_mutation(seq: int, name: str, args: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {
        "seq": seq,
        "uid": str(uuid7()),
        "name": name,
        "v": 1,
        "args": args,
        "base": {},
        "occurred_at": now,
    }
