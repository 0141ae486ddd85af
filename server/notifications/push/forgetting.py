"""What ends with a login or a phone, in the transaction that ends it. Apart, because the accounts call it."""

from __future__ import annotations

from uuid import UUID

from server.notifications.push.tables import PushSubscription


async def forget_session(session_id: UUID) -> None:
    await PushSubscription.delete().where(PushSubscription.session_id == session_id)


async def forget_sessions_of(user_id: UUID, *, keep: UUID | None) -> None:
    """All of a person's browsers but that of the login `keep`."""
    query = PushSubscription.delete().where(PushSubscription.user_id == user_id)
    await (query if keep is None else query.where(PushSubscription.session_id != keep))


async def forget_client(client_id: UUID) -> None:
    await PushSubscription.delete().where(PushSubscription.client_id == client_id)
