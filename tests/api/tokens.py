"""Tokens as the page makes them, without its form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from server.accounts.tokens import hash_of
from server.api.rules import Reach, new_api_token
from server.api.scopes import ApiScope
from server.api.tables import ApiToken
from server.database import platform

EVERY_SCOPE = tuple(ApiScope)


async def make_token(
    reseller_id: UUID,
    creator_id: UUID,
    *,
    scopes: Iterable[ApiScope] = EVERY_SCOPE,
    companies: Iterable[UUID] = (),
    customers: Iterable[UUID] = (),
    lasts: timedelta = timedelta(days=1),
) -> str:
    """Of these companies, or of these customers when any are named."""
    token, now, chosen = new_api_token(), datetime.now(UTC), tuple(customers)
    with platform():
        await ApiToken.insert(
            ApiToken(
                reseller_id=reseller_id,
                created_by_id=creator_id,
                name="ERP",
                token_hash=hash_of(token),
                ending=token[-4:],
                scopes=json.dumps([scope.value for scope in scopes]),
                reach=Reach.CUSTOMERS if chosen else Reach.COMPANIES,
                reach_ids=json.dumps([str(one) for one in chosen or companies]),
                created_at=now,
                expires_at=now + lasts,
            )
        )
    return token
