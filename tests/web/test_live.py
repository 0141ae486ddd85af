"""Live updates: told at commit, to every process, and never in the way of a server that is to stop."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from server.accounts.actor import Role
from server.app import create_app
from server.database import Database, platform
from server.settings import Settings
from server.web import page_stream
from server.web.events import EventStream, event
from server.web.live import HUB, live_updates, publish, subscribe
from server.web.rendering import TEMPLATES
from tests.accounts.people import PASSWORD, hire, mail_of, open_house
from tests.web.listening import LISTENS, until_listening


@pytest.fixture
async def live(database: Database) -> AsyncIterator[Database]:
    async with live_updates():
        await until_listening(database)
        yield database


async def test_a_topic_is_told_at_commit_and_not_before(live: Database) -> None:
    with HUB.listening("visit:1") as listener:
        with platform():
            async with live.transaction():
                await publish("visit:1", "visit:2")
                assert await listener.next(0.3) is None
        assert await listener.next(2) == "visit:1"
        assert await listener.next(0.1) is None


async def test_what_was_rolled_back_is_never_told(live: Database) -> None:
    with HUB.listening("visit:1") as listener:
        with platform(), pytest.raises(RuntimeError, match="refused"):
            async with live.transaction():
                await publish("visit:1")
                raise RuntimeError("refused")
        assert await listener.next(0.4) is None


async def test_publishing_outside_a_transaction_is_a_defect(live: Database) -> None:
    with pytest.raises(RuntimeError, match="belongs in the transaction"):
        await publish("visit:1")


async def test_a_slow_listener_is_told_once_of_many_changes(live: Database) -> None:
    with HUB.listening("a", "b") as listener:
        for topic in ("a", "b", "a", "a"):
            HUB.tell(topic)
        assert [await listener.next(0.1), await listener.next(0.1), await listener.next(0.1)] == [
            "a",
            "b",
            None,
        ]


async def test_closing_ends_every_subscription(live: Database) -> None:
    async def collect() -> list[str]:
        return [topic async for topic in subscribe("a")]

    task = asyncio.create_task(collect())
    await asyncio.sleep(0)
    HUB.tell("a")
    await asyncio.sleep(0.05)
    HUB.close()
    assert await asyncio.wait_for(task, 1) == ["a"]


async def test_a_broken_listen_connection_is_made_anew(
    live: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if live.dialect != "postgres":
        return  # in one process there is no connection to break
    monkeypatch.setattr("server.web.live.RECONNECT_SECONDS", 0.1)
    with HUB.listening("visit:1") as listener, platform():
        await live.run_ddl(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {LISTENS}")
        assert await listener.next(5) == "visit:1"  # after a gap everybody looks again
        async with live.transaction():
            await publish("visit:1")
        assert await listener.next(2) == "visit:1"


async def test_a_stream_greets_tells_and_ends_when_its_reader_leaves(live: Database) -> None:
    sent: list[bytes] = []
    leaving = asyncio.Event()

    async def receive() -> dict[str, str]:
        await leaving.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.body":
            sent.append(message["body"])  # type: ignore[arg-type]

    stream = EventStream("visit:1", render=lambda topic: event("changed", topic))
    running = asyncio.create_task(stream({"type": "http"}, receive, send))  # type: ignore[arg-type]
    await asyncio.sleep(0.05)
    HUB.tell("visit:1")
    await asyncio.sleep(0.05)
    leaving.set()
    await asyncio.wait_for(running, 1)
    assert b"".join(sent) == b": ok\n\nevent: changed\ndata: visit:1\n\n"
    assert not HUB._listeners


async def test_an_open_stream_does_not_keep_the_server_from_stopping(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    house = await open_house("Copiadora Ilha")
    await hire(house, "Ana Souza", Role.ADMIN)
    await database.close_connection_pool()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    environ = {"PWS_DATABASE_URL": database_url, "PWS_DATA_DIR": str(tmp_path), "PWS_BASE_URL": base}
    program = [sys.executable, "-m", "uvicorn", "--factory", "server.app:create_app", "--port", str(port)]
    server = await asyncio.create_subprocess_exec(
        *program, env={"PATH": os.environ["PATH"], **environ}, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(base_url=base, headers={"origin": base}, timeout=10) as ana:
            await _until_ready(ana)
            login = {"email": mail_of(house, "Ana"), "password": PASSWORD}
            assert (await ana.post("/login", data=login)).status_code == 200
            async with ana.stream("GET", "/live?watch=visits") as stream:
                chunks = stream.aiter_text()
                assert await anext(chunks) == ": ok\n\n"
                began = time.monotonic()
                server.send_signal(signal.SIGTERM)
                assert [chunk async for chunk in chunks] == []
            assert await asyncio.wait_for(server.wait(), 10) in {0, -signal.SIGTERM}
            assert time.monotonic() - began < 5
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()


async def _until_ready(client: httpx.AsyncClient) -> None:
    for _ in range(600):
        try:
            if (await client.get("/ready")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("the server did not start")


def test_what_templates_watch_is_registered() -> None:
    """An unknown name would leave its page still, without any error: see server/web/page_stream.py."""
    create_app(Settings())
    named = {
        (template.name, kind)
        for template in TEMPLATES.rglob("*.html")
        for kind in re.findall(r'data-live="([^":{]*)', template.read_text())
    }
    assert named
    assert {kind for _, kind in named} - page_stream.watched_names() == set(), named
