"""The documents put before a person: confirmed one by one, refused or left for later; the free choices."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts.login import home_of
from server.accounts.scope import find_visible
from server.accounts.tables import Reseller
from server.privacy import consents
from server.privacy.consents import Origin
from server.privacy.documents import find_version
from server.privacy.rules import blocks_of
from server.web.forms import Form
from server.web.guards import requires
from server.web.requests import ActorRequest, address, safe_next, user_agent

PATH = "/consents"
OPEN = {"before_gate": True}


@get(PATH, guards=[requires()], opt=OPEN)
async def show_consents(request: ActorRequest, next: FromQuery[str] = "") -> Response[Any]:
    documents = await consents.find_open(request.user)
    target = safe_next(next) or home_of(request.user.role)
    if not documents:
        return Redirect(target, status_code=303)
    return _page(documents, target, "", 200)


@post(PATH, guards=[requires()], status_code=200, opt=OPEN)
async def answer(request: ActorRequest) -> Response[Any]:
    """Each ticked document is confirmed; *não aceito os termos* closes the portal, and is asked for alone."""
    actor, now = request.user, datetime.now(UTC)
    form = Form((await request.form()).multi_items())
    target = safe_next(form.text("next")) or home_of(actor.role)
    ticked = {version_id for text in form.all("version_id") if (version_id := _uuid(text))}
    if form.text("refused"):
        if ticked:
            documents = await consents.find_open(actor)
            return _page(documents, target, "Escolha: confirmar os documentos ou não aceitar os termos.", 422)
        await consents.refuse_terms(actor, origin_of(request), now)
        return Redirect(f"{PATH}/refusal", status_code=303)
    if not ticked:
        documents = await consents.find_open(actor)
        return _page(documents, target, "Marque o que você leu e confirma, ou escolha Agora não.", 422)
    rest = await consents.confirm(actor, ticked, origin_of(request), now)
    if rest:
        return _page(rest, target, "", 200, is_partly=True)
    if any(choice.is_granted is None for choice in await consents.find_choices(actor)):
        return Redirect(f"{PATH}/choices?" + urlencode({"next": target}), status_code=303)
    return Redirect(target, status_code=303)


@get(f"{PATH}/choices", guards=[requires()])
async def show_choices(
    request: ActorRequest, next: FromQuery[str] = "", done: FromQuery[str] = ""
) -> Template:
    return await _choices_page(request, safe_next(next) or "", "", 200, done)


@post(f"{PATH}/choices", guards=[requires()], status_code=200)
async def choose(request: ActorRequest) -> Response[Any]:
    form = Form((await request.form()).multi_items())
    target = safe_next(form.text("next"))
    said = {
        choice.document.id: form.text(f"choice-{choice.document.id}") == "yes"
        for choice in await consents.find_choices(request.user)
        if form.text(f"choice-{choice.document.id}") in {"yes", "no"}
    }
    if not said:
        return await _choices_page(request, target or "", "Escolha sim ou não em ao menos um item.", 422)
    await consents.choose(request.user, said, origin_of(request), datetime.now(UTC))
    return Redirect(target or f"{PATH}/choices?done=saved", status_code=303)


@get(f"{PATH}/refusal", guards=[requires()], opt=OPEN)
async def show_refusal(request: ActorRequest) -> Response[Any]:
    """What refusing the terms means, and what is still open to this person."""
    if not request.user.has_refused_terms:
        return Redirect(PATH, status_code=303)
    reseller = await find_visible(request.user, Reseller, request.user.reseller_id)
    return Template("privacy/refusal.html", context={"reseller": reseller})


@get("/policies/{version_id:uuid}", guards=[requires()], opt=OPEN)
async def show_policy(request: ActorRequest, version_id: FromPath[UUID]) -> Template:
    document, version = await find_version(request.user, version_id)
    context = {"document": document, "version": version, "blocks": blocks_of(version.text)}
    return Template("privacy/policy.html", context=context)


@get("/policies/{version_id:uuid}/text", guards=[requires()], opt=OPEN)
async def download_policy(request: ActorRequest, version_id: FromPath[UUID]) -> Response[bytes]:
    """The bytes that the SHA-256 is of."""
    document, version = await find_version(request.user, version_id)
    return Response(
        version.text.encode(),
        media_type="text/plain; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="{document.kind}-{version.number}.txt"',
            "etag": f'"{version.sha256}"',
        },
    )


def origin_of(request: ActorRequest) -> Origin:
    return Origin(address(request), user_agent(request))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _page(
    documents: list[Any], target: str, message: str, status: int, *, is_partly: bool = False
) -> Template:
    shown = [(one, blocks_of(one.text)) for one in documents]
    return Template(
        "privacy/consents.html",
        context={"documents": shown, "next": target, "message": message, "is_partly": is_partly},
        status_code=status,
    )


async def _choices_page(
    request: ActorRequest, target: str, message: str, status: int, done: str = ""
) -> Template:
    choices = [(one, blocks_of(one.document.text)) for one in await consents.find_choices(request.user)]
    return Template(
        "privacy/choices.html",
        context={"choices": choices, "next": target, "message": message, "done": done},
        status_code=status,
    )


ROUTES = [
    show_consents,
    answer,
    show_choices,
    choose,
    show_refusal,
    show_policy,
    download_policy,
]
