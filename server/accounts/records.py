"""How an admin keeps the reseller's master data: one transaction for each act, audited with before and after.

A record is loaded through the scope and held until the transaction ends; only columns that change are
written, and an edit of nothing leaves no trace. Nothing is deleted: what is retired keeps its references, and
can be brought back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from piccolo.columns import Varchar
from piccolo.table import Table

from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.accounts.documents import one_line
from server.accounts.scope import visible
from server.audit.actions import append
from server.database import Transaction
from server.problems import Problem
from server.web.live import publish

Details = TypeVar("Details", bound=Any)
Columns = Mapping[str, Any]


def tidy(details: Details) -> Details:
    """Each text on one line."""
    texts = {
        field.name: one_line(value)
        for field in fields(details)
        if isinstance(value := getattr(details, field.name), str) and not isinstance(value, Enum)
    }
    return replace(details, **texts)


def columns_of(details: Any) -> dict[str, Any]:
    """A form's fields are named after the columns they fill."""
    return {field.name: _plain(getattr(details, field.name)) for field in fields(details)}


def refuse(table: type[Table], columns: Columns, faults: Mapping[str, str]) -> None:
    """Raises `invalid` with the fields to mend, those longer than their column among them."""
    found = {
        column._meta.name: f"No máximo {column.length} caracteres."
        for column in table._meta.columns
        if isinstance(column, Varchar)
        and column.length
        and len(columns.get(column._meta.name) or "") > column.length
    } | dict(faults)
    if found:
        raise Problem("invalid", fields=[{"name": name, "message": text} for name, text in found.items()])


def only_admin(actor: Actor) -> None:
    """Raises `not_found`: to everybody else these records are not there to be kept."""
    if actor.role is not Role.ADMIN:
        raise Problem("not_found")


async def hold(tx: Transaction, actor: Actor, table: type[Table], row_id: UUID) -> dict[str, Any]:
    """The row's columns, until the transaction ends. Raises `not_found`."""
    only_admin(actor)
    if DB.dialect == "postgres":
        name = table._meta.tablename
        await tx.fetch(f"SELECT id FROM {name} WHERE id = $1 FOR NO KEY UPDATE", row_id)
    return await find(actor, table, row_id)


async def find(actor: Actor, table: type[Table], row_id: UUID) -> dict[str, Any]:
    """The row's columns, not held. Raises `not_found`."""
    row: dict[str, Any] | None = (
        await table.select().where(visible(actor, table), table._meta.primary_key == row_id).first()
    )
    if row is None:
        raise Problem("not_found")
    return row


async def add(actor: Actor, table: type[Table], columns: Columns) -> UUID:
    """A new row of the actor's reseller."""
    only_admin(actor)
    row: Any = table(reseller_id=actor.reseller_id, **columns)
    await table.insert(row)
    row_id: UUID = row.id
    await _audit(actor, table, row_id, "added", after=columns)
    return row_id


async def change(
    actor: Actor, table: type[Table], row: Columns, columns: Columns, act: str = "edited"
) -> None:
    """Write what differs from the held row."""
    after = {name: value for name, value in columns.items() if row[name] != value}
    if not after:
        return
    written: dict[Any, Any] = dict(after)
    await table.update(written).where(table._meta.primary_key == row["id"])
    before = {name: row[name] for name in after}
    await _audit(actor, table, row["id"], act, before=before, after=after)


async def retire(actor: Actor, table: type[Table], row: Columns) -> None:
    await change(actor, table, row, {"is_active": False}, "retired")


async def reinstate(actor: Actor, table: type[Table], row: Columns) -> None:
    await change(actor, table, row, {"is_active": True}, "reinstated")


async def tell_desk(actor: Actor) -> None:
    """The pages that list orders and visits, for they show names of customers, machines and people."""
    await publish(f"reseller:{actor.reseller_id}:orders", f"reseller:{actor.reseller_id}:visits")


async def _audit(actor: Actor, table: type[Table], row_id: UUID, act: str, **facts: Any) -> None:
    kind = table._meta.tablename
    await append(
        f"{kind}.{act}",
        reseller_id=actor.reseller_id,
        user_id=actor.user_id,
        subject=(kind, row_id),
        **facts,
    )


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value
