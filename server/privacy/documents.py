"""Documents and their versions: written as drafts by the admin, published for good, begun with defaults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import find_visible, visible
from server.accounts.tables import Reseller
from server.audit.actions import append
from server.privacy.defaults import default_text
from server.privacy.rules import (
    CHOICES,
    LONGEST_TEXT,
    REQUIRED,
    TITLES,
    Document,
    Kind,
    hash_of_text,
    tidy_text,
)
from server.privacy.tables import Consent, PolicyDocument, PolicyVersion
from server.problems import Problem


@dataclass(frozen=True, slots=True)
class VersionLine:
    id: UUID
    number: int
    sha256: str
    written_at: datetime
    published_at: datetime | None
    granted: int
    refused: int


async def seed_documents(reseller_id: UUID, reseller_name: str, now: datetime) -> None:
    """The default texts, published: a reseller is not without a policy for a day. Inside a transaction."""
    for kind in (*REQUIRED, *CHOICES):
        document_id, version_id = uuid7(), uuid7()
        text = tidy_text(default_text(kind, reseller_name))
        await PolicyDocument.insert(
            PolicyDocument(
                id=document_id,
                reseller_id=reseller_id,
                kind=kind.value,
                title=TITLES[kind],
                current_id=version_id,
            )
        )
        await PolicyVersion.insert(
            PolicyVersion(
                id=version_id,
                reseller_id=reseller_id,
                document_id=document_id,
                number=1,
                text=text,
                sha256=hash_of_text(text),
                written_at=now,
                published_at=now,
            )
        )
    await Reseller.update({Reseller.policies_edition: 1}).where(Reseller.id == reseller_id)


async def ensure_documents(actor: Actor, now: datetime) -> None:
    """For a reseller from before there were any: its admin's first look makes them."""
    if await PolicyDocument.exists().where(PolicyDocument.reseller_id == actor.reseller_id):
        return
    async with DB.transaction():
        await seed_documents(actor.reseller_id, actor.reseller_name, now)


async def current_documents(reseller_id: UUID) -> list[Document]:
    """Each document with the text that counts today."""
    rows = await PolicyVersion.raw(
        "SELECT d.id AS document_id, d.kind, d.title, v.id AS version_id, v.number, v.sha256, v.text,"
        " v.published_at FROM policy_document d JOIN policy_version v ON v.id = d.current_id"
        " WHERE d.reseller_id = {}",
        reseller_id,
    )
    return [
        Document(
            row["document_id"],
            Kind(row["kind"]),
            row["title"],
            row["version_id"],
            row["number"],
            row["sha256"],
            row["text"],
            row["published_at"],
        )
        for row in rows
    ]


async def list_documents(actor: Actor) -> list[dict[str, Any]]:
    """For the admin: each with its current number, how many confirmed it, and whether a draft waits."""
    return [
        dict(row)
        for row in await PolicyDocument.raw(
            "SELECT d.id, d.kind, d.title, v.number, v.published_at, v.sha256,"
            " (SELECT count(DISTINCT c.user_id) FROM consent c"
            "   WHERE c.version_id = v.id AND c.is_granted) AS granted,"
            " EXISTS (SELECT 1 FROM policy_version w"
            "   WHERE w.document_id = d.id AND w.published_at IS NULL) AS has_draft"
            " FROM policy_document d LEFT JOIN policy_version v ON v.id = d.current_id"
            " WHERE d.reseller_id = {} AND d.kind <> {} ORDER BY d.id",
            actor.reseller_id,
            Kind.PUSH.value,
        )
    ]


async def find_version(actor: Actor, version_id: UUID) -> tuple[PolicyDocument, PolicyVersion]:
    """A published one, or the admin's draft. Raises `not_found`."""
    version = await find_visible(actor, PolicyVersion, version_id)
    return await find_visible(actor, PolicyDocument, version.document_id), version


async def list_versions(actor: Actor, document_id: UUID) -> tuple[PolicyDocument, list[VersionLine]]:
    """Newest first. Raises `not_found`."""
    document = await find_visible(actor, PolicyDocument, document_id)
    rows = await PolicyVersion.raw(
        "SELECT v.id, v.number, v.sha256, v.written_at, v.published_at,"
        " (SELECT count(DISTINCT c.user_id) FROM consent c"
        "   WHERE c.version_id = v.id AND c.is_granted) AS granted,"
        " (SELECT count(DISTINCT c.user_id) FROM consent c"
        "   WHERE c.version_id = v.id AND NOT c.is_granted) AS refused"
        " FROM policy_version v WHERE v.document_id = {} ORDER BY v.number DESC LIMIT 50",
        document_id,
    )
    return document, [VersionLine(**row) for row in rows]


async def save_draft(actor: Actor, document_id: UUID, text: str, now: datetime) -> UUID:
    """The one draft of a document, written anew. Raises `invalid`."""
    document = await find_visible(actor, PolicyDocument, document_id)
    text = tidy_text(text)
    if not 40 <= len(text) <= LONGEST_TEXT:
        message = f"Escreva o texto do documento (entre 40 e {LONGEST_TEXT} letras)."
        raise Problem("invalid", fields=[{"name": "text", "message": message}])
    written: dict[Any, Any] = {
        PolicyVersion.text: text,
        PolicyVersion.sha256: hash_of_text(text),
        PolicyVersion.written_at: now,
        PolicyVersion.written_by_id: actor.user_id,
    }
    async with DB.transaction():
        draft = await find_draft(actor, document_id)
        if draft is not None:
            await PolicyVersion.update(written).where(
                PolicyVersion.id == draft.id, PolicyVersion.published_at.is_null()
            )
            return UUID(str(draft.id))
        newest = await PolicyVersion.raw(
            "SELECT max(number) AS n FROM policy_version WHERE document_id = {}", document.id
        )
        version = PolicyVersion(
            id=uuid7(),
            reseller_id=actor.reseller_id,
            document_id=document.id,
            number=(newest[0]["n"] or 0) + 1,
            text=text,
            sha256=hash_of_text(text),
            written_at=now,
            written_by_id=actor.user_id,
        )
        await PolicyVersion.insert(version)
    return UUID(str(version.id))


async def find_draft(actor: Actor, document_id: UUID) -> PolicyVersion | None:
    return (
        await PolicyVersion.objects()
        .where(
            visible(actor, PolicyVersion),
            PolicyVersion.document_id == document_id,
            PolicyVersion.published_at.is_null(),
        )
        .first()
    )


async def publish(actor: Actor, version_id: UUID, now: datetime, address: str) -> None:
    """From now on this text counts; everybody is asked again about a required one. Raises `same_text`."""
    document, version = await find_version(actor, version_id)
    if version.published_at is not None:
        return
    async with DB.transaction() as tx:
        current = await PolicyVersion.objects().get(PolicyVersion.id == document.current_id)
        if current is not None and current.sha256 == version.sha256:
            raise Problem("same_text")
        published = await tx.execute(
            "UPDATE policy_version SET published_at = $2 WHERE id = $1 AND published_at IS NULL",
            version_id,
            now,
        )
        if not published:
            return
        await PolicyDocument.update({PolicyDocument.current_id: version_id}).where(
            PolicyDocument.id == document.id
        )
        if document.kind in REQUIRED:
            await tx.execute(
                "UPDATE reseller SET policies_edition = policies_edition + 1 WHERE id = $1", actor.reseller_id
            )
        await append(
            "policy.published",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("policy_document", document.id),
            address=address,
            title=document.title,
            number=version.number,
            sha256=version.sha256,
            before=current.sha256 if current else "",
        )


async def count_unconfirmed(actor: Actor) -> int:
    """How many people of the reseller have not confirmed what counts today."""
    rows = await Consent.raw(
        "SELECT count(*) AS n FROM app_user u JOIN reseller r ON r.id = u.reseller_id"
        " WHERE u.reseller_id = {} AND u.is_active AND u.role <> 'bridge'"
        " AND u.policies_edition < r.policies_edition",
        actor.reseller_id,
    )
    return int(rows[0]["n"])
