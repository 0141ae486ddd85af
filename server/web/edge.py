"""The outermost layer: each request gets a number, each answer its security headers, a log line and a count.

Nothing of a request but method, path and status is logged: bodies, queries and cookies hold people's data.
"""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from server.settings import Settings
from server.web import metrics
from server.web.headers import security_headers
from server.web.requests import client_address
from server.web.traffic import TRAFFIC

log = structlog.get_logger("pws.web")

_PLAIN = (b"content-type", b"text/plain; charset=utf-8")
_SORRY = b"Algo deu errado. O erro foi registrado."
# Counted, and only told when they fail.
QUIET_PATHS = ("/health", "/ready", "/metrics", "/assets/", "/sync/v1/pull", "/sync/v1/tracks/")
# What follows is a key that opens something.
SECRET_PATHS = ("/on-the-way/",)


class Edge:
    """Wraps the whole application, its router's own failures included."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._headers = security_headers(settings)
        self._tells_all = settings.log_level.lower() == "debug"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began, path = time.perf_counter(), scope["path"]  # a mount cuts its prefix off
        request_id = uuid4().hex[:12]
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = request_id
        state["address"] = self._address(scope)
        status, has_begun = 500, False
        leave = TRAFFIC.enter()

        async def dress(message: Message) -> None:
            nonlocal status, has_begun
            if message["type"] == "http.response.start":
                status, has_begun = message["status"], True
                leave()
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in self._headers.items() if name not in present),
                    (b"x-request-id", request_id.encode()),
                ]
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, receive, dress)
        except Exception:
            log.exception("answer_failed", method=scope["method"], path=_without_secret(path))
            if has_begun:
                raise
            await dress({"type": "http.response.start", "status": 500, "headers": [_PLAIN]})
            await dress({"type": "http.response.body", "body": _SORRY, "more_body": False})
        finally:
            leave()
            seconds = time.perf_counter() - began
            self._note(scope, path, status, seconds)

    def _address(self, scope: Scope) -> str:
        client = scope.get("client")
        forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
        return client_address(client[0] if client else "", forwarded.decode("latin-1"), self._settings)

    def _note(self, scope: Scope, path: str, status: int, seconds: float) -> None:
        method = scope["method"]  # type: ignore[typeddict-item]
        template = str(scope.get("path_template") or "unrouted")
        metrics.observe_request(method, template, status, seconds)
        is_quiet = path.startswith(QUIET_PATHS) and status < 400
        if is_quiet and not self._tells_all:
            return
        write = log.debug if is_quiet else log.info
        user = scope.get("user")
        write(
            "request",
            method=method,
            path=_without_secret(path),
            status=status,
            ms=round(seconds * 1000, 1),
            user_id=str(user.user_id) if user else None,
        )


def _without_secret(path: str) -> str:
    return next((start + "…" for start in SECRET_PATHS if path.startswith(start)), path)
