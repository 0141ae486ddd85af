"""Rui of the desk sees how the base and its backups are, and is warned before it is too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from ilux_bridge.upkeep import Upkeep as Told
from server.bridge.tables import BridgeStatus
from server.bridge.upkeep import Concern, Upkeep, concerns, working_time
from tests.bridge_portal.bridge import Bridge
from tests.bridge_portal.test_page import page, rui

__all__ = ["rui"]

ZONE = "America/Sao_Paulo"
FRIDAY = datetime(2026, 3, 6, 23, tzinfo=UTC)  # 20:00 in São Paulo
GOOD: dict[str, Any] = {
    "is_planned": True, "is_copy_planned": True, "backup_bytes": 160_000_000, "is_validated": True,
    "growth_bytes": 1_250_000, "free_bytes": 90_000_000_000, "transaction_gap": 12,
}  # fmt: skip


def found(now: datetime, base_bytes: int | None = 200_000_000, **changes: Any) -> list[Concern]:
    upkeep = Upkeep(**(GOOD | {"backup_at": now, "copied_at": now} | changes))
    return list(concerns(upkeep, base_bytes, now, ZONE))


def test_a_day_of_work_without_a_backup_is_too_long_and_a_weekend_is_not() -> None:
    def hours(later: float) -> bool:
        return Concern.OLD_BACKUP in found(FRIDAY + timedelta(hours=later), backup_at=FRIDAY)

    assert [hours(later) for later in (24, 60, 71.9, 72.1)] == [False, False, False, True]
    assert working_time(FRIDAY - timedelta(days=1), FRIDAY, ZONE) == timedelta(days=1)
    assert working_time(FRIDAY, FRIDAY - timedelta(days=1), ZONE) == timedelta()
    assert working_time(FRIDAY - timedelta(days=40_000), FRIDAY, ZONE) > timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "concern"),
    [
        ({"backup_at": None}, Concern.NO_BACKUP),
        ({"problem": "Falta espaço"}, Concern.FAILING),
        ({"free_bytes": 599_999_999}, Concern.LOW_DISK),
        ({"copied_at": None}, Concern.OLD_COPY),
        ({"copied_at": FRIDAY - timedelta(days=10, seconds=1)}, Concern.OLD_COPY),
        ({"is_stalled": True}, Concern.STALLED),
        ({"transaction_gap": 20_001}, Concern.OLD_TRANSACTION),
    ],
)
def test_each_thing_that_is_wrong_is_a_concern_of_its_own(changes: dict[str, Any], concern: Concern) -> None:
    assert found(FRIDAY, **changes) == [concern]


def test_at_its_limits_nothing_is_wrong_and_who_plans_no_backup_is_not_blamed() -> None:
    assert found(FRIDAY, free_bytes=600_000_000, transaction_gap=20_000) == []
    assert found(FRIDAY, copied_at=FRIDAY - timedelta(days=10)) == []
    unplanned = {"is_planned": False, "is_copy_planned": False, "backup_at": None, "free_bytes": None}
    assert found(FRIDAY, **unplanned) == []


def test_bridge_and_portal_speak_of_the_same_fields() -> None:
    assert list(Told.__dataclass_fields__) == list(Upkeep.__struct_fields__)


async def test_the_page_shows_base_and_backups(bridge: Bridge, rui: httpx.AsyncClient) -> None:
    now = datetime.now(UTC).isoformat()
    await bridge.beat(upkeep=GOOD | {"backup_at": now, "verified_at": now, "copied_at": now})
    text = await page(rui)
    for said in ("Em dia", "Último backup conferido", "160 MB", "1,2 MB a mais por dia", "90.000 MB"):
        assert said in text, said
    await bridge.beat(upkeep={"is_planned": True, "backup_at": now})
    assert "sem validação" in await page(rui)
    await bridge.beat(upkeep=GOOD | {"problem": "Falta espaço em D:", "free_bytes": 5})
    text = await page(rui)
    for said in ("Com avisos", "Ainda não há nenhum backup", "Falta espaço em D:", "quase cheio"):
        assert said in text, said


async def test_a_bridge_that_does_not_know_of_backups_is_as_well_as_before(
    bridge: Bridge, rui: httpx.AsyncClient
) -> None:
    await bridge.beat(upkeep={"is_planned": True})
    await bridge.beat()
    (kept,) = await BridgeStatus.objects()
    assert kept.upkeep is None
    text = await page(rui)
    assert "Em dia" in text
    assert "ackup" not in text
    await bridge.beat(upkeep={"is_planned": False, "something_of_tomorrow": 1})
    assert "Não é feito pela ponte" in await page(rui)


@pytest.mark.parametrize("broken", [{"backup_bytes": -1}, {"backup_at": "ontem"}, {"problem": "x" * 501}])
async def test_a_word_that_makes_no_sense_is_invalid(bridge: Bridge, broken: dict[str, object]) -> None:
    assert (await bridge.beat(upkeep=broken)).status_code == 422
