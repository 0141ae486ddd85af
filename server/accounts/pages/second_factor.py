"""One's own second factor: set up with a QR code, its recovery codes shown once, taken away again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import segno
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery
from litestar.response import Redirect, Template

from server.accounts import second_factor
from server.accounts.confirmation import is_confirmed
from server.problems import Problem
from server.settings import Settings
from server.web.guards import requires
from server.web.requests import ActorRequest, address

PATH = "/profile/second-factor"
OPEN = {"before_gate": True}


class CodeForm(msgspec.Struct):
    code: Annotated[str, msgspec.Meta(max_length=40)] = ""


class PasswordForm(msgspec.Struct):
    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""


@get(PATH, guards=[requires()], opt=OPEN)
async def show_second_factor(request: ActorRequest, done: FromQuery[str] = "") -> Template:
    return await _page(request, {}, 200)


@post(PATH, guards=[requires()], status_code=200, opt=OPEN)
async def confirm_second_factor(
    request: ActorRequest, data: Annotated[CodeForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    settings: Settings = request.app.state.settings
    if request.user.has_second_factor:
        return Redirect(PATH, status_code=303)
    try:
        codes = await second_factor.confirm_setup(
            request.user, data.code, settings=settings, now=datetime.now(UTC), address=address(request)
        )
    except Problem as problem:
        status = 422 if problem.code == "wrong_code" else problem.status
        return await _page(request, {"code": problem.detail}, status)
    return _codes_page(codes)


@post(f"{PATH}/codes", guards=[requires()], status_code=200)
async def renew_codes(
    request: ActorRequest, data: Annotated[PasswordForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    try:
        codes = await second_factor.renew_codes(
            request.user, data.password, datetime.now(UTC), address(request)
        )
    except Problem as problem:
        return await _refused(request, problem)
    return _codes_page(codes)


@post(f"{PATH}/removal", guards=[requires()], status_code=200)
async def remove_second_factor(
    request: ActorRequest, data: Annotated[PasswordForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    settings: Settings = request.app.state.settings
    try:
        await second_factor.remove(
            request.user, data.password, settings=settings, now=datetime.now(UTC), address=address(request)
        )
    except Problem as problem:
        return await _refused(request, problem)
    return Redirect("/profile?done=second-factor-off", status_code=303)


async def _refused(request: ActorRequest, problem: Problem) -> Response[Any]:
    """The form again, with what is wrong beside the password."""
    if not request.user.has_second_factor:
        return Redirect(PATH, status_code=303)
    is_password = problem.code in {"password_needed", "wrong_password"}
    faults = {"password" if is_password else "": problem.detail}
    return await _page(request, faults, 422 if is_password else problem.status)


async def _page(request: ActorRequest, faults: dict[str, str], status: int) -> Template:
    settings: Settings = request.app.state.settings
    actor, now = request.user, datetime.now(UTC)
    context: dict[str, Any] = {
        "faults": faults,
        "is_required": actor.role in settings.two_factor_roles,
        "asks_password": not is_confirmed(actor, now),
        "is_on": actor.has_second_factor,
    }
    if actor.has_second_factor:
        context["codes_left"] = await second_factor.count_codes(actor)
    else:
        setup = await second_factor.begin_setup(actor, settings, now)
        context["secret"] = " ".join(setup.secret[start : start + 4] for start in range(0, 32, 4))
        context["uri"] = setup.uri
        context["picture"] = segno.make(setup.uri, error="m").svg_data_uri(scale=5, border=2, light="#fff")
    return Template("accounts/second_factor.html", context=context, status_code=status)


def _codes_page(codes: list[str]) -> Template:
    return Template("accounts/recovery_codes.html", context={"codes": codes})


ROUTES = [show_second_factor, confirm_second_factor, renew_codes, remove_second_factor]
