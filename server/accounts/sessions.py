"""Sessions: made at login, found at each request, ended at once when rights change.

The browser holds a random token, the database only its SHA-256. A login always makes a new token, whatever
the browser brought along, so nobody can plant one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.accounts.reach import narrow
from server.accounts.tables import Session
from server.accounts.tokens import hash_of, new_token
from server.database import Transaction, platform
from server.notifications.push.forgetting import forget_session, forget_sessions_of
from server.settings import Settings

TOUCH_EVERY = timedelta(minutes=5)


async def begin_session(
    user_id: UUID,
    reseller_id: UUID,
    *,
    now: datetime,
    settings: Settings,
    address: str,
    user_agent: str,
    lasting: timedelta | None = None,
    password_at: datetime | None = None,
) -> tuple[UUID, str]:
    """A new session; its id and the token, which is nowhere else. `lasting` instead of the settings' days."""
    token, session_id = new_token(), uuid7()
    await Session.insert(
        Session(
            id=session_id,
            reseller_id=reseller_id,
            user_id=user_id,
            token_hash=hash_of(token),
            created_at=now,
            last_seen_at=now,
            expires_at=now + (lasting or timedelta(days=settings.session_max_days)),
            password_at=password_at,
            address=address,
            user_agent=user_agent,
        )
    )
    return session_id, token


async def end_session(session_id: UUID, now: datetime) -> None:
    """Its browser hears nothing any more, either."""
    await forget_session(session_id)
    await Session.update({Session.ended_at: now}).where(Session.id == session_id, Session.ended_at.is_null())


async def end_sessions_of(user_id: UUID, now: datetime, *, keep: UUID | None = None) -> None:
    """All of a person's sessions but `keep`."""
    condition = (Session.user_id == user_id) & Session.ended_at.is_null()
    if keep is not None:
        condition = condition & (Session.id != keep)
    await Session.update({Session.ended_at: now}).where(condition)
    await forget_sessions_of(user_id, keep=keep)


async def find_actor(token: str, now: datetime, settings: Settings) -> Actor | None:
    """Whose token this is, if it is still good for anything."""
    with platform():
        rows = await DB.fetch(_FIND[DB.dialect], hash_of(token))
        if not rows:
            return None
        row = dict(zip(_NAMES, rows[0], strict=True))
        # A reseller's server may be off for months; its bridge's token is ended by a person alone.
        last_seen_at = now if row["role"] == Role.BRIDGE else row["last_seen_at"]
        if not is_alive(last_seen_at, row["expires_at"], now, settings):
            return None
        if now - row["last_seen_at"] >= TOUCH_EVERY:
            await Session.update({Session.last_seen_at: now}).where(Session.id == row["session_id"])
    narrowed_to = _uuid(row["narrowed_to_id"]) if row["narrowed_to_id"] else None
    actor = narrow(_actor(row), narrowed_to, row["narrowed_name"] or "")
    return await _seen_as(actor, row["viewing_as_id"])


async def _seen_as(admin: Actor, viewing_as_id: Any) -> Actor:
    """Whom the request is answered as: an admin may look as somebody of their reseller (`viewing`)."""
    if viewing_as_id is None or admin.role is not Role.ADMIN:
        return admin
    person = await actor_for(_uuid(viewing_as_id))
    if person is None or person.reseller_id != admin.reseller_id or person.role is Role.BRIDGE:
        return admin
    return replace(person, session_id=admin.session_id, viewer_id=admin.user_id, viewer_name=admin.name)


def is_alive(last_seen_at: datetime, expires_at: datetime, now: datetime, settings: Settings) -> bool:
    """Neither idle for too long nor older than a session may get."""
    return now < expires_at and now - last_seen_at < timedelta(days=settings.session_idle_days)


async def actor_for(user_id: UUID) -> Actor | None:
    """A person as an Actor outside any session: for the worker and for tests."""
    with platform():
        rows = await DB.fetch(_AS_USER[DB.dialect], user_id)
    return _actor(dict(zip(_NAMES, rows[0], strict=True))) if rows else None


async def actors_where(tx: Transaction, asked: str, *args: Any) -> list[Actor]:
    """Every active person `u` for whom the SQL condition holds, as Actors outside any session."""
    rows = await tx.fetch(f"{_AS_USERS[DB.dialect]} AND {asked}", *args)
    return [_actor(dict(zip(_NAMES, row, strict=True))) for row in rows]


def _actor(row: dict[str, Any]) -> Actor:
    return Actor(
        user_id=_uuid(row["user_id"]),
        reseller_id=_uuid(row["reseller_id"]),
        name=row["name"],
        email=row["email"],
        role=Role(row["role"]),
        session_id=_uuid(row["session_id"]),
        timezone=row["timezone"],
        reseller_name=row["reseller_name"],
        technician_id=_uuid(row["technician_id"]) if row["technician_id"] else None,
        carrier_id=_uuid(row["carrier_id"]) if row["carrier_id"] else None,
        can_open_orders=bool(row["can_open_orders"]),
        can_view_monitoring=bool(row["can_view_monitoring"]),
        can_publish_billing=bool(row["can_publish_billing"]),
        company_ids=_uuids(row["company_ids"]),
        customer_ids=_uuids(row["customer_ids"]),
        has_second_factor=row["second_factor_at"] is not None,
        brand_color=row["brand_color"] or "",
        logo_sha256=row["logo_sha256"] or "",
        has_open_policies=row["policies_edition"] < row["reseller_edition"],
        has_refused_terms=row["terms_refused_at"] is not None,
        password_at=row["password_at"],
    )


def _uuid(value: Any) -> UUID:
    return value if type(value) is UUID else UUID(str(value))


def _uuids(joined: str | None) -> frozenset[UUID]:
    return frozenset(UUID(part) for part in joined.split(",")) if joined else frozenset()


_NAMES = (
    "session_id", "last_seen_at", "expires_at", "password_at", "user_id", "reseller_id", "name", "email",
    "role", "technician_id", "carrier_id", "can_open_orders", "can_view_monitoring",
    "can_publish_billing", "timezone",
    "reseller_name", "second_factor_at", "terms_refused_at", "policies_edition", "reseller_edition",
    "brand_color", "logo_sha256",
    "company_ids", "customer_ids", "narrowed_to_id", "narrowed_name", "viewing_as_id",
)  # fmt: skip
_COLUMNS = """u.id, u.reseller_id, u.name, u.email, u.role, u.technician_id, u.carrier_id,
    u.can_open_orders, u.can_view_monitoring, u.can_publish_billing, r.timezone, r.name,
    u.second_factor_at, u.terms_refused_at, u.policies_edition, r.policies_edition,
    (SELECT b.primary_color FROM brand b WHERE b.reseller_id = r.id),
    (SELECT b.logo_sha256 FROM brand b WHERE b.reseller_id = r.id),
    (SELECT {joined} FROM user_company c WHERE c.user_id = u.id),
    (SELECT {joined_customers} FROM user_customer k WHERE k.user_id = u.id)"""
_LOOKING = """s.narrowed_to_id, coalesce(
    (SELECT coalesce(nullif(n.trade_name, ''), n.name) FROM company n WHERE n.id = s.narrowed_to_id),
    (SELECT coalesce(nullif(k.trade_name, ''), k.name) FROM customer k WHERE k.id = s.narrowed_to_id)),
    s.viewing_as_id"""
_JOINED = {
    "sqlite": {
        "joined": "group_concat(c.company_id)",
        "joined_customers": "group_concat(k.customer_id)",
    },
    "postgres": {
        "joined": "string_agg(c.company_id::text, ',')",
        "joined_customers": "string_agg(k.customer_id::text, ',')",
    },
}
_FIND = {
    dialect: "SELECT s.id, s.last_seen_at, s.expires_at, s.password_at,"
    f" {_COLUMNS.format(**joined)}, {_LOOKING}"
    " FROM session s JOIN app_user u ON u.id = s.user_id JOIN reseller r ON r.id = u.reseller_id"
    " WHERE s.token_hash = $1 AND s.ended_at IS NULL AND u.is_active AND r.is_active"
    for dialect, joined in _JOINED.items()
}
_AS_USERS = {
    dialect: f"SELECT u.id, NULL, NULL, NULL, {_COLUMNS.format(**joined)}, NULL, NULL, NULL"
    " FROM app_user u JOIN reseller r ON r.id = u.reseller_id WHERE u.is_active AND r.is_active"
    for dialect, joined in _JOINED.items()
}
_AS_USER = {dialect: f"{sql} AND u.id = $1" for dialect, sql in _AS_USERS.items()}
