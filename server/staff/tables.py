"""The platform's own staff: separate people, separate sessions, for piccolo-admin alone.

piccolo-admin brings its own login; what it keeps is made as safe as the portal's: argon2 instead of 600,000
rounds of PBKDF2 on the event loop, and sessions by the SHA-256 of their token.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from piccolo.apps.user.tables import BaseUser
from piccolo.table import Table
from piccolo_api.session_auth.tables import SessionsBase

from piccolo_conf import DB
from server.accounts.attempts import LOGIN_BY_MAIL, count_attempt, forgive
from server.accounts.passwords import MAX_LENGTH, MIN_LENGTH, hash_now, verify_password
from server.accounts.tokens import hash_of
from server.audit.actions import append
from server.problems import Problem

_HASHED = "$argon2id$"


class StaffUser(BaseUser, tablename="staff_user"):
    """Belongs to no reseller; cannot log in to the portal."""

    _min_password_length = MIN_LENGTH
    _max_password_length = MAX_LENGTH

    def __init__(self, **columns: Any) -> None:
        password = columns.get("password")
        if password and not password.startswith(_HASHED):
            columns["password"] = self.hash_password(password)
        Table.__init__(self, **columns)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "password" and isinstance(value, str) and value and not value.startswith(_HASHED):
            value = self.hash_password(value)
        Table.__setattr__(self, name, value)

    @classmethod
    def hash_password(cls, password: str, salt: str = "", iterations: int | None = None) -> str:
        """argon2id; salt and cost are its own affair."""
        return hash_now(password)

    @classmethod
    async def login(cls, username: str, password: str) -> int | None:
        """Whose login this is. Limited by name, in the database, so that all processes count together."""
        axis = (LOGIN_BY_MAIL, f"staff:{username.casefold()}")
        try:
            async with DB.transaction():
                await count_attempt(axis, now=datetime.now(UTC))
        except Problem:
            return None
        found = await cls.select(cls.id, cls.password).where(cls.username == username).first()
        is_right = await verify_password(found["password"] if found else "", password)
        async with DB.transaction():
            if not found or not is_right:
                await append("staff.login_refused", reseller_id=None, username=username)
                return None
            await forgive(axis)
            await cls.update({cls.last_login: datetime.now()}).where(cls.id == found["id"])
            await append("staff.login_accepted", reseller_id=None, username=username)
        return int(found["id"])


class StaffSession(SessionsBase, tablename="staff_session"):
    """A login to the admin; `token` holds the hash of what the cookie holds."""

    @classmethod
    async def create_session(
        cls, user_id: int, expiry_date: datetime | None = None, max_expiry_date: datetime | None = None
    ) -> StaffSession:
        token = secrets.token_urlsafe(32)
        kept = cls(token=hash_of(token), user_id=user_id)
        if expiry_date is not None:
            kept.expiry_date = expiry_date
        if max_expiry_date is not None:
            kept.max_expiry_date = max_expiry_date
        await cls.insert(kept)
        return cls(token=token, user_id=user_id)  # what piccolo-admin puts into the cookie

    @classmethod
    async def get_user_id(cls, token: str, increase_expiry: timedelta | None = None) -> int | None:
        return await super().get_user_id(hash_of(token), increase_expiry)

    @classmethod
    async def remove_session(cls, token: str) -> None:
        await cls.delete().where(cls.token == hash_of(token))
