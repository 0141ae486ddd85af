"""One webhook on the wire: signed, to the address that was checked, and nowhere that this one points to.

Names are looked up by a resolver that leaves out what is inside the house, and the connection goes to what it
answered: a name that changes its mind between the look and the call gains nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp

from server.accounts.totp import unseal
from server.notifications.push.sending import seconds_of
from server.settings import Settings
from server.web.outward import OutsideResolver
from server.webhooks.addresses import fault_of
from server.webhooks.deliveries import Claimed
from server.webhooks.rules import Answer
from server.webhooks.signing import headers_of

TIMEOUT_SECONDS = 15.0
AGENT = "PWS-Webhooks/1"


@asynccontextmanager
async def connection(settings: Settings) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            resolver=OutsideResolver(settings.private_webhook_hosts), use_dns_cache=False, force_close=True
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    ) as session:
        yield session


async def send(session: aiohttp.ClientSession, claimed: Claimed, settings: Settings, now: datetime) -> Answer:
    """What came of it; nothing is raised that the endpoint can cause. Its body is not read."""
    fault = fault_of(
        claimed.url, is_demo=not settings.is_production, private_hosts=settings.private_webhook_hosts
    )
    if fault:
        return Answer(None, fault)
    keys = keys_of(claimed, settings, now)
    if not keys:
        return Answer(None, "o segredo não pôde ser lido; gere outro")
    body = claimed.payload.encode()
    headers = {**headers_of(str(claimed.id), now, body, keys), "user-agent": AGENT}
    try:
        async with (
            asyncio.timeout(TIMEOUT_SECONDS),
            session.post(claimed.url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            return Answer(response.status, after=_after(response.headers.get("retry-after")))
    except TimeoutError:
        return Answer(None, f"não respondeu em {TIMEOUT_SECONDS:.0f} segundos")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Answer(None, f"{type(error).__name__}: {error}")


def keys_of(claimed: Claimed, settings: Settings, now: datetime) -> list[str]:
    """The secret, and for a while after a rotation the one before it, too."""
    sealed = [claimed.secret]
    if claimed.old_secret and claimed.old_secret_until is not None and now < claimed.old_secret_until:
        sealed.append(claimed.old_secret)
    return [key for one in sealed if (key := unseal(one, settings.secret)) is not None]


def _after(header: str | None) -> timedelta | None:
    seconds = seconds_of(header, datetime.now(UTC))
    return None if seconds is None else timedelta(seconds=seconds)
