"""The accounts' addresses, a file each noun."""

from __future__ import annotations

from server.accounts.pages import login

ROUTES = [*login.ROUTES]
