"""Faturamento: the customer's files by month, and how they are published and recalled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from server.accounts.actor import Actor, Role
from server.accounts.scope import READS_BILLING, may_publish_billing
from server.billing import actions, queries
from server.billing.actions import MOST_FILES, Failure, Sent
from server.billing.forms import (
    MONTHS,
    active_filters,
    batch_form,
    query_string,
    read_batch,
    read_filter,
    refuse,
)
from server.billing.pdf import LARGEST
from server.customers.queries import find_customers
from server.problems import Problem
from server.web.forms import Form
from server.web.page_stream import watched
from server.web.requests import ActorRequest, address, is_htmx
from server.web.stores import object_store

PATH = "/billing"
_ONE = f"{PATH}/{{billing_batch_id:uuid}}"
_FILE = f"{_ONE}/files/{{billing_file_id:uuid}}"
# Some files at once, and what surrounds them; a form of the desk has a much lower limit (server/app.py).
UPLOAD_LIMIT = 64 * 1024 * 1024
# A file that somebody else made: saved, not shown; and should it be shown after all, it may do nothing.
_CSP = "default-src 'none'; sandbox"


async def readers_only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The customer's people who are given billing files, and who publishes them."""
    if not _may_read(_actor_of(connection)):
        raise Problem("not_found")


async def publishers_only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The admin, and whom the admin lets publish billing files."""
    if not may_publish_billing(_actor_of(connection)):
        raise Problem("not_found")


@get(PATH, guards=[readers_only])
async def list_billing(request: ActorRequest) -> Template:
    actor = request.user
    form = Form(request.query_params.multi_items(), actor.timezone)
    cursor = form.text("after")
    page = await queries.list_batches(actor, read_filter(form), after=cursor or None)
    context = {
        "page": page,
        "form": form,
        "filters": active_filters(form),
        "may_publish": may_publish_billing(actor),
        "first": PATH + query_string(form) if cursor else None,
        "next": PATH + query_string(form, page.next) if page.next else None,
        "here": PATH + query_string(form, cursor),
    }
    return _answer(request, "index", context, 200 if form.is_valid else 422)


@watched("billing", READS_BILLING | {Role.ADMIN, Role.SERVICE_OPERATOR})
async def follow_billing(actor: Actor, _: UUID | None) -> str:
    """Tells that some file came, went or was opened, not which."""
    if not _may_read(actor):
        raise Problem("not_found")
    return actions.list_topic(actor.reseller_id)


@get(f"{PATH}/new", guards=[publishers_only])
async def new_billing(request: ActorRequest) -> Template:
    """First whose files they are, then the files."""
    form = Form(request.query_params.multi_items(), request.user.timezone)
    customer_id = form.uuid("customer_id")
    if customer_id is not None:
        customer = await queries.find_customer(request.user, customer_id)
        return await _form(request, batch_form(customer["company_id"], _today(request)), customer)
    text = form.text("q")
    found = await find_customers(request.user, text) if text else ()
    return _answer(request, "choose", {"form": form, "customers": found}, 200 if form.is_valid else 422)


@post(PATH, guards=[publishers_only], status_code=200, request_max_body_size=UPLOAD_LIMIT)
async def create_billing(request: ActorRequest) -> Response[Any]:
    """The files come as a stream, larger ones onto the disk; each is looked at before the next is read."""
    body = await request.form()
    uploads = [one for one in body.getall("files", []) if isinstance(one, UploadFile) and one.filename]
    form = Form(
        [(name, value) for name, value in body.multi_items() if isinstance(value, str)],
        request.user.timezone,
    )
    customer_id = form.uuid("customer_id")
    if customer_id is None:
        raise Problem("not_found")
    customer = await queries.find_customer(request.user, customer_id)
    wanted = read_batch(form, _today(request))
    if wanted is None:
        return await _form(request, form, customer, status=422)
    store = object_store(request.app.state.settings)
    sent = [Sent(one.filename, _size(one), one.read) for one in uploads]
    try:
        done = await actions.publish_files(request.user, wanted, sent, store, now=datetime.now(UTC))
    except Problem as problem:
        if problem.code == "not_found":
            raise
        return await _form(request, refuse(form, problem), customer, status=problem.status)
    if done.batch_id is None:
        return await _form(request, form, customer, failures=done.failures, status=422)
    return Redirect(f"{PATH}/{done.batch_id}?done=1", status_code=303)


@get(_ONE, guards=[readers_only])
async def show_billing(request: ActorRequest, billing_batch_id: FromPath[UUID]) -> Template:
    return await _page(request, billing_batch_id)


@get(_FILE, guards=[readers_only])
async def download_file(
    request: ActorRequest, billing_batch_id: FromPath[UUID], billing_file_id: FromPath[UUID]
) -> Stream:
    """As an attachment; noted before its first byte leaves."""
    file = await queries.find_file(request.user, billing_batch_id, billing_file_id)
    store = object_store(request.app.state.settings)
    found = await store.get_async(actions.path_of(file.reseller_id, file.id))
    await actions.note_opening(request.user, file.id, address(request), now=datetime.now(UTC))
    headers = {
        "Content-Disposition": f"attachment; filename=faturamento.pdf; filename*=UTF-8''{quote(file.name)}",
        "Content-Length": str(file.size),
        "Content-Security-Policy": _CSP,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Stream(found.stream(), media_type="application/pdf", headers=headers)


@post(f"{_FILE}/withdrawals", guards=[publishers_only], status_code=200)
async def create_withdrawal(
    request: ActorRequest, billing_batch_id: FromPath[UUID], billing_file_id: FromPath[UUID]
) -> Response[Any]:
    form = Form((await request.form()).multi_items(), request.user.timezone)
    try:
        await actions.withdraw(
            request.user, billing_batch_id, billing_file_id, form.text("reason"), now=datetime.now(UTC)
        )
    except Problem as problem:
        if problem.code == "not_found":
            raise
        refused = (billing_file_id, refuse(form, problem))
        return await _page(request, billing_batch_id, refused=refused, status=problem.status)
    return Redirect(f"{PATH}/{billing_batch_id}", status_code=303)


ROUTES = [list_billing, new_billing, create_billing, show_billing, download_file, create_withdrawal]


async def _form(
    request: ActorRequest,
    form: Form,
    customer: dict[str, Any],
    *,
    failures: Sequence[Failure] = (),
    status: int = 200,
) -> Template:
    context = {
        "form": form,
        "customer": customer,
        "companies": await queries.company_choices(request.user),
        "contracts": await queries.contract_choices(request.user, customer["id"]),
        "months": MONTHS,
        "failures": failures,
        "most_files": MOST_FILES,
        "largest_mb": LARGEST // 1024 // 1024,
    }
    return _answer(request, "new", context, status)


async def _page(
    request: ActorRequest, batch_id: UUID, *, refused: tuple[UUID, Form] | None = None, status: int = 200
) -> Template:
    batch = await queries.get_batch(request.user, batch_id)
    context = {
        "batch": batch,
        "may_publish": may_publish_billing(request.user),
        "is_done": "done" in request.query_params,
        "withdrawal_of": lambda file: refused[1] if refused and refused[0] == file.id else Form(),
        "here": f"{PATH}/{batch_id}",
    }
    return _answer(request, "show", context, status)


def _actor_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Actor:
    actor: Actor | None = connection.scope.get("user")
    if actor is None:
        raise Problem("login_required")
    return actor


def _may_read(actor: Actor) -> bool:
    return actor.role in READS_BILLING or may_publish_billing(actor)


def _today(request: ActorRequest) -> date:
    return datetime.now(ZoneInfo(request.user.timezone)).date()


def _size(upload: UploadFile) -> int:
    upload.file.seek(0, 2)
    size = upload.file.tell()
    upload.file.seek(0)
    return size


def _answer(request: ActorRequest, name: str, context: dict[str, Any], status: int) -> Template:
    part = "_" if is_htmx(request) else ""
    return Template(
        f"billing/{part}{name}.html", context=context, status_code=status, headers={"Vary": "HX-Request"}
    )
