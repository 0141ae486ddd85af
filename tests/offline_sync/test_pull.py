"""Pull on a real database: what a phone holds afterwards is what it may see, no more and no less."""

from __future__ import annotations

from uuid import UUID, uuid4

import msgspec
import pytest

from offline_sync.engine.pull import checksums_of
from offline_sync.ids import uuid7
from offline_sync.messages import PullAnswer
from offline_sync.problems import SyncProblem
from offline_sync.service import Service
from offline_sync.store import clients, views
from tests.offline_sync.conftest import RESELLER, Clock, Phone
from tests.offline_sync.todo import TodoLists, drop_note, put_note


async def write(service: Service, owner: UUID, text: str, note_id: UUID | None = None) -> UUID:
    note_id = note_id or uuid7()
    async with service.db.transaction() as conn:
        await put_note(conn, RESELLER, owner, note_id, text)
    return note_id


async def drop(service: Service, note_id: UUID) -> None:
    async with service.db.transaction() as conn:
        await drop_note(conn, RESELLER, note_id)


def texts(answer: PullAnswer) -> list[str]:
    return sorted(msgspec.json.decode(body)["text"] for _, _, _, body in answer.rows)


async def test_a_first_pull_brings_the_whole_view_and_nothing_of_others(ana: Phone, bia: Phone) -> None:
    await write(ana.service, ana.identity.user_id, "minha")
    await write(ana.service, bia.identity.user_id, "dela")
    answer = await ana.pull()
    assert texts(answer) == ["minha"]
    assert answer.cursor == 1
    assert answer.more is None


async def test_later_pulls_bring_only_what_changed(ana: Phone) -> None:
    first = await write(ana.service, ana.identity.user_id, "um")
    await write(ana.service, ana.identity.user_id, "dois")
    cursor = (await ana.pull()).cursor
    await write(ana.service, ana.identity.user_id, "um, corrigido", first)
    answer = await ana.pull(cursor)
    assert texts(answer) == ["um, corrigido"]
    assert answer.checksums == checksums_of(await _view(ana))


async def test_a_row_that_left_is_named_until_the_cursor_acknowledges_it(ana: Phone) -> None:
    note = await write(ana.service, ana.identity.user_id, "some")
    cursor = (await ana.pull()).cursor
    await drop(ana.service, note)
    lost = await ana.pull(cursor)
    again = await ana.pull(cursor)
    assert lost.gone == again.gone == [("note", str(note))]
    assert (await ana.pull(again.cursor)).gone == []
    async with ana.service.db.reading() as conn:
        rows = await conn.fetch("select told from sync_view where client_id = $1", ana.client_id)
    assert [row[0] for row in rows] == ["[]"]


async def test_a_row_that_left_and_came_back_is_told(ana: Phone, todo: TodoLists) -> None:
    note = await write(ana.service, ana.identity.user_id, "vai")
    cursor = (await ana.pull()).cursor
    await drop(ana.service, note)
    await ana.pull(cursor)
    await write(ana.service, ana.identity.user_id, "volta", note)
    answer = await ana.pull(cursor)
    assert texts(answer) == ["volta"]
    assert answer.gone == []
    await ana.pull(answer.cursor)
    views_before = todo.views_run
    await ana.pull(answer.cursor)
    assert todo.views_run == views_before


async def test_a_repeated_pull_has_the_same_answer(ana: Phone) -> None:
    await write(ana.service, ana.identity.user_id, "um")
    assert await ana.pull() == await ana.pull()


async def test_pages_end_in_exactly_the_view_although_it_changes_between_them(ana: Phone) -> None:
    notes = [await write(ana.service, ana.identity.user_id, f"nota {n}") for n in range(12)]
    page = await ana.pull()
    staged = {row[1]: row for row in page.rows}
    assert (len(page.rows), page.results) == (5, [])
    early = page.rows[0][1]
    await write(ana.service, ana.identity.user_id, "mudou", early)
    await drop(ana.service, page.rows[1][1])
    await drop(ana.service, notes[-1])
    while page.more:
        page = await ana.pull(page=page.more)
        staged |= {row[1]: row for row in page.rows}
        for _, gone in page.gone:
            staged.pop(gone, None)
    assert checksums_of((kind, row_id, ver) for kind, row_id, ver, _ in staged.values()) == page.checksums
    assert page.checksums == checksums_of(await _view(ana))
    assert msgspec.json.decode(staged[early][3])["text"] == "mudou"


@pytest.mark.parametrize(
    "base",
    [{"cursor": 99}, {"epoch": uuid4(), "cursor": 1}, {"cursor": 1, "checksums": {"note": (1, 1)}}],
    ids=["unknown cursor", "another epoch", "damaged base"],
)
async def test_a_base_that_cannot_be_built_on_is_replaced(ana: Phone, base: dict[str, object]) -> None:
    await write(ana.service, ana.identity.user_id, "um")
    await write(ana.service, ana.identity.user_id, "dois")
    await ana.pull()
    answer = await ana.pull(**base)  # type: ignore[arg-type]
    assert answer.reset
    assert texts(answer) == ["dois", "um"]
    assert not (await ana.pull(answer.cursor, checksums=answer.checksums)).reset


async def test_a_cursor_older_than_forgotten_departures_is_replaced(ana: Phone) -> None:
    note = await write(ana.service, ana.identity.user_id, "some")
    old = (await ana.pull()).cursor
    await drop(ana.service, note)
    new = (await ana.pull(old)).cursor
    await ana.pull(new)
    assert (await ana.pull(old)).reset


async def test_a_purged_record_is_replaced_and_the_cursor_never_goes_back(ana: Phone) -> None:
    await write(ana.service, ana.identity.user_id, "um")
    cursor = (await ana.pull()).cursor
    async with ana.service.db.transaction() as conn:
        await views.purge(conn, ana.client_id)
    answer = await ana.pull(cursor)
    assert answer.reset
    assert answer.cursor > cursor
    assert texts(answer) == ["um"]


async def test_results_come_with_the_pull_until_they_are_acknowledged(ana: Phone) -> None:
    await ana.push(ana.note("um"), ana.note("dois"))
    answer = await ana.pull()
    assert [result.seq for result in answer.results] == [1, 2]
    assert answer.lmid == 2
    assert [result.seq for result in (await ana.pull(answer.cursor, 1)).results] == [2]
    assert (await ana.pull(answer.cursor, 2)).results == []
    assert (await ana.pull(answer.cursor, 0)).results == []


async def test_an_idle_pull_runs_no_view_and_writes_nothing(
    ana: Phone, todo: TodoLists, clock: Clock
) -> None:
    await write(ana.service, ana.identity.user_id, "um")
    answer = await ana.pull()
    idle = await ana.pull(answer.cursor)
    assert (idle.rows, idle.gone, idle.cursor) == ([], [], answer.cursor)
    assert idle.checksums == answer.checksums
    assert todo.views_run == 1
    clock.pass_by(hours=1)
    await ana.pull(answer.cursor)
    async with ana.service.db.reading() as conn:
        record = await clients.find(conn, ana.client_id)
    assert record is not None
    assert record.last_seen_at == clock()
    assert todo.views_run == 1


async def test_without_a_pulse_every_pull_looks(ana: Phone, todo: TodoLists) -> None:
    todo.knows_pulse = False
    cursor = (await ana.pull()).cursor
    await write(ana.service, ana.identity.user_id, "um")
    assert texts(await ana.pull(cursor)) == ["um"]
    assert todo.views_run == 2


@pytest.mark.parametrize("token", ["", "x", "1.2.3", f"{UUID(int=1)}.1.-1.0.x.note.{UUID(int=2)}"])
async def test_a_made_up_page_token_is_malformed(ana: Phone, token: str) -> None:
    with pytest.raises(SyncProblem, match="malformed"):
        await ana.pull(page=token)


async def test_a_page_token_of_another_time_is_unknown(ana: Phone) -> None:
    for token in (
        f"{uuid4()}.0.0.0.0.note.{uuid4()}",
        f"{await ana.service.epoch()}.0.0.0.99.note.{uuid4()}",
    ):
        with pytest.raises(SyncProblem, match="page_unknown"):
            await ana.pull(page=token)


async def test_a_verified_backup_is_told_as_durable(ana: Phone) -> None:
    await ana.push(ana.note("um"))
    async with ana.service.db.transaction() as conn:
        await clients.mark_durable(conn, [(ana.client_id, 1)])
    assert (await ana.pull()).durable_lmid == 1


async def _view(phone: Phone) -> list[tuple[str, UUID, int]]:
    async with phone.service.db.reading() as conn:
        rows = await conn.fetch("select id, ver from todo_note where owner_id = $1", phone.identity.user_id)
    return [("note", row[0], row[1]) for row in rows]
