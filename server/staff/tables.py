"""The platform's own staff: separate people, separate sessions, for piccolo-admin alone."""

from __future__ import annotations

from piccolo.apps.user.tables import BaseUser
from piccolo_api.session_auth.tables import SessionsBase


class StaffUser(BaseUser, tablename="staff_user"):
    """Belongs to no reseller; cannot log in to the portal."""


class StaffSession(SessionsBase, tablename="staff_session"):
    """A login to the admin."""
