"""A bridge's account: made on the console, a token instead of a password, no pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Role
from server.accounts.sessions import begin_session
from server.accounts.tables import Reseller, User
from server.audit.actions import append
from server.database import platform
from server.problems import Problem
from server.settings import Settings

LASTING = timedelta(days=3650)  # it is ended by a person, at Usuários
AGENT = "ILUX bridge"


async def add_bridge(slug: str, *, now: datetime, settings: Settings) -> str:
    """A new account for one base of this reseller; its token, which is nowhere else. Raises `invalid`."""
    with platform():
        async with DB.transaction():
            reseller = await Reseller.select(Reseller.id).where(Reseller.slug == slug).first()
            if reseller is None:
                raise Problem("invalid", errors={"slug": "nenhuma revenda tem este nome curto"})
            reseller_id, user_id = reseller["id"], uuid7()
            await User.insert(
                User(
                    id=user_id,
                    reseller_id=reseller_id,
                    email=f"{user_id}@bridge.invalid",  # unique, and nobody's
                    name="Ponte ILUX",
                    role=Role.BRIDGE.value,
                    created_at=now,
                )
            )
            _, token = await begin_session(
                user_id,
                reseller_id,
                now=now,
                settings=settings,
                address="",
                user_agent=AGENT,
                lasting=LASTING,
            )
            await append("bridge.added", reseller_id=reseller_id, subject=("app_user", user_id))
    return token
