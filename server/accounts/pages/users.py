"""The reseller's people, for its admin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts import devices, user_queries, users
from server.accounts.actor import Role
from server.accounts.pages.user_form import read_rights
from server.accounts.rights import MAIL_EVENTS, Rights
from server.accounts.tables import User
from server.accounts.user_queries import UserFilter
from server.problems import Problem
from server.settings import Settings
from server.web.guards import admin_only
from server.web.requests import ActorRequest, address

NEWCOMER = Rights(name="", email="", role=Role.TECHNICIAN)


@get("/users", guards=[admin_only])
async def list_users(
    request: ActorRequest,
    q: FromQuery[str] = "",
    role: FromQuery[str] = "",
    activity: FromQuery[str] = "active",
    sort: FromQuery[str] = "name",
    page: FromQuery[int] = 1,
) -> Template:
    wanted = UserFilter(
        text=q[:200],
        role=Role(role) if role in {item.value for item in Role} else None,
        activity=activity if activity in {"active", "inactive", "all"} else "active",
        sort=sort.removeprefix("-"),
        descending=sort.startswith("-"),
        page=page,
    )
    found = await user_queries.list_users(request.user, wanted)
    return Template("accounts/users.html", context={"wanted": wanted, "found": found})


@get("/users/new", guards=[admin_only])
async def show_new_user(request: ActorRequest) -> Template:
    return await _form(request, NEWCOMER, None, {}, 200)


@post("/users", guards=[admin_only], status_code=200)
async def invite_user(request: ActorRequest) -> Response[Any]:
    rights = read_rights(await request.form())
    try:
        user_id = await users.invite_user(request.user, rights, datetime.now(UTC), address(request))
    except Problem as problem:
        return await _form(request, rights, None, _faults(problem), problem.status)
    return Redirect(f"/users/{user_id}?done=invited", status_code=303)


@get("/users/{user_id:uuid}", guards=[admin_only])
async def show_user(request: ActorRequest, user_id: FromPath[UUID], done: FromQuery[str] = "") -> Template:
    user, rights = await user_queries.show_user(request.user, user_id)
    return await _form(request, rights, user, {}, 200, done)


@post("/users/{user_id:uuid}", guards=[admin_only], status_code=200)
async def edit_user(request: ActorRequest, user_id: FromPath[UUID]) -> Response[Any]:
    user, _ = await user_queries.show_user(request.user, user_id)
    rights = read_rights(await request.form())
    try:
        await users.edit_user(request.user, user_id, rights, datetime.now(UTC), address(request))
    except Problem as problem:
        return await _form(request, rights, user, _faults(problem), problem.status)
    return Redirect(f"/users/{user_id}?done=edited", status_code=303)


@post("/users/{user_id:uuid}/link", guards=[admin_only], status_code=200)
async def send_link(request: ActorRequest, user_id: FromPath[UUID]) -> Redirect:
    """A letter with a one-use link; the admin neither sees nor types a password."""
    await users.send_link(request.user, user_id, address(request))
    return Redirect(f"/users/{user_id}?done=link", status_code=303)


@post("/users/{user_id:uuid}/deactivation", guards=[admin_only], status_code=200)
async def deactivate_user(request: ActorRequest, user_id: FromPath[UUID]) -> Response[Any]:
    try:
        await users.deactivate_user(request.user, user_id, datetime.now(UTC), address(request))
    except Problem as problem:
        if problem.code not in {"last_admin", "own_account"}:
            raise
        user, rights = await user_queries.show_user(request.user, user_id)
        return await _form(request, rights, user, _faults(problem), problem.status)
    return Redirect(f"/users/{user_id}?done=deactivated", status_code=303)


@post("/users/{user_id:uuid}/reactivation", guards=[admin_only], status_code=200)
async def reactivate_user(request: ActorRequest, user_id: FromPath[UUID]) -> Redirect:
    await users.reactivate_user(request.user, user_id, address(request))
    return Redirect(f"/users/{user_id}?done=reactivated", status_code=303)


@post("/users/{user_id:uuid}/sessions/revocation", guards=[admin_only], status_code=200)
async def revoke_sessions(request: ActorRequest, user_id: FromPath[UUID]) -> Redirect:
    await devices.revoke_every_session(request.user, user_id, datetime.now(UTC), address(request))
    return Redirect(f"/users/{user_id}?done=sessions", status_code=303)


def _faults(problem: Problem) -> dict[str, str]:
    """What went wrong, beside the field it is about; about none of them under the empty name."""
    if problem.code == "invalid":
        return {field["name"]: field["message"] for field in problem.facts["fields"]}
    return {{"email_taken": "email"}.get(problem.code, ""): problem.detail}


async def _form(
    request: ActorRequest,
    rights: Rights,
    user: User | None,
    faults: dict[str, str],
    status: int,
    done: str = "",
) -> Template:
    settings: Settings = request.app.state.settings
    now = datetime.now(UTC)
    return Template(
        "accounts/user.html",
        context={
            "user": user,
            "rights": rights,
            "faults": faults,
            "done": done,
            "choices": await user_queries.choices_for(request.user),
            "mail_events": MAIL_EVENTS,
            "sessions": await devices.list_sessions(request.user, user.id, now, settings) if user else [],
            "devices": await devices.list_devices(request.user, user.id) if user else [],
        },
        status_code=status,
    )


ROUTES = [
    list_users,
    show_new_user,
    invite_user,
    show_user,
    edit_user,
    send_link,
    deactivate_user,
    reactivate_user,
    revoke_sessions,
]
