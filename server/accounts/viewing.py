"""Ver como: an admin looks at the portal as somebody of their reseller sees it, and can change nothing.

The session keeps whom it looks as; every request is then that person's, except that nothing but reading is
let through. Beginning and end are in the audit trail, by the admin's name.
"""

from __future__ import annotations

from uuid import UUID

from piccolo_conf import DB
from server.accounts import problems as _problems  # noqa: F401  registers the codes raised here
from server.accounts.actor import Actor, Role
from server.accounts.scope import find_visible
from server.accounts.tables import Session, User
from server.audit.actions import append
from server.problems import Problem

END_PATH = "/viewing/end"
ALLOWED = frozenset({END_PATH, "/login", "/logout"})  # what ends it
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def check_reads_only(actor: Actor, method: str, path: str) -> None:
    """Raises `viewing_only`."""
    if actor.viewer_id is not None and method not in SAFE_METHODS and path not in ALLOWED:
        raise Problem("viewing_only", person=actor.name)


async def begin_viewing(admin: Actor, user_id: UUID, address: str) -> None:
    """Raises `not_found`; `forbidden` for oneself, for the bridge, and for who cannot log in."""
    user = await find_visible(admin, User, user_id)
    if user_id == admin.user_id or user.role == Role.BRIDGE or not user.is_active:
        raise Problem("forbidden")
    async with DB.transaction():
        await Session.update({Session.viewing_as_id: user_id, Session.narrowed_to_id: None}).where(
            Session.id == admin.session_id
        )
        await append(
            "viewing.began",
            reseller_id=admin.reseller_id,
            user_id=admin.user_id,
            subject=("app_user", user_id),
            address=address,
            person=user.name,
        )


async def end_viewing(actor: Actor, address: str) -> None:
    """Back to one's own; harmless for who is themselves already."""
    if actor.viewer_id is None:
        return
    async with DB.transaction():
        await Session.update({Session.viewing_as_id: None}).where(Session.id == actor.session_id)
        await append(
            "viewing.ended",
            reseller_id=actor.reseller_id,
            user_id=actor.viewer_id,
            subject=("app_user", actor.user_id),
            address=address,
        )
