"""The link by which a customer answers: whoever has it may read the counters in, and do nothing else.

The token is derived from the request's id by the portal's secret, so that a reminder and the desk can write
the address again; the database has only its hash, which finds the request and opens nothing.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from uuid import UUID

from server import settings

PATH = "/readings"


def token_of(request_id: UUID) -> str:
    key = settings.current().secret.encode()
    return urlsafe_b64encode(hmac.digest(key, b"readings:" + request_id.bytes, "sha256")).decode().rstrip("=")


def address_of(request_id: UUID) -> str:
    """What a customer is sent."""
    return f"{settings.current().base_url.rstrip('/')}{PATH}/{token_of(request_id)}"
