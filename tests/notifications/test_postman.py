"""The postman: what is due leaves, once; what breaks waits, is repeated or is left for a person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from server.notifications.channels import Permanent, Temporary, Unreachable, Withheld
from server.notifications.events import Event
from server.notifications.postman import Postman
from server.web import traffic
from server.web.traffic import Traffic
from tests.notifications.channel import WireChannel, dispatches, enrol_all, flag, run_jobs
from tests.notifications.test_fan_out import tell
from tests.service_orders.world import World

LATER = timedelta(minutes=3)  # than any lease


async def completed(world: World, times: int = 1) -> None:
    """Carla is to get mail of so many orders."""
    await enrol_all(world)
    for _ in range(times):
        await tell(world, Event.ORDER_COMPLETED, await world.open_order())
    await run_jobs()


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Traffic:
    """Those of a portal whose work waits for them as long as it takes."""
    pages = Traffic()
    monkeypatch.setattr(traffic, "TRAFFIC", pages)
    monkeypatch.setattr(traffic, "PATIENCE_SECONDS", 60.0)
    return pages


async def deliver(postman: Postman, after: timedelta = timedelta(0)) -> bool:
    return await postman.deliver_one(datetime.now(UTC) + after)


async def states() -> list[str]:
    return [row["state"] for row in await dispatches()]


async def test_what_waits_for_one_address_leaves_together_and_once(world: World, wire: WireChannel) -> None:
    await completed(world, times=3)
    postman = Postman()
    assert await deliver(postman)
    assert not await deliver(postman, LATER)
    assert [len(parcel.lines) for parcel in wire.taken] == [3]
    assert await states() == ["sent"] * 3


async def test_a_page_comes_before_the_next_parcel(world: World, wire: WireChannel, pages: Traffic) -> None:
    await completed(world)
    leave = pages.enter()
    postman = Postman()
    working = asyncio.create_task(postman.run())
    try:
        await asyncio.sleep(0.2)
        assert not wire.taken
        leave()
        async with asyncio.timeout(30):
            while not wire.taken:
                await asyncio.sleep(0.01)
    finally:
        leave()
        postman.stop()
        await working


@pytest.mark.parametrize(("step", "left"), [("asked", [False]), ("touched", [True])])
async def test_a_page_comes_before_the_next_step_of_a_parcel(
    world: World, wire: WireChannel, pages: Traffic, step: str, left: list[bool]
) -> None:
    """`left`: whether the wire may know of it while the page is awaited."""
    await completed(world)
    leaving: list[Callable[[], None]] = []
    wire.at = lambda name: leaving.append(pages.enter()) if name == step else None
    delivering = asyncio.create_task(deliver(Postman()))
    try:
        await asyncio.sleep(0.3)
        assert leaving
        assert [row["touched_at"] is not None for row in await dispatches()] == left
        assert await states() == ["sending"]
    finally:
        for leave in leaving:
            leave()
        await delivering
    assert await states() == ["sent"]


async def test_two_postmen_do_not_take_the_same(world: World, wire: WireChannel) -> None:
    await completed(world)
    assert sorted(await asyncio.gather(deliver(Postman()), deliver(Postman()))) == [False, True]
    assert len(wire.taken) == 1


async def test_a_fault_that_may_pass_is_waited_for(world: World, wire: WireChannel) -> None:
    await completed(world)
    postman, wire.fault = Postman(), Temporary("450", after=timedelta(minutes=10))
    assert await deliver(postman)
    assert not await deliver(postman, timedelta(minutes=9))
    wire.fault = None
    assert await deliver(postman, timedelta(minutes=11))
    assert (await states(), len(wire.taken)) == (["sent"], 1)


async def test_while_a_channel_is_unreachable_nothing_is_tried(world: World, wire: WireChannel) -> None:
    await completed(world)
    postman, wire.fault = Postman(), Unreachable("connection refused")
    assert await deliver(postman)
    assert not await deliver(postman, timedelta(seconds=4))
    wire.fault = None
    assert await deliver(postman, timedelta(seconds=6))
    assert await states() == ["sent"]


@pytest.mark.parametrize(
    ("fault", "state", "is_bounced"),
    [
        (Permanent("550", is_address=True), "dead", True),
        (Permanent("x"), "dead", False),
        (Withheld("lido"), "withheld", False),
    ],
)
async def test_what_will_never_arrive_is_left_for_a_person(
    world: World, wire: WireChannel, fault: Exception, state: str, is_bounced: bool
) -> None:
    await completed(world)
    wire.fault = fault
    await deliver(Postman())
    (row,) = await dispatches()
    assert (row["state"], row["last_error"], row["bounced_at"] is not None) == (state, str(fault), is_bounced)
    assert not await deliver(Postman(), timedelta(days=9))


async def test_one_that_died_before_the_wire_knew_leaves_as_often_as_it_takes(
    world: World, wire: WireChannel
) -> None:
    await completed(world)
    wire.fault = asyncio.CancelledError()
    for turn in range(4):
        with pytest.raises(asyncio.CancelledError):
            await deliver(Postman(), LATER * turn)
    wire.fault = None
    assert await deliver(Postman(), LATER * 5)
    assert (await states(), len(wire.taken)) == (["sent"], 1)


async def test_one_that_died_unanswered_leaves_once_more_under_the_same_name_and_then_rests(
    world: World, wire: WireChannel
) -> None:
    await completed(world)
    wire.dies_after_taking = True
    for turn in range(2):
        with pytest.raises(asyncio.CancelledError):
            await deliver(Postman(), LATER * turn)
    assert await deliver(Postman(), LATER * 2)
    assert not await deliver(Postman(), LATER * 99)
    assert len({parcel.id for parcel in wire.taken}) == 1
    assert (await states(), len(wire.taken)) == (["dead"], 2)


async def test_who_lost_the_lease_sends_nothing_and_writes_nothing(world: World, wire: WireChannel) -> None:
    await completed(world)
    slow, quick = Postman(), Postman()
    sending, go_on = asyncio.Event(), asyncio.Event()
    real = wire.send

    async def hesitate(parcel: object) -> None:
        if not sending.is_set():
            sending.set()
            await go_on.wait()
        await real(parcel)  # type: ignore[arg-type]

    wire.send = hesitate  # type: ignore[method-assign,assignment]
    task = asyncio.create_task(deliver(slow))
    await sending.wait()
    assert await deliver(quick, LATER)
    go_on.set()
    await task
    assert (await states(), len(wire.taken)) == (["sent"], 1)


async def test_what_was_claimed_with_a_parcel_that_met_a_closed_door_waits_untried(
    world: World, wire: WireChannel
) -> None:
    await completed(world)
    await flag(world.ana, "order_changed")
    await completed(world)
    postman, wire.fault = Postman(), Unreachable("connection refused")
    assert await deliver(postman)
    assert not await deliver(postman, timedelta(seconds=4))
    rows = await dispatches()
    assert {row["state"] for row in rows} == {"waiting"}
    wire.fault = None
    later = Postman()
    assert await deliver(later, timedelta(seconds=6))
    assert await deliver(later, timedelta(seconds=6))
    assert {row["state"] for row in await dispatches()} == {"sent"}
    assert {parcel.address for parcel in wire.taken} == {world.ana.email, world.carla.email}
