"""The reseller's people, for its admin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts import devices, second_factor, user_queries, users
from server.accounts.actor import Role
from server.accounts.addresses import find_awaited
from server.accounts.confirmation import is_confirmed
from server.accounts.pages.user_form import is_searching, read_password, read_rights, search_text
from server.accounts.rights import MAIL_EVENTS, Rights
from server.accounts.tables import User
from server.accounts.user_filter import COLUMN_NAMES, OPERATOR_NAMES, query_of, read_filter
from server.problems import Problem
from server.settings import Settings
from server.web.forms import Form
from server.web.guards import admin_only
from server.web.requests import ActorRequest, address

NEWCOMER = Rights(name="", email="", role=Role.TECHNICIAN)


@get("/users", guards=[admin_only])
async def list_users(request: ActorRequest) -> Template:
    form = Form(request.query_params.multi_items())
    wanted = read_filter(form)
    cursor = form.text("after")
    found = await user_queries.list_users(request.user, wanted, after=cursor or None)
    return Template(
        "accounts/users.html",
        context={
            "wanted": wanted,
            "found": found,
            "columns": COLUMN_NAMES,
            "operators": OPERATOR_NAMES,
            "first": "/users" + query_of(wanted) if cursor else None,
            "next": "/users" + query_of(wanted, after=found.next) if found.next else None,
            "query_of": query_of,
        },
    )


@get("/users/new", guards=[admin_only])
async def show_new_user(request: ActorRequest) -> Template:
    return await _form(request, NEWCOMER, None, {}, 200)


@post("/users", guards=[admin_only], status_code=200)
async def invite_user(request: ActorRequest) -> Response[Any]:
    form = await request.form()
    rights = read_rights(form)
    if is_searching(form):
        return await _form(request, rights, None, {}, 200, find=search_text(form))
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
    form = await request.form()
    rights = read_rights(form)
    if is_searching(form):
        return await _form(request, rights, user, {}, 200, find=search_text(form))
    try:
        is_awaited = await users.edit_user(
            request.user, user_id, rights, read_password(form), datetime.now(UTC), address(request)
        )
    except Problem as problem:
        status = 422 if problem.code == "password_needed" else problem.status
        return await _form(request, rights, user, _faults(problem), status)
    return Redirect(f"/users/{user_id}?done={'awaited' if is_awaited else 'edited'}", status_code=303)


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


@post("/users/{user_id:uuid}/second-factor/reset", guards=[admin_only], status_code=200)
async def reset_second_factor(request: ActorRequest, user_id: FromPath[UUID]) -> Response[Any]:
    """For somebody who lost the phone and the recovery codes."""
    user, rights = await user_queries.show_user(request.user, user_id)
    password = read_password(await request.form())
    try:
        await second_factor.reset_for(request.user, user_id, password, datetime.now(UTC), address(request))
    except Problem as problem:
        status = 422 if problem.code == "password_needed" else problem.status
        faults = {f"reset_{name}" if name else name: text for name, text in _faults(problem).items()}
        return await _form(request, rights, user, faults, status)
    return Redirect(f"/users/{user_id}?done=second-factor", status_code=303)


@post("/users/{user_id:uuid}/sessions/revocation", guards=[admin_only], status_code=200)
async def revoke_sessions(request: ActorRequest, user_id: FromPath[UUID]) -> Redirect:
    await devices.revoke_every_session(request.user, user_id, datetime.now(UTC), address(request))
    return Redirect(f"/users/{user_id}?done=sessions", status_code=303)


def _faults(problem: Problem) -> dict[str, str]:
    """What went wrong, beside the field it is about; about none of them under the empty name."""
    if problem.code == "invalid":
        return {field["name"]: field["message"] for field in problem.facts["fields"]}
    fields = {"email_taken": "email", "password_needed": "password", "wrong_password": "password"}
    return {fields.get(problem.code, ""): problem.detail}


async def _form(
    request: ActorRequest,
    rights: Rights,
    user: User | None,
    faults: dict[str, str],
    status: int,
    done: str = "",
    find: str = "",
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
            "choices": await user_queries.choices_for(request.user, rights.customer_ids, find),
            "find": find,
            "awaited": await find_awaited(user.id, now) if user else "",
            "mail_events": MAIL_EVENTS,
            "asks_password": not is_confirmed(request.user, now),
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
    reset_second_factor,
    revoke_sessions,
]
