"""Signatures by the Standard Webhooks specification (v1): HMAC-SHA256 over `id.timestamp.body`; pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def headers_of(message_id: str, at: datetime, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """One signature for each secret that is good now: a receiver is content with any of them."""
    timestamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_sign(message_id, timestamp, body, key) for key in keys),
        "content-type": "application/json",
    }


def _sign(message_id: str, timestamp: str, body: bytes, key: str) -> str:
    raw = base64.b64decode(key.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()
