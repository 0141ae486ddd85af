"""Login, logout and "who am I", for browsers and for the field app."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote, unquote
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery
from litestar.response import Redirect, Template

from server.accounts import login as actions
from server.accounts.actor import Actor, Role
from server.mail.mailbox import has_mailbox
from server.problems import Problem
from server.settings import Settings
from server.web.authentication import cookie_name
from server.web.guards import requires
from server.web.kept import MOST_KEPT, fields_of
from server.web.requests import ActorRequest, AnyRequest, address, is_for_person, safe_next, user_agent

REMEMBERED = "remembered-email"
REMEMBER_SECONDS = 365 * 24 * 3600


class LoginForm(msgspec.Struct):
    email: Annotated[str, msgspec.Meta(max_length=200)] = ""
    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    next: str = ""
    remember: str = ""
    kept: Annotated[str, msgspec.Meta(max_length=MOST_KEPT)] = ""
    kept_path: str = ""


class SessionUser(msgspec.Struct):
    id: UUID
    name: str
    role: Role
    reseller_id: UUID


class SessionBody(msgspec.Struct):
    user: SessionUser


@get("/login", opt={"public": True})
async def show_login(request: AnyRequest, next: FromQuery[str] = "") -> Response[Any]:
    target = safe_next(next)
    if request.user is not None:
        return Redirect(target or actions.home_of(request.user.role), status_code=303)
    remembered = unquote(request.cookies.get(REMEMBERED, ""))
    return _page(request, email=remembered, next=target or "", remember=bool(remembered))


@post("/login", opt={"public": True}, status_code=200)
async def log_in(
    request: AnyRequest, data: Annotated[LoginForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    settings: Settings = request.app.state.settings
    is_person = is_for_person(request)
    try:
        if not data.email.strip() or not data.password:
            raise Problem("invalid", fields=[])
        login = await actions.log_in(
            data.email,
            data.password,
            now=datetime.now(UTC),
            settings=settings,
            address=address(request),
            user_agent=user_agent(request),
        )
    except Problem as problem:
        if not is_person:
            raise
        message = "Preencha o e-mail e a senha." if problem.code == "invalid" else problem.detail
        return _page(
            request,
            email=data.email,
            next=safe_next(data.next) or "",
            remember=bool(data.remember),
            message=message,
            status=problem.status,
            retry_after=problem.facts.get("retry_after"),
            kept=data.kept,
            kept_path=safe_next(data.kept_path) or "",
        )
    if is_person:
        entered: Response[Any] | Template = enter(settings, login, safe_next(data.next))
        if data.kept and (path := safe_next(data.kept_path)):
            entered = _resume(path, data.kept)
            entered.set_cookie(session_cookie(settings, login.token))
        entered.set_cookie(_remembered(settings, data.email.strip() if data.remember else None))
        return entered
    body = SessionBody(SessionUser(login.user_id, login.name, login.role, login.reseller_id))
    response = Response(body)
    response.set_cookie(session_cookie(settings, login.token))
    return response


@post("/logout", opt={"public": True}, status_code=200)
async def log_out(request: AnyRequest) -> Response[Any]:
    settings: Settings = request.app.state.settings
    if request.user is not None:
        await actions.log_out(request.user, datetime.now(UTC))
    response: Response[Any] = (
        Redirect("/login", status_code=303) if is_for_person(request) else Response(None, status_code=204)
    )
    response.set_cookie(session_cookie(settings, None))
    return response


@get("/session", guards=[requires()])
async def show_session(request: ActorRequest) -> SessionBody:
    """Who is logged in; 401 for nobody."""
    actor: Actor = request.user
    return SessionBody(SessionUser(actor.user_id, actor.name, actor.role, actor.reseller_id))


@get("/", opt={"public": True})
async def show_home(request: AnyRequest) -> Redirect:
    if request.user is None:
        return Redirect("/login", status_code=303)
    # Who looks as a technician has no phone to look at.
    is_viewed = request.user.viewer_id is not None
    return Redirect("/home" if is_viewed else actions.home_of(request.user.role), status_code=303)


def session_cookie(settings: Settings, token: str | None) -> Cookie:
    """The session's cookie; None takes it back."""
    return Cookie(
        cookie_name(settings),
        value=token or "",
        max_age=settings.session_max_days * 24 * 3600 if token else 0,
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


def enter(settings: Settings, login: actions.Login, target: str | None = None) -> Redirect:
    """Into the portal with a new session."""
    response = Redirect(target or actions.home_of(login.role), status_code=303)
    response.set_cookie(session_cookie(settings, login.token))
    return response


def _remembered(settings: Settings, email: str | None) -> Cookie:
    return Cookie(
        REMEMBERED,
        value=quote(email or ""),
        max_age=REMEMBER_SECONDS if email else 0,
        path="/login",
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


def _page(
    request: AnyRequest,
    *,
    email: str,
    next: str,
    remember: bool,
    message: str | None = None,
    status: int = 200,
    retry_after: int | None = None,
    kept: str = "",
    kept_path: str = "",
) -> Template:
    return Template(
        "accounts/login.html",
        context={
            "email": email,
            "next": next,
            "remember": remember,
            "message": message,
            "has_mailbox": has_mailbox(request.app.state.settings),
            "kept": kept,
            "kept_path": kept_path,
        },
        status_code=status,
        headers={"Retry-After": str(retry_after)} if retry_after else None,
    )


def _resume(path: str, kept: str) -> Template:
    """Logged in again: what was typed before, to be sent now."""
    fields = fields_of(kept)
    told = [value for name, value in fields if value and not name.endswith("_id")]
    return Template("accounts/resume.html", context={"path": path, "fields": fields, "told": told})


ROUTES = [show_login, log_in, log_out, show_session, show_home]
