"""Who is told of what: by role, flag and reach; never who did it; once, however often the worker tries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.accounts.tables import Company, User, UserCompany
from server.customers.tables import Customer
from server.database import platform, tenant
from server.notifications.actions import announce
from server.notifications.events import KINDS, Event, kinds_for
from server.notifications.fan_out import fan_out
from server.notifications.housekeeping import KEEP, forget
from server.notifications.subjects import Subject
from server.notifications.tables import (
    Notification,
    NotificationDispatch,
    NotificationEvent,
    NotificationPreference,
    NotificationSettings,
    UndeliverableAddress,
)
from server.notifications.wording import text_of
from tests.notifications.channel import WireChannel, dispatches, enrol, enrol_all, flag, run_jobs, told
from tests.service_orders.world import World


async def tell(world: World, event: Event, order_id: UUID, by: Actor | None = None, **more: object) -> None:
    async with DB.transaction():
        await announce(
            event,
            Subject.SERVICE_ORDER,
            order_id,
            reseller_id=world.reseller_id,
            company_id=world.company_id,
            customer_id=world.customer_id,
            actor_id=by.user_id if by else None,
            **more,  # type: ignore[arg-type]
        )


async def clear() -> None:
    """Forget what opening and dispatching the order has told."""
    await run_jobs()
    with platform():
        for table in ("notification_dispatch", "notification", "notification_event"):
            await DB.run_ddl(f"DELETE FROM {table}")


async def test_who_may_see_the_order_is_told_but_not_who_did_it(world: World) -> None:
    await enrol_all(world)
    order_id = await world.open_order()
    await clear()
    await tell(world, Event.ORDER_CHANGED, order_id, by=world.ana, facts={"after": {"status": "M"}})
    await run_jobs()
    assert {who: len(titles) for who, titles in (await told()).items()} == {"Carla": 1}
    assert (await told())["Carla"][0].endswith("manutenção")


async def test_another_company_and_another_customer_hear_nothing(world: World) -> None:
    with platform():
        filial = Company(reseller_id=world.reseller_id, name="Norte", trade_name="Norte", cnpj="1")
        await filial.save()
        market = Customer(reseller_id=world.reseller_id, company_id=filial.id, name="Mercado")
        await market.save()
        for name, role in (("Nadia", Role.SERVICE_OPERATOR), ("Mara", Role.CUSTOMER)):
            user = User(reseller_id=world.reseller_id, email=f"{name}@x.test", name=name, role=role)
            await user.save()
            await UserCompany(reseller_id=world.reseller_id, user_id=user.id, company_id=filial.id).save()
    nadia_only = {"Ana", "Carla"}
    await enrol_all(world)
    order_id = await world.open_order()
    await clear()
    await tell(world, Event.ORDER_OPENED, order_id)
    await run_jobs()
    assert set(await told()) == nadia_only


async def test_a_flag_tells_whoever_has_it_and_mails_them(world: World, wire: WireChannel) -> None:
    with platform():
        user = User(
            reseller_id=world.reseller_id,
            email="rui@x.test",
            name="Rui",
            role=Role.ADMIN,
            mails='["order_opened"]',
        )
        await user.save()
    await enrol(world.ana, world.lia)
    await flag(world.lia, "order_opened")  # logistics sees no order in A: a flag does not widen
    order_id = await world.open_order()
    await clear()
    await tell(world, Event.ORDER_OPENED, order_id)
    await run_jobs()
    assert set(await told()) == {"Ana", "Rui"}
    assert [row["address"] for row in await dispatches()] == ["rui@x.test"]


async def test_an_event_for_a_technician_reaches_no_other(world: World) -> None:
    await enrol_all(world)
    order_id = await world.dispatched_order()
    await clear()
    tiago = world.tiago.technician_id
    await tell(world, Event.VISIT_DISPATCHED, order_id, by=world.ana, technician_id=tiago)
    await run_jobs()
    assert set(await told()) == {"Tiago"}
    with platform():
        line = await Notification.select(Notification.path).first()
    assert line == {"path": f"/field/orders/{order_id}"}


async def test_a_technician_who_lost_the_order_is_told_that_it_is_gone(world: World) -> None:
    await enrol_all(world)
    order_id = await world.dispatched_order(world.vera)
    await clear()
    tiago = world.tiago.technician_id
    await tell(world, Event.VISIT_CHANGED, order_id, technician_id=tiago)
    await tell(world, Event.VISIT_CALLED_OFF, order_id, technician_id=tiago)
    await run_jobs()
    assert [title.partition(": ")[2] for title in (await told())["Tiago"]] == ["saiu da sua agenda"]


async def test_nobody_is_told_of_what_was_rolled_back(world: World) -> None:
    order_id = await world.open_order()
    await clear()
    with pytest.raises(LookupError):
        async with DB.transaction():
            await tell(world, Event.ORDER_OPENED, order_id)
            raise LookupError
    with platform():
        assert await NotificationEvent.count() == 0
    with pytest.raises(RuntimeError, match="transaction that causes it"):
        await announce(Event.TRIAL, Subject.USER, uuid4(), reseller_id=world.reseller_id)


async def test_a_job_that_runs_twice_tells_once(world: World, wire: WireChannel) -> None:
    await enrol_all(world)
    order_id = await world.open_order()
    await clear()
    await tell(world, Event.ORDER_COMPLETED, order_id)
    with platform():
        event = await NotificationEvent.select(NotificationEvent.id).first()
    assert event is not None
    with tenant(world.reseller_id):
        assert await fan_out(event["id"], datetime.now(UTC)) == 2
        assert await fan_out(event["id"], datetime.now(UTC)) == 0
    assert {who: len(titles) for who, titles in (await told()).items()} == {"Ana": 1, "Carla": 1}
    assert [row["user_id"] for row in await dispatches()] == [world.carla.user_id]


async def test_a_choice_goes_before_the_flag_and_a_marked_address_is_spared(
    world: World, wire: WireChannel
) -> None:
    await enrol_all(world)
    await flag(world.ana, "order_changed")
    await flag(world.carla, "order_changed")
    with platform():
        await NotificationPreference(
            reseller_id=world.reseller_id, user_id=world.ana.user_id, kind="order_changed", mail=False
        ).save()
        await UndeliverableAddress(
            reseller_id=world.reseller_id, address=world.carla.email, failures=3, marked_at=datetime.now(UTC)
        ).save()
    order_id = await world.open_order()
    await clear()
    await tell(world, Event.ORDER_CHANGED, order_id)
    await run_jobs()
    assert set(await told()) == {"Ana", "Carla"}, "the bell is not a matter of choice"
    assert [(row["address"], row["state"]) for row in await dispatches()] == [(world.carla.email, "withheld")]


async def test_quiet_hours_hold_a_dispatch_until_they_end(world: World, wire: WireChannel) -> None:
    await enrol_all(world)
    with platform():
        minute = datetime.now(UTC).hour * 60 + datetime.now(UTC).minute - 180  # São Paulo
        await NotificationSettings(
            reseller_id=world.reseller_id,
            user_id=world.carla.user_id,
            quiet_from=(minute - 60) % 1440,
            quiet_until=(minute + 60) % 1440,
        ).save()
    order_id = await world.open_order()
    await clear()
    await tell(world, Event.ORDER_COMPLETED, order_id)
    await run_jobs()
    (row,) = await dispatches()
    assert 55 <= (row["due_at"] - datetime.now(UTC)).total_seconds() / 60 <= 61


@pytest.mark.parametrize("event", Event)
def test_every_event_has_words_that_need_no_fact(event: Event) -> None:
    text = text_of(event, {}, "America/Sao_Paulo")
    assert text.title
    assert "{" not in text.title + text.body


def test_a_lock_screen_names_nobody() -> None:
    facts = {"number": 7, "customer": "Escola Sol", "driver": "Edu", "technician": "Tiago", "person": "Ana"}
    for event in Event:
        title = text_of(event, facts, "America/Sao_Paulo").title
        assert not any(name in title for name in ("Escola", "Edu", "Tiago", "Ana"))


def test_every_person_can_get_something_and_the_bridge_nothing() -> None:
    for role in Role:
        assert bool(kinds_for(role, frozenset())) == (
            role not in {Role.BRIDGE, Role.DRIVER, Role.SUPPORT_ANALYST}
        )
    assert kinds_for(Role.BRIDGE, frozenset({"order_opened"})) == []
    assert set(KINDS) == set(Event)


async def test_what_was_read_long_ago_goes_and_what_waits_stays(world: World, wire: WireChannel) -> None:
    await enrol_all(world)
    order_id = await world.open_order()
    await clear()
    for _ in range(2):
        await tell(world, Event.ORDER_COMPLETED, order_id)
    await run_jobs()
    later = datetime.now(UTC) + KEEP + timedelta(days=1)
    sent, waiting = await dispatches()
    with platform():
        await Notification.update({Notification.read_at: datetime.now(UTC)}, force=True)
        await NotificationDispatch.update(
            {NotificationDispatch.state: "sent", NotificationDispatch.ended_at: datetime.now(UTC)}
        ).where(NotificationDispatch.id == sent["id"])
        await forget(later)
        assert [row["id"] for row in await dispatches()] == [waiting["id"]]
        assert await Notification.select(Notification.id).output(as_list=True) == [waiting["notification_id"]]
        assert await NotificationEvent.count() == 1
