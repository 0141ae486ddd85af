"""Limits on guessing: by the mail that is tried and by the address that tries.

Per address is generous, for a whole office may share one; per mail is tight. Both count tries, not requests
that were answered "wait". Rows older than the longest window are purged by a job.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.tables import Attempt
from server.database.transaction import current_of
from server.problems import Problem


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries of one action within a window."""

    action: str
    tries: int
    window: timedelta


LOGIN_BY_MAIL = Limit("login_mail", 8, timedelta(minutes=15))
LOGIN_BY_ADDRESS = Limit("login_address", 60, timedelta(minutes=15))
RESET_BY_MAIL = Limit("reset_mail", 3, timedelta(hours=1))
RESET_BY_ADDRESS = Limit("reset_address", 20, timedelta(hours=1))
LINK_BY_ADDRESS = Limit("link_address", 30, timedelta(minutes=15))
PASSWORD_BY_USER = Limit("password_user", 8, timedelta(minutes=15))
CODE_BY_USER = Limit("code_user", 6, timedelta(minutes=15))
MAIL_BY_USER = Limit("mail_user", 5, timedelta(hours=1))
KEEP = timedelta(days=1)


def seconds_to_wait(times: list[datetime], limit: Limit, now: datetime) -> int:
    """0 when another try is allowed; `times` are the earlier ones."""
    recent = sorted(at for at in times if now - at < limit.window)
    if len(recent) < limit.tries:
        return 0
    return max(1, round((recent[-limit.tries] + limit.window - now).total_seconds()))


async def count_attempt(*tries: tuple[Limit, str], now: datetime) -> None:
    """Count one try on each axis. Raises `rate_limited`, counting nothing, when one axis is exhausted.

    Inside a transaction, and before the secret is looked at; a lock on each axis makes tries at the same time
    count each other. SQLite has one writer, which is lock enough.
    """
    current = current_of(DB)
    assert current is not None
    if DB.dialect == "postgres":
        for name in sorted(f"{limit.action} {key}" for limit, key in tries):
            await current.fetch("SELECT pg_advisory_xact_lock(hashtext($1))", name)
    waits = []
    for limit, key in tries:
        rows = await Attempt.select(Attempt.at).where(
            Attempt.action == limit.action, Attempt.key == key[:200], Attempt.at > now - limit.window
        )
        waits.append(seconds_to_wait([row["at"] for row in rows], limit, now))
    if any(waits):
        raise Problem("rate_limited", retry_after=max(waits))
    await Attempt.insert(
        *(Attempt(id=uuid7(), action=limit.action, key=key[:200], at=now) for limit, key in tries)
    )


async def forgive(*tries: tuple[Limit, str]) -> None:
    """The right person came: their tries no longer count against them."""
    for limit, key in tries:
        await Attempt.delete().where(Attempt.action == limit.action, Attempt.key == key[:200])


async def purge_attempts(now: datetime) -> None:
    await Attempt.delete().where(Attempt.at < now - KEEP)
