"""The page behind a mail's way out: says what will stop, and stops it by POST, as mail programs do, too."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Template

from server.notifications.unsubscribing import PATH, read, unsubscribe
from server.settings import Settings
from server.web.requests import AnyRequest


@get(PATH, opt={"public": True, "without_session": True})
async def show_unsubscription(request: AnyRequest, token: FromQuery[str] = "") -> Template:
    return _page(request, token, is_done=False)


@post(PATH, opt={"public": True, "without_session": True}, status_code=200)
async def create_unsubscription(request: AnyRequest, token: FromQuery[str] = "") -> Template:
    wanted = read(token, _settings(request))
    if wanted is not None:
        await unsubscribe(wanted)
    return _page(request, token, is_done=True)


ROUTES = [show_unsubscription, create_unsubscription]


def _page(request: AnyRequest, token: str, *, is_done: bool) -> Template:
    wanted = read(token, _settings(request))
    context: dict[str, Any] = {"wanted": wanted, "token": token, "is_done": is_done}
    return Template(
        "notifications/unsubscription.html",
        context=context,
        status_code=200 if wanted is not None else 404,
        headers={"Referrer-Policy": "no-referrer"},
    )


def _settings(request: AnyRequest) -> Settings:
    settings: Settings = request.app.state.settings
    return settings
