"""Tokens of the API: made by an admin, shown once, found at each call, revoked for good."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.accounts.confirmation import confirm_password
from server.accounts.scope import find_visible, visible
from server.accounts.sessions import actors_where
from server.accounts.tokens import hash_of
from server.accounts.user_queries import choices_for
from server.api import problems as _problems  # noqa: F401  registers the codes raised here
from server.api.rules import (
    NewToken,
    Reach,
    at_companies,
    at_customers,
    expiry,
    faults,
    is_good,
    new_api_token,
)
from server.api.scopes import ApiScope
from server.api.tables import ApiRequest, ApiToken
from server.audit.actions import append
from server.customers.tables import Customer
from server.database import platform, tenant
from server.problems import Problem

TOUCH_EVERY = timedelta(minutes=5)
MOST_SHOWN = 200
KEEP_REQUESTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Caller:
    """A token that is good, and as whom it asks."""

    token_id: UUID
    actor: Actor
    scopes: frozenset[ApiScope]


@dataclass(frozen=True, slots=True)
class TokenRow:
    id: UUID
    name: str
    ending: str
    scopes: tuple[ApiScope, ...]
    reach: Reach
    reached: int
    created_by: str
    has_owner: bool
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    last_used_from: str
    revoked_at: datetime | None

    def is_good(self, now: datetime) -> bool:
        return is_good(self.expires_at, self.revoked_at, now)


async def create_token(
    actor: Actor, wanted: NewToken, password: str, now: datetime, address: str
) -> tuple[UUID, str]:
    """Its id and the token itself, which is nowhere else.

    Raises `invalid`, `password_needed`, `wrong_password`.
    """
    choices = await choices_for(actor, wanted.customer_ids)
    found = faults(wanted, choices.companies.keys(), choices.customers.keys())
    if found:
        raise Problem("invalid", fields=[{"name": name, "message": text} for name, text in found.items()])
    await confirm_password(actor, password, now)
    token, token_id = new_api_token(), uuid7()
    async with DB.transaction():
        await ApiToken.insert(
            ApiToken(
                id=token_id,
                reseller_id=actor.reseller_id,
                created_by_id=actor.user_id,
                name=wanted.name,
                token_hash=hash_of(token),
                ending=token[-4:],
                scopes=json.dumps(sorted(wanted.scopes)),
                reach=wanted.reach.value,
                reach_ids=json.dumps(sorted(str(one) for one in wanted.reach_ids)),
                created_at=now,
                expires_at=expiry(now, wanted.days),
            )
        )
        await append(
            "api_token.added",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("api_token", token_id),
            address=address,
            name=wanted.name,
            scopes=sorted(wanted.scopes),
            reach=wanted.reach.value,
            reached=len(wanted.reach_ids),
            days=wanted.days,
        )
    return token_id, token


async def revoke_token(actor: Actor, token_id: UUID, now: datetime, address: str) -> None:
    """From the next call on; harmless to repeat. Raises `not_found`."""
    token = await find_visible(actor, ApiToken, token_id)
    async with DB.transaction() as tx:
        if not await tx.execute(
            "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", token_id, now
        ):
            return
        await append(
            "api_token.ended",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("api_token", token_id),
            address=address,
            name=token.name,
        )


async def list_tokens(actor: Actor) -> Sequence[TokenRow]:
    """The newest first; a reseller has a handful."""
    creator = ApiToken.created_by_id
    rows = (
        await ApiToken.select(
            *ApiToken.all_columns(exclude=[ApiToken.token_hash]),
            creator.name.as_alias("created_by"),
            creator.role.as_alias("owner_role"),
            creator.is_active.as_alias("owner_is_active"),
        )
        .where(visible(actor, ApiToken))
        .order_by(ApiToken.created_at, ApiToken.id, ascending=False)
        .limit(MOST_SHOWN)
    )
    return [
        TokenRow(
            id=row["id"],
            name=row["name"],
            ending=row["ending"],
            scopes=tuple(_scopes(row["scopes"])),
            reach=Reach(row["reach"]),
            reached=len(json.loads(row["reach_ids"])),
            created_by=row["created_by"],
            has_owner=bool(row["owner_is_active"]) and row["owner_role"] == Role.ADMIN,
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            last_used_at=row["last_used_at"],
            last_used_from=row["last_used_from"],
            revoked_at=row["revoked_at"],
        )
        for row in rows
    ]


async def find_caller(token: str, now: datetime, address: str) -> Caller | None:
    """Whose token this is, if it is still good for anything; its use is noted every few minutes."""
    with platform():
        async with DB.reading() as tx:
            row = await ApiToken.select().where(ApiToken.token_hash == hash_of(token)).first()
            if row is None or not is_good(row["expires_at"], row["revoked_at"], now):
                return None
            people = await actors_where(tx, "u.id = $1", row["created_by_id"])
        if not people or people[0].reseller_id != row["reseller_id"]:
            return None
        actor = await reaching(people[0], Reach(row["reach"]), _ids(row["reach_ids"]))
        if actor is None:
            return None
        is_elsewhere = row["last_used_from"] != address[:64]
        if row["last_used_at"] is None or now - row["last_used_at"] >= TOUCH_EVERY or is_elsewhere:
            await ApiToken.update({ApiToken.last_used_at: now, ApiToken.last_used_from: address[:64]}).where(
                ApiToken.id == row["id"]
            )
    named = replace(actor, session_id=row["id"], name=f"API: {row['name']}")
    return Caller(row["id"], named, frozenset(_scopes(row["scopes"])))


async def reaching(creator: Actor, reach: Reach, ids: frozenset[UUID]) -> Actor | None:
    """As whom a program of this admin looks: never further than the admin reaches today."""
    if reach is Reach.COMPANIES:
        return at_companies(creator, ids)
    with tenant(creator.reseller_id):
        reached = (
            await Customer.select(Customer.id)
            .where(visible(creator, Customer), Customer.id.is_in(sorted(ids)))
            .output(as_list=True)
        )
    return at_customers(creator, frozenset(reached))


async def purge_api_requests(now: datetime) -> None:
    """Keys are remembered for as long as anybody repeats a call."""
    await ApiRequest.delete().where(ApiRequest.made_at < now - KEEP_REQUESTS)


def _scopes(text: str) -> list[ApiScope]:
    known = set(ApiScope)
    return [ApiScope(one) for one in json.loads(text) if one in known]


def _ids(text: str) -> frozenset[UUID]:
    return frozenset(UUID(one) for one in json.loads(text))
