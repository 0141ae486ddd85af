"""The accounts' addresses, a file each noun."""

from __future__ import annotations

from server.accounts.pages import login, password, profile, users, viewing

ROUTES = [*login.ROUTES, *password.ROUTES, *profile.ROUTES, *users.ROUTES, *viewing.ROUTES]
