"""What a handler may ask of a request beside its body: who, from where, under which number, as what."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import State

from server.accounts.actor import Actor
from server.settings import Settings

ActorRequest = Request[Actor, None, State]
AnyRequest = Request[Actor | None, None, State]

PROGRAM_PATHS = ("/sync/", "/bridge/", "/api/")


def request_id(scope: Any) -> str:
    """The number that the log and an error page share."""
    return str(scope["state"].get("request_id", ""))


def address(request: Request[Any, Any, Any]) -> str:
    """Where the request came from, as far as our own proxies can be believed."""
    return str(request.scope["state"].get("address", ""))


def user_agent(request: Request[Any, Any, Any]) -> str:
    return request.headers.get("user-agent", "")[:300]


def is_htmx(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("hx-request") == "true"


def is_for_person(request: Request[Any, Any, Any]) -> bool:
    """Whether a page should answer; programs ask for JSON, or for nothing in particular."""
    if request.scope["path"].startswith(PROGRAM_PATHS):
        return False
    return is_htmx(request) or "text/html" in request.headers.get("accept", "")


def client_address(peer: str, forwarded: str, settings: Settings) -> str:
    """The nearest address that is not a trusted proxy's.

    `X-Forwarded-For` is read from its end, where our proxies append; what a client wrote stands before.
    """
    proxies = [
        ipaddress.ip_network(part.strip(), strict=False)
        for part in settings.trusted_proxies.split(",")
        if part.strip()
    ]

    def is_trusted(candidate: str) -> bool:
        try:
            return any(ipaddress.ip_address(candidate) in network for network in proxies)
        except ValueError:
            return False

    chain = [*(part.strip() for part in forwarded.split(",") if part.strip()), peer]
    while len(chain) > 1 and is_trusted(chain[-1]):
        chain.pop()
    return chain[-1][:64]


def safe_next(target: str | None) -> str | None:
    """A path of this portal to go on to, or None: never another host, never a scheme."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(letter) < 32 or letter == "\\" for letter in target):
        return None
    return target
