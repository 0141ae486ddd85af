"""The reference client against a real server: whatever happens on the way, each act counts once."""

from __future__ import annotations

import asyncio
import hashlib
import random
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from offline_sync.client import Client, LoginRequired, Stopped, TryLater
from offline_sync.ids import uuid7
from offline_sync.messages import Limits
from offline_sync.replica import Replica
from offline_sync.service import Service
from offline_sync.store import clients
from server.accounts.actor import Actor
from server.sync.poke import poke
from server.web.live import live_updates
from tests.offline_sync.conftest import Clock
from tests.offline_sync.server import RESELLER, People, create_app, person, serving
from tests.offline_sync.todo import TodoLists, drop_note, put_note
from tests.offline_sync.wire import FAULTS, Killed, LossyWire, MortalReplica

PASSING = (TryLater, LoginRequired)


@pytest.fixture
def people() -> People:
    everybody = People()
    everybody.add(person("ana"))
    everybody.add(person("bia"))
    return everybody


@pytest.fixture
def service(service: Service) -> Service:
    """With the portal's own poke, and pages as small as in the other tests."""
    return replace(service, poke=poke)


@pytest.fixture
async def address(service: Service, people: People) -> AsyncIterator[str]:
    async with live_updates(), serving(create_app(service, people)) as url:
        yield url


def http(address: str, name: str = "ana", wire: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=address, headers={"authorization": f"Bearer {name}"}, transport=wire, timeout=20
    )


@pytest.fixture
async def line(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with http(address) as client:
        yield client


def phone(path: Path, line: httpx.AsyncClient) -> Client:
    return Client(Replica(path), line, kind="phone", name="Telefone da Ana")


def write(client: Client, text: str) -> UUID:
    note_id = uuid7()
    client.replica.record("write_note", {"id": str(note_id), "text": text})
    return note_id


async def server_notes(service: Service) -> dict[UUID, str]:
    async with service.db.reading() as conn:
        return {row[0]: row[1] for row in await conn.fetch("select id, text from todo_note")}


def base_of(client: Client) -> dict[UUID, str]:
    return {note_id: body["text"] for note_id, body in client.replica.rows("note").items()}


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


async def test_a_restored_server_gets_back_what_its_backup_missed(
    line: httpx.AsyncClient, service: Service, tmp_path: Path, clock: Clock
) -> None:
    ana = phone(tmp_path / "ana", line)
    write(ana, "na cópia")
    await ana.sync()
    async with service.db.transaction() as conn:
        await clients.mark_durable(conn, [(ana.replica.client_id, 1)])
    write(ana, "depois da cópia")
    await ana.sync()
    await _restore(service, clock, to_lmid=1, without="depois da cópia")
    write(ana, "depois da volta")
    await ana.sync()
    texts = {"na cópia", "depois da cópia", "depois da volta"}
    assert set((await server_notes(service)).values()) == set(base_of(ana).values()) == texts
    assert ana.replica.epoch == await service.epoch()
    assert ana.replica.waiting() == []


async def _restore(service: Service, clock: Clock, *, to_lmid: int, without: str) -> None:
    """As a restore from backup leaves it: the later mutation never happened, and the epoch is new."""
    async with service.db.transaction() as conn:
        await conn.execute("delete from todo_note where text = $1", without)
        await conn.execute("delete from sync_mutation where seq > $1", to_lmid)
        await conn.execute("delete from sync_view")
        await conn.execute(
            "update sync_client set lmid = $1, acked = 0, cvr = 0, forgotten = 0, pulse = null,"
            " checksums = '{}'",
            to_lmid,
        )
        await clients.start_epoch(conn, uuid4(), clock())
    service._epoch.clear()


async def test_a_client_that_the_backup_never_knew_comes_back_whole(
    line: httpx.AsyncClient, service: Service, tmp_path: Path, clock: Clock
) -> None:
    ana = phone(tmp_path / "ana", line)
    written = {write(ana, "um"), write(ana, "dois")}
    await ana.sync()
    async with service.db.transaction() as conn:
        for table in ("todo_note", "sync_mutation", "sync_view", "sync_client"):
            await conn.execute(f"delete from {table}")
        await clients.start_epoch(conn, uuid4(), clock())
    service._epoch.clear()
    written.add(write(ana, "três"))
    await ana.sync()
    assert set(await server_notes(service)) == set(base_of(ana)) == written


async def test_files_and_tracks_wait_for_a_server_that_forgot_the_client_to_know_it_again(
    line: httpx.AsyncClient, service: Service, todo: TodoLists, tmp_path: Path, clock: Clock
) -> None:
    """Their lanes run before the data's does, which enrols again; nobody need help them."""
    ana = phone(tmp_path / "ana", line)
    await ana.sync()
    async with service.db.transaction() as conn:
        for table in ("sync_view", "sync_client"):
            await conn.execute(f"delete from {table}")
        await clients.start_epoch(conn, uuid4(), clock())
    service._epoch.clear()
    content, stream = b"a note on paper", uuid7()
    ana.replica.add_blob(hashlib.sha256(content).hexdigest(), content, "text/plain")
    ana.replica.add_chunk(stream, 0, [[1, -27.5, -48.5, 5, None]])
    for lane in (ana.send_files, ana.send_tracks):
        with pytest.raises(TryLater, match="client_unknown"):
            await lane()
    await ana.sync()
    for lane in (ana.send_files, ana.send_tracks):
        await lane()
    assert list(ana.replica.unsent_blobs()) == []
    assert ana.replica.unsent_chunks() == {}
    assert todo.tracks == [stream]


async def test_one_cycle_gives_a_restored_server_everything_back(
    line: httpx.AsyncClient, service: Service, tmp_path: Path, clock: Clock
) -> None:
    """Nothing waits when the cycle begins: only its pull learns that the server is another one."""
    ana = phone(tmp_path / "ana", line)
    write(ana, "na cópia")
    write(ana, "depois da cópia")
    await ana.sync()
    await _restore(service, clock, to_lmid=1, without="depois da cópia")
    await ana.sync()
    assert sorted((await server_notes(service)).values()) == ["depois da cópia", "na cópia"]
    assert ana.replica.waiting() == []


async def test_a_cloned_phone_becomes_two_and_loses_nothing(
    line: httpx.AsyncClient, service: Service, tmp_path: Path
) -> None:
    ana = phone(tmp_path / "ana", line)
    write(ana, "antes")
    await ana.sync()
    ana.replica.close()
    shutil.copy(tmp_path / "ana", tmp_path / "clone")
    ana, clone = phone(tmp_path / "ana", line), phone(tmp_path / "clone", line)
    write(ana, "da primeira")
    write(clone, "da cópia")
    await ana.sync()
    await clone.sync()
    assert ana.replica.client_id != clone.replica.client_id
    await ana.sync()
    texts = ["antes", "da cópia", "da primeira"]
    assert sorted((await server_notes(service)).values()) == texts
    assert sorted(base_of(ana).values()) == sorted(base_of(clone).values()) == texts


async def test_a_clone_that_hears_of_the_others_numbers_first_loses_nothing(
    line: httpx.AsyncClient, service: Service, tmp_path: Path
) -> None:
    """It pulls an `lmid` beyond everything that it ever wrote, and only then writes."""
    ana = phone(tmp_path / "ana", line)
    write(ana, "antes")
    await ana.sync()
    ana.replica.close()
    shutil.copy(tmp_path / "ana", tmp_path / "clone")
    ana, clone = phone(tmp_path / "ana", line), phone(tmp_path / "clone", line)
    write(ana, "da primeira")
    await ana.sync()
    await clone.sync()
    write(clone, "da cópia")
    assert [act["args"]["text"] for act in clone.replica.waiting()] == ["da cópia"]
    await clone.sync()
    await ana.sync()
    texts = ["antes", "da cópia", "da primeira"]
    assert sorted((await server_notes(service)).values()) == texts
    assert sorted(base_of(ana).values()) == sorted(base_of(clone).values()) == texts


async def test_a_clone_made_before_the_enrolment_loses_nothing(
    line: httpx.AsyncClient, service: Service, tmp_path: Path
) -> None:
    """What both have goes up once; what only the clone has goes up as another client's."""
    ana = phone(tmp_path / "ana", line)
    write(ana, "de ambas")
    ana.replica.close()
    shutil.copy(tmp_path / "ana", tmp_path / "clone")
    ana, clone = phone(tmp_path / "ana", line), phone(tmp_path / "clone", line)
    for number in range(3):
        write(ana, f"da primeira {number}")
    write(clone, "da cópia")
    await ana.sync()
    await clone.sync()
    assert clone.replica.waiting() == []
    assert "da cópia" in (await server_notes(service)).values()
    async with service.db.reading() as conn:
        assert (await conn.fetch("select count(*), count(distinct uid) from sync_mutation"))[0] == (5, 5)


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


async def test_files_and_tracks_go_their_own_ways(
    line: httpx.AsyncClient, todo: TodoLists, tmp_path: Path
) -> None:
    ana = phone(tmp_path / "ana", line)
    await ana.sync()
    good, bad, stream = b"a note on paper", b"forbidden", uuid7()
    for content in (bad, good):
        ana.replica.add_blob(hashlib.sha256(content).hexdigest(), content, "text/plain")
    ana.replica.add_chunk(stream, 0, [[1, -27.5, -48.5, 5, None]])
    todo.broken.add("bomba")
    write(ana, "bomba")
    with pytest.raises(TryLater, match="failed"):
        await ana.sync()
    await ana.send_tracks()
    with pytest.raises(Stopped, match="file_type_refused"):
        await ana.send_files()
    assert ana.replica.unsent_chunks() == {}
    assert [blob.content for blob in ana.replica.unsent_blobs()] == [bad]
    assert todo.tracks == [stream]


async def test_a_server_that_takes_a_file_and_gives_no_receipt_is_not_asked_for_ever(tmp_path: Path) -> None:
    note = b"a note on paper"

    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        at = {"upload-offset": str(len(note)), "location": "/sync/v1/files/1"}
        return httpx.Response(201 if request.method == "POST" else 204, headers=at)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://pws.test") as line:
        ana = phone(tmp_path / "ana", line)
        ana.replica.add_blob(hashlib.sha256(note).hexdigest(), note, "text/plain")
        with pytest.raises(TryLater, match="no_receipt"):
            await asyncio.wait_for(ana.send_files(), 5)
    assert len(ana.replica.unsent_blobs()) == 1


async def test_a_phone_keeps_to_the_limits_that_are_advertised(
    service: Service, people: People, tmp_path: Path
) -> None:
    narrow = replace(service, limits=Limits(push_mutations=3, file_chunk_bytes=10, track_chunks=2))
    photo, stream = b"a note on paper, longer than a piece", uuid7()
    async with live_updates(), serving(create_app(narrow, people)) as url, http(url) as line:
        ana = phone(tmp_path / "ana", line)
        written = {write(ana, f"nota {number}") for number in range(8)}
        ana.replica.add_blob(hashlib.sha256(photo).hexdigest(), photo, "text/plain")
        for n in range(5):
            ana.replica.add_chunk(stream, n, [[1, -27.5, -48.5, 5, None]])
        await ana.sync()
        ana.replica.close()
        ana = phone(tmp_path / "ana", line)  # another start of the app, whose first lane is not the data's
        await ana.send_files()
        await ana.send_tracks()
    assert set(base_of(ana)) == written
    assert ana.replica.unsent_blobs() == []
    assert ana.replica.unsent_chunks() == {}


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
