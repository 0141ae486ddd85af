"""The customer hears that a technician set out: once, while it is true, with the link to the map."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from server.database import platform
from server.notifications.approaches import opening_path
from server.notifications.bell.queries import list_notices
from server.notifications.channels import Unreachable
from server.notifications.events import Event
from server.notifications.postman import Postman
from server.notifications.tables import Notification, NotificationDispatch, NotificationEvent
from server.tracking.approach import LIFETIME
from server.tracking.approach_links import link_of, path_of
from tests.notifications.channel import WireChannel, enrol_all, run_jobs, told
from tests.notifications.test_fan_out import clear, tell
from tests.service_orders.world import World
from tests.sync_technician.phone import Clock, Day, Phone, portal

ON_THE_WAY = NotificationDispatch.kind == Event.TECHNICIAN_ON_THE_WAY


@pytest.fixture
def clock() -> Clock:
    """The worker's time is the real one."""
    clock = Clock()
    clock.time = datetime.now(UTC) - timedelta(minutes=10)
    return clock


@pytest.fixture
async def tiago(world: World, clock: Clock) -> Phone:
    return await a_phone(world, clock)


async def a_phone(world: World, clock: Clock, behind: timedelta = timedelta()) -> Phone:
    phone = Phone(portal(clock), world.tiago, clock, behind)
    await phone.enrol()
    return phone


async def selected(world: World, phone: Phone, clock: Clock) -> Day:
    """What came before the travel is told already."""
    await enrol_all(world)
    day = Day(phone, world, await world.dispatched_order(), 1, clock)
    await phone.pull()
    day.select()
    await phone.push()
    await clear()
    return day


async def announced() -> int:
    with platform():
        return await NotificationEvent.count().where(NotificationEvent.kind == Event.TECHNICIAN_ON_THE_WAY)


async def states() -> list[tuple[str, str]]:
    with platform():
        return [
            (row["state"], row["last_error"]) for row in await NotificationDispatch.select().where(ON_THE_WAY)
        ]


async def deliver(parcels: int = 1) -> None:
    postman = Postman()
    for _ in range(parcels):
        assert await postman.deliver_one(datetime.now(UTC) + timedelta(minutes=5))


async def good_link(day: Day) -> UUID:
    link_id = await link_of(day.visit_id, now=day.clock())
    assert link_id is not None
    return link_id


async def test_the_customers_people_are_told_alone_and_led_to_the_map(
    world: World, tiago: Phone, clock: Clock, wire: WireChannel
) -> None:
    day = await selected(world, tiago, clock)
    await tell(world, Event.ORDER_COMPLETED, day.order_id)  # waits for the same address
    await run_jobs()
    day.step("travel_started")
    await tiago.push()
    await run_jobs()
    on_the_way = {
        who: [one for one in titles if "a caminho" in one] for who, titles in (await told()).items()
    }
    assert {who: len(titles) for who, titles in on_the_way.items() if titles} == {"Carla": 1}
    await deliver(2)
    link = path_of(await good_link(day))
    (line,) = next(parcel.lines for parcel in wire.taken if parcel.lines[0].opens == link)
    assert line.body.startswith("Escola Sol. Tiago saiu para o atendimento.")
    assert len(wire.taken) == 2, "it leaves alone"
    notices = (await list_notices(world.carla)).rows
    assert [notice.path for notice in notices if "a caminho" in notice.title] == [link]
    with platform():
        assert not await Notification.exists().where(Notification.path.like(f"%{link.rsplit('/', 1)[1]}%"))


async def test_a_visit_is_told_once_however_often_its_travel_starts(
    world: World, tiago: Phone, clock: Clock
) -> None:
    day = await selected(world, tiago, clock)
    for _ in range(2):
        day.step("travel_started", minutes=1)
    await tiago.push()
    await tiago.push()
    assert await announced() == 1


@pytest.mark.parametrize(("minutes", "times"), [(29, 1), (31, 0)])
async def test_a_phone_that_was_away_for_half_an_hour_tells_nobody(
    world: World, tiago: Phone, clock: Clock, minutes: int, times: int
) -> None:
    day = await selected(world, tiago, clock)
    day.step("travel_started")
    clock.forward(minutes=minutes)
    await tiago.push()
    assert await announced() == times


async def test_a_phone_whose_clock_is_hours_behind_tells_and_makes_the_link(
    world: World, clock: Clock
) -> None:
    phone = await a_phone(world, clock, behind=timedelta(hours=5))
    day = await selected(world, phone, clock)
    day.step("travel_started")
    await phone.push()
    assert await good_link(day)
    assert await announced() == 1


async def test_who_lost_the_order_is_nobodys_news(world: World, tiago: Phone, clock: Clock) -> None:
    day = await selected(world, tiago, clock)
    await world.dispatch(day.order_id, world.vera, clock())
    day.step("travel_started")
    await tiago.push()
    assert await announced() == 0


async def test_departure_and_arrival_that_come_together_are_not_told(
    world: World, tiago: Phone, clock: Clock, wire: WireChannel
) -> None:
    day = await selected(world, tiago, clock)
    day.step("travel_started")
    day.step("arrived")
    await tiago.push()
    await run_jobs()
    assert await announced() == 1
    assert not [title for titles in (await told()).values() for title in titles if "a caminho" in title]


async def test_a_mail_that_could_not_leave_before_the_arrival_is_withheld(
    world: World, tiago: Phone, clock: Clock, wire: WireChannel
) -> None:
    day = await selected(world, tiago, clock)
    day.step("travel_started")
    await tiago.push()
    await run_jobs()
    wire.fault = Unreachable("nobody answers")
    await deliver()
    assert [state for state, _ in await states()] == ["waiting"]
    day.step("arrived")
    await tiago.push()
    wire.fault = None
    await deliver()
    assert await states() == [("withheld", "o técnico já chegou ou não vem mais")]


def test_an_old_line_of_the_bell_leads_to_the_order() -> None:
    link_id = UUID(int=7)
    path = f"/service-orders/1?on-the-way={link_id}"
    assert opening_path(path) == path_of(link_id)
    assert opening_path(path, LIFETIME) == "/service-orders/1"
    assert opening_path("/service-orders/1") == "/service-orders/1"
