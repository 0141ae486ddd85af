"""The platform's staff are made on the console, by whoever runs the server; never by a web page."""

from __future__ import annotations

from server.accounts.passwords import hash_password, weakness
from server.audit.actions import append
from server.database import platform
from server.problems import Problem
from server.staff.tables import StaffSession, StaffUser


async def add_staff(email: str, name: str, password: str) -> None:
    """A person who may use `/admin`, or a new password for one who may already; their sessions end.

    The console asks that person for the password. Raises `weak_password`.
    """
    email = email.strip().casefold()
    reason = weakness(password, about=(email, name))
    if reason is not None:
        raise Problem("weak_password", reason=reason)
    hashed = await hash_password(password)
    first, _, last = name.strip().partition(" ")
    with platform():
        known = await StaffUser.select(StaffUser.id).where(StaffUser.username == email).first()
        if known is not None:
            await StaffUser.update({StaffUser.password: hashed, StaffUser.active: True}).where(
                StaffUser.id == known["id"]
            )
            await StaffSession.delete().where(StaffSession.user_id == known["id"])
        else:
            await StaffUser.insert(
                StaffUser(
                    username=email,
                    email=email,
                    first_name=first,
                    last_name=last,
                    password=hashed,
                    active=True,
                    admin=True,
                    superuser=True,
                )
            )
        await append("staff.added", reseller_id=None, email=email)
