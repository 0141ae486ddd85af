"""The job that makes a copy of a person's data: JSON for programs, a page for people, and their photos."""

from __future__ import annotations

import asyncio
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import structlog

from piccolo_conf import DB
from server import settings as settings_module
from server.accounts.tables import User
from server.audit.actions import append
from server.database import platform
from server.jobs.registry import ClaimedJob, handles
from server.mail.actions import leave_letter
from server.privacy.holdings import HOLDINGS, arguments_of
from server.privacy.requests import EXPORT_JOB
from server.privacy.rules import EXPORT_KEPT, RequestState
from server.privacy.tables import DataRequest
from server.visits.tables import Photo, Visit
from server.web.rendering import shared_environment
from server.web.stores import object_store

MOST_PHOTO_BYTES = 400 * 1024 * 1024
log = structlog.get_logger("pws.privacy")


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: str
    columns: list[str]
    rows: list[list[Any]]


@handles(EXPORT_JOB)
async def make_export(job: ClaimedJob) -> None:
    """Written once: a repetition makes the same file in the same place."""
    request_id = UUID(job.payload["request_id"])
    request = await DataRequest.objects().get(DataRequest.id == request_id)
    if request is None or request.state != RequestState.ASKED:
        return
    user = await User.objects().get(User.id == request.user_id)
    assert user is not None
    now = datetime.now(UTC)
    settings = settings_module.current()
    store = object_store(settings)
    path = f"{request.reseller_id}/exports/{request_id}.zip"
    with tempfile.TemporaryDirectory(prefix="pws-export-") as folder:
        archive = Path(folder) / "dados.zip"
        sections = await collect(user)
        photos = await _photos(user)
        left_out = await _write_archive(archive, user, sections, photos, store, now)
        size = archive.stat().st_size
        await store.put_async(path, archive)
    async with DB.transaction():
        await DataRequest.update(
            {
                DataRequest.state: RequestState.DONE.value,
                DataRequest.done_at: now,
                DataRequest.file_path: path,
                DataRequest.file_size: size,
                DataRequest.expires_at: now + EXPORT_KEPT,
            }
        ).where(DataRequest.id == request_id)
        await append(
            "export.done", reseller_id=request.reseller_id, subject=("app_user", user.id), left_out=left_out
        )
        await leave_letter("export_ready", reseller_id=request.reseller_id, request_id=request_id)


async def collect(user: User) -> list[Section]:
    """Everything of `HOLDINGS`, as it stands in one snapshot."""
    args = (user.id, user.technician_id or user.id)
    sections = []
    async with DB.reading() as tx:
        for holding in HOLDINGS:
            if not holding.select:
                continue
            columns = _columns(holding.select)
            sql, used = arguments_of(holding.select, args)
            rows = [list(row) for row in await tx.fetch(sql, *used)]
            sections.append(Section(holding.name, holding.title, columns, rows))
    return sections


async def expire_exports(now: datetime) -> None:
    """Delete what nobody fetched in time; the request stays."""
    store = object_store(settings_module.current())
    with platform():
        rows = (
            await DataRequest.select(DataRequest.id, DataRequest.file_path)
            .where(DataRequest.file_path != "", DataRequest.expires_at <= now)
            .limit(100)
        )
        for row in rows:
            try:
                await store.delete_async(row["file_path"])
            except FileNotFoundError:
                log.info("export_was_gone", request=str(row["id"]))
            await DataRequest.update({DataRequest.file_path: ""}).where(DataRequest.id == row["id"])


async def _write_archive(
    archive: Path,
    user: User,
    sections: list[Section],
    photos: list[dict[str, Any]],
    store: Any,
    now: datetime,
) -> int:
    """How many photos did not fit or are gone."""
    left_out, taken = 0, 0
    index = shared_environment().get_template("privacy/export.html")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as folder:
        for section in sections:
            rows = [dict(zip(section.columns, row, strict=True)) for row in section.rows]
            text = msgspec.json.format(msgspec.json.encode(rows, enc_hook=str), indent=2)
            await asyncio.to_thread(folder.writestr, f"json/{section.name}.json", text)
        for photo in photos:
            if taken > MOST_PHOTO_BYTES:
                left_out += 1
                continue
            try:
                answer = await store.get_async(f"{user.reseller_id}/{photo['sha256']}")
                content = bytes(await answer.bytes_async())
            except FileNotFoundError:
                left_out += 1
                continue
            taken += len(content)
            ending = photo["content_type"].rpartition("/")[2].replace("jpeg", "jpg")
            await asyncio.to_thread(folder.writestr, f"fotos/{photo['id']}.{ending}", content)
        page = index.render(
            user=user, sections=sections, photos=len(photos) - left_out, left_out=left_out, now=now,
            timezone="America/Sao_Paulo",
        )  # fmt: skip
        await asyncio.to_thread(folder.writestr, "index.html", page)
    return left_out


async def _photos(user: User) -> list[dict[str, Any]]:
    """What they took, as far as it was not withdrawn."""
    if user.technician_id is None:
        return []
    found: list[dict[str, Any]] = (
        await Photo.select(Photo.id, Photo.sha256, Photo.content_type)
        .where(
            Photo.visit_id.is_in(Visit.select(Visit.id).where(Visit.technician_id == user.technician_id)),
            Photo.file_at.is_not_null(),
            Photo.withdrawn_at.is_null(),
        )
        .order_by(Photo.taken_at)
    )
    return found


def _columns(select: str) -> list[str]:
    names = select.removeprefix("SELECT ").partition(" FROM ")[0].split(",")
    return [name.strip().rpartition(".")[2] for name in names]
