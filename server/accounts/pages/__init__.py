"""The accounts' addresses, a file each noun."""

from __future__ import annotations

from server.accounts.pages import (
    addresses,
    login,
    password,
    profile,
    second_factor,
    user_customers,
    users,
    viewing,
)

ROUTES = [
    *login.ROUTES,
    *password.ROUTES,
    *profile.ROUTES,
    *addresses.ROUTES,
    *second_factor.ROUTES,
    *users.ROUTES,
    *user_customers.ROUTES,
    *viewing.ROUTES,
]
