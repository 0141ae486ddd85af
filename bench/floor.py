"""The floor: a bare Litestar app that answers and stores the same bytes, and knows nothing.

No login, no rules, no view, no sessions of a person; prepared statements on the same kind of database, held
open. What the portal costs more than this is what its promises cost. Started as `uvicorn bench.floor:app`.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import brotli  # type: ignore[import-untyped]
import msgspec
from litestar import Litestar, Request, Response, get, head, patch, post
from litestar.exceptions import InternalServerException as ClientDisconnect

FILES = Path(os.environ.get("FLOOR_FILES", "data/bench/run/floor"))
URL = os.environ.get("FLOOR_URL", "")
COMPRESS_FROM = 1400
Call = Request[Any, Any, Any]

SCHEMA = (
    "create table floor_device (id text primary key, lmid bigint not null, cvr bigint not null)",
    "create table floor_row (device text, id text, patch bigint, body text, primary key (device, id))",
    "create index floor_row_patch on floor_row (device, patch)",
    "create table floor_mutation (device text, seq bigint, uid text, body text, primary key (device, seq))",
    "create table floor_effect (id text primary key, device text, body text)",
    "create table floor_file (id text primary key, size bigint, received bigint, sha256 text)",
)


class Statements(Protocol):
    """A transaction is a round of prepared statements, one after another as acts come."""

    async def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]: ...

    async def write(self, *steps: tuple[str, Sequence[Any]]) -> None: ...


class SQLite:
    """Statements run in the loop: a thread for each would cost more than they do."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = wal", "synchronous = full", "cache_size = -16000"):
            self._db.execute(f"pragma {pragma}")

    async def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        return self._db.execute(_numbered(sql), args).fetchall()

    async def write(self, *steps: tuple[str, Sequence[Any]]) -> None:
        self._db.execute("begin immediate")
        for sql, args in steps:
            self._db.execute(_numbered(sql), args)
        self._db.execute("commit")


@cache
def _numbered(sql: str) -> str:
    return sql.replace("$", "?")  # SQLite takes `$2` for a name, and counts names by their appearance


class Postgres:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        async with self._pool.acquire() as connection:
            return await connection.fetch(sql, *args)  # type: ignore[no-any-return]

    async def write(self, *steps: tuple[str, Sequence[Any]]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            for sql, args in steps:
                await connection.fetch(sql, *args)  # unlike execute(), it prepares and keeps the statement


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    FILES.mkdir(parents=True, exist_ok=True)
    if URL.startswith("sqlite"):
        app.state["db"] = SQLite(URL.removeprefix("sqlite:///"))
        yield
        return
    create_pool: Any = asyncpg.create_pool
    async with create_pool(URL, min_size=2, max_size=16) as pool:
        app.state["db"] = Postgres(pool)
        yield


@get("/health")
async def health() -> str:
    return "ok"


@post("/pull", status_code=200)
async def pull(request: Call) -> Response[bytes]:
    asked = msgspec.json.decode(await request.body())
    db: Statements = request.app.state["db"]
    (lmid, cvr), *_ = await db.fetch("select lmid, cvr from floor_device where id = $1", asked["client_id"])
    rows: list[tuple[Any, ...]] = []
    if asked["cursor"] < cvr:
        rows = await db.fetch(
            "select body from floor_row where device = $1 and patch > $2", asked["client_id"], asked["cursor"]
        )
    bodies = ",".join([row[0] for row in rows])
    return _answer(request, f'{{"cursor":{cvr},"lmid":{lmid},{asked["fill"]},"rows":[{bodies}]}}'.encode())


_ADD_MUTATION = "insert into floor_mutation (device, seq, uid, body) values ($1, $2, $3, $4)"
_ADD_EFFECT = "insert into floor_effect (id, device, body) values ($1, $2, $3)"


@post("/push", status_code=200)
async def push(request: Call) -> Response[bytes]:
    asked = msgspec.json.decode(await request.body(), type=Push)
    device = asked.client_id
    steps: list[tuple[str, Sequence[Any]]] = []
    for one in asked.mutations:
        args = bytes(one.args).decode()
        steps.append((_ADD_MUTATION, (device, one.seq, one.uid, args)))
        steps.append((_ADD_EFFECT, (one.uid, device, args)))
    steps.append(("update floor_device set lmid = $2 where id = $1", (device, asked.mutations[-1].seq)))
    await request.app.state["db"].write(*steps)
    results = [
        {"seq": one.seq, "uid": one.uid, "status": "applied", "at": asked.sent_at} for one in asked.mutations
    ]
    return _answer(request, msgspec.json.encode({"lmid": asked.mutations[-1].seq, "results": results}))


@post("/files")
async def create(request: Call) -> Response[None]:
    headers = request.headers
    row = (headers["x-id"], int(headers["upload-length"]), 0, headers["x-sha256"])
    await request.app.state["db"].write(
        ("insert into floor_file (id, size, received, sha256) values ($1, $2, $3, $4)", row)
    )
    return Response(None, headers={"Location": f"/files/{row[0]}", "Upload-Offset": "0"})


@head("/files/{upload:str}")
async def show(request: Call, upload: str) -> Response[None]:
    ((received,),) = await request.app.state["db"].fetch(
        "select received from floor_file where id = $1", upload
    )
    return Response(None, headers={"Upload-Offset": str(received)})


@patch("/files/{upload:str}", status_code=204)
async def append(request: Call, upload: str) -> Response[None]:
    """Bytes as they come into the file; the last one asks for its hash."""
    db: Statements = request.app.state["db"]
    ((size, received, sha256),) = await db.fetch(
        "select size, received, sha256 from floor_file where id = $1", upload
    )
    offset = int(request.headers["upload-offset"])
    if offset != received:
        return Response(None, status_code=409)
    path = FILES / upload
    path.touch()
    with path.open("r+b") as file:
        file.seek(offset)
        try:
            async for piece in request.stream():
                file.write(piece)
                received += len(piece)
        except ClientDisconnect:  # the connection was cut: what came is kept
            file.flush()
    await db.write(("update floor_file set received = $2 where id = $1", (upload, received)))
    headers = {"Upload-Offset": str(received)}
    if received == size:
        with path.open("rb") as file:
            headers["File-Receipt"] = hashlib.file_digest(file, "sha256").hexdigest()
        assert headers["File-Receipt"] == sha256
        path.rename(FILES / sha256)
    return Response(None, status_code=204, headers=headers)


class Mutation(msgspec.Struct):
    seq: int
    uid: str
    args: msgspec.Raw


class Push(msgspec.Struct):
    client_id: str
    sent_at: str
    mutations: list[Mutation]


def _answer(request: Call, body: bytes) -> Response[bytes]:
    headers = {}
    if len(body) >= COMPRESS_FROM and "br" in request.headers.get("accept-encoding", ""):
        body, headers = brotli.compress(body, quality=1), {"content-encoding": "br"}
    return Response(body, media_type="application/json", headers=headers)


app = Litestar(
    [health, pull, push, create, show, append],
    lifespan=[lifespan],
    openapi_config=None,
    logging_config=None,
    request_max_body_size=None,
)
