"""Checklists: the list, the editor of a draft, published versions beside each other; for the admin.

Every button of the editor saves the draft first. Without script each is a page; with it the preview follows
what is typed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from offline_sync.ids import uuid7
from server.accounts import records
from server.checklists import actions, queries
from server.checklists.actions import ChecklistDetails
from server.checklists.differences import compare, described
from server.checklists.drafts import (
    BAD_MARK,
    KIND_NAMES,
    PHOTO_NAMES,
    DraftQuestion,
    items_of,
    moved,
    new_question,
    typed_questions,
)
from server.checklists.questions import stored_items
from server.problems import Problem
from server.service_orders.tables import ChecklistTemplate
from server.web.forms import WHOLE_FORM, Form
from server.web.guards import admin_only
from server.web.requests import ActorRequest

PATH = "/checklists"
ONE = f"{PATH}/{{template_id:uuid}}"
OVERTAKEN = (
    "Outra pessoa salvou este rascunho enquanto você escrevia. O que você escreveu está aqui:"
    " salve de novo para ficar com a sua versão."
)
_DONE = {
    "saved": "Rascunho salvo.",
    "details": "Dados salvos. Valem para os próximos chamados.",
    "published": "Publicado. Chamados abertos de agora em diante levam esta versão; os outros, a que têm.",
    "discarded": "Rascunho descartado: aqui está o que foi publicado.",
    "retired": "Arquivado. Nenhum chamado novo leva este checklist.",
    "reinstated": "De volta à lista.",
}


@get(PATH, guards=[admin_only])
async def list_checklists(
    request: ActorRequest, after: FromQuery[UUID | None] = None, archived: FromQuery[bool] = False
) -> Template:
    return await _list(request, Form(), after=after, archived=archived)


@post(PATH, guards=[admin_only], status_code=200)
async def create_checklist(request: ActorRequest) -> Response[Any]:
    form = Form((await request.form()).multi_items())
    try:
        template_id = await actions.register_checklist(request.user, _details(form))
    except Problem as problem:
        _refused(form, problem)
        return await _list(request, form, status=422)
    return Redirect(f"{PATH}/{template_id}", status_code=303)


@get(ONE, guards=[admin_only])
async def show_checklist(
    request: ActorRequest, template_id: FromPath[UUID], done: FromQuery[str] = ""
) -> Template:
    return await _editor(request, template_id, done=_DONE.get(done, ""))


@post(ONE, guards=[admin_only], status_code=200)
async def edit_checklist(request: ActorRequest, template_id: FromPath[UUID]) -> Response[Any]:
    form = Form((await request.form()).multi_items())
    try:
        await actions.edit_checklist(request.user, template_id, _details(form))
    except Problem as problem:
        _refused(form, problem)
        return await _editor(request, template_id, details=form, status=422)
    return Redirect(f"{PATH}/{template_id}?done=details", status_code=303)


@post(f"{ONE}/draft", guards=[admin_only], status_code=200)
async def save_draft(request: ActorRequest, template_id: FromPath[UUID]) -> Response[Any]:
    """`do` is the button: save, publish, add, or `up:`, `down:`, `remove:` with a question's key."""
    form = Form((await request.form()).multi_items())
    act, _, key = form.text("do").partition(":")
    questions, at = _changed(typed_questions(form), act, key)
    try:
        await actions.save_draft(request.user, template_id, questions, revision=form.number("revision") or 0)
    except Problem as problem:
        if problem.code != "draft_overtaken":
            raise
        return await _editor(request, template_id, questions, {WHOLE_FORM: OVERTAKEN}, status=422)
    if act == "publish":
        items, faults = items_of(questions)
        if faults:
            return await _editor(request, template_id, questions, faults, status=422)
        await actions.publish_version(request.user, template_id, items, now=datetime.now(UTC))
        return Redirect(f"{PATH}/{template_id}?done=published", status_code=303)
    # The address differs from the one before, or a browser would only jump to the question on the old page.
    done = f"&at={at}#{at}" if at else ""
    return Redirect(f"{PATH}/{template_id}?done={'' if at else 'saved'}{done}", status_code=303)


@post(f"{ONE}/draft/removal", guards=[admin_only], status_code=200)
async def discard_draft(request: ActorRequest, template_id: FromPath[UUID]) -> Redirect:
    await actions.discard_draft(request.user, template_id)
    return Redirect(f"{PATH}/{template_id}?done=discarded", status_code=303)


@post(f"{ONE}/preview", guards=[admin_only], status_code=200)
async def show_preview(request: ActorRequest, template_id: FromPath[UUID]) -> Template:
    """What is typed, as the phone would be told it; nothing is saved."""
    await records.find(request.user, ChecklistTemplate, template_id)
    items, _ = items_of(typed_questions(Form((await request.form()).multi_items())))
    return Template("checklists/_preview.html", context={"preview": stored_items(items)})


@post(f"{ONE}/retirement", guards=[admin_only], status_code=200)
async def create_retirement(request: ActorRequest, template_id: FromPath[UUID]) -> Redirect:
    await actions.retire_checklist(request.user, template_id)
    return Redirect(f"{PATH}/{template_id}?done=retired", status_code=303)


@post(f"{ONE}/retirement/removal", guards=[admin_only], status_code=200)
async def remove_retirement(request: ActorRequest, template_id: FromPath[UUID]) -> Redirect:
    await actions.reinstate_checklist(request.user, template_id)
    return Redirect(f"{PATH}/{template_id}?done=reinstated", status_code=303)


@get(f"{ONE}/versions/{{number:int}}", guards=[admin_only])
async def show_version(
    request: ActorRequest, template_id: FromPath[UUID], number: FromPath[int], against: FromQuery[int] = 0
) -> Template:
    """Beside the one before, or the one that `against` names."""
    checklist = await queries.find_checklist(request.user, template_id)
    version, other = await queries.find_versions(
        request.user, template_id, number, against if against > 0 else number - 1
    )
    context = {
        "checklist": checklist,
        "version": version,
        "other": other,
        "compared": compare(other.items if other else version.items, version.items),
        "described": described,
    }
    return Template("checklists/version.html", context=context)


ROUTES = [
    list_checklists,
    create_checklist,
    show_checklist,
    edit_checklist,
    save_draft,
    discard_draft,
    show_preview,
    create_retirement,
    remove_retirement,
    show_version,
]


def _changed(questions: list[DraftQuestion], act: str, key: str) -> tuple[list[DraftQuestion], str]:
    """What the button makes of them, and where to look at it."""
    if act == "add":
        question = new_question(uuid7())
        return [*questions, question], question.key
    if act in ("up", "down"):
        return moved(questions, key, -1 if act == "up" else 1), key
    if act == "remove":
        place = next((place for place, one in enumerate(questions) if one.key == key), 0)
        left = [one for one in questions if one.key != key]
        return left, left[min(place, len(left) - 1)].key if left else ""
    return questions, ""


def _details(form: Form) -> ChecklistDetails:
    return ChecklistDetails(form.text("name"), form.uuid("defect_id"), form.text("model"))


def _refused(form: Form, problem: Problem) -> None:
    if problem.code != "invalid":
        raise problem
    form.errors |= {field["name"]: field["message"] for field in problem.facts["fields"]}


async def _list(
    request: ActorRequest,
    form: Form,
    *,
    after: UUID | None = None,
    archived: bool = False,
    status: int = 200,
) -> Template:
    rows, following = await queries.list_checklists(request.user, is_active=not archived, after=after)
    defects, models = await queries.list_scopes(request.user)
    view = "archived=true" if archived else ""
    context = {
        "rows": rows,
        "archived": archived,
        "form": form,
        "defects": defects,
        "models": models,
        "first": f"{PATH}?{view}" if after else None,
        "next": f"{PATH}?after={following}&{view}".rstrip("&") if following else None,
    }
    return Template("checklists/index.html", context=context, status_code=status)


async def _editor(
    request: ActorRequest,
    template_id: UUID,
    questions: list[DraftQuestion] | None = None,
    faults: dict[str, str] | None = None,
    *,
    details: Form | None = None,
    done: str = "",
    status: int = 200,
) -> Template:
    checklist = await queries.find_checklist(request.user, template_id)
    defects, models = await queries.list_scopes(request.user)
    row = checklist.row
    shown = checklist.questions if questions is None else questions
    items, _ = items_of(shown)
    typed = Form()
    typed.errors = faults or {}
    context = {
        "checklist": checklist,
        "questions": shown,
        "form": typed,
        "details": details
        or Form.showing(
            {"name": row["name"], "defect_id": str(row["defect_id"] or ""), "model": row["model"]}
        ),
        "defects": defects,
        "models": models,
        "kinds": KIND_NAMES,
        "photo_rules": PHOTO_NAMES,
        "bad_mark": BAD_MARK,
        "preview": stored_items(items),
        "changes": [
            one for one in compare(checklist.newest.items if checklist.newest else [], items) if one.name
        ],
        "done": done,
    }
    return Template("checklists/show.html", context=context, status_code=status)
