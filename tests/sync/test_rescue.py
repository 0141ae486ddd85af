"""The outbox of a phone that cannot go on is kept as it is."""

from __future__ import annotations

from pathlib import Path

from offline_sync.service import Service
from tests.sync.conftest import Wire, count, objects_in
from tests.sync.test_bad_input import expect
from tests.sync.uploads import create, sha256


async def test_a_rescue_is_kept_byte_for_byte(ana: Wire, service: Service, objects: Path) -> None:
    outbox = b"\x00sealed" * 100_000
    answer = await ana.raw("POST", f"rescue?client_id={ana.client_id}", outbox)
    assert answer.status_code == 201
    assert answer.json()["sha256"] == sha256(outbox)
    assert answer.json()["size"] == len(outbox)
    assert [path.read_bytes() for path in objects_in(objects)] == [outbox]
    assert await count(service, "sync_rescue") == 1


async def test_a_revoked_phone_may_still_be_rescued(ana: Wire, service: Service) -> None:
    async with service.db.transaction() as conn:
        await conn.execute("update sync_client set revoked_at = enrolled_at")
    await expect(await ana.post("push", ana.pushed()), "client_revoked", 403)
    await expect(await create(ana, b"x"), "client_revoked", 403)
    assert (await ana.raw("POST", "rescue", b"everything that Ana did")).status_code == 201


async def test_an_empty_rescue_is_nothing(ana: Wire, service: Service) -> None:
    await expect(await ana.raw("POST", "rescue", b""), "malformed", 422)
    assert await count(service, "sync_rescue") == 0
