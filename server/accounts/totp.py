"""Codes of six digits by RFC 6238, and the seal on the secret that they are made from; no database.

A code is good for its half minute and one on either side, for phones' clocks differ. Each is good once:
whoever looks over a shoulder, or keeps what a forged page was told, must not come in with it. The secret
cannot be kept as a hash, so it is sealed with a key made from `PWS_SECRET`: a stolen copy of the database
opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken

STEP_SECONDS = 30
STEPS_ASIDE = 1
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look like others on paper


def new_secret() -> str:
    """160 bits, as authenticators type them."""
    return pyotp.random_base32()


def setup_uri(secret: str, email: str, issuer: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Which half minute's code this is; None when it is none, or not newer than the last one used."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdecimal()):
        return None
    here = int(now.timestamp()) // STEP_SECONDS
    otp = pyotp.TOTP(secret)
    for step in range(here - STEPS_ASIDE, here + STEPS_ASIDE + 1):
        if step > last_step and hmac.compare_digest(otp.at(step * STEP_SECONDS), digits):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """As a person keeps them: `abcd-efgh-jkmn`, some 59 bits each."""
    return ["-".join(_group() for _ in range(3)) for _ in range(RECOVERY_CODES)]


def fold_recovery_code(typed: str) -> str:
    """As it is hashed, however it was typed."""
    return "".join(letter for letter in typed.casefold() if letter.isalnum())


def seal(secret: str, key: str) -> str:
    return _box(key).encrypt(secret.encode()).decode()


def unseal(sealed: str, key: str) -> str | None:
    """None when it was sealed with another key."""
    try:
        return _box(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _group() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor\0" + key.encode()).digest()))
