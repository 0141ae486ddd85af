"""The reference client against a real server: whatever happens on the way, each act counts once."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from offline_sync.client import Client, LoginRequired, Stopped, TryLater
from offline_sync.ids import uuid7
from offline_sync.service import Service
from offline_sync.store import clients
from server.accounts.actor import Actor
from tests.offline_sync.client.phones import base_of, http, phone, server_notes, write
from tests.offline_sync.conftest import Clock
from tests.offline_sync.server import RESELLER, People
from tests.offline_sync.todo import drop_note, put_note
from tests.offline_sync.wire import FAULTS, Killed, LossyWire, MortalReplica

PASSING = (TryLater, LoginRequired)


async def test_a_day_offline_arrives_at_once(
    line: httpx.AsyncClient, service: Service, tmp_path: Path
) -> None:
    ana = phone(tmp_path / "ana", line)
    written = {write(ana, f"nota {number}"): f"nota {number}" for number in range(12)}
    assert len(ana.replica.waiting()) == 12
    await ana.sync()
    assert await server_notes(service) == base_of(ana) == written
    assert ana.replica.waiting() == []
    assert {result["status"] for result in ana.replica.results().values()} == {"applied"}


async def test_what_the_office_must_look_at_is_told_to_the_phone(
    line: httpx.AsyncClient, tmp_path: Path
) -> None:
    ana = phone(tmp_path / "ana", line)
    write(ana, "twice")
    await ana.sync()
    result = ana.replica.results()[1]
    assert (result["status"], result["code"]) == ("applied_with_discrepancy", "written_twice")
    assert result["data"] == {"text": "twice", "discrepancies": ["written_twice"]}


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_the_wire_does_each_act_counts_once(
    address: str, service: Service, people: People, tmp_path: Path, seed: int
) -> None:
    """Five rounds of writing while the office changes and removes notes; then the wire is good again."""
    dice, wire = random.Random(seed), LossyWire(seed)
    async with http(address, wire=wire) as line:
        ana = phone(tmp_path / "ana", line)
        written: dict[UUID, str] = {}
        for number in range(5):
            for text in (f"{number}a", f"{number}b", f"{number}c"):
                written[write(ana, text)] = text
            await _stubbornly(ana)
            await _office_meddles(service, people.by_name["ana"], dice, written)
        wire.rate = 0.0
        await ana.sync()
        assert await server_notes(service) == base_of(ana) == written
        assert ana.replica.waiting() == []
        assert sorted(ana.replica.results()) == list(range(1, 16))
    async with service.db.reading() as conn:
        assert (await conn.fetch("select count(*), count(distinct uid) from sync_mutation"))[0][0] == 15


async def _stubbornly(client: Client, attempts: int = 3) -> None:
    for _ in range(attempts):
        try:
            await client.sync()
        except PASSING:
            continue
        return


async def _office_meddles(
    service: Service, owner: Actor, dice: random.Random, written: dict[UUID, str]
) -> None:
    on_server = sorted(await server_notes(service), key=str)
    async with service.db.transaction() as conn:
        for note_id in dice.sample(on_server, min(2, len(on_server))):
            written[note_id] = f"corrigida {dice.random()}"
            await put_note(conn, RESELLER, owner.user_id, note_id, written[note_id])
        for note_id in on_server[:1]:
            del written[note_id]
            await drop_note(conn, RESELLER, note_id)


async def test_the_wire_of_these_tests_does_everything(address: str, tmp_path: Path) -> None:
    wire = LossyWire(0, rate=0.9)
    async with http(address, wire=wire) as line:
        ana = phone(tmp_path / "ana", line)
        for number in range(30):
            write(ana, str(number))
            await _stubbornly(ana)
    assert wire.seen >= set(FAULTS)


@pytest.mark.parametrize("seed", range(4))
async def test_a_phone_that_keeps_being_killed_loses_nothing(
    address: str, service: Service, tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    path = str(tmp_path / "ana")
    kept: set[str] = set()
    kills = 0
    photo = bytes(dice.randbytes(5000))
    async with http(address, wire=LossyWire(seed, rate=0.2)) as line:
        for number in range(40):
            ana = Client(MortalReplica(path, dice), line, kind="phone", name="Telefone")
            try:
                if number < 15:
                    ana.replica.record("write_note", {"id": str(uuid7()), "text": f"nota {number}"})
                    kept.add(f"nota {number}")
                if number == 7:
                    ana.replica.add_blob(hashlib.sha256(photo).hexdigest(), photo, "text/plain")
                await ana.sync()
                await ana.send_files()
            except Killed:
                kills += 1
            except PASSING:
                pass
            finally:
                ana.replica.close()
    async with http(address) as line:
        ana = phone(Path(path), line)
        await ana.sync()
        await ana.send_files()
        assert set(base_of(ana).values()) == set((await server_notes(service)).values()) >= kept
        assert len(base_of(ana)) <= 15
        assert ana.replica.waiting() == []
    assert kills >= 3


async def test_a_cycle_that_could_not_send_everything_says_so(address: str, tmp_path: Path) -> None:
    """A wire on which every push meets a portal that has just forgotten the client."""

    class ForgetfulWire(LossyWire):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/push"):
                return httpx.Response(404, json={"code": "client_unknown"}, request=request)
            return await super().handle_async_request(request)

    async with http(address, wire=ForgetfulWire(0, rate=0.0)) as bad_line:
        ana = phone(tmp_path / "ana", bad_line)
        write(ana, "nunca enviada")
        with pytest.raises(TryLater):
            await ana.sync()


async def test_a_damaged_base_is_replaced(line: httpx.AsyncClient, service: Service, tmp_path: Path) -> None:
    ana = phone(tmp_path / "ana", line)
    for number in range(12):
        write(ana, f"nota {number}")
    await ana.sync()
    ana.replica._db.execute("delete from base where body like '%nota 3%'")
    await ana.sync()
    assert base_of(ana) == await server_notes(service)


async def test_a_revoked_phone_stops_and_keeps_its_outbox(
    line: httpx.AsyncClient, service: Service, tmp_path: Path, clock: Clock
) -> None:
    ana = phone(tmp_path / "ana", line)
    await ana.sync()
    async with service.db.transaction() as conn:
        await clients.revoke(conn, ana.replica.client_id, clock())
    write(ana, "nunca enviada")
    with pytest.raises(Stopped, match="client_revoked"):
        await ana.sync()
    assert [act["args"]["text"] for act in ana.replica.waiting()] == ["nunca enviada"]


async def test_an_ended_session_pauses_and_a_login_goes_on(
    address: str, people: People, service: Service, tmp_path: Path
) -> None:
    ana_herself = people.by_name.pop("ana")
    async with http(address) as line:
        ana = phone(tmp_path / "ana", line)
        write(ana, "no campo")
        with pytest.raises(LoginRequired):
            await ana.sync()
        people.add(ana_herself)
        await ana.sync()
    assert list((await server_notes(service)).values()) == ["no campo"]


async def test_a_colleague_cannot_send_her_outbox(address: str, service: Service, tmp_path: Path) -> None:
    async with http(address) as line:
        await phone(tmp_path / "ana", line).sync()
    async with http(address, "bia") as line:
        bia = phone(tmp_path / "ana", line)
        write(bia, "de quem?")
        with pytest.raises(Stopped, match="client_taken"):
            await bia.sync()
    assert await server_notes(service) == {}


async def test_a_poke_arrives_after_a_colleagues_change(
    address: str, tmp_path: Path, service: Service
) -> None:
    async with http(address) as line, http(address, "bia") as other:
        ana, bia = phone(tmp_path / "ana", line), phone(tmp_path / "bia", other)
        await ana.sync()
        await bia.sync()
        pokes = ana.pokes()
        await asyncio.wait_for(anext(pokes), 5)  # the greeting
        waiting = asyncio.create_task(_next(pokes))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        async with service.db.transaction() as conn:
            await service.poke(RESELLER)
            await put_note(conn, RESELLER, uuid4(), uuid7(), "de todos", shared=True)
        await asyncio.wait_for(waiting, 5)
        await ana.sync()
        assert list(base_of(ana).values()) == ["de todos"]


async def _next(pokes: AsyncIterator[None]) -> None:
    await anext(pokes)
