"""Several phones push and pull at the same time: no answer is torn, and in the end all agree."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import msgspec

from offline_sync.engine.pull import checksums_of
from offline_sync.ids import uuid7
from offline_sync.messages import PullAnswer
from offline_sync.ports import Identity
from offline_sync.problems import SyncProblem
from offline_sync.service import Service
from tests.offline_sync.conftest import RESELLER, Phone
from tests.offline_sync.todo import drop_note, put_note

ROUNDS = 8


@dataclass
class Reader:
    """A phone's base, kept by hand."""

    phone: Phone
    base: dict[str, tuple[int, str]] = field(default_factory=dict)
    cursor: int = 0
    lmid: int = 0

    async def pull(self) -> PullAnswer:
        answer = await _persistently(self.phone, self.cursor, self.lmid)
        staged = {} if answer.reset else dict(self.base)
        while True:
            for _, row_id, ver, body in answer.rows:
                note = msgspec.json.decode(body)
                assert note["ver"] == ver, "the body is of another moment than the view"
                staged[row_id] = (ver, note["text"])
            for _, row_id in answer.gone:
                staged.pop(row_id, None)
            if answer.more is None:
                break
            answer = await _persistently(self.phone, self.cursor, self.lmid, page=answer.more)
        assert answer.cursor >= self.cursor
        assert answer.lmid >= self.lmid
        self.base, self.cursor, self.lmid = staged, answer.cursor, answer.lmid
        assert checksums_of(("note", row_id, ver) for row_id, (ver, _) in staged.items()) == answer.checksums
        return answer

    def own_numbers(self) -> set[int]:
        """Which of her own acts the base shows."""
        return {int(text) for _, text in self.base.values() if text.isdecimal()}


async def _persistently(phone: Phone, cursor: int, acked: int, **more: object) -> PullAnswer:
    while True:
        await asyncio.sleep(0)  # what a wire does: a quiet pull of SQLite waits for nothing
        try:
            return await phone.pull(cursor, acked, **more)
        except SyncProblem as problem:
            if problem.code != "busy":
                raise


async def test_a_pull_holds_all_effects_up_to_its_lmid_and_none_beyond(service: Service) -> None:
    phones = [Phone(service, Identity(uuid4(), RESELLER)) for _ in range(3)]
    for phone in phones:
        await phone.enrol()
    readers = [Reader(phone) for phone in phones]
    is_over = asyncio.Event()

    async def write(phone: Phone) -> None:
        for _ in range(ROUNDS):
            await phone.push(*(phone.note(str(phone.seq + 1)) for _ in range(3)))
            await asyncio.sleep(0)

    async def read(reader: Reader) -> None:
        while not is_over.is_set():
            await reader.pull()
            assert reader.own_numbers() == set(range(1, reader.lmid + 1))

    async def meddle() -> None:
        """The office shares notes with everybody, changes them, and takes some away again."""
        shared: list[UUID] = []
        number = 0
        while not is_over.is_set():
            number += 1
            async with service.db.transaction() as conn:
                if number % 5 == 4:
                    await drop_note(conn, RESELLER, shared.pop())
                    continue
                if number % 5 < 2:
                    shared.append(uuid7())
                for note_id in shared:
                    await put_note(conn, RESELLER, uuid4(), note_id, f"aviso {number}", shared=True)

    others = [asyncio.create_task(read(reader)) for reader in readers]
    others.append(asyncio.create_task(meddle()))
    await asyncio.gather(*(write(phone) for phone in phones))
    is_over.set()
    await asyncio.gather(*others)
    for reader in readers:
        await reader.pull()
        assert reader.own_numbers() == set(range(1, ROUNDS * 3 + 1))
        async with service.db.reading() as conn:
            rows = await conn.fetch(
                "select id, ver from todo_note where owner_id = $1 or is_shared",
                reader.phone.identity.user_id,
            )
        assert {row_id: ver for row_id, (ver, _) in reader.base.items()} == {
            str(row[0]): row[1] for row in rows
        }


async def test_the_same_push_twice_at_once_runs_once(ana: Phone) -> None:
    batch = [ana.note(f"nota {number}") for number in range(5)]
    first, second = await asyncio.gather(ana.push(*batch), ana.push(*batch))
    assert [result.seq for result in first.results] == [result.seq for result in second.results]
    assert first.lmid == second.lmid == 5
    async with ana.service.db.reading() as conn:
        assert (await conn.fetch("select count(*) from todo_note"))[0][0] == 5
