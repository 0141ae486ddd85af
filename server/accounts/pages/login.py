"""Login, logout and "who am I", for browsers and for the field app."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlencode
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
CHALLENGE = "login-challenge"
REMEMBER_SECONDS = 365 * 24 * 3600


class LoginForm(msgspec.Struct):
    email: Annotated[str, msgspec.Meta(max_length=200)] = ""
    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    code: Annotated[str, msgspec.Meta(max_length=40)] = ""
    next: str = ""
    remember: str = ""
    kept: Annotated[str, msgspec.Meta(max_length=MOST_KEPT)] = ""
    kept_path: str = ""


class CodeForm(msgspec.Struct):
    code: Annotated[str, msgspec.Meta(max_length=40)] = ""
    next: str = ""
    kept: Annotated[str, msgspec.Meta(max_length=MOST_KEPT)] = ""
    kept_path: str = ""


class SessionUser(msgspec.Struct):
    id: UUID
    name: str
    role: Role
    reseller_id: UUID
    # The phone shows the way to them when it has a network, and holds nothing up.
    has_open_policies: bool = False


class SessionBody(msgspec.Struct):
    user: SessionUser


@get("/login", opt={"public": True})
async def show_login(request: AnyRequest, next: FromQuery[str] = "") -> Response[Any]:
    target = safe_next(next)
    if request.user is not None:
        return Redirect(target or actions.home_of(request.user.role), status_code=303)
    remembered = unquote(request.cookies.get(REMEMBERED, ""))
    return login_page(request, email=remembered, next=target or "", remember=bool(remembered))


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
            code=data.code,
        )
        if isinstance(login, actions.Challenge) and not is_person:
            raise Problem("second_factor_required")
    except Problem as problem:
        if not is_person:
            raise
        message = "Preencha o e-mail e a senha." if problem.code == "invalid" else problem.detail
        return login_page(
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
        entered = _enter(settings, login, data)
        entered.set_cookie(_remembered(settings, data.email.strip() if data.remember else None))
        return entered
    assert isinstance(login, actions.Login)
    body = SessionBody(
        SessionUser(login.user_id, login.name, login.role, login.reseller_id, login.has_open_policies)
    )
    response = Response(body)
    response.set_cookie(session_cookie(settings, login.token))
    return response


@get("/login/code", opt={"public": True})
async def show_code(request: AnyRequest, next: FromQuery[str] = "") -> Response[Any]:
    try:
        await actions.find_challenge(_challenge_token(request), datetime.now(UTC))
    except Problem:
        return Redirect("/login", status_code=303)
    return _code_page(CodeForm(next=safe_next(next) or ""), None, 200)


@post("/login/code", opt={"public": True}, status_code=200)
async def answer_challenge(
    request: AnyRequest, data: Annotated[CodeForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    settings: Settings = request.app.state.settings
    target = safe_next(data.next)
    try:
        login = await actions.answer_challenge(
            _challenge_token(request),
            data.code,
            now=datetime.now(UTC),
            settings=settings,
            address=address(request),
            user_agent=user_agent(request),
        )
    except Problem as problem:
        if problem.code == "challenge_spent":
            return login_page(request, next=target or "", message=problem.detail, status=problem.status)
        status = 422 if problem.code == "wrong_code" else problem.status
        return _code_page(data, problem.detail, status)
    return _enter(settings, login, data)


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


@get("/session", guards=[requires()], opt={"before_gate": True})
async def show_session(request: ActorRequest) -> SessionBody:
    """Who is logged in; 401 for nobody."""
    actor: Actor = request.user
    return SessionBody(
        SessionUser(actor.user_id, actor.name, actor.role, actor.reseller_id, actor.has_open_policies)
    )


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


def enter(
    settings: Settings, login: actions.Login | actions.Challenge, target: str | None = None
) -> Redirect:
    """Into the portal with a new session, or to the question for the code."""
    if isinstance(login, actions.Challenge):
        asked = Redirect("/login/code?" + urlencode({"next": target or ""}), status_code=303)
        asked.set_cookie(_challenge_cookie(settings, login.token))
        return asked
    target = target or actions.home_of(login.role)
    if login.has_open_policies:
        target = "/consents?" + urlencode({"next": target})
    response = Redirect(target, status_code=303)
    response.set_cookie(session_cookie(settings, login.token))
    response.set_cookie(_challenge_cookie(settings, None))
    return response


def _enter(
    settings: Settings, login: actions.Login | actions.Challenge, data: LoginForm | CodeForm
) -> Redirect | Template:
    """The same, with what was typed before the session ended carried along to where it can be sent."""
    path = safe_next(data.kept_path) if data.kept else None
    if path is None:
        return enter(settings, login, safe_next(data.next))
    if isinstance(login, actions.Challenge):
        asked = _code_page(CodeForm(next=data.next, kept=data.kept, kept_path=path), None, 200)
        asked.set_cookie(_challenge_cookie(settings, login.token))
        return asked
    resumed = _resume(path, data.kept)
    resumed.set_cookie(session_cookie(settings, login.token))
    return resumed


def _challenge_cookie(settings: Settings, token: str | None) -> Cookie:
    return Cookie(
        CHALLENGE,
        value=token or "",
        max_age=int(actions.CHALLENGE_LIFETIME.total_seconds()) if token else 0,
        path="/login",
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


def _challenge_token(request: AnyRequest) -> str:
    return request.cookies.get(CHALLENGE, "")


def _code_page(data: CodeForm, message: str | None, status: int) -> Template:
    context = {
        "next": safe_next(data.next) or "",
        "kept": data.kept,
        "kept_path": safe_next(data.kept_path) or "",
        "message": message,
    }
    return Template("accounts/login_code.html", context=context, status_code=status)


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


def login_page(
    request: AnyRequest,
    *,
    email: str = "",
    next: str = "",
    remember: bool = False,
    message: str | None = None,
    status: int = 200,
    retry_after: int | None = None,
    kept: str = "",
    kept_path: str = "",
    look: Any = None,
) -> Template:
    """`look`: of the reseller whose site led here (server/branding)."""
    return Template(
        "accounts/login.html",
        context={
            "look": look,
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


ROUTES = [
    show_login,
    log_in,
    show_code,
    answer_challenge,
    log_out,
    show_session,
    show_home,
]
