"""Push on a real database: what a phone sends takes effect once, and every act has one result."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from offline_sync.ids import uuid7
from offline_sync.ports import Identity
from offline_sync.problems import SyncProblem
from offline_sync.push import rerun
from offline_sync.service import Service
from offline_sync.store import clients, mutations
from tests.offline_sync.conftest import Clock, Phone
from tests.offline_sync.todo import TodoLists

OTHER_RESELLER = UUID("01900000-0000-7000-8000-00000000000b")


async def notes(service: Service) -> list[str]:
    async with service.db.reading() as conn:
        return [row[0] for row in await conn.fetch("select text from todo_note order by text")]


async def put_in_quarantine(phone: Phone, todo: TodoLists) -> dict[str, object]:
    """A note that broke five times; what broke it is mended."""
    todo.broken.add("bomba")
    bomb = phone.note("bomba")
    for _ in range(5):
        await phone.push(bomb)
    todo.broken.clear()
    return bomb


async def lmid(phone: Phone) -> int:
    async with phone.service.db.reading() as conn:
        record = await clients.find(conn, phone.client_id)
    assert record is not None
    return record.lmid


async def test_mutations_take_effect_in_their_order_and_are_answered(ana: Phone, poked: list[UUID]) -> None:
    answer = await ana.push(ana.note("pão"), ana.note("leite"))
    assert [(result.seq, result.status) for result in answer.results] == [(1, "applied"), (2, "applied")]
    assert answer.lmid == 2
    assert await notes(ana.service) == ["leite", "pão"]
    assert poked == [ana.identity.reseller_id]


async def test_the_same_push_again_has_the_same_answer_and_no_second_effect(ana: Phone) -> None:
    note = ana.note("pão")
    first = await ana.push(note)
    async with ana.service.db.transaction() as conn:
        await conn.execute("delete from todo_note")
    again = await ana.push(note)
    assert again == first
    assert await notes(ana.service) == []


async def test_a_retried_push_goes_on_where_it_was_cut(ana: Phone) -> None:
    first, second = ana.note("pão"), ana.note("leite")
    await ana.push(first)
    answer = await ana.push(first, second)
    assert [result.seq for result in answer.results] == [1, 2]
    assert await notes(ana.service) == ["leite", "pão"]


async def test_a_gap_is_named_and_nothing_runs(ana: Phone) -> None:
    with pytest.raises(SyncProblem, match="sequence_gap") as problem:
        await ana.push(ana.note("pão"), ana.mutation("write_note", {"id": str(uuid7()), "text": "x"}, seq=3))
    assert problem.value.facts == {"lmid": 0}
    assert await notes(ana.service) == []


async def test_another_act_under_a_used_number_is_a_cloned_phone(ana: Phone) -> None:
    await ana.push(ana.note("pão"))
    ana.seq = 0
    with pytest.raises(SyncProblem, match="client_forked") as problem:
        await ana.push(ana.note("vinho"))
    assert problem.value.facts == {"lmid": 1, "seq": 1}
    assert await notes(ana.service) == ["pão"]


async def test_a_refused_intent_leaves_no_effect_and_the_queue_goes_on(ana: Phone, bia: Phone) -> None:
    note_id = uuid7()
    await bia.push(bia.note("dela", note_id))
    answer = await ana.push(ana.mutation("finish_note", {"id": str(note_id)}), ana.note("minha"))
    assert [(result.status, result.code) for result in answer.results] == [
        ("rejected", "not_your_note"),
        ("applied", None),
    ]
    assert answer.results[0].message == "Esta nota não é sua."
    assert await notes(ana.service) == ["dela", "minha"]


async def test_a_discrepancy_is_told_with_the_result(ana: Phone) -> None:
    answer = await ana.push(ana.note("twice"))
    assert answer.results[0].status == "applied_with_discrepancy"
    assert answer.results[0].code == "written_twice"
    assert bytes(answer.results[0].data or b"") == b'{"text":"twice","discrepancies":["written_twice"]}'


@pytest.mark.parametrize(
    ("name", "args", "more", "code"),
    [
        ("fly_away", {}, {}, "unknown_mutation"),
        ("write_note", {}, {"v": 9}, "unknown_mutation"),
        ("write_note", {"id": 7, "text": "x"}, {}, "malformed"),
        ("write_note", ["x"], {}, "malformed"),
        ("write_note", {}, {"occurred_at": "yesterday"}, "malformed"),
        (12, {}, {}, "malformed"),
        ("write_note", {"id": str(uuid4()), "text": "x" * 600_000}, {}, "args_too_large"),
        ("refuse_a_fact", {}, {}, "impossible"),
    ],
)
async def test_an_unreadable_mutation_is_kept_raw_and_does_not_block_the_queue(
    ana: Phone, todo: TodoLists, name: object, args: object, more: dict[str, object], code: str
) -> None:
    odd = ana.mutation(name, args, **more)
    answer = await ana.push(odd, ana.note("pão"))
    assert [(result.status, result.code) for result in answer.results] == [
        ("quarantined", code),
        ("applied", None),
    ]
    assert [(seq, why) for seq, _, why in todo.quarantines] == [(1, code)]
    async with ana.service.db.reading() as conn:
        kept = await mutations.quarantined(conn, ana.client_id, 1)
    assert kept is not None
    assert str(odd["uid"]).encode() in kept.received
    assert (await ana.push(odd)).results == answer.results[:1]


async def test_a_defect_is_tried_five_times_then_quarantined(ana: Phone, todo: TodoLists) -> None:
    todo.broken.add("bomba")
    before, bomb, after = ana.note("antes"), ana.note("bomba"), ana.note("depois")
    for attempt in range(4):
        answer = await ana.push(before, bomb, after)
        assert answer.lmid == 1
        assert answer.halted
        assert (answer.halted.seq, answer.halted.code) == (2, "failed")
        assert answer.halted.retry_after == 5 * 2**attempt
    answer = await ana.push(before, bomb, after)
    assert [result.status for result in answer.results] == ["applied", "quarantined", "applied"]
    assert not answer.halted
    assert todo.quarantines == [(2, "write_note", "failed")]
    assert await notes(ana.service) == ["antes", "depois"]


async def test_a_quarantined_mutation_runs_again_once_the_defect_is_mended(
    ana: Phone, todo: TodoLists
) -> None:
    await put_in_quarantine(ana, todo)
    result = await rerun(ana.service, ana.identity, ana.client_id, 1)
    assert result is not None
    assert result.status == "applied"
    assert await notes(ana.service) == ["bomba"]
    assert await rerun(ana.service, ana.identity, ana.client_id, 1) is None


async def test_a_passing_error_halts_and_is_never_counted(ana: Phone, todo: TodoLists) -> None:
    first, second = ana.note("pão"), ana.note("leite")
    await ana.push(first)
    todo.is_busy = True
    for _ in range(6):
        answer = await ana.push(first, second)
        assert answer.lmid == 1
        assert answer.halted
        assert (answer.halted.seq, answer.halted.code) == (2, "busy")
    todo.is_busy = False
    assert (await ana.push(first, second)).lmid == 2
    assert todo.quarantines == []


async def test_nobody_speaks_through_another_persons_installation(ana: Phone, service: Service) -> None:
    colleague = Phone(service, Identity(uuid4(), ana.identity.reseller_id), ana.client_id)
    stranger = Phone(service, Identity(uuid4(), OTHER_RESELLER), ana.client_id)
    with pytest.raises(SyncProblem, match="client_taken"):
        await colleague.push(colleague.note("x"))
    with pytest.raises(SyncProblem, match="client_unknown"):
        await stranger.push(stranger.note("x"))
    with pytest.raises(SyncProblem, match="client_taken"):
        await stranger.enrol()
    assert await notes(service) == []


async def test_a_revoked_installation_is_refused(ana: Phone, clock: Clock) -> None:
    async with ana.service.db.transaction() as conn:
        assert await clients.revoke(conn, ana.client_id, clock())
        assert not await clients.revoke(conn, ana.client_id, clock())
    with pytest.raises(SyncProblem, match="client_revoked"):
        await ana.push(ana.note("x"))
    with pytest.raises(SyncProblem, match="client_revoked"):
        await ana.pull()


async def test_another_epoch_or_schema_is_refused(ana: Phone) -> None:
    with pytest.raises(SyncProblem, match="epoch_changed"):
        await ana.push(ana.note("x"), epoch=uuid4())
    with pytest.raises(SyncProblem, match="limit_exceeded"):
        await ana.push(*(ana.note("x") for _ in range(201)))
    assert await lmid(ana) == 0


async def test_many_mutations_arrive_in_slices(ana: Phone) -> None:
    batch = [ana.note(f"nota {number:03}") for number in range(120)]
    answer = await ana.push(*batch)
    assert answer.lmid == 120
    assert [result.seq for result in answer.results] == list(range(1, 121))
    assert len(await notes(ana.service)) == 120


@pytest.fixture
async def copied(ana: Phone) -> Phone:
    """Ana's installation once more, under a name of its own; nobody knows whose the other was."""
    copied = Phone(ana.service, ana.identity)
    await copied.enrol()
    return copied


async def test_what_a_copy_offers_under_its_new_name_has_its_result_and_no_second_effect(
    ana: Phone, copied: Phone, bia: Phone
) -> None:
    note_id = uuid7()
    await bia.push(bia.note("dela", note_id))
    bread, refused = ana.note("pão"), ana.mutation("finish_note", {"id": str(note_id)})
    first = await ana.push(bread, refused)
    async with ana.service.db.transaction() as conn:
        await conn.execute("delete from todo_note")
    own = copied.note("leite")
    answer = await copied.push(own, {**bread, "seq": 2}, {**refused, "seq": 3})
    assert [result.status for result in answer.results] == ["applied", "applied", "rejected"]
    assert [(one.uid, one.code, one.message) for one in answer.results[1:]] == [
        (one.uid, one.code, one.message) for one in first.results
    ]
    assert await notes(ana.service) == ["leite"]
    assert (await copied.push({**bread, "seq": 2})).results == answer.results[1:2]
    assert await lmid(copied) == 3


async def test_another_act_or_another_person_under_that_uid_is_no_copy(
    ana: Phone, copied: Phone, bia: Phone
) -> None:
    bread = ana.note("pão")
    await ana.push(bread)
    other = {**copied.note("leite"), "uid": bread["uid"]}
    assert (await copied.push(other)).results[0].status == "applied"
    theirs = {**bia.note("ovos"), "uid": bread["uid"]}
    assert (await bia.push(theirs)).results[0].status == "applied"
    assert await notes(ana.service) == ["leite", "ovos", "pão"]


async def test_what_is_in_quarantine_is_so_for_the_copy_and_runs_again_once(
    ana: Phone, copied: Phone, todo: TodoLists
) -> None:
    bomb = await put_in_quarantine(ana, todo)
    assert (await copied.push(bomb)).results[0].status == "quarantined"
    assert todo.quarantines == [(1, "write_note", "failed")], "the office knows"
    again = [await rerun(ana.service, ana.identity, one.client_id, 1) for one in (ana, copied)]
    assert [result.status for result in again if result] == ["applied", "applied"]
    assert await notes(ana.service) == ["bomba"]
    async with ana.service.db.transaction() as conn:
        await conn.execute("delete from todo_note")
    assert await rerun(ana.service, ana.identity, copied.client_id, 1) is None
    assert await notes(ana.service) == []
