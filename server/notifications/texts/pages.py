"""Textos dos avisos: each kind of notice in the reseller's own words, for the admin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.notifications.channels import Line
from server.notifications.events import KINDS, Event
from server.notifications.letters import Addressee, compose
from server.notifications.texts import actions, queries
from server.notifications.texts.rules import (
    EDITABLE,
    Words,
    default_words,
    discreet_of,
    faults,
    placeholders_of,
    said,
    sample_facts,
    tidy,
)
from server.notifications.wording import text_of
from server.problems import Problem
from server.web.forms import WHOLE_FORM, Form
from server.web.guards import admin_only
from server.web.requests import ActorRequest

PATH = "/notification-texts"
ONE = f"{PATH}/{{kind:str}}"
OVERTAKEN = (
    "Outra pessoa salvou este texto enquanto você escrevia. O seu está aqui:"
    " salve de novo para ficar com ele."
)
_DONE = {
    "saved": "Salvo. Vale para os avisos que saírem a partir de agora.",
    "reset": "De volta ao texto padrão. O que você escreveu continua no histórico.",
}


@get(PATH, guards=[admin_only])
async def list_texts(request: ActorRequest) -> Template:
    newest = await queries.newest_texts(request.user)
    rows = []
    for event in EDITABLE:
        written = newest.get(event.value)
        is_own = written is not None and not written.is_default
        words = written.words if written and is_own else default_words(event)
        rows.append((event, KINDS[event].name, words, written if is_own else None))
    return Template("notifications/texts.html", context={"rows": rows})


@get(ONE, guards=[admin_only])
async def show_text(request: ActorRequest, kind: FromPath[str], done: FromQuery[str] = "") -> Template:
    return await _page(request, _event(kind), done=_DONE.get(done, ""))


@post(ONE, guards=[admin_only], status_code=200)
async def write_text(request: ActorRequest, kind: FromPath[str]) -> Response[Any]:
    event = _event(kind)
    form = Form((await request.form()).multi_items())
    try:
        await actions.write_text(
            request.user, event, _words(form), number=form.number("number") or 0, now=datetime.now(UTC)
        )
    except Problem as problem:
        if problem.code == "invalid":
            form.errors |= {field["name"]: field["message"] for field in problem.facts["fields"]}
        elif problem.code == "text_overtaken":
            form.errors[WHOLE_FORM] = OVERTAKEN
        else:
            raise
        return await _page(request, event, form, status=422)
    return Redirect(f"{PATH}/{event}?done=saved", status_code=303)


@post(f"{ONE}/preview", guards=[admin_only], status_code=200)
async def show_preview(request: ActorRequest, kind: FromPath[str]) -> Template:
    """What is typed, with samples in the placeholders' place; nothing is saved."""
    event = _event(kind)
    form = Form((await request.form()).multi_items())
    form.errors |= faults(event, tidy(_words(form)))
    if request.headers.get("hx-request"):
        context = {"form": form, "preview": _preview(request, event, _words(form))}
        return Template("notifications/_text_preview.html", context=context)
    return await _page(request, event, form, status=422 if form.errors else 200)


@post(f"{ONE}/removal", guards=[admin_only], status_code=200)
async def reset_text(request: ActorRequest, kind: FromPath[str]) -> Redirect:
    event = _event(kind)
    await actions.reset_text(request.user, event, now=datetime.now(UTC))
    return Redirect(f"{PATH}/{event}?done=reset", status_code=303)


ROUTES = [list_texts, show_text, write_text, show_preview, reset_text]


def _event(kind: str) -> Event:
    if kind not in EDITABLE:
        raise Problem("not_found")
    return Event(kind)


def _words(form: Form) -> Words:
    return Words(*(form.text(name) for name in ("title", "subject", "opening", "closing")))


async def _page(
    request: ActorRequest, event: Event, form: Form | None = None, *, done: str = "", status: int = 200
) -> Template:
    versions = await queries.list_texts(request.user, event)
    newest = versions[0] if versions else None
    is_own = newest is not None and not newest.is_default
    words = newest.words if newest and is_own else default_words(event)
    shown = form or Form.showing(
        {
            "title": words.title,
            "subject": words.subject,
            "opening": words.opening,
            "closing": words.closing,
        }
    )
    context = {
        "event": event,
        "kind": KINDS[event],
        "form": shown,
        "number": newest.number if newest else 0,
        "is_own": is_own,
        "versions": versions,
        "default": default_words(event),
        "placeholders": placeholders_of(event),
        "discreet": discreet_of(event),
        "preview": _preview(request, event, _words(shown)),
        "done": done,
    }
    return Template("notifications/text.html", context=context, status_code=status)


def _preview(request: ActorRequest, event: Event, words: Words) -> dict[str, str]:
    """The mail as it would leave, by the one that writes mails."""
    actor = request.user
    facts = sample_facts(event) | {"recipient": actor.name, "reseller": actor.reseller_name}
    filled = said(words, facts)
    now = datetime.now(UTC)
    line = Line(
        dispatch_id=uuid4(),
        notification_id=uuid4(),
        kind=event.value,
        title=filled.title,
        body=text_of(event, facts, actor.timezone).body,
        path="/",
        group_key="",
        created_at=now,
        read_at=None,
        subject=filled.subject,
        opening=filled.opening,
        closing=filled.closing,
    )
    addressee = Addressee(actor.user_id, actor.name, actor.reseller_name)
    letter = compose(actor.email, addressee, [line], request.app.state.settings)
    # The way out is a right of who holds it: a preview shows that there is one.
    text = letter.text.replace(letter.unsubscribe, "…") if letter.unsubscribe else letter.text
    return {"title": filled.title, "subject": letter.subject, "text": text}
