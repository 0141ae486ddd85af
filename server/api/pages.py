"""Tokens da API, for the admin: made, shown once, watched, revoked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts.confirmation import is_confirmed
from server.accounts.documents import one_line
from server.accounts.user_queries import choices_for
from server.api import document_pages, router, tokens
from server.api.rules import LIFETIMES, NewToken, Reach
from server.api.scopes import SCOPE_NAMES, ApiScope
from server.problems import Problem
from server.web.forms import WHOLE_FORM, Form
from server.web.guards import admin_only
from server.web.requests import ActorRequest, address

PATH = "/api-tokens"
_FIELD_OF_PROBLEM = {"password_needed": "password", "wrong_password": "password"}


@get(PATH, guards=[admin_only])
async def list_tokens(request: ActorRequest, done: FromQuery[str] = "") -> Template:
    now = datetime.now(UTC)
    return Template(
        "api/tokens.html",
        context={
            "tokens": await tokens.list_tokens(request.user),
            "scopes": SCOPE_NAMES,
            "done": done,
            "now": now,
        },
    )


@get(f"{PATH}/new", guards=[admin_only])
async def show_new_token(request: ActorRequest) -> Template:
    form = Form([("days", "90"), ("reach", Reach.COMPANIES.value)])
    return await _form(request, form)


@post(PATH, guards=[admin_only], status_code=200)
async def create_token(request: ActorRequest) -> Response[Any]:
    form = Form((await request.form()).multi_items(), request.user.timezone)
    if form.text("find"):
        return await _form(request, form)
    try:
        _, token = await tokens.create_token(
            request.user, _wanted(form), form.text("password"), datetime.now(UTC), address(request)
        )
    except Problem as problem:
        return await _form(request, _refused(form, problem), status=_status(problem))
    return Template("api/token_made.html", context={"token": token, "name": form.text("name")})


@post(f"{PATH}/{{api_token_id:uuid}}/revocation", guards=[admin_only], status_code=200)
async def revoke_token(request: ActorRequest, api_token_id: FromPath[UUID]) -> Redirect:
    await tokens.revoke_token(request.user, api_token_id, datetime.now(UTC), address(request))
    return Redirect(f"{PATH}?done=revoked", status_code=303)


ROUTES = [
    list_tokens,
    show_new_token,
    create_token,
    revoke_token,
    *document_pages.ROUTES,
    router.operations_router(),
]


def _wanted(form: Form) -> NewToken:
    days = form.text("days")
    is_customers = form.text("reach") == Reach.CUSTOMERS
    return NewToken(
        name=one_line(form.text("name")),
        scopes=form.choices("scopes", ApiScope),
        reach=Reach.CUSTOMERS if is_customers else Reach.COMPANIES,
        company_ids=_ids(form, "company_ids"),
        customer_ids=_ids(form, "customer_ids"),
        days=int(days) if days in {str(one) for one in LIFETIMES} else 0,
    )


def _ids(form: Form, name: str) -> frozenset[UUID]:
    found = set()
    for text in form.all(name):
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return frozenset(found)


def _refused(form: Form, problem: Problem) -> Form:
    """Beside the fields; what is about none of them above the form."""
    if problem.code == "invalid":
        form.errors |= {field["name"]: field["message"] for field in problem.facts["fields"]}
    else:
        form.errors[_FIELD_OF_PROBLEM.get(problem.code, WHOLE_FORM)] = problem.detail
    return form


def _status(problem: Problem) -> int:
    return 422 if problem.code == "password_needed" else problem.status


async def _form(request: ActorRequest, form: Form, *, status: int = 200) -> Template:
    chosen = _ids(form, "customer_ids")
    find = form.text("customer")[:100] if form.text("find") else ""
    return Template(
        "api/new_token.html",
        context={
            "form": form,
            "scopes": SCOPE_NAMES,
            "lifetimes": LIFETIMES,
            "choices": await choices_for(request.user, chosen, find),
            "chosen_companies": _ids(form, "company_ids"),
            "chosen_customers": chosen,
            "find": find,
            "asks_password": not is_confirmed(request.user, datetime.now(UTC)),
        },
        status_code=status,
    )
