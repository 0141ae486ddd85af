"""A person's second factor: set up, proved at login, lost and found again.

Whoever knows the password and reads the mailbox still does not come in: a reset by mail asks for the code,
too. Who lost the phone has recovery codes, each good once; who lost those asks another admin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts import totp
from server.accounts.actor import Actor
from server.accounts.attempts import CODE_BY_USER, count_attempt, forgive
from server.accounts.confirmation import confirm_password
from server.accounts.scope import find_visible, visible
from server.accounts.sessions import end_sessions_of
from server.accounts.tables import RecoveryCode, SecondFactor, User
from server.accounts.tokens import hash_of
from server.audit.actions import append
from server.mail.actions import leave_letter
from server.problems import Problem
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Setup:
    """What the authenticator is to be told."""

    secret: str
    uri: str


async def begin_setup(actor: Actor, settings: Settings, now: datetime) -> Setup:
    """The secret that waits for its first code, the same until then. Raises `not_found` when all is done."""
    async with DB.transaction():
        found = (
            await SecondFactor.select()
            .where(SecondFactor.user_id == actor.user_id, visible(actor, SecondFactor))
            .first()
        )
        if found is not None and found["confirmed_at"] is not None:
            raise Problem("not_found")
        secret = totp.unseal(found["secret"], settings.secret) if found is not None else None
        if secret is None:
            secret = totp.new_secret()
            await SecondFactor.delete().where(SecondFactor.user_id == actor.user_id)
            await SecondFactor.insert(
                SecondFactor(
                    id=uuid7(),
                    reseller_id=actor.reseller_id,
                    user_id=actor.user_id,
                    secret=totp.seal(secret, settings.secret),
                    created_at=now,
                )
            )
    return Setup(secret, totp.setup_uri(secret, actor.email, actor.reseller_name or "PWS"))


async def confirm_setup(
    actor: Actor, code: str, *, settings: Settings, now: datetime, address: str
) -> list[str]:
    """The authenticator works: from now on it is asked for. The recovery codes, shown this once."""
    setup = await begin_setup(actor, settings, now)
    await _count(actor.user_id, now)
    step = totp.matching_step(setup.secret, code, now, 0)
    if step is None:
        raise Problem("wrong_code")
    async with DB.transaction() as tx:
        confirmed = await tx.execute(
            "UPDATE second_factor SET confirmed_at = $2, last_step = $3"
            " WHERE user_id = $1 AND confirmed_at IS NULL",
            actor.user_id,
            now,
            step,
        )
        if not confirmed:
            raise Problem("not_found")
        await forgive((CODE_BY_USER, str(actor.user_id)))
        await User.update({User.second_factor_at: now}).where(User.id == actor.user_id)
        codes = await _write_codes(actor)
        # Elsewhere somebody may be in with the password alone.
        await end_sessions_of(actor.user_id, now, keep=actor.session_id)
        await _audit(actor, "second_factor.confirmed", actor.user_id, address)
        await _tell(actor.reseller_id, actor.user_id, "on")
    return codes


async def renew_codes(actor: Actor, password: str, now: datetime, address: str) -> list[str]:
    """New recovery codes; the old ones are worth nothing. Raises `password_needed` or `wrong_password`."""
    await confirm_password(actor, password, now)
    await _require(actor)
    async with DB.transaction():
        codes = await _write_codes(actor)
        await _audit(actor, "second_factor.codes_renewed", actor.user_id, address)
    return codes


async def remove(actor: Actor, password: str, *, settings: Settings, now: datetime, address: str) -> None:
    """One's own, where the role is free to do without. Raises `second_factor_kept` where it is not."""
    if actor.role in settings.two_factor_roles:
        raise Problem("second_factor_kept")
    await confirm_password(actor, password, now)
    await _require(actor)
    async with DB.transaction():
        await _forget(actor.user_id)
        await _audit(actor, "second_factor.removed", actor.user_id, address)
        await _tell(actor.reseller_id, actor.user_id, "off")


async def reset_for(actor: Actor, user_id: UUID, password: str, now: datetime, address: str) -> None:
    """An admin, for somebody who lost phone and codes: they are told, and log in anew. Not for oneself."""
    if user_id == actor.user_id:
        raise Problem("own_account")
    await find_visible(actor, User, user_id)
    await confirm_password(actor, password, now)
    async with DB.transaction():
        await _forget(user_id)
        await end_sessions_of(user_id, now)
        await _audit(actor, "second_factor.reset", user_id, address)
        await _tell(actor.reseller_id, user_id, "reset")


async def prove(user_id: UUID, code: str, *, settings: Settings, now: datetime) -> str:
    """Which kind of code it was: `totp` or `recovery`. Raises `wrong_code` or `rate_limited`.

    Needs `platform()`: nobody is logged in yet.
    """
    await _count(user_id, now)
    factor = (
        await SecondFactor.select()
        .where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not_null())
        .first()
    )
    if factor is None:
        raise Problem("wrong_code")
    kind = await _prove_recovery(user_id, code, now) or await _prove_totp(factor, code, settings, now)
    if kind is None:
        raise Problem("wrong_code")
    async with DB.transaction():
        await forgive((CODE_BY_USER, str(user_id)))
    return kind


async def count_codes(actor: Actor) -> int:
    """How many recovery codes are left."""
    return int(
        await RecoveryCode.count().where(
            visible(actor, RecoveryCode),
            RecoveryCode.user_id == actor.user_id,
            RecoveryCode.used_at.is_null(),
        )
    )


async def _prove_totp(factor: dict[str, object], code: str, settings: Settings, now: datetime) -> str | None:
    secret = totp.unseal(str(factor["secret"]), settings.secret)
    if secret is None:
        raise Problem("second_factor_unreadable")
    step = totp.matching_step(secret, code, now, int(str(factor["last_step"])))
    if step is None:
        return None
    async with DB.transaction() as tx:  # two requests with one code: one of them
        won = await tx.execute(
            "UPDATE second_factor SET last_step = $2 WHERE id = $1 AND last_step < $2", factor["id"], step
        )
    return "totp" if won else None


async def _prove_recovery(user_id: UUID, code: str, now: datetime) -> str | None:
    folded = totp.fold_recovery_code(code)
    if len(folded) != 12:
        return None
    async with DB.transaction() as tx:
        used = await tx.execute(
            "UPDATE recovery_code SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL",
            user_id,
            hash_of(folded),
            now,
        )
    return "recovery" if used else None


async def _count(user_id: UUID, now: datetime) -> None:
    async with DB.transaction():
        await count_attempt((CODE_BY_USER, str(user_id)), now=now)


async def _require(actor: Actor) -> None:
    if not actor.has_second_factor:
        raise Problem("not_found")


async def _write_codes(actor: Actor) -> list[str]:
    codes = totp.new_recovery_codes()
    await RecoveryCode.delete().where(RecoveryCode.user_id == actor.user_id)
    await RecoveryCode.insert(
        *(
            RecoveryCode(
                id=uuid7(),
                reseller_id=actor.reseller_id,
                user_id=actor.user_id,
                code_hash=hash_of(totp.fold_recovery_code(code)),
            )
            for code in codes
        )
    )
    return codes


async def _forget(user_id: UUID) -> None:
    await SecondFactor.delete().where(SecondFactor.user_id == user_id)
    await RecoveryCode.delete().where(RecoveryCode.user_id == user_id)
    await User.update({User.second_factor_at: None}).where(User.id == user_id)


async def _audit(actor: Actor, action: str, user_id: UUID, address: str) -> None:
    await append(
        action,
        reseller_id=actor.reseller_id,
        user_id=actor.user_id,
        subject=("app_user", user_id),
        address=address,
    )


async def _tell(reseller_id: UUID, user_id: UUID, what: str) -> None:
    await leave_letter("second_factor", reseller_id=reseller_id, user_id=user_id, what=what)
