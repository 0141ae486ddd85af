"""The postman's way to browsers: one push for each notification, to each whose login lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from uuid import UUID

import aiohttp

from piccolo_conf import DB
from server import settings as settings_module
from server.accounts.actor import Actor
from server.database import Transaction, bulk
from server.notifications.channels import Parcel, Permanent, Temporary, Withheld, register
from server.notifications.events import KINDS, Event
from server.notifications.push.endpoints import Browser
from server.notifications.push.sending import Busy, Gone, Message, Refused, connection, send
from server.notifications.push.tables import PushSubscription
from server.notifications.push.vapid import keys_of
from server.settings import Settings

ALREADY_READ = "lido antes"
NOT_SUBSCRIBED = "o navegador não recebe mais avisos"
PUSH_IS_OFF = "este portal não envia notificações"
_ALIVE = (
    "push_subscription p JOIN session s ON s.id = p.session_id"
    " WHERE s.ended_at IS NULL AND s.expires_at > $1 AND s.last_seen_at > $2"
)


class PushChannel:
    name = "push"
    lines_at_once = 1
    wait = timedelta(0)

    def __init__(self, settings: Settings | None = None) -> None:
        self._given = settings
        self._session: aiohttp.ClientSession | None = None
        self._open = AsyncExitStack()

    async def addresses(self, tx: Transaction, people: Sequence[Actor]) -> Mapping[UUID, Sequence[str]]:
        """The ids of their subscriptions: an endpoint may change hands, and is nobody's to read in a list."""
        if keys_of(self._settings) is None:
            return {}
        rows = await tx.fetch(
            f"SELECT p.user_id, p.id FROM {_ALIVE} AND {bulk.among('p.user_id', 3)} ORDER BY p.id",
            *self._alive(),
            bulk.values([actor.user_id for actor in people]),
        )
        found: dict[UUID, list[str]] = {}
        for user_id, subscription_id in rows:
            found.setdefault(user_id, []).append(str(subscription_id))
        return found

    async def send(self, parcel: Parcel) -> None:
        (line,) = parcel.lines
        if line.read_at is not None:
            raise Withheld(ALREADY_READ)
        keys = keys_of(self._settings)
        if keys is None:
            raise Withheld(PUSH_IS_OFF)
        browser = await self._find(UUID(parcel.address), parcel.user_id)
        if browser is None:
            raise Withheld(NOT_SUBSCRIBED)
        message = Message(
            line.notification_id,
            line.title,
            line.opens,
            line.group_key,
            is_urgent=KINDS[Event(line.kind)].is_important,
        )
        await parcel.touch()
        try:
            await send(await self._connection(), browser, message, keys, self._settings)
        except Gone as error:
            await PushSubscription.delete().where(PushSubscription.id == UUID(parcel.address))
            raise Withheld(NOT_SUBSCRIBED) from error
        except Busy as error:
            await self._note_failure(parcel, str(error))
            after = None if error.seconds is None else timedelta(seconds=error.seconds)
            raise Temporary(str(error), after) from error
        except Refused as error:
            await self._note_failure(parcel, str(error))
            raise Permanent(str(error)) from error
        await PushSubscription.update(
            {
                PushSubscription.last_success_at: datetime.now(UTC),
                PushSubscription.failures: 0,
                PushSubscription.last_error: "",
            }
        ).where(PushSubscription.id == UUID(parcel.address))

    async def rest(self) -> None:
        self._session = None
        await self._open.aclose()

    @property
    def _settings(self) -> Settings:
        return self._given or settings_module.current()

    def _alive(self) -> tuple[datetime, datetime]:
        now = datetime.now(UTC)
        return now, now - timedelta(days=self._settings.session_idle_days)

    async def _find(self, subscription_id: UUID, user_id: UUID) -> Browser | None:
        """If it is still that person's: whoever logged in there since hears nothing of it."""
        rows = await DB.fetch(
            f"SELECT p.endpoint, p.p256dh, p.auth FROM {_ALIVE} AND p.id = $3 AND p.user_id = $4",
            *self._alive(),
            subscription_id,
            user_id,
        )
        return Browser(*rows[0]) if rows else None

    async def _connection(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = await self._open.enter_async_context(connection(self._settings))
        return self._session

    async def _note_failure(self, parcel: Parcel, reason: str) -> None:
        await PushSubscription.update(
            {
                PushSubscription.failures: PushSubscription.failures + 1,
                PushSubscription.last_error: reason[:200],
            }
        ).where(PushSubscription.id == UUID(parcel.address))


register(PushChannel())
