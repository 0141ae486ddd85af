"""From an exception to an answer: a problem document for programs, a page for people, a notice for htmx."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect, Template
from litestar.types import ExceptionHandlersMap

from server.problems import Problem
from server.web.requests import is_for_person, is_htmx, request_id

log = structlog.get_logger("pws.web")

DATABASE_AWAY: Any = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)
RETRY_AFTER_SECONDS = 5
# What a person must do before anything else, and where.
GATES = {"second_factor_missing": "/profile/second-factor", "terms_refused": "/consents/refusal"}
# How a program proves who it is (RFC 6750), where it did not.
CHALLENGES = {
    "token_required": 'Bearer realm="PWS"',
    "token_invalid": 'Bearer realm="PWS", error="invalid_token"',
    "scope_missing": 'Bearer realm="PWS", error="insufficient_scope", scope="{scope}"',
}
MEDIA_TYPE = "application/problem+json"
_BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: "login_required",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "invalid",
}


def answer_problem(request: Request[Any, Any, Any], problem: Problem) -> Response[Any]:
    """The answer to a failure of the catalogue."""
    headers = {}
    if "retry_after" in problem.facts:
        headers["Retry-After"] = str(problem.facts["retry_after"])
    if problem.code in CHALLENGES:
        headers["WWW-Authenticate"] = CHALLENGES[problem.code].format_map(problem.facts)
    if not is_for_person(request):
        body = msgspec.json.encode(problem.body(), enc_hook=str)
        return Response(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)
    if problem.code == "login_required":
        return _to_login(request, problem)
    if problem.code in GATES:
        return _to_gate(request, GATES[problem.code])
    context = {
        "problem": problem,
        "request_id": request_id(request.scope),
        # What was not found may be at the company or registration that is not looked at just now.
        "narrowed": _narrowed(request) if problem.code == "not_found" else "",
        "here": request.scope["path"],
    }
    if is_htmx(request):
        # The page and what was typed into it stay; the notice goes where the layout keeps notices.
        headers |= {"HX-Retarget": "#notices", "HX-Reswap": "innerHTML"}
        return Template("errors/_problem.html", context=context, status_code=problem.status, headers=headers)
    # Who is logged in goes on from here by the portal's own ways, as long as the portal itself is well.
    is_inside = request.scope.get("user") is not None and problem.status < 500
    page = "errors/problem_inside.html" if is_inside else "errors/problem.html"
    return Template(page, context=context, status_code=problem.status, headers=headers)


def _narrowed(request: Request[Any, Any, Any]) -> str:
    actor = request.scope.get("user")
    return "" if actor is None else actor.narrowed_name


def _answer_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What Litestar refuses by itself: no route, no such method, a body that does not parse."""
    if isinstance(error, ValidationException) or error.status_code == HTTPStatus.BAD_REQUEST:
        return answer_problem(request, Problem("invalid", fields=_fields(error)))
    code = _BY_STATUS.get(HTTPStatus(error.status_code))
    if code is None:
        return _answer_unexpected(request, error)
    response = answer_problem(request, Problem(code))
    for name, value in (error.headers or {}).items():
        response.headers.setdefault(name, value)
    return response


def _fields(error: HTTPException) -> list[dict[str, str]]:
    """Which parts of the input were wrong, and how; empty when the parser could not say."""
    extra = error.extra if isinstance(error.extra, list) else []
    return [
        {"name": str(item.get("key", "")), "message": str(item.get("message", ""))}
        for item in extra
        if isinstance(item, dict)
    ]


def _answer_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    number = request_id(request.scope)
    log.error("unexpected", method=request.method, path=request.scope["path"], exc_info=error)
    return answer_problem(request, Problem("unexpected", request_id=number))


def _answer_away(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The database does not answer: nothing was written, and trying again will do."""
    log.error("database_away", method=request.method, path=request.scope["path"], error=repr(error))
    return answer_problem(request, Problem("busy", retry_after=RETRY_AFTER_SECONDS))


def _to_login(request: Request[Any, Any, Any], problem: Problem) -> Response[Any]:
    if "kept" in problem.facts and not is_htmx(request):
        context = {
            "email": "",
            "next": problem.facts["begin"],
            "remember": False,
            "message": problem.detail,
            "kept": problem.facts["kept"],
            "kept_path": request.scope["path"],
            "has_mailbox": False,
        }
        return Template("accounts/login.html", context=context, status_code=problem.status)
    path = request.scope["path"]
    query = request.scope["query_string"].decode("latin-1")
    here = f"{path}?{query}" if query else path
    target = "/login?" + urlencode({"next": here}) if request.method == "GET" else "/login"
    if is_htmx(request):
        return Response(b"", status_code=401, headers={"HX-Redirect": "/login"})
    return Redirect(target, status_code=303)


def _to_gate(request: Request[Any, Any, Any], page: str) -> Response[Any]:
    if is_htmx(request):
        return Response(b"", status_code=428, headers={"HX-Redirect": page})
    return Redirect(page, status_code=303)


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    Problem: answer_problem,
    HTTPException: _answer_http,
    Exception: _answer_unexpected,
    **dict.fromkeys(DATABASE_AWAY, _answer_away),
}
