"""Webhooks, for the admin: endpoints, their secrets, and what became of each delivery."""

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
from server.problems import Problem
from server.web.forms import WHOLE_FORM, Form
from server.web.guards import admin_only
from server.web.requests import ActorRequest, address
from server.webhooks import endpoints, queries
from server.webhooks.endpoints import EndpointDetails
from server.webhooks.kinds import KIND_NAMES, TEST, WebhookKind
from server.webhooks.queries import EndpointView
from server.webhooks.rules import State

PATH = "/webhooks"
ONE = f"{PATH}/{{webhook_endpoint_id:uuid}}"
STATE_NAMES = {
    State.WAITING: "Na fila",
    State.SENDING: "Enviando",
    State.SENT: "Entregue",
    State.DEAD: "Falhou",
}
_FIELD_OF_PROBLEM = {"password_needed": "password", "wrong_password": "password"}


@get(PATH, guards=[admin_only])
async def list_endpoints(request: ActorRequest) -> Template:
    found = await queries.list_endpoints(request.user)
    return Template("webhooks/index.html", context={"endpoints": found, "kinds": KIND_NAMES})


@get(f"{PATH}/new", guards=[admin_only])
async def show_new_endpoint(request: ActorRequest) -> Template:
    return await _form(request, Form(), None)


@post(PATH, guards=[admin_only], status_code=200)
async def create_endpoint(request: ActorRequest) -> Response[Any]:
    form = await _sent(request)
    try:
        endpoint_id, secret = await endpoints.add_endpoint(
            request.user,
            _wanted(form),
            form.text("password"),
            request.app.state.settings,
            datetime.now(UTC),
            address(request),
        )
    except Problem as problem:
        return await _form(request, _refused(form, problem), None, status=_status(problem))
    return _secret(endpoint_id, secret, is_new=True)


@get(ONE, guards=[admin_only])
async def show_endpoint(
    request: ActorRequest,
    webhook_endpoint_id: FromPath[UUID],
    done: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Template:
    return await _page(request, webhook_endpoint_id, done=done, after=after)


@get(f"{ONE}/edit", guards=[admin_only])
async def show_edit(request: ActorRequest, webhook_endpoint_id: FromPath[UUID]) -> Template:
    endpoint = await queries.get_endpoint(request.user, webhook_endpoint_id)
    shown = Form(
        [
            ("url", endpoint.url),
            ("description", endpoint.description),
            *(("kinds", kind.value) for kind in endpoint.kinds),
            *(("company_ids", one) for one in endpoint.company_ids),
        ]
    )
    return await _form(request, shown, endpoint)


@post(ONE, guards=[admin_only], status_code=200)
async def edit_endpoint(request: ActorRequest, webhook_endpoint_id: FromPath[UUID]) -> Response[Any]:
    endpoint, form = await queries.get_endpoint(request.user, webhook_endpoint_id), await _sent(request)
    try:
        await endpoints.edit_endpoint(
            request.user,
            webhook_endpoint_id,
            _wanted(form),
            form.text("password"),
            request.app.state.settings,
            datetime.now(UTC),
            address(request),
        )
    except Problem as problem:
        return await _form(request, _refused(form, problem), endpoint, status=_status(problem))
    return _back(webhook_endpoint_id, "edited")


@post(f"{ONE}/secrets", guards=[admin_only], status_code=200)
async def create_secret(request: ActorRequest, webhook_endpoint_id: FromPath[UUID]) -> Response[Any]:
    form = await _sent(request)
    try:
        secret = await endpoints.rotate_secret(
            request.user,
            webhook_endpoint_id,
            form.text("password"),
            request.app.state.settings,
            datetime.now(UTC),
            address(request),
        )
    except Problem as problem:
        if problem.code == "not_found":
            raise
        return await _page(
            request, webhook_endpoint_id, rotation=_refused(form, problem), status=_status(problem)
        )
    return _secret(webhook_endpoint_id, secret, is_new=False)


@post(f"{ONE}/deactivation", guards=[admin_only], status_code=200)
async def create_deactivation(request: ActorRequest, webhook_endpoint_id: FromPath[UUID]) -> Redirect:
    await endpoints.stop_endpoint(request.user, webhook_endpoint_id, datetime.now(UTC), address(request))
    return _back(webhook_endpoint_id, "stopped")


@post(f"{ONE}/reactivation", guards=[admin_only], status_code=200)
async def create_reactivation(request: ActorRequest, webhook_endpoint_id: FromPath[UUID]) -> Redirect:
    await endpoints.resume_endpoint(request.user, webhook_endpoint_id, address(request))
    return _back(webhook_endpoint_id, "resumed")


@post(f"{ONE}/tests", guards=[admin_only], status_code=200)
async def create_test(request: ActorRequest, webhook_endpoint_id: FromPath[UUID]) -> Redirect:
    await endpoints.send_test(request.user, webhook_endpoint_id, datetime.now(UTC))
    return _back(webhook_endpoint_id, "tested")


@post(f"{ONE}/repetitions", guards=[admin_only], status_code=200)
async def create_repetitions(request: ActorRequest, webhook_endpoint_id: FromPath[UUID]) -> Redirect:
    await endpoints.repeat_all(request.user, webhook_endpoint_id, datetime.now(UTC))
    return _back(webhook_endpoint_id, "repeated")


@post(f"{ONE}/deliveries/{{webhook_delivery_id:uuid}}/repetitions", guards=[admin_only], status_code=200)
async def create_repetition(
    request: ActorRequest, webhook_endpoint_id: FromPath[UUID], webhook_delivery_id: FromPath[UUID]
) -> Redirect:
    await endpoints.repeat(request.user, webhook_endpoint_id, webhook_delivery_id, datetime.now(UTC))
    return _back(webhook_endpoint_id, "repeated")


ROUTES = [
    list_endpoints,
    show_new_endpoint,
    create_endpoint,
    show_endpoint,
    show_edit,
    edit_endpoint,
    create_secret,
    create_deactivation,
    create_reactivation,
    create_test,
    create_repetitions,
    create_repetition,
]


async def _sent(request: ActorRequest) -> Form:
    return Form((await request.form()).multi_items(), request.user.timezone)


def _wanted(form: Form) -> EndpointDetails:
    companies = set()
    for text in form.all("company_ids"):
        try:
            companies.add(UUID(text))
        except ValueError:
            continue
    return EndpointDetails(
        url=form.text("url"),
        description=one_line(form.text("description")),
        kinds=form.choices("kinds", WebhookKind),
        company_ids=frozenset(companies),
    )


def _refused(form: Form, problem: Problem) -> Form:
    if problem.code == "invalid":
        form.errors |= {field["name"]: field["message"] for field in problem.facts["fields"]}
    else:
        form.errors[_FIELD_OF_PROBLEM.get(problem.code, WHOLE_FORM)] = problem.detail
    return form


def _status(problem: Problem) -> int:
    return 422 if problem.code == "password_needed" else problem.status


def _back(endpoint_id: UUID, done: str) -> Redirect:
    return Redirect(f"{PATH}/{endpoint_id}?done={done}", status_code=303)


def _secret(endpoint_id: UUID, secret: str, *, is_new: bool) -> Template:
    context = {"endpoint_id": endpoint_id, "secret": secret, "is_new": is_new}
    return Template("webhooks/secret.html", context=context)


async def _form(
    request: ActorRequest, form: Form, endpoint: EndpointView | None, *, status: int = 200
) -> Template:
    return Template(
        "webhooks/form.html",
        context={
            "form": form,
            "endpoint": endpoint,
            "kinds": KIND_NAMES,
            "companies": (await choices_for(request.user)).companies,
            "asks_password": not is_confirmed(request.user, datetime.now(UTC)),
        },
        status_code=status,
    )


async def _page(
    request: ActorRequest,
    endpoint_id: UUID,
    *,
    done: str = "",
    after: str = "",
    rotation: Form | None = None,
    status: int = 200,
) -> Template:
    now = datetime.now(UTC)
    endpoint = await queries.get_endpoint(request.user, endpoint_id)
    here = f"{PATH}/{endpoint_id}"
    page = await queries.list_deliveries(request.user, endpoint_id, after=after or None)
    return Template(
        "webhooks/show.html",
        context={
            "endpoint": endpoint,
            "page": page,
            "dead": await queries.count_dead(request.user, endpoint_id),
            "kinds": KIND_NAMES,
            "names": {TEST: "Teste", **{kind.value: name for kind, name in KIND_NAMES.items()}},
            "states": STATE_NAMES,
            "companies": (await choices_for(request.user)).companies,
            "is_rotating": endpoint.old_secret_until is not None and now < endpoint.old_secret_until,
            "rotation": rotation or Form(),
            "asks_password": not is_confirmed(request.user, now),
            "done": done,
            "first": here if after else None,
            "next": f"{here}?after={page.next}" if page.next else None,
        },
        status_code=status,
    )
