"""Ending mails of a kind without logging in: a signed link that does this one thing, and no other.

It never expires, for a mail may be read years later; what it says cannot be changed without the secret.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.tables import User
from server.database import platform
from server.notifications.events import KINDS, Event
from server.settings import Settings

PATH = "/mail/unsubscription"
_PURPOSE = b"unsubscribe:"


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Which mails a person asks not to get any more."""

    user_id: UUID
    events: tuple[Event, ...]

    @property
    def names(self) -> list[str]:
        return [KINDS[event].name for event in self.events]


def link_for(user_id: UUID, events: Sequence[Event], settings: Settings) -> str:
    said = f"{user_id}:{','.join(event.value for event in events)}".encode()
    token = f"{_text(said)}.{_text(_signature(said, settings))}"
    return f"{settings.base_url.rstrip('/')}{PATH}?token={token}"


def read(token: str, settings: Settings) -> Unsubscription | None:
    """None for one that we did not write."""
    said_text, _, signature_text = token.partition(".")
    try:
        said, signature = _bytes(said_text), _bytes(signature_text)
    except (binascii.Error, ValueError):
        return None
    if not hmac.compare_digest(signature, _signature(said, settings)):
        return None
    user_id, _, events = said.decode().partition(":")
    known = tuple(Event(event) for event in events.split(",") if event in {one.value for one in Event})
    return Unsubscription(UUID(user_id), known)


async def unsubscribe(wanted: Unsubscription) -> None:
    """By mail nothing more of these; what they chose for push stays. Repeating it changes nothing."""
    with platform():
        async with DB.transaction() as tx:
            user = await User.select(User.reseller_id).where(User.id == wanted.user_id).first()
            if user is None:
                return
            for event in wanted.events:
                if KINDS[event].locked:
                    continue
                await tx.execute(
                    "INSERT INTO notification_preference (id, reseller_id, user_id, kind, mail, push)"
                    " VALUES ($1, $2, $3, $4, false, $5)"
                    " ON CONFLICT (user_id, kind) DO UPDATE SET mail = false",
                    uuid7(),
                    user["reseller_id"],
                    wanted.user_id,
                    event.value,
                    KINDS[event].is_important,
                )


def _signature(said: bytes, settings: Settings) -> bytes:
    return hmac.new(settings.secret.encode(), _PURPOSE + said, hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
