"""The attachments of a form: ids of what was uploaded before, and files that came with the form itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from litestar.datastructures import UploadFile
from obstore.store import ObjectStore

from server.accounts.actor import Actor
from server.attachments import actions
from server.attachments.rules import MAX_BYTES, check_count, check_size
from server.problems import Problem
from server.web.forms import Form

FIELD, FILES = "attachment_id", "files"


async def receive(
    actor: Actor, store: ObjectStore, form: Form, files: Sequence[UploadFile], *, now: datetime
) -> tuple[UUID, ...]:
    """Keeps what came with the form. What is refused is told in the form; the others stay."""
    ids = list(dict.fromkeys(_uuids(form.all(FIELD))))
    try:
        check_count(len(ids) + len(files))
        for file in files:
            ids.append(await actions.keep(actor, store, *await read_file(file), now=now))
    except Problem as problem:
        form.errors[FILES] = problem.detail
    return tuple(ids)


async def read_file(file: UploadFile) -> tuple[str, bytes]:
    """Its name and content; raises `attachment_too_large` without reading what is too large."""
    content = await file.read(MAX_BYTES + 1)
    check_size(file.filename, len(content))
    return file.filename, content


def chosen(values: Sequence[object]) -> list[UploadFile]:
    """A file field that was left empty is sent as a file without a name."""
    return [value for value in values if isinstance(value, UploadFile) and value.filename]


def _uuids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
