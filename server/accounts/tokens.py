"""Random keys that a person holds, of which the database has only the hash."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, as a cookie or a link can carry them."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
