"""The page behind the link: a customer's machines, what they showed last, and what they show now.

It is public: whoever has the address may answer. It names machines and their counters, nothing else of the
customer, and asks that nobody keeps, indexes or passes on its address.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect, Template

from server.attachments.rules import MAX_BYTES
from server.problems import Problem
from server.reading_requests import answering
from server.reading_requests.answering import Outcome
from server.reading_requests.forms import read_told, refuse
from server.reading_requests.rules import ANSWERABLE, RequestState, month_name
from server.reading_requests.views import Asked
from server.tracking import problems as _problems  # noqa: F401  registers `too_many_views`
from server.tracking.pace import Pace
from server.web.forms import Form
from server.web.requests import AnyRequest, address
from server.web.stores import object_store

PATH = "/readings/{token:str}"
VIEWS = Pace(tries=60, seconds=60)
_LARGEST_FORM = 4 * MAX_BYTES
_PHOTO = "photo-"
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    # The token is in the address; our own form is told whence it comes, or it could not be sent.
    "Referrer-Policy": "same-origin",
}


@get(PATH, opt={"public": True, "without_session": True})
async def show_readings(request: AnyRequest, token: FromPath[str]) -> Template:
    asked = await _asked(request, token)
    saved = Form(request.query_params.multi_items()).number("saved") or 0
    return _page(token, asked, Form(), Outcome(saved=min(saved, len(asked.items))))


@post(
    PATH,
    opt={"public": True, "without_session": True},
    status_code=200,
    request_max_body_size=_LARGEST_FORM,
)
async def create_readings(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """What can be taken is saved; what cannot is shown again beside its machine."""
    asked = await _asked(request, token)
    if asked.state is RequestState.COMPLETE:
        return Redirect(f"/readings/{token}", status_code=303)
    if asked.state not in ANSWERABLE:
        return _page(token, asked, Form())
    sent = await request.form()
    form = Form(
        [(name, value) for name, value in sent.multi_items() if isinstance(value, str)], asked.timezone
    )
    try:
        told = read_told(form, asked.items, await _photos(sent.multi_items()))
        outcome = await answering.answer(
            token,
            told,
            object_store(request.app.state.settings),
            now=datetime.now(UTC),
            address=address(request),
        )
    except Problem as problem:
        if problem.code == "readings_link_over":
            return _page(token, Asked(RequestState.EXPIRED), Form())
        return _page(token, asked, refuse(form, problem), status=problem.status)
    for item_id, faults in outcome.faults.items():
        form.errors |= {f"{name}-{item_id}": text for name, text in faults.items()}
    if form.errors or outcome.doubtful:
        return _page(token, await _asked(request, token), form, outcome, status=422)
    return Redirect(f"/readings/{token}?saved={outcome.saved}", status_code=303)


ROUTES = [show_readings, create_readings]


async def _asked(request: AnyRequest, token: str) -> Asked:
    now, caller = datetime.now(UTC), address(request)
    if not VIEWS.allows(caller, now.timestamp()):
        raise Problem("too_many_views", retry_after=60)
    return await answering.find_asked(token, now=now, address=caller)


async def _photos(values: Iterable[tuple[str, Any]]) -> dict[UUID, bytes]:
    """By machine; raises `attachment_too_large`."""
    found: dict[UUID, bytes] = {}
    for name, value in values:
        if not (name.startswith(_PHOTO) and isinstance(value, UploadFile) and value.filename):
            continue
        content = await value.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise Problem("attachment_too_large", file=value.filename, most=MAX_BYTES // 1024 // 1024)
        try:
            found[UUID(name.removeprefix(_PHOTO))] = content
        except ValueError:
            continue
    return found


def _page(
    token: str, asked: Asked, form: Form, outcome: Outcome | None = None, *, status: int = 200
) -> Template:
    is_over = asked.state not in ANSWERABLE and asked.state is not RequestState.COMPLETE
    context = {
        "asked": asked,
        "is_over": is_over,
        "month": month_name(asked.month_on) if asked.month_on else "",
        "form": form,
        "doubtful": outcome.doubtful if outcome else set(),
        "saved": outcome.saved if outcome else 0,
        "here": f"/readings/{token}",
        "timezone": asked.timezone or None,
    }
    return Template(
        "reading_requests/answer.html",
        context=context,
        status_code=410 if is_over else status,
        headers=_HEADERS,
    )
