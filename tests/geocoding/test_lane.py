"""Bruna writes an address; the worker finds it on the map, as slowly as the geocoder wishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.accounts.actor import Actor
from server.customers import actions as customers
from server.customers.rules import CustomerDetails, Position
from server.customers.tables import Customer
from server.database import platform
from server.geocoding import lane, upkeep
from server.geocoding.geocoder import configured
from server.geocoding.tables import GeocoderAnswer
from server.jobs.tables import Job
from server.positions import actions as positions
from server.positions.tables import CustomerPosition, PositionProposal
from tests.geocoding.nominatim import FLOWERS, Nominatim
from tests.master_data.office import row_of, trail
from tests.service_orders.world import NOW, World

SECOND = timedelta(seconds=1)
FLOWERS_AT = (-27.6101, -48.5502)


def shop(world: World, **more: Any) -> CustomerDetails:
    details = CustomerDetails(
        world.company_id, "Floricultura", street="Rua das Flores", number="12", city="Florianópolis", uf="SC"
    )
    return replace(details, **more)


async def turn(osm: Nominatim | None, at: datetime) -> int:
    """A worker takes the job for one turn; how many questions that asked."""
    before = len(osm.asked) if osm else 0
    with platform():
        await Job.delete().where(Job.kind == positions.LANE)
        await lane.take_turn(configured(osm.settings()) if osm else None, at, SECOND)
    return len(osm.asked) - before if osm else 0


async def point(customer_id: UUID) -> tuple[float | None, float | None]:
    row = await row_of(Customer, customer_id)
    return row["latitude"], row["longitude"]


async def known(customer_id: UUID) -> dict[str, Any]:
    row = await CustomerPosition.select().where(CustomerPosition.customer_id == customer_id).first()
    assert row is not None
    return row


async def waiting_turns() -> list[datetime]:
    with platform():
        rows = await Job.select(Job.run_at).where(Job.kind == positions.LANE, Job.state == "waiting")
    return [row["run_at"] for row in rows]


async def test_a_new_customer_is_found_by_its_house_number(
    world: World, bruna: Actor, osm: Nominatim
) -> None:
    shop_id = await customers.register_customer(bruna, shop(world), now=NOW)
    assert len(await waiting_turns()) == 1
    assert await turn(osm, NOW) == 1
    assert await point(shop_id) == FLOWERS_AT
    kept = await known(shop_id)
    assert (kept["source"], kept["quality"], kept["ask_at"]) == ("geocoder", "house", None)
    assert (await trail())[-1] == (
        "customer.placed",
        {
            "before": {"latitude": None, "longitude": None},
            "after": {"latitude": FLOWERS_AT[0], "longitude": FLOWERS_AT[1]},
            "source": "geocoder",
        },
    )
    assert osm.asked[0]["state"] == "Santa Catarina"
    assert osm.agents == ["pws-tests (testes@ilha.test)"]


async def test_the_city_alone_is_kept_apart_as_rough(world: World, bruna: Actor, osm: Nominatim) -> None:
    shop_id = await customers.register_customer(bruna, shop(world, street="Rua Sem Mapa"), now=NOW)
    assert await turn(osm, NOW) == 1, "the street"
    assert await turn(osm, NOW + SECOND) == 1, "the city"
    assert await point(shop_id) == (None, None)
    kept = await known(shop_id)
    assert (kept["answer"], kept["rough_latitude"]) == ("rough", -27.5973)


async def test_one_question_a_second_whoever_asks(world: World, bruna: Actor, osm: Nominatim) -> None:
    for number in range(3):
        await customers.register_customer(bruna, shop(world, street=f"Rua {number}"), now=NOW)
    assert await turn(osm, NOW) == 1
    assert await turn(osm, NOW + 0.4 * SECOND) == 0, "another process, too early"
    assert await waiting_turns() == [NOW + SECOND]
    assert await turn(osm, NOW + SECOND) == 1


async def test_a_first_load_of_thousands_is_one_job(world: World, osm: Nominatim) -> None:
    many = [Customer(reseller_id=world.reseller_id, company_id=world.company_id, name="C") for _ in range(60)]
    await Customer.insert(*many)
    async with positions.DB.transaction() as tx:
        ids = [customer.id for customer in many]
        await positions.address_changed(tx, world.reseller_id, ids, NOW, is_urgent=False)
    assert await CustomerPosition.count() == 60
    assert len(await waiting_turns()) == 1


async def test_what_the_desk_changed_goes_before_a_load(world: World, bruna: Actor, osm: Nominatim) -> None:
    async with positions.DB.transaction() as tx:
        await Customer.update({Customer.latitude: None, Customer.longitude: None}, force=True)
        earlier = NOW - timedelta(hours=1)
        await positions.address_changed(tx, world.reseller_id, [world.customer_id], earlier, is_urgent=False)
    shop_id = await customers.register_customer(bruna, shop(world), now=NOW)
    await turn(osm, NOW)
    assert await point(shop_id) == FLOWERS_AT
    assert (await known(world.customer_id))["answer"] == ""


async def test_a_neighbour_at_the_same_address_costs_no_question(
    world: World, bruna: Actor, osm: Nominatim
) -> None:
    await customers.register_customer(bruna, shop(world), now=NOW)
    await turn(osm, NOW)
    other_id = await customers.register_customer(
        bruna, shop(world, name="Chaveiro", street="RUA DAS  FLORES"), now=NOW
    )
    assert await turn(osm, NOW + 0.1 * SECOND) == 0
    assert await point(other_id) == FLOWERS_AT


async def test_nothing_found_is_remembered_for_a_month(world: World, bruna: Actor, osm: Nominatim) -> None:
    osm.places = {}
    shop_id = await customers.register_customer(bruna, shop(world), now=NOW)
    assert [await turn(osm, NOW + seconds * SECOND) for seconds in range(4)] == [1, 1, 0, 0]
    assert (await known(shop_id))["answer"] == "nothing"
    assert await waiting_turns() == [], "nothing is left to ask this hour"
    osm.places = {"12 Rua das Flores": FLOWERS}
    assert await turn(osm, NOW + timedelta(days=31)) == 1
    assert await point(shop_id) == FLOWERS_AT


async def test_a_busy_geocoder_is_left_alone_as_long_as_it_says(
    world: World, bruna: Actor, osm: Nominatim
) -> None:
    osm.failures = [(503, {"retry-after": "600"}), (429, {}), (500, {})]
    shop_id = await customers.register_customer(bruna, shop(world), now=NOW)
    assert await turn(osm, NOW) == 1
    assert await turn(osm, NOW + timedelta(seconds=599)) == 0
    again = NOW + timedelta(seconds=600)
    assert await turn(osm, again) == 1
    assert await turn(osm, again + timedelta(seconds=59)) == 0, "the second failure in a row"
    assert await turn(osm, again + timedelta(seconds=60)) == 1
    assert await turn(osm, again + timedelta(seconds=180)) == 1
    assert await point(shop_id) == FLOWERS_AT
    osm.failures = [(503, {})]
    await customers.register_customer(bruna, shop(world, street="Rua Nova"), now=NOW)
    later = again + timedelta(hours=1)
    assert await turn(osm, later) == 1
    assert await turn(osm, later + timedelta(seconds=30)) == 1, "an answer made it the first failure again"


async def test_an_address_that_fails_holds_up_nobody(world: World, bruna: Actor, osm: Nominatim) -> None:
    await customers.register_customer(bruna, shop(world, street="Rua Ruim"), now=NOW)
    good_id = await customers.register_customer(bruna, shop(world), now=NOW + SECOND)
    osm.failures = [(502, {})]
    assert await turn(osm, NOW + SECOND) == 1
    assert await turn(osm, NOW + timedelta(minutes=1)) == 1
    assert await point(good_id) == FLOWERS_AT


async def test_a_garbled_answer_is_a_failure_like_any_other(
    world: World, bruna: Actor, osm: Nominatim
) -> None:
    osm.places["12 Rua das Flores"] = {"lat": "-27.6", "lon": "-48.5", "boundingbox": ["?"]}
    shop_id = await customers.register_customer(bruna, shop(world), now=NOW)
    assert await turn(osm, NOW) == 1
    osm.places["12 Rua das Flores"] = FLOWERS
    assert await turn(osm, NOW + timedelta(seconds=30)) == 1
    assert await point(shop_id) == FLOWERS_AT


async def test_a_refused_key_stops_the_lane_for_hours(world: World, bruna: Actor, osm: Nominatim) -> None:
    osm.failures = [(403, {})]
    await customers.register_customer(bruna, shop(world), now=NOW)
    assert await turn(osm, NOW) == 1
    assert await turn(osm, NOW + timedelta(hours=5)) == 0
    assert await turn(osm, NOW + timedelta(hours=6)) == 1


async def test_no_network_is_a_failure_like_any_other(world: World, bruna: Actor, osm: Nominatim) -> None:
    await customers.register_customer(bruna, shop(world), now=NOW)
    away = configured(replace(osm.settings(), geocoder_url="http://127.0.0.1:9"))
    with platform():
        await lane.take_turn(away, NOW, SECOND)
    assert await waiting_turns() != []
    assert await GeocoderAnswer.count() == 0
    assert await turn(osm, NOW + timedelta(seconds=30)) == 1


async def test_a_correction_by_hand_outlives_the_geocoder_until_the_address_changes(
    world: World, bruna: Actor, osm: Nominatim
) -> None:
    shop_id = await customers.register_customer(bruna, shop(world), now=NOW)
    await positions.place(world.ana, shop_id, Position(-27.5, -48.4), now=NOW)
    await customers.edit_customer(bruna, shop_id, shop(world, phone="4833334444"), now=NOW)
    assert await turn(osm, NOW) == 0, "the same address"
    assert await point(shop_id) == (-27.5, -48.4)
    by_the_sea = {**FLOWERS["address"], "house_number": "1", "road": "Rua do Mar"}
    osm.places["1 Rua do Mar"] = {**FLOWERS, "lat": "-27.7", "address": by_the_sea}
    moved = shop(world, street="Rua do Mar", number="1")
    await customers.edit_customer(bruna, shop_id, moved, now=NOW)
    assert await turn(osm, NOW + SECOND) == 1
    assert await point(shop_id) == (-27.5, -48.4), "still the person's"
    assert (await known(shop_id))["is_stale"]
    proposal = await PositionProposal.select().first()
    assert proposal is not None
    assert (proposal["source"], proposal["latitude"]) == ("geocoder", -27.7)


async def test_a_changed_address_moves_what_the_geocoder_placed(
    world: World, bruna: Actor, osm: Nominatim
) -> None:
    shop_id = await customers.register_customer(bruna, shop(world), now=NOW)
    await turn(osm, NOW)
    await customers.edit_customer(bruna, shop_id, shop(world, street="Rua Sem Mapa"), now=NOW)
    await turn(osm, NOW + SECOND)
    assert await point(shop_id) == FLOWERS_AT, "until somebody knows better"
    await turn(osm, NOW + 2 * SECOND)
    assert await point(shop_id) == (None, None), "it was another address's"


async def test_without_a_geocoder_nothing_is_asked_and_it_begins_when_one_is_set(
    world: World, bruna: Actor, osm: Nominatim
) -> None:
    shop_id = await customers.register_customer(bruna, shop(world), now=NOW)
    await turn(None, NOW)
    assert (await known(shop_id))["answer"] == "off"
    with platform():
        await upkeep.want_missing(NOW, is_on=True)
    assert await turn(osm, NOW) == 1
    assert await point(shop_id) == FLOWERS_AT


async def test_positions_from_before_count_as_a_persons(world: World, osm: Nominatim) -> None:
    school = await point(world.customer_id)
    with platform():
        await upkeep.want_missing(NOW, is_on=True)
    assert await turn(osm, NOW) == 0
    assert await point(world.customer_id) == school
    assert (await known(world.customer_id))["source"] == "hand"
