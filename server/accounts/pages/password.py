"""Forgotten passwords and one-use links, in front of the door; and changing one's own behind it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery
from litestar.response import Redirect, Template

from server.accounts import links, profile
from server.accounts.pages.login import enter
from server.accounts.passwords import MAX_LENGTH, MIN_LENGTH
from server.problems import Problem
from server.settings import Settings
from server.web.guards import requires
from server.web.requests import ActorRequest, AnyRequest, address, user_agent

LIMITS = {"min_length": MIN_LENGTH, "max_length": MAX_LENGTH}


class ForgottenForm(msgspec.Struct):
    email: Annotated[str, msgspec.Meta(max_length=200)] = ""


class ChoiceForm(msgspec.Struct):
    token: Annotated[str, msgspec.Meta(max_length=100)] = ""
    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class ChangeForm(msgspec.Struct):
    current: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""


@get("/password/forgotten", opt={"public": True})
async def show_forgotten(request: AnyRequest) -> Template:
    return _forgotten_page("", None, 200)


@post("/password/forgotten", opt={"public": True}, status_code=200)
async def ask_for_reset(
    request: AnyRequest, data: Annotated[ForgottenForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Template:
    if "@" not in data.email:
        return _forgotten_page(data.email, "Escreva o e-mail com que você entra.", 422)
    try:
        await links.ask_for_reset(data.email, now=datetime.now(UTC), address=address(request))
    except Problem as problem:
        return _forgotten_page(data.email, problem.detail, problem.status)
    return Template("accounts/reset_asked.html", context={"email": data.email.strip()})


@get("/password/choose", opt={"public": True})
async def show_choice(request: AnyRequest, token: FromQuery[str] = "") -> Template:
    """Opening the link uses nothing up: mail programs open links, too."""
    holder = await links.find_holder(token, now=datetime.now(UTC), address=address(request))
    return _choice_page(holder, token, None, 200)


@post("/password/choose", opt={"public": True}, status_code=200)
async def choose_password(
    request: AnyRequest, data: Annotated[ChoiceForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    settings: Settings = request.app.state.settings
    now = datetime.now(UTC)
    holder = await links.find_holder(data.token, now=now, address=address(request))
    try:
        login = await links.choose_password(
            data.token,
            data.password,
            now=now,
            settings=settings,
            address=address(request),
            user_agent=user_agent(request),
        )
    except Problem as problem:
        if problem.code != "weak_password":
            raise
        return _choice_page(holder, data.token, problem.detail, problem.status)
    return enter(settings, login)


@get("/profile/password", guards=[requires()])
async def show_change(request: ActorRequest) -> Template:
    return _change_page(None, None, 200)


@post("/profile/password", guards=[requires()], status_code=200)
async def change_password(
    request: ActorRequest, data: Annotated[ChangeForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    try:
        await profile.change_password(
            request.user, data.current, data.password, now=datetime.now(UTC), address=address(request)
        )
    except Problem as problem:
        field = {"wrong_password": "current", "weak_password": "password"}.get(problem.code)
        return _change_page(field, problem.detail, problem.status)
    return Redirect("/profile?done=password", status_code=303)


def _forgotten_page(email: str, message: str | None, status: int) -> Template:
    return Template(
        "accounts/forgotten.html", context={"email": email, "message": message}, status_code=status
    )


def _choice_page(holder: links.LinkHolder, token: str, message: str | None, status: int) -> Template:
    return Template(
        "accounts/choose_password.html",
        context={"holder": holder, "token": token, "message": message, **LIMITS},
        status_code=status,
        headers={"Referrer-Policy": "no-referrer"},  # the token is in the address
    )


def _change_page(field: str | None, message: str | None, status: int) -> Template:
    return Template(
        "accounts/change_password.html",
        context={"field": field, "message": message, **LIMITS},
        status_code=status,
    )


ROUTES = [show_forgotten, ask_for_reset, show_choice, choose_password, show_change, change_password]
