"""The admin's documents: what counts today, the draft of what will, and who confirmed it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.privacy import documents, requests
from server.privacy.rules import LONGEST_TEXT, REQUIRED
from server.problems import Problem
from server.web.guards import admin_only
from server.web.requests import ActorRequest, address

PATH = "/privacy"
DOCUMENT = f"{PATH}/documents/{{document_id:uuid}}"


@get(PATH, guards=[admin_only])
async def show_documents(request: ActorRequest) -> Template:
    await documents.ensure_documents(request.user, datetime.now(UTC))
    return Template(
        "privacy/documents.html",
        context={
            "documents": await documents.list_documents(request.user),
            "unconfirmed": await documents.count_unconfirmed(request.user),
            "open_requests": await requests.count_open(request.user),
            "required": REQUIRED,
        },
    )


@get(DOCUMENT, guards=[admin_only])
async def show_document(
    request: ActorRequest, document_id: FromPath[UUID], done: FromQuery[str] = ""
) -> Template:
    return await _page(request, document_id, None, {}, 200, done)


@post(f"{DOCUMENT}/drafts", guards=[admin_only], status_code=200)
async def save_draft(request: ActorRequest, document_id: FromPath[UUID]) -> Response[Any]:
    """What was typed, or the text of an uploaded file."""
    form = await request.form()
    text = str(form.get("text", ""))
    uploaded = form.get("file")
    try:
        if isinstance(uploaded, UploadFile) and uploaded.filename:
            text = _decoded(await uploaded.read(4 * LONGEST_TEXT + 1))
        await documents.save_draft(request.user, document_id, text, datetime.now(UTC))
    except Problem as problem:
        if problem.code != "invalid":
            raise
        faults = {field["name"]: field["message"] for field in problem.facts["fields"]}
        return await _page(request, document_id, text, faults, 422)
    return Redirect(f"{PATH}/documents/{document_id}?done=draft", status_code=303)


@post("/policies/{version_id:uuid}/publication", guards=[admin_only], status_code=200)
async def publish_version(request: ActorRequest, version_id: FromPath[UUID]) -> Response[Any]:
    document, _ = await documents.find_version(request.user, version_id)
    try:
        await documents.publish(request.user, version_id, datetime.now(UTC), address(request))
    except Problem as problem:
        if problem.code != "same_text":
            raise
        return await _page(request, document.id, None, {"text": problem.detail}, problem.status)
    return Redirect(f"{PATH}/documents/{document.id}?done=published", status_code=303)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):  # what editors on Windows write
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    message = "O arquivo não é um texto. Envie um .txt ou .md."
    raise Problem("invalid", fields=[{"name": "file", "message": message}])


async def _page(
    request: ActorRequest,
    document_id: UUID,
    text: str | None,
    faults: dict[str, str],
    status: int,
    done: str = "",
) -> Template:
    document, versions = await documents.list_versions(request.user, document_id)
    draft = await documents.find_draft(request.user, document_id)
    if text is None:
        source = draft
        if source is None and document.current_id is not None:
            _, source = await documents.find_version(request.user, document.current_id)
        text = source.text if source is not None else ""
    return Template(
        "privacy/document.html",
        context={
            "document": document,
            "versions": versions,
            "draft": draft,
            "text": text,
            "faults": faults,
            "done": done,
            "is_required": document.kind in REQUIRED,
            "longest": LONGEST_TEXT,
        },
        status_code=status,
    )


ROUTES = [show_documents, show_document, save_draft, publish_version]
