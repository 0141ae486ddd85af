"""Reading and writing one's own preferences."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import find_visible, visible
from server.accounts.tables import User
from server.notifications.events import Event
from server.notifications.preferences.rules import to_keep
from server.notifications.rules import Calm, Preference
from server.notifications.tables import NotificationPreference, NotificationSettings


async def mails_of(actor: Actor) -> frozenset[str]:
    """Their flags of *Recebe e-mail de*, which the admin sets."""
    user = await find_visible(actor, User, actor.user_id)
    return frozenset(json.loads(user.mails))


async def chosen_by(actor: Actor) -> dict[str, Preference]:
    rows = await NotificationPreference.select(
        NotificationPreference.kind, NotificationPreference.mail, NotificationPreference.push
    ).where(visible(actor, NotificationPreference))
    return {row["kind"]: Preference(mail=row["mail"], push=row["push"]) for row in rows}


async def calm_of(actor: Actor) -> Calm:
    row = (
        await NotificationSettings.select(
            NotificationSettings.quiet_from,
            NotificationSettings.quiet_until,
            NotificationSettings.digest_minutes,
        )
        .where(visible(actor, NotificationSettings))
        .first()
    )
    return Calm(**row) if row else Calm()


async def choose(actor: Actor, wanted: Mapping[Event, Preference], calm: Calm) -> None:
    """All of it at once, as the form shows it."""
    kept = to_keep(actor.role, await mails_of(actor), wanted)
    owner: dict[str, Any] = {"reseller_id": actor.reseller_id, "user_id": actor.user_id}
    async with DB.transaction():
        await NotificationPreference.delete().where(NotificationPreference.user_id == actor.user_id)
        if kept:
            await NotificationPreference.insert(
                *(
                    NotificationPreference(kind=kind, mail=preference.mail, push=preference.push, **owner)
                    for kind, preference in kept.items()
                )
            )
        await NotificationSettings.delete().where(NotificationSettings.user_id == actor.user_id)
        if calm != Calm():
            await NotificationSettings.insert(
                NotificationSettings(
                    quiet_from=calm.quiet_from,
                    quiet_until=calm.quiet_until,
                    digest_minutes=calm.digest_minutes,
                    **owner,
                )
            )
