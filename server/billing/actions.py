"""Publishing billing files, recalling one, and noting who opened which.

Files are looked at one after the other and stored before the transaction that names them, so that no customer
is told of a file that is not there. What does not go in is told by name and reason, and kept nowhere.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import Company
from server.audit.actions import append
from server.billing import pdf
from server.billing import problems as _problems  # noqa: F401  registers the codes raised here
from server.billing.pdf import LARGEST, Unfit
from server.billing.rules import doubt, file_name
from server.billing.tables import BillingBatch, BillingFile, BillingOpening
from server.customers.tables import Contract, Customer
from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.problems import Problem
from server.web.live import publish

MOST_FILES = 20
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as the browser sent it; `size` in bytes."""

    name: str
    size: int
    read: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class NewBatch:
    """`is_confirmed`: the person says that files which name others are this customer's all the same."""

    company_id: UUID
    customer_id: UUID
    contract_id: UUID | None
    period_on: date
    note: str = ""
    is_mailed: bool = False
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """`why` completes *O arquivo …*."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was found good, and is in the store under its id."""

    id: UUID
    name: str
    sha256: str
    size: int
    pages: int
    doubts: str


@dataclass(slots=True)
class Published:
    """`batch_id` is None when nothing went in."""

    batch_id: UUID | None = None
    failures: list[Failure] = field(default_factory=list)


def list_topic(reseller_id: UUID) -> str:
    return f"reseller:{reseller_id}:billing"


def path_of(reseller_id: UUID, file_id: UUID) -> str:
    """In the object store: each file its own, so that a recalled one can be told from its twin."""
    return f"{reseller_id}/billing/{file_id}.pdf"


async def publish_files(
    actor: Actor, wanted: NewBatch, sent: Sequence[Sent], store: Any, *, now: datetime
) -> Published:
    """Raises `not_found`, `files_missing`, `too_many_files`, `contract_of_another`."""
    if not sent:
        raise Problem("files_missing")
    if len(sent) > MOST_FILES:
        raise Problem("too_many_files", most=MOST_FILES)
    customer, own = await _check(actor, wanted)
    done = Published()
    files: list[Stored] = []
    for one in sent:
        found = await _take(actor, one, customer, own, wanted.is_confirmed, store)
        if isinstance(found, Failure):
            done.failures.append(found)
        else:
            files.append(found)
    kept = await _write(actor, wanted, files, done, now) if files else []
    for file in files:
        if file not in kept:  # it is with the customer already
            await store.delete_async(path_of(actor.reseller_id, file.id))
    return done


async def withdraw(actor: Actor, batch_id: UUID, file_id: UUID, reason: str, *, now: datetime) -> None:
    """The customer's people no longer see it; who opened it stays known.

    Raises `not_found`, `reason_required`, `file_withdrawn`.
    """
    if not reason.strip():
        raise Problem("reason_required")
    async with DB.transaction() as tx:
        lock = " FOR NO KEY UPDATE" if DB.dialect == "postgres" else ""
        await tx.fetch(f"SELECT id FROM billing_file WHERE id = $1{lock}", file_id)
        file = await BillingFile.objects().get(
            (BillingFile.id == file_id) & (BillingFile.billing_batch_id == batch_id)
        )
        if file is None or not await BillingFile.exists().where(
            visible(actor, BillingFile), BillingFile.id == file_id
        ):
            raise Problem("not_found")
        if file.withdrawn_at is not None:
            raise Problem("file_withdrawn")
        columns: dict[Any, Any] = {
            "withdrawn_at": now,
            "withdrawn_by_name": actor.name,
            "withdrawn_reason": reason.strip()[:LONGEST_REASON],
        }
        await BillingFile.update(columns).where(BillingFile.id == file_id)
        await append(
            "billing_file.withdrawn",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("billing_file", file_id),
            name=file.name,
            reason=reason.strip(),
        )
        await publish(list_topic(actor.reseller_id))


async def note_opening(actor: Actor, file_id: UUID, address: str, *, now: datetime) -> None:
    """Before the first byte leaves. Of an admin who looks as somebody else, it was the admin."""
    name = f"{actor.viewer_name} (como {actor.name})" if actor.viewer_id else actor.name
    async with DB.transaction():
        await BillingOpening.insert(
            BillingOpening(
                id=uuid7(),
                reseller_id=actor.reseller_id,
                billing_file_id=file_id,
                user_id=actor.viewer_id or actor.user_id,
                user_name=name[:120],
                opened_at=now,
                address=address,
            )
        )
        await publish(list_topic(actor.reseller_id))


async def _check(actor: Actor, wanted: NewBatch) -> tuple[str, list[str]]:
    """The customer's document and those of the reseller's companies."""
    customer = (
        await Customer.select(Customer.cnpj_cpf)
        .where(visible(actor, Customer), Customer.id == wanted.customer_id)
        .first()
    )
    is_company = await Company.exists().where(visible(actor, Company), Company.id == wanted.company_id)
    if customer is None or not is_company:
        raise Problem("not_found")
    if wanted.contract_id is not None and not await Contract.exists().where(
        visible(actor, Contract),
        Contract.id == wanted.contract_id,
        Contract.customer_id == wanted.customer_id,
    ):
        raise Problem("contract_of_another")
    own = (
        await Company.select(Company.cnpj)
        .where(Company.reseller_id == actor.reseller_id)
        .output(as_list=True)
    )
    return customer["cnpj_cpf"], own


async def _take(
    actor: Actor, sent: Sent, customer: str, own: Sequence[str], is_confirmed: bool, store: Any
) -> Stored | Failure:
    name = file_name(sent.name)
    if sent.size > LARGEST:
        return Failure(name, f"passa de {LARGEST // 1024 // 1024} MB")
    content = await sent.read()
    paper = await asyncio.to_thread(pdf.inspect, content)
    if isinstance(paper, Unfit):
        return Failure(name, paper.why)
    doubtful = doubt(pdf.documents_in(paper.text), customer, own)
    if doubtful and not is_confirmed:
        return Failure(name, doubtful)
    file = Stored(
        id=uuid7(),
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        pages=paper.pages,
        doubts=msgspec.json.encode([doubtful] if doubtful else []).decode(),
    )
    await store.put_async(path_of(actor.reseller_id, file.id), content)
    return file


async def _write(
    actor: Actor, wanted: NewBatch, files: Sequence[Stored], done: Published, now: datetime
) -> list[Stored]:
    """What is already with the customer does not go in twice: a form that was sent again, or a wrong pick."""
    async with DB.transaction() as tx:
        if DB.dialect == "postgres":
            await tx.fetch("SELECT id FROM customer WHERE id = $1 FOR NO KEY UPDATE", wanted.customer_id)
        known = await _known(wanted.customer_id, [file.sha256 for file in files])
        fresh: list[Stored] = []
        for file in files:
            if file.sha256 in known:
                done.failures.append(Failure(file.name, "já está com este cliente"))
            else:
                known.add(file.sha256)
                fresh.append(file)
        if not fresh:
            return []
        batch = BillingBatch(
            id=uuid7(),
            reseller_id=actor.reseller_id,
            company_id=wanted.company_id,
            customer_id=wanted.customer_id,
            contract_id=wanted.contract_id,
            period_on=wanted.period_on,
            note=wanted.note.strip(),
            is_mailed=wanted.is_mailed,
            failures=msgspec.json.encode(done.failures).decode(),
            published_by_id=actor.user_id,
            published_by_name=actor.name,
            published_at=now,
        )
        await BillingBatch.insert(batch)
        await BillingFile.insert(
            *(
                BillingFile(reseller_id=actor.reseller_id, billing_batch_id=batch.id, **asdict(file))
                for file in fresh
            )
        )
        await append(
            "billing_batch.published",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("billing_batch", batch.id),
            files=[file.name for file in fresh],
            customer_id=str(wanted.customer_id),
        )
        if wanted.is_mailed:
            await _announce(actor, batch, fresh)
        await publish(list_topic(actor.reseller_id))
        done.batch_id = batch.id
    return fresh


async def _known(customer_id: UUID, hashes: Sequence[str]) -> set[str]:
    batch: Any = BillingFile.billing_batch_id
    found = (
        await BillingFile.select(BillingFile.sha256)
        .where(
            BillingFile.sha256.is_in(list(hashes)),
            BillingFile.withdrawn_at.is_null(),
            batch.customer_id == customer_id,
        )
        .output(as_list=True)
    )
    return set(found)


async def _announce(actor: Actor, batch: BillingBatch, files: Sequence[Stored]) -> None:
    """The mail names the files and leads to the portal: nobody but who may log in can open one."""
    names = ", ".join(file.name for file in files)
    await announce(
        Event.BILLING_PUBLISHED,
        Subject.BILLING_BATCH,
        batch.id,
        reseller_id=actor.reseller_id,
        company_id=batch.company_id,
        customer_id=batch.customer_id,
        actor_id=actor.user_id,
        facts={"period": f"{batch.period_on:%m/%Y}", "text": f"Arquivo(s): {names}. {batch.note}".strip()},
    )
