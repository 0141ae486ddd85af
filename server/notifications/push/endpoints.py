"""Where the portal is willing to send a push: the browsers' own services, and nowhere else; pure.

The address comes from a browser, so from anybody who can log in: without the list the portal could be made to
call machines of its own network.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 1000
# A name, or with a leading dot everything below it.
PUSH_SERVICES = (
    "fcm.googleapis.com",
    ".push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
)


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser's PushSubscription says of itself."""

    endpoint: str
    p256dh: str
    auth: str


def may_send_to(endpoint: str, extra_hosts: Collection[str] = ()) -> bool:
    """`extra_hosts` are `host:port` as written, also in plain http: a push service of one's own."""
    if len(endpoint) > LONGEST or not endpoint.isascii() or any(ord(one) <= 32 for one in endpoint):
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or "\\" in endpoint:
        return False
    if parts.netloc in extra_hosts:
        return parts.scheme in {"http", "https"}
    host = (parts.hostname or "").lower()
    return parts.scheme == "https" and port in {None, 443} and any(_is_of(host, one) for one in PUSH_SERVICES)


def _is_of(host: str, service: str) -> bool:
    return host.endswith(service) and len(host) > len(service) if service[0] == "." else host == service
