"""The demo reseller is what its documentation says, on both databases."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from itertools import pairwise

import pytest
from obstore.store import MemoryStore

from server.database import Database, platform
from server.demo.load import load
from server.demo.people import check_digit
from server.demo.scale import SCALES, Scale
from tests.demo.conftest import NOW, Demo

JONAS = "SELECT technician_id FROM app_user WHERE email = 'tecnico@ilha.example'"


async def test_two_resellers_stand_beside_each_other(demo: Demo) -> None:
    assert await demo.rows_of("SELECT slug FROM reseller ORDER BY slug") == [("ilha",), ("outra",)]
    assert await demo.value_of("SELECT count(*) FROM company") == 4


async def test_the_counts_are_those_of_the_scale(demo: Demo) -> None:
    ilha = "reseller_id = (SELECT id FROM reseller WHERE slug = 'ilha')"
    assert await demo.value_of(f"SELECT count(*) FROM customer WHERE {ilha}") == 60
    assert await demo.value_of(f"SELECT count(*) FROM equipment WHERE {ilha}") == 150
    assert await demo.value_of(f"SELECT count(*) FROM technician WHERE {ilha}") == 12
    assert await demo.value_of(f"SELECT count(*) FROM carrier WHERE {ilha}") == 3


async def test_every_profile_has_a_login(demo: Demo) -> None:
    roles = await demo.rows_of("SELECT DISTINCT role FROM app_user")
    assert len(roles) == 11


@pytest.mark.parametrize("earlier", [timedelta(0), timedelta(hours=11), timedelta(days=1)])
async def test_orders_stand_in_every_status_at_noon_at_night_and_on_sundays(
    database: Database, earlier: timedelta
) -> None:
    await load(database, MemoryStore(), now=NOW - earlier, password_hash="hash", scale=SCALES["small"])
    rows = await Demo(database, None, 0).rows_of("SELECT DISTINCT status FROM service_order")
    assert {status for (status,) in rows} == set("AEMPLSOTC")


async def test_jonas_has_six_orders_today_one_of_them_late_and_one_that_waits(demo: Demo) -> None:
    agenda = await demo.rows_of(
        f"SELECT status, due_at FROM service_order WHERE technician_id = ({JONAS})"
        " AND status IN ('E', 'M', 'P', 'L', 'S') ORDER BY status"
    )
    assert [status for status, _ in agenda] == ["E"] * 6 + ["P"]
    late = [due_at for status, due_at in agenda if status == "E" and due_at < NOW]
    assert late == [NOW - timedelta(minutes=90)]


async def test_the_next_order_gets_a_number_that_is_free(demo: Demo) -> None:
    assert (
        await demo.value_of(
            "SELECT count(*) FROM reseller r WHERE r.next_web_number <="
            " (SELECT max(web_number) FROM service_order o WHERE o.reseller_id = r.id)"
        )
        == 0
    )


async def test_nothing_happens_in_the_future(demo: Demo) -> None:
    for table, column in (
        ("order_event", "occurred_at"),
        ("visit_event", "occurred_at"),
        ("photo", "taken_at"),
        ("triage_message", "created_at"),
        ("meter_reading", "read_at"),
    ):
        assert await demo.value_of(f"SELECT count(*) FROM {table} WHERE {column} > $1", NOW) == 0, table


async def test_each_history_ends_in_the_status_of_its_order(demo: Demo) -> None:
    statuses = dict(await demo.rows_of("SELECT id, status FROM service_order"))
    said: dict[object, str] = {}
    for order_id, after in await demo.rows_of(
        "SELECT service_order_id, after FROM order_event ORDER BY occurred_at, id"
    ):
        said[order_id] = json.loads(after).get("status", said.get(order_id))
    assert said == statuses


async def test_no_technician_is_in_two_places(demo: Demo) -> None:
    visits = await demo.rows_of(
        "SELECT technician_id, started_at, ended_at FROM visit WHERE ended_at IS NOT NULL"
        " ORDER BY technician_id, started_at"
    )
    overlaps = [
        (first, second)
        for first, second in pairwise(visits)
        if first[0] == second[0] and second[1] < first[2]
    ]
    assert visits
    assert overlaps == []


async def test_counters_only_grow_unless_they_are_flagged(demo: Demo) -> None:
    readings = await demo.rows_of(
        "SELECT equipment_id, mono FROM meter_reading WHERE NOT is_lower AND NOT is_implausible"
        " ORDER BY equipment_id, read_at"
    )
    assert all(a[1] <= b[1] for a, b in pairwise(readings) if a[0] == b[0])


async def test_every_photo_is_in_the_store_with_the_hash_it_is_named_by(demo: Demo) -> None:
    named = await demo.rows_of("SELECT DISTINCT reseller_id, sha256, size FROM photo")
    assert named
    for reseller_id, sha256, size in named:
        body = bytes(await (await demo.files.get_async(f"{reseller_id}/{sha256}")).bytes_async())
        assert hashlib.sha256(body).hexdigest() == sha256
        assert len(body) == size
    missing = (
        "SELECT count(*) FROM photo p WHERE NOT EXISTS (SELECT 1 FROM sync_file f WHERE f.sha256 = p.sha256)"
    )
    assert await demo.value_of(missing) == 0


async def test_what_was_signed_has_the_hash_that_was_kept(demo: Demo) -> None:
    signed = await demo.rows_of("SELECT signed_content, content_hash FROM visit WHERE state = 'completed'")
    assert signed
    assert all(hashlib.sha256(content.encode()).hexdigest() == kept for content, kept in signed)


async def test_companies_have_valid_cnpjs(demo: Demo) -> None:
    for (cnpj,) in await demo.rows_of("SELECT cnpj FROM company"):
        digits = [int(digit) for digit in cnpj]
        assert digits[12] == check_digit(digits[:12], (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
        assert digits[13] == check_digit(digits[:13], (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))


async def test_loading_twice_from_one_seed_gives_the_same_orders(database: Database) -> None:
    async def load_and_read() -> list[tuple[object, ...]]:
        await load(database, MemoryStore(), now=NOW, password_hash="hash", scale=SCALES["small"])
        return await Demo(database, None, 0).rows_of(
            "SELECT id, web_number, status FROM service_order ORDER BY id"
        )

    class Undone(Exception):
        pass

    first: list[tuple[object, ...]] = []
    try:
        async with database.transaction():
            first = await load_and_read()
            raise Undone
    except Undone:
        assert await Demo(database, None, 0).value_of("SELECT count(*) FROM service_order") == 0
    assert await load_and_read() == first


async def test_technicians_with_more_work_than_days_are_loaded_too(database: Database) -> None:
    busy = Scale(customers=20, machines=40, technicians=4, orders=1_500)
    await load(database, MemoryStore(), now=NOW, password_hash="hash", scale=busy)
    with platform():
        async with database.reading() as tx:
            ((begun,),) = await tx.fetch("SELECT count(*) FROM visit WHERE started_at > $1", NOW)
    assert begun == 0
