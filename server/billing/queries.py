"""The read side of billing files: the list by period, one batch, and a file to be downloaded."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from piccolo.columns.combination import WhereRaw
from piccolo.query.functions.aggregate import Count

from piccolo_conf import DB
from server.accounts.actor import CUSTOMER_ROLES, Actor, Role
from server.accounts.scope import may_publish_billing, visible
from server.accounts.tables import Company, User, UserCustomer
from server.billing.tables import BillingBatch, BillingFile, BillingOpening
from server.billing.views import (
    BatchDetail,
    BatchRow,
    BillingFilter,
    FileView,
    OpeningView,
    RecipientView,
    StoredFile,
)
from server.customers.queries import find_customer_ids
from server.customers.tables import Contract, Customer
from server.database.keyset import read_cursor, write_cursor
from server.notifications.subjects import Subject
from server.problems import Problem
from server.service_orders.views import Choice, Page

PAGE_SIZE = 50
_MOST_OPENINGS = 200

_batch: Any = BillingBatch
_ROW_FIELDS = ("id", "period_on", "note", "published_at")
_ROW_COLUMNS = (
    *(getattr(_batch, name) for name in _ROW_FIELDS),
    _batch.customer_id.name.as_alias("customer_name"),
    _batch.company_id.trade_name.as_alias("company_name"),
    _batch.contract_id.number.as_alias("contract_number"),
)
_FILE_FIELDS = (
    "id", "name", "size", "pages", "withdrawn_at", "withdrawn_by_name", "withdrawn_reason",
)  # fmt: skip


async def list_batches(
    actor: Actor, wanted: BillingFilter, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[BatchRow]:
    """One page, the newest month first; `after` is the `next` of the page before it. Raises `invalid`."""
    conditions = await _conditions(actor, wanted)
    if conditions is None:
        return Page((), None)
    if after:
        conditions.append(
            WhereRaw(
                "(billing_batch.period_on, billing_batch.id) < ({}, {})", *read_cursor(after, date, UUID)
            )
        )
    rows: list[dict[str, Any]] = (
        await BillingBatch.select(*_ROW_COLUMNS)
        .where(*conditions)
        .order_by(BillingBatch.period_on, BillingBatch.id, ascending=False)
        .limit(limit + 1)
    )
    has_more, rows = len(rows) > limit, rows[:limit]
    files = await _files(actor, [row["id"] for row in rows])
    return Page(
        tuple(BatchRow(**row, files=tuple(files.get(row["id"], ()))) for row in rows),
        write_cursor(rows[-1]["period_on"], rows[-1]["id"]) if has_more else None,
    )


async def get_batch(actor: Actor, batch_id: UUID) -> BatchDetail:
    """Raises `not_found` for what this person may not see."""
    async with DB.reading():
        row = (
            await BillingBatch.select(
                *_ROW_COLUMNS,
                BillingBatch.is_mailed,
                BillingBatch.published_by_name,
                BillingBatch.failures,
                BillingBatch.customer_id,
                BillingBatch.reseller_id,
            )
            .where(visible(actor, BillingBatch), BillingBatch.id == batch_id)
            .first()
        )
        if row is None:
            raise Problem("not_found")
        files = (await _files(actor, [batch_id])).get(batch_id, [])
        is_publisher = may_publish_billing(actor)
        failures = msgspec.json.decode(row["failures"]) if is_publisher else []
        return BatchDetail(
            row=BatchRow(
                **{name: row[name] for name in _ROW_FIELDS},
                customer_name=row["customer_name"],
                company_name=row["company_name"],
                contract_number=row["contract_number"],
                files=tuple(files),
            ),
            is_mailed=row["is_mailed"],
            published_by_name=row["published_by_name"],
            failures=tuple((one["name"], one["why"]) for one in failures),
            openings=await _openings(actor, files) if is_publisher else (),
            recipients=await _recipients(row) if is_publisher and row["is_mailed"] else (),
        )


async def find_file(actor: Actor, batch_id: UUID, file_id: UUID) -> StoredFile:
    """Raises `not_found` for what is out of reach, a recalled one for the customer's people among it."""
    row = (
        await BillingFile.select(BillingFile.id, BillingFile.reseller_id, BillingFile.name, BillingFile.size)
        .where(
            visible(actor, BillingFile),
            BillingFile.id == file_id,
            BillingFile.billing_batch_id == batch_id,
        )
        .first()
    )
    if row is None:
        raise Problem("not_found")
    return StoredFile(**row)


async def company_choices(actor: Actor) -> tuple[Choice, ...]:
    rows = (
        await Company.select(Company.id, Company.trade_name)
        .where(visible(actor, Company), Company.is_active.eq(True))
        .order_by(Company.trade_name)
    )
    return tuple(Choice(row["id"], row["trade_name"]) for row in rows)


async def find_customer(actor: Actor, customer_id: UUID) -> dict[str, Any]:
    """Name, document and company. Raises `not_found`."""
    row = (
        await Customer.select(Customer.id, Customer.name, Customer.cnpj_cpf, Customer.company_id)
        .where(visible(actor, Customer), Customer.id == customer_id)
        .first()
    )
    if row is None:
        raise Problem("not_found")
    return row


async def contract_choices(actor: Actor, customer_id: UUID) -> tuple[Choice, ...]:
    rows = (
        await Contract.select(Contract.id, Contract.number)
        .where(visible(actor, Contract), Contract.customer_id == customer_id, Contract.is_active.eq(True))
        .order_by(Contract.number)
    )
    return tuple(Choice(row["id"], row["number"]) for row in rows)


async def _conditions(actor: Actor, wanted: BillingFilter) -> list[Any] | None:
    """None when a name matched nothing."""
    conditions: list[Any] = [visible(actor, BillingBatch)]
    if actor.role in CUSTOMER_ROLES:
        conditions.append(_with_a_file())
    if wanted.customer.strip():
        customer_ids = await find_customer_ids(actor, wanted.customer)
        if not customer_ids:
            return None
        conditions.append(BillingBatch.customer_id.is_in(customer_ids))
    if wanted.contract.strip():
        conditions.append(_batch.contract_id.number == wanted.contract.strip())
    if wanted.period_from is not None:
        conditions.append(BillingBatch.period_on >= wanted.period_from)
    if wanted.period_until is not None:
        conditions.append(BillingBatch.period_on <= wanted.period_until)
    return conditions


def _with_a_file() -> WhereRaw:
    """What was recalled as a whole is not there for the customer."""
    return WhereRaw(
        "EXISTS (SELECT 1 FROM billing_file f WHERE f.billing_batch_id = billing_batch.id"
        " AND f.withdrawn_at IS NULL)"
    )


async def _files(actor: Actor, batch_ids: list[UUID]) -> dict[UUID, list[FileView]]:
    if not batch_ids:
        return {}
    rows = (
        await BillingFile.select(
            *(getattr(BillingFile, name) for name in _FILE_FIELDS),
            BillingFile.billing_batch_id,
            BillingFile.doubts,
        )
        .where(visible(actor, BillingFile), BillingFile.billing_batch_id.is_in(batch_ids))
        .order_by(BillingFile.name)
    )
    counts = await _counts([row["id"] for row in rows]) if may_publish_billing(actor) else {}
    found: dict[UUID, list[FileView]] = {}
    for row in rows:
        view = FileView(
            **{name: row[name] for name in _FILE_FIELDS},
            doubts=tuple(msgspec.json.decode(row["doubts"])),
            openings=counts.get(row["id"], 0),
        )
        found.setdefault(row["billing_batch_id"], []).append(view)
    return found


async def _counts(file_ids: list[UUID]) -> dict[UUID, int]:
    if not file_ids:
        return {}
    user: Any = BillingOpening.user_id
    rows = (
        await BillingOpening.select(BillingOpening.billing_file_id, Count(alias="n"))
        .where(
            BillingOpening.billing_file_id.is_in(file_ids),
            user.role.is_in([role.value for role in CUSTOMER_ROLES]),
        )
        .group_by(BillingOpening.billing_file_id)
    )
    return {row["billing_file_id"]: row["n"] for row in rows}


async def _openings(actor: Actor, files: list[FileView]) -> tuple[OpeningView, ...]:
    if not files:
        return ()
    names = {file.id: file.name for file in files}
    rows = (
        await BillingOpening.select(
            BillingOpening.billing_file_id,
            BillingOpening.user_name,
            BillingOpening.opened_at,
            BillingOpening.address,
        )
        .where(visible(actor, BillingOpening), BillingOpening.billing_file_id.is_in(list(names)))
        .order_by(BillingOpening.opened_at, ascending=False)
        .limit(_MOST_OPENINGS)
    )
    return tuple(OpeningView(names[row.pop("billing_file_id")], **row) for row in rows)


async def _recipients(row: dict[str, Any]) -> tuple[RecipientView, ...]:
    """Whom the worker wrote to; before it began, whom it will."""
    sent = await DB.fetch(
        "SELECT u.name, d.address, d.state FROM notification_event e"
        " JOIN notification n ON n.event_id = e.id JOIN notification_dispatch d ON d.notification_id = n.id"
        " JOIN app_user u ON u.id = d.user_id WHERE e.subject_kind = $1 AND e.subject_id = $2"
        " AND e.reseller_id = $3 AND d.channel = 'mail' ORDER BY u.name, d.address",
        Subject.BILLING_BATCH.value,
        row["id"],
        row["reseller_id"],
    )
    if sent:
        return tuple(RecipientView(*one) for one in sent)
    own = UserCustomer.select(UserCustomer.user_id).where(UserCustomer.customer_id == row["customer_id"])
    user_ids = await own.output(as_list=True)
    if not user_ids:
        return ()
    roles = [Role.CUSTOMER.value, Role.BILLING_OPERATOR.value]
    people = (
        await User.select(User.name, User.email)
        .where(
            User.reseller_id == row["reseller_id"],
            User.id.is_in(user_ids),
            User.role.is_in(roles),
            User.is_active.eq(True),
        )
        .order_by(User.name)
    )
    return tuple(RecipientView(one["name"], one["email"], "") for one in people)
