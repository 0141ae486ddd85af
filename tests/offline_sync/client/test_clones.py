"""A copied phone becomes two, and neither loses anything."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx

from offline_sync.client import Client
from offline_sync.service import Service
from tests.offline_sync.client.phones import base_of, phone, restore, server_notes, write
from tests.offline_sync.conftest import Clock


def copied(ana: Client, folder: Path, line: httpx.AsyncClient) -> tuple[Client, Client]:
    """The same installation twice, as a backup of the whole phone makes it."""
    ana.replica.close()
    shutil.copy(folder / "ana", folder / "clone")
    return phone(folder / "ana", line), phone(folder / "clone", line)


async def test_a_cloned_phone_becomes_two_and_loses_nothing(
    line: httpx.AsyncClient, service: Service, tmp_path: Path
) -> None:
    ana = phone(tmp_path / "ana", line)
    write(ana, "antes")
    await ana.sync()
    ana, clone = copied(ana, tmp_path, line)
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
    ana, clone = copied(ana, tmp_path, line)
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
    ana, clone = copied(ana, tmp_path, line)
    for number in range(3):
        write(ana, f"da primeira {number}")
    write(clone, "da cópia")
    await ana.sync()
    await clone.sync()
    assert clone.replica.waiting() == []
    assert "da cópia" in (await server_notes(service)).values()
    async with service.db.reading() as conn:
        assert (await conn.fetch("select count(*), count(distinct uid) from sync_mutation"))[0] == (5, 5)


async def test_after_a_restore_a_number_that_the_original_took_meanwhile_hides_nothing(
    line: httpx.AsyncClient, service: Service, tmp_path: Path, clock: Clock
) -> None:
    """The copy's mutation and the original's have the same number; the server may hold either of them."""
    ana = phone(tmp_path / "ana", line)
    await ana.sync()
    ana, clone = copied(ana, tmp_path, line)
    write(clone, "da cópia")
    write(clone, "da cópia, depois")
    await clone.sync()
    await ana.sync()
    await restore(service, clock, to_lmid=0)
    write(ana, "da primeira")
    await ana.sync()
    await clone.sync()
    await ana.sync()
    texts = ["da cópia", "da cópia, depois", "da primeira"]
    assert sorted((await server_notes(service)).values()) == texts
    assert sorted(base_of(ana).values()) == sorted(base_of(clone).values()) == texts
