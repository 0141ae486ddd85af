"""Avaliação: the question after a visit, and what was answered, for who leads the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts.actor import Role
from server.problems import Problem
from server.ratings import actions, queries
from server.ratings.actions import Opinion
from server.ratings.rules import GRADE_NAMES, Grade, may_rate
from server.service_orders.queries import get_order
from server.service_orders.statuses import CALLERS
from server.web.forms import Form
from server.web.guards import keeping, requires
from server.web.requests import ActorRequest

PATH = "/ratings"
ORDER = "/service-orders/{order_id:uuid}/rating"
READERS = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR})
COUNTED = timedelta(days=90)


@get(ORDER, guards=[requires(CALLERS)])
async def show_question(request: ActorRequest, order_id: FromPath[UUID]) -> Template:
    return await _question(request, order_id, Form())


@post(ORDER, guards=[keeping("/home"), requires(CALLERS)], status_code=200)
async def create_rating(request: ActorRequest, order_id: FromPath[UUID]) -> Response[Any]:
    """`skip` instead of a grade: not asked again."""
    form = Form((await request.form()).multi_items())
    grade = next(iter(form.choices("grade", Grade)), None)
    if grade is None and not form.text("skip"):
        form.errors["grade"] = Problem("grade_required").detail
        return await _question(request, order_id, form, status=422)
    opinion = Opinion(None if form.text("skip") else grade, form.text("comment"))
    await actions.rate(request.user, order_id, opinion, now=datetime.now(UTC))
    return Redirect(f"/service-orders/{order_id}", status_code=303)


@get(PATH, guards=[requires(READERS)])
async def list_ratings(request: ActorRequest, after: FromQuery[UUID | None] = None) -> Template:
    form = Form(request.query_params.multi_items())
    grades = form.choices("grade", Grade)
    rows, following = await queries.list_ratings(request.user, grades, after)
    query = "".join(f"&grade={grade.value}" for grade in sorted(grades))
    context = {
        "rows": rows,
        "grades": grades,
        "names": GRADE_NAMES,
        "counts": await queries.count_grades(request.user, datetime.now(UTC) - COUNTED),
        "first": f"{PATH}?{query.lstrip('&')}" if after else None,
        "next": f"{PATH}?after={following}{query}" if following else None,
    }
    return Template("ratings/index.html", context=context)


ROUTES = [show_question, create_rating, list_ratings]


async def _question(request: ActorRequest, order_id: UUID, form: Form, *, status: int = 200) -> Template:
    actor, now = request.user, datetime.now(UTC)
    order = await get_order(actor, order_id, now=now)
    visit_id, served = await queries.find_served(actor, order_id)
    context = {
        "order": order,
        "visit": next((visit for visit in order.visits if visit.id == visit_id), None),
        "may_rate": may_rate(served, actor.user_id, actor.role, now),
        "is_answered": served is not None and served.is_answered,
        "names": GRADE_NAMES,
        "form": form,
    }
    return Template("ratings/question.html", context=context, status_code=status)
