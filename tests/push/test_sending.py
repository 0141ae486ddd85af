"""A push on the wire, read as the browser reads it and checked as its service checks it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from server.notifications.push.endpoints import Browser
from server.notifications.push.sending import (
    Busy,
    Gone,
    Message,
    Refused,
    connection,
    seconds_of,
    send,
)
from server.notifications.push.vapid import Keys, new_private_key, public_key
from server.settings import Settings
from tests.push.service import PushService, Subscriber
from tests.web.portal import settings_for

PRIVATE = new_private_key()
KEYS = Keys(PRIVATE, public_key(PRIVATE), "mailto:suporte@ilha.example")
MESSAGE = Message(
    UUID(int=7), "Chamado 1042: nova mensagem", "/service-orders/1", "service_order:1", is_urgent=True
)


async def push(service: PushService, subscriber: Subscriber, message: Message = MESSAGE) -> None:
    settings = settings_for(Path(), push_hosts=service.host)
    keys = subscriber.json["keys"]
    async with connection(settings) as session:
        browser = Browser(subscriber.endpoint, keys["p256dh"], keys["auth"])
        await send(session, browser, message, KEYS, settings)


async def test_the_browser_reads_what_was_sent_and_the_service_knows_who_sent_it(
    service: PushService,
) -> None:
    phone = service.subscriber("phone")
    await push(service, phone)
    (taken,) = service.pushes
    assert b"1042" not in taken.body
    assert phone.read(taken) == {
        "id": str(UUID(int=7)),
        "title": "Chamado 1042: nova mensagem",
        "url": "/service-orders/1",
        "tag": "service_order:1",
    }
    claims = taken.claims()
    assert claims["key"] == KEYS.public
    assert (claims["aud"], claims["sub"]) == (f"http://{service.host}", "mailto:suporte@ilha.example")
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600
    assert taken.headers["urgency"] == "high"
    assert int(taken.headers["ttl"]) == 24 * 3600


async def test_the_topic_is_the_subjects_and_is_short_enough_for_the_rfc(service: PushService) -> None:
    phone = service.subscriber("phone")
    other = Message(UUID(int=8), "Chamado 7: concluído", "/x", "service_order:2", is_urgent=False)
    for message in (MESSAGE, MESSAGE, other):
        await push(service, phone, message)
    first, second, third = (taken.headers["topic"] for taken in service.pushes)
    assert first == second != third
    assert len(first) <= 32
    assert "=" not in first
    assert service.pushes[2].headers["urgency"] == "normal"


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (404, Gone),
        (410, Gone),
        (429, Busy),
        (500, Busy),
        (503, Busy),
        (400, Refused),
        (403, Refused),
        (413, Refused),
    ],
)
async def test_what_the_service_answers_says_what_to_do(
    service: PushService, status: int, meaning: type[Exception]
) -> None:
    service.answers.append((status, {}))
    with pytest.raises(meaning):
        await push(service, service.subscriber("phone"))


async def test_a_busy_service_says_how_long_to_wait(service: PushService) -> None:
    service.answers.append((429, {"Retry-After": "120"}))
    with pytest.raises(Busy) as busy:
        await push(service, service.subscriber("phone"))
    assert busy.value.seconds == 120


async def test_no_service_sends_the_portal_elsewhere(service: PushService) -> None:
    service.answers.append((307, {"Location": f"http://{service.host}/inside"}))
    with pytest.raises((Busy, Refused)):
        await push(service, service.subscriber("phone"))
    assert [taken.path for taken in service.pushes] == ["/phone"]


async def test_a_service_that_is_away_is_asked_again_later(service: PushService) -> None:
    service.stop()
    with pytest.raises(Busy):
        await push(service, service.subscriber("phone"))


def test_retry_after_is_seconds_or_a_date_and_never_longer_than_a_day() -> None:
    now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert seconds_of("30", now) == 30
    assert seconds_of("Mon, 02 Mar 2026 08:05:00 GMT", now) == 300
    assert seconds_of("Mon, 02 Mar 2020 08:05:00 GMT", now) == 0
    assert seconds_of("999999999", now) == 24 * 3600
    assert seconds_of("soon", now) is None
    assert seconds_of("nan", now) is None
    assert seconds_of(None, now) is None


def test_a_demo_has_a_key_of_its_own_and_production_only_the_one_it_was_given(tmp_path: Path) -> None:
    from server.notifications.push.vapid import keys_of

    demo = Settings(data_dir=tmp_path)
    first, again = keys_of(demo), keys_of(demo)
    assert first == again
    assert first is not None
    assert (tmp_path / "vapid-private-key").stat().st_mode & 0o077 == 0
    production = Settings(environment="production", base_url="https://ilha.example", data_dir=tmp_path)
    assert keys_of(production) is None
    given = Settings(
        environment="production",
        base_url="https://ilha.example",
        data_dir=tmp_path,
        vapid_private_key=PRIVATE,
    )
    assert keys_of(given) == Keys(PRIVATE, KEYS.public, "https://ilha.example")
