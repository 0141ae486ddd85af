"""The agent ends when it is told to, and goes on where it was."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ilux_bridge import cycle, metadata
from ilux_bridge.agent import Agent
from ilux_bridge.cycle import LOADED
from ilux_bridge.heartbeat import PATH, State
from ilux_bridge.load import everything
from ilux_bridge.lock import AlreadyRunning
from ilux_bridge.mapping import file
from ilux_bridge.mapping.mapped import MappingFile
from ilux_bridge.outbox import installation, meta
from ilux_bridge.sending import Row
from ilux_bridge.settings import PASSWORD as PASSWORD_NAME
from ilux_bridge.settings import Settings
from ilux_bridge.store import Store
from ilux_bridge.watched import watch
from offline_sync.replica import Replica
from tests.bridge.firebird import PASSWORD
from tests.bridge.office import Office, save, values
from tests.bridge_end.bridge import MAPPING


def settings(ilux: Office, folder: Path) -> Settings:
    text = MAPPING.read_text().replace(r"C:\ILUX\ILUXEmpresarial\Dados\nomeempresa.fdb", str(ilux.path))
    text = text.replace('host = "localhost"', 'host = "127.0.0.1"')
    mapping = file.read(text.replace("port = 3050", f"port = {ilux.server.port}"))
    assert isinstance(mapping, MappingFile)
    return Settings(mapping, folder, {PASSWORD_NAME: PASSWORD})


def silent_portal() -> httpx.AsyncClient:
    """It takes heartbeats, and never answers anything else."""

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path != PATH:
            await asyncio.sleep(3600)
        return httpx.Response(200, json={})

    return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://portal.test")


async def until(agent: Agent, state: State) -> None:
    while agent.health.state is not state:
        await asyncio.sleep(0.05)


async def test_it_ends_in_the_middle_of_a_load_and_keeps_what_it_has_read(
    one_ilux: Office, tmp_path: Path
) -> None:
    wanted = settings(one_ilux, tmp_path)
    owner = one_ilux.owner()
    watched = watch(wanted.mapping, metadata.read(owner))
    installation.install(owner, list(watched.tables.values()))
    one_ilux.close()
    async with silent_portal() as http:
        agent = Agent(wanted, http)
        running = asyncio.create_task(agent.run())
        await asyncio.wait_for(until(agent, State.LOADING), 20)
        await asyncio.sleep(1)
        with pytest.raises(AlreadyRunning):
            await Agent(wanted, http).run()
        agent.stop()
        await asyncio.wait_for(running, 5)
    replica = Replica(tmp_path / "client.sqlite")
    assert len(replica.pending(100)) > 10
    replica.close()


async def test_it_ends_while_it_is_busy_reading_a_large_base(
    one_ilux: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = settings(one_ilux, tmp_path)
    owner = one_ilux.owner()
    installation.install(owner, list(watch(wanted.mapping, metadata.read(owner)).tables.values()))
    one_ilux.close()
    reading = threading.Event()

    def slowly(*arguments: Any) -> Iterator[Row]:
        for row in everything(*arguments):
            reading.set()
            time.sleep(0.01)
            yield row

    monkeypatch.setattr("ilux_bridge.load.everything", slowly)
    async with silent_portal() as http:
        agent = Agent(wanted, http)
        stopper = threading.Thread(target=lambda: reading.wait(20) and agent.stop())
        stopper.start()
        since = time.monotonic()
        await agent.run()
        assert time.monotonic() - since < 4
        stopper.join()
    assert not any(pulse.is_overdue for pulse in agent.pulses)


async def test_a_full_disk_is_waited_for_and_loses_nothing(one_ilux: Office, tmp_path: Path) -> None:
    wanted = settings(one_ilux, tmp_path)
    owner = one_ilux.owner()
    installation.install(owner, list(watch(wanted.mapping, metadata.read(owner)).tables.values()))
    one_ilux.close()
    heard: list[bytes] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request.content)
        if request.url.path != PATH:
            await asyncio.sleep(3600)
        return httpx.Response(200, json={})

    async with httpx.AsyncClient(
        transport=httpx.MockTransport(answer), base_url="http://portal.test"
    ) as http:
        agent = Agent(wanted, http, pace=0.01)
        disk = [agent._replica._db, agent._store._db]
        for database in disk:
            database.execute("pragma max_page_count = 1")  # as many as there are, and none more
        running = asyncio.create_task(agent.run())
        await asyncio.wait_for(until(agent, State.DISK_FULL), 20)
        assert any("disco cheio" in body.decode() for body in heard), "the desk reads it, too"
        assert not running.done()
        for database in disk:
            database.execute("pragma max_page_count = 1000000")
        await asyncio.wait_for(until(agent, State.LOADING), 20)
        agent.stop()
        await asyncio.wait_for(running, 5)
    replica = Replica(tmp_path / "client.sqlite")
    assert len(replica.pending(100)) > 0
    replica.close()


async def test_it_ends_while_the_portal_does_not_answer(one_ilux: Office, tmp_path: Path) -> None:
    wanted = settings(one_ilux, tmp_path)
    owner = one_ilux.owner()
    installation.install(owner, list(watch(wanted.mapping, metadata.read(owner)).tables.values()))
    store = Store(tmp_path / "bridge.sqlite")
    with owner.reading() as work:
        store.note(LOADED, cycle._state(meta.read(work)))
    store.close()
    save(one_ilux.clerk(), "UPDATE DEFEITOS SET DESCRICAO = 'Fumaça' WHERE COD_DEFEITO = 1")
    async with silent_portal() as http:
        agent = Agent(wanted, http)
        running = asyncio.create_task(agent.run())
        await asyncio.sleep(2)
        assert values(owner, "SELECT COUNT(*) FROM SYNC_OUTBOX") == [1]
        agent.stop()
        await asyncio.wait_for(running, 5)


async def test_without_an_installation_it_asks_for_a_person(one_ilux: Office, tmp_path: Path) -> None:
    async with silent_portal() as http:
        agent = Agent(settings(one_ilux, tmp_path), http)
        running = asyncio.create_task(agent.run())
        await asyncio.wait_for(until(agent, State.REFUSED), 20)
        assert "ilux-bridge instalar" in agent.health.why
        agent.stop()
        await asyncio.wait_for(running, 5)
