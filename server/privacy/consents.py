"""What a person answers to the documents: each on its own, kept as a receipt, changed as often as they like.

Refusing the terms closes the portal to this person, who may still take their data along and be talked to;
refusing a choice costs nothing. Neither ever touches the sync: what was recorded in the field is work done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import Reseller, User
from server.audit.actions import append
from server.privacy.documents import current_documents
from server.privacy.rules import (
    REQUIRED,
    Answer,
    Document,
    Kind,
    choices_for,
    is_granted,
    is_refused,
    open_documents,
)
from server.privacy.tables import Consent
from server.tracking.sharing import share


@dataclass(frozen=True, slots=True)
class Origin:
    """From where an answer came, for its receipt."""

    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A document that one is free to refuse, and what was answered; None for nothing yet."""

    document: Document
    is_granted: bool | None


@dataclass(frozen=True, slots=True)
class Receipt:
    title: str
    number: int
    sha256: str
    is_granted: bool
    at: datetime
    address: str
    user_agent: str
    version_id: UUID


async def find_open(actor: Actor) -> list[Document]:
    """The required documents that this person still has to confirm."""
    return open_documents(await current_documents(actor.reseller_id), await answers_of(actor.user_id))


async def find_choices(actor: Actor) -> list[Choice]:
    documents = {one.kind: one for one in await current_documents(actor.reseller_id)}
    answers = await answers_of(actor.user_id)
    found = []
    for kind in choices_for(actor.role):
        if (document := documents.get(kind)) is not None:
            answer = answers.get(document.id)
            is_known = is_granted(document, answer) or is_refused(document, answer)
            found.append(Choice(document, answer.is_granted if answer and is_known else None))
    return found


async def has_consented(user_id: UUID, reseller_id: UUID, kind: Kind) -> bool:
    """Whether this person said yes to today's text of a choice. Silence is no."""
    rows = await Consent.raw(
        "SELECT c.is_granted FROM policy_document d JOIN policy_version v ON v.id = d.current_id"
        " JOIN consent c ON c.document_id = d.id AND c.sha256 = v.sha256 AND c.user_id = {}"
        " WHERE d.reseller_id = {} AND d.kind = {} ORDER BY c.at DESC, c.id DESC LIMIT 1",
        user_id,
        reseller_id,
        kind.value,
    )
    return bool(rows and rows[0]["is_granted"])


async def confirm(actor: Actor, version_ids: Iterable[UUID], origin: Origin, now: datetime) -> list[Document]:
    """Each of these is confirmed; what is then still open. Confirming the terms opens the portal again."""
    wanted = set(version_ids)
    open_now = await find_open(actor)
    confirmed = [one for one in open_now if one.version_id in wanted]
    rest = [one for one in open_now if one.version_id not in wanted]
    async with DB.transaction():
        for document in confirmed:
            await _write(actor, document, True, origin, now)
        if any(one.kind is Kind.TERMS for one in confirmed):
            await User.update({User.terms_refused_at: None}).where(User.id == actor.user_id)
        if not rest:
            reseller = await Reseller.objects().get(Reseller.id == actor.reseller_id)
            assert reseller is not None
            await User.update({User.policies_edition: reseller.policies_edition}).where(
                User.id == actor.user_id
            )
    return rest


async def refuse_terms(actor: Actor, origin: Origin, now: datetime) -> None:
    documents = await current_documents(actor.reseller_id)
    terms = next((one for one in documents if one.kind is Kind.TERMS), None)
    if terms is None:
        return
    async with DB.transaction():
        await _write(actor, terms, False, origin, now)
        await User.update({User.terms_refused_at: now, User.policies_edition: 0}).where(
            User.id == actor.user_id
        )


async def choose(actor: Actor, choices: Mapping[UUID, bool], origin: Origin, now: datetime) -> None:
    """By document; what is answered as before leaves no second receipt."""
    async with DB.transaction() as tx:
        for choice in await find_choices(actor):
            said = choices.get(choice.document.id)
            if said is not None and said is not choice.is_granted:
                await _write(actor, choice.document, said, origin, now)
                if choice.document.kind is Kind.LOCATION:
                    await share(tx, actor, said, now)


async def answers_of(user_id: UUID) -> dict[UUID, Answer]:
    """The newest answer to each document."""
    rows = (
        await Consent.select(Consent.document_id, Consent.sha256, Consent.is_granted, Consent.at)
        .where(Consent.user_id == user_id)
        .order_by(Consent.at)
        .order_by(Consent.id)
    )
    return {row["document_id"]: Answer(**row) for row in rows}


async def list_receipts(actor: Actor, user_id: UUID) -> list[Receipt]:
    """Newest first; one's own, or as admin anybody's of the reseller."""
    document: Any = Consent.document_id
    version: Any = Consent.version_id
    rows = (
        await Consent.select(
            document.title.as_alias("title"),
            version.number.as_alias("number"),
            Consent.sha256,
            Consent.is_granted,
            Consent.at,
            Consent.address,
            Consent.user_agent,
            Consent.version_id,
        )
        .where(Consent.user_id == user_id, visible(actor, Consent))
        .order_by(Consent.at, ascending=False)
        .limit(200)
    )
    return [Receipt(**row) for row in rows]


async def _write(actor: Actor, document: Document, said: bool, origin: Origin, now: datetime) -> None:
    await Consent.insert(
        Consent(
            id=uuid7(),
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            document_id=document.id,
            version_id=document.version_id,
            sha256=document.sha256,
            is_granted=said,
            address=origin.address,
            user_agent=origin.user_agent,
            at=now,
        )
    )
    act = "confirmed" if document.kind in REQUIRED else "granted"
    await append(
        f"consent.{act if said else 'refused'}",
        reseller_id=actor.reseller_id,
        user_id=actor.user_id,
        subject=("policy_document", document.id),
        address=origin.address,
        title=document.title,
        number=document.number,
    )
