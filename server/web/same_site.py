"""Cross-site request forgery is refused by what browsers say of themselves, not by tokens in forms.

A form may be replayed by the service worker after days, or swapped in by htmx: a token in it would be stale.
See docs/adr: *Forms without CSRF tokens*.
"""

from __future__ import annotations

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from server.problems import Problem
from server.settings import Settings
from server.web.requests import PROGRAM_PATHS

# Mail programs end a subscription by a bare POST (RFC 8058); the token in its address is the proof.
WITHOUT_BROWSER = (*PROGRAM_PATHS, "/mail/")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SameSiteMiddleware:
    """Stands outside the authentication: a forged request is refused before anything is asked of it."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._origin = settings.origin.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] not in SAFE_METHODS:
            headers = dict(scope["headers"])
            if not is_same_site(headers, self._origin, is_program=scope["path"].startswith(WITHOUT_BROWSER)):
                raise Problem("cross_site")
        await self._app(scope, receive, send)


def is_same_site(headers: dict[bytes, bytes], origin: bytes, *, is_program: bool = False) -> bool:
    """Whether an unsafe request may be believed to come from our own pages, or from no browser at all.

    What asks a program's address without any login is nobody's forgery; it is told to log in.
    """
    fetch_site = headers.get(b"sec-fetch-site")
    if fetch_site is not None:
        return fetch_site in {b"same-origin", b"none"}
    if b"origin" in headers:
        return headers[b"origin"] == origin
    # Neither: not a browser of the last years. A cookie would be sent by itself, a bearer token would not.
    return (is_program or b"authorization" in headers) and b"cookie" not in headers
