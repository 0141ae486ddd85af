"""Subscribing a browser, and removing it again; what ends with a login is in `forgetting.py`."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from offline_sync.ids import uuid7
from offline_sync.tables import SyncClient
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.device_names import device_name
from server.accounts.scope import find_visible, visible
from server.accounts.tables import Session
from server.database import platform
from server.notifications.push import problems as problems  # its codes
from server.notifications.push.endpoints import Browser, may_send_to
from server.notifications.push.tables import PushSubscription
from server.problems import Problem
from server.settings import Settings

MOST = 20  # browsers of one person


async def subscribe(
    actor: Actor,
    browser: Browser,
    *,
    client_id: UUID | None,
    user_agent: str,
    now: datetime,
    settings: Settings,
) -> None:
    """This person's from now on, whoever had it before: a browser is subscribed once; repeating is harmless.

    Raises `push_refused` for an unknown push service, `invalid` for keys that nobody could encrypt with.
    """
    if not may_send_to(browser.endpoint, settings.extra_push_hosts):
        raise Problem("push_refused")
    if not is_sound(browser):
        raise Problem("invalid", fields=[])
    if client_id is not None:
        await _check_own_client(actor, client_id)
    owner = {
        PushSubscription.reseller_id: actor.reseller_id,
        PushSubscription.user_id: actor.user_id,
        PushSubscription.session_id: actor.session_id,
        PushSubscription.client_id: client_id,
        PushSubscription.p256dh: browser.p256dh,
        PushSubscription.auth: browser.auth,
        PushSubscription.device: device_name(user_agent),
    }
    # The browser's last user may have been of another reseller.
    with platform():
        async with DB.transaction():
            await PushSubscription.insert(
                PushSubscription(
                    {PushSubscription.id: uuid7(), PushSubscription.created_at: now, **owner},
                    endpoint=browser.endpoint,
                )
            ).on_conflict(target=PushSubscription.endpoint, action="DO UPDATE", values=list(owner))
            await _keep_newest(actor.user_id)


async def unsubscribe(actor: Actor, endpoint: str) -> None:
    """The browser itself asks; it may be gone already."""
    await PushSubscription.delete().where(
        PushSubscription.endpoint == endpoint, PushSubscription.user_id == actor.user_id
    )


async def remove(actor: Actor, subscription_id: UUID) -> None:
    """From the list of one's devices."""
    await find_visible(actor, PushSubscription, subscription_id)
    await PushSubscription.delete().where(PushSubscription.id == subscription_id)


async def list_subscriptions(actor: Actor) -> list[PushSubscription]:
    """One's own, newest first."""
    return (
        await PushSubscription.objects()
        .where(PushSubscription.user_id == actor.user_id, visible(actor, PushSubscription))
        .order_by(PushSubscription.created_at, PushSubscription.id, ascending=False)
    )


def is_sound(browser: Browser) -> bool:
    """Whether one can encrypt with it: a point of P-256 and sixteen bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(browser.p256dh, 65))
        _bytes(browser.auth, 16)
    except ValueError:
        return False
    return True


def _bytes(text: str, length: int) -> bytes:
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(data) != length:
        raise ValueError("not of that length")
    return data


async def _check_own_client(actor: Actor, client_id: UUID) -> None:
    client = await find_visible(actor, SyncClient, client_id)
    if client.user_id != actor.user_id or client.revoked_at is not None:
        raise Problem("not_found")


async def _keep_newest(user_id: UUID) -> None:
    rows = (
        await PushSubscription.select(PushSubscription.id)
        .where(PushSubscription.user_id == user_id)
        .order_by(PushSubscription.created_at, PushSubscription.id, ascending=False)
    )
    surplus = [row["id"] for row in rows[MOST:]]
    if surplus:
        await PushSubscription.delete().where(PushSubscription.id.is_in(surplus))


async def forget_lost(now: datetime) -> None:
    """Of logins that ended by themselves."""
    alive = Session.select(Session.id).where(Session.ended_at.is_null(), Session.expires_at > now)
    await PushSubscription.delete().where(PushSubscription.session_id.not_in(alive))
