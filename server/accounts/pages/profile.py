"""One's own page: who one is here, where one is logged in, which phones are enrolled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts import devices, profile
from server.accounts.addresses import find_awaited
from server.accounts.documents import is_email
from server.accounts.scope import find_visible
from server.accounts.tables import User
from server.problems import Problem
from server.settings import Settings
from server.web.guards import requires
from server.web.requests import ActorRequest, address


class ProfileForm(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(max_length=120)] = ""
    secondary_email: Annotated[str, msgspec.Meta(max_length=200)] = ""


@get("/profile", guards=[requires()])
async def show_profile(request: ActorRequest, done: FromQuery[str] = "") -> Template:
    user = await find_visible(request.user, User, request.user.user_id)
    return await _page(request, user.name, user.secondary_email, {}, done, 200)


@post("/profile", guards=[requires()], status_code=200)
async def edit_profile(
    request: ActorRequest, data: Annotated[ProfileForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    name, secondary = " ".join(data.name.split()), data.secondary_email.strip()
    faults = {}
    if len(name) < 2:
        faults["name"] = "Escreva o seu nome."
    if secondary and not is_email(secondary):
        faults["secondary_email"] = "Escreva um e-mail válido, ou deixe em branco."
    if not faults:
        try:
            await profile.edit_profile(
                request.user,
                name=name,
                secondary_email=secondary,
                now=datetime.now(UTC),
                address=address(request),
            )
        except Problem as problem:
            faults["secondary_email"] = problem.detail
    if faults:
        return await _page(request, data.name, data.secondary_email, faults, "", 422)
    return Redirect("/profile?done=profile", status_code=303)


@get("/profile/devices", guards=[requires()])
async def show_devices(request: ActorRequest) -> Template:
    settings: Settings = request.app.state.settings
    actor = request.user
    return Template(
        "accounts/devices.html",
        context={
            "sessions": await devices.list_sessions(actor, actor.user_id, datetime.now(UTC), settings),
            "devices": await devices.list_devices(actor, actor.user_id),
        },
    )


@post("/sessions/{session_id:uuid}/revocation", guards=[requires()], status_code=200)
async def revoke_session(request: ActorRequest, session_id: FromPath[UUID]) -> Redirect:
    owner = await devices.revoke_session(request.user, session_id, datetime.now(UTC), address(request))
    return _back(request, owner)


@post("/devices/{client_id:uuid}/revocation", guards=[requires()], status_code=200)
async def revoke_device(request: ActorRequest, client_id: FromPath[UUID]) -> Redirect:
    owner = await devices.revoke_device(request.user, client_id, datetime.now(UTC), address(request))
    return _back(request, owner)


def _back(request: ActorRequest, owner: UUID) -> Redirect:
    is_own = owner == request.user.user_id
    return Redirect("/profile/devices" if is_own else f"/users/{owner}", status_code=303)


async def _page(
    request: ActorRequest, name: str, secondary_email: str, faults: dict[str, str], done: str, status: int
) -> Template:
    user = await find_visible(request.user, User, request.user.user_id)
    return Template(
        "accounts/profile.html",
        context={
            "name": name,
            "secondary_email": secondary_email,
            "is_secondary_proved": user.secondary_email_at is not None,
            "awaited": await find_awaited(user.id, datetime.now(UTC)),
            "faults": faults,
            "done": done,
        },
        status_code=status,
    )


ROUTES = [show_profile, edit_profile, show_devices, revoke_session, revoke_device]
