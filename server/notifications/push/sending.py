"""One push on the wire: encrypted for its browser, signed by the portal, and nowhere but to a push service.

What a lock screen may show is all that it says: a title without anybody's name, and where a tap leads.
"""

from __future__ import annotations

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
from pywebpush import WebPushException, webpush_async

from server.notifications.push.endpoints import Browser, may_send_to
from server.notifications.push.vapid import Keys
from server.settings import Settings
from server.web.outward import OutsideResolver

TTL_SECONDS = 24 * 3600  # what a phone that was off for a day is still told
TIMEOUT_SECONDS = 20.0
LONGEST_WAIT_SECONDS = 24 * 3600
_GONE = {404, 410}


@dataclass(frozen=True, slots=True)
class Message:
    """`key` is what a newer message takes the place of, on the push service and on the screen."""

    notification_id: UUID
    title: str
    path: str
    key: str
    is_urgent: bool

    @property
    def payload(self) -> str:
        said = {"id": self.notification_id, "title": self.title, "url": self.path, "tag": self.key}
        return msgspec.json.encode(said).decode()

    @property
    def headers(self) -> dict[str, str | int | float]:
        topic = urlsafe_b64encode(hashlib.sha256(self.key.encode()).digest()[:24]).decode()
        return {"Urgency": "high" if self.is_urgent else "normal", "Topic": topic}


class Gone(Exception):
    """The browser is not subscribed any more."""


class Refused(Exception):
    """The push service will not take this, now or later."""


class Busy(Exception):
    """Later; `seconds` when the push service said how much."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


@asynccontextmanager
async def connection(settings: Settings) -> AsyncIterator[aiohttp.ClientSession]:
    """Connections to push services, reused while it is open."""
    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(_refuse_redirect)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=OutsideResolver(settings.extra_push_hosts)),
        trace_configs=[trace],
        trust_env=False,
    ) as session:
        yield session


async def send(
    session: aiohttp.ClientSession,
    browser: Browser,
    message: Message,
    keys: Keys,
    settings: Settings,
) -> None:
    """Returns when the push service has taken it. Raises Gone, Refused or Busy."""
    if not may_send_to(browser.endpoint, settings.extra_push_hosts):
        raise Refused("not a push service")
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await webpush_async(
                {"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}},
                message.payload,
                vapid_private_key=keys.signer,
                vapid_claims={"sub": keys.subject},
                ttl=TTL_SECONDS,
                headers=message.headers,
                aiohttp_session=session,
            )
    except WebPushException as error:
        raise _meaning(error, datetime.now(UTC)) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Busy(f"{type(error).__name__}: {error}") from error
    except ValueError as error:  # keys that nobody can encrypt with
        raise Refused(str(error)) from error


def _meaning(error: WebPushException, now: datetime) -> Exception:
    status = error.status_code
    if status is None:
        return Refused(str(error))
    if status in _GONE:
        return Gone()
    if status == 429 or status >= 500:
        return Busy(f"the push service answers {status}", seconds_of(error.retry_after, now))
    return Refused(f"the push service answers {status}")


def seconds_of(retry_after: str | None, now: datetime) -> float | None:
    """`Retry-After` is seconds or a date; nobody makes the portal wait longer than a day."""
    if not retry_after:
        return None
    try:
        wait = float(retry_after)
    except ValueError:
        try:
            wait = (parsedate_to_datetime(retry_after) - now).total_seconds()
        except (TypeError, ValueError):
            return None
    return min(max(wait, 0.0), LONGEST_WAIT_SECONDS) if wait == wait else None


async def _refuse_redirect(session: Any, context: Any, params: Any) -> None:
    raise aiohttp.ClientError("a push service does not send one elsewhere")
