"""The read side of the month's readings: who was asked, who answered, and when each customer is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from piccolo.columns.combination import WhereRaw

from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.accounts.scope import condition, visible
from server.accounts.tables import User
from server.customers.queries import find_customer_ids
from server.customers.tables import Customer
from server.database.keyset import read_cursor, write_cursor
from server.problems import Problem
from server.reading_requests import items
from server.reading_requests.links import address_of
from server.reading_requests.rules import (
    DEFAULT_DAY,
    DEFAULT_REMINDER_DAYS,
    RequestNow,
    RequestState,
    state_of,
)
from server.reading_requests.tables import ReadingRequest, ReadingSchedule
from server.reading_requests.views import RequestDetail, RequestFilter, RequestRow, ScheduleRow, Summary
from server.service_orders.views import Page

PAGE_SIZE = 50

_asked: Any = ReadingRequest
_customer: Any = ReadingRequest.customer_id
_COLUMNS = (
    *(getattr(_asked, name) for name in (
        "id", "month_on", "recipients", "asked_at", "reminded_at", "expires_at", "completed_at", "revoked_at",
    )),
    _customer.as_alias("customer_id"),
    _customer.name.as_alias("customer_name"),
    _customer.search_name.as_alias("search_name"),
)  # fmt: skip
_ANSWERED = (
    "EXISTS (SELECT 1 FROM reading_request_item i WHERE i.reading_request_id = reading_request.id"
    " AND i.answered_at IS NOT NULL)"
)
_STILL = "reading_request.completed_at IS NULL AND reading_request.revoked_at IS NULL AND"
# State → its condition, and whether that looks at the clock; as `state_of` says it of one request.
_IN_STATE = {
    RequestState.COMPLETE: ("reading_request.completed_at IS NOT NULL", False),
    RequestState.REVOKED: (
        "reading_request.completed_at IS NULL AND reading_request.revoked_at IS NOT NULL", False,
    ),
    RequestState.EXPIRED: (f"{_STILL} reading_request.expires_at <= {{}}", True),
    RequestState.PARTIAL: (f"{_STILL} reading_request.expires_at > {{}} AND {_ANSWERED}", True),
    RequestState.WAITING: (f"{_STILL} reading_request.expires_at > {{}} AND NOT {_ANSWERED}", True),
}  # fmt: skip


async def list_requests(
    actor: Actor, wanted: RequestFilter, *, now: datetime, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[RequestRow]:
    """One page by the customers' names; `after` is the `next` of the page before it. Raises `invalid`."""
    conditions: list[Any] = [visible(actor, ReadingRequest), _asked.month_on == wanted.month_on]
    if wanted.customer.strip():
        customer_ids = await find_customer_ids(actor, wanted.customer)
        if not customer_ids:
            return Page((), None)
        conditions.append(_asked.customer_id.is_in(customer_ids))
    if wanted.states:
        conditions.append(_in_states(wanted.states, now))
    if after:
        name, request_id = read_cursor(after, str, UUID)
        conditions.append(
            (_customer.search_name > name) | ((_customer.search_name == name) & (_asked.id > request_id))
        )
    found: list[dict[str, Any]] = (
        await _asked.select(*_COLUMNS)
        .where(*conditions)
        .order_by(_customer.search_name, _asked.id)
        .limit(limit + 1)
    )
    counts = await items.count([row["id"] for row in found[:limit]])
    rows = tuple(_row(row, counts.get(row["id"], (0, 0)), now) for row in found[:limit])
    last = found[limit - 1] if len(found) > limit else None
    return Page(rows, write_cursor(last["search_name"], last["id"]) if last else None)


async def summary_of(actor: Actor, wanted: RequestFilter) -> Summary:
    """Of the whole month, whatever is filtered."""
    sql, args = condition(actor, "reading_request")
    text, values = _numbered(
        "SELECT count(DISTINCT reading_request.id),"
        " count(DISTINCT CASE WHEN reading_request.completed_at IS NOT NULL THEN reading_request.id END),"
        " count(i.id), count(i.answered_at) FROM reading_request"
        " JOIN reading_request_item i ON i.reading_request_id = reading_request.id"
        f" WHERE {sql} AND reading_request.month_on = {{}}",
        (*args, wanted.month_on),
    )
    (row,) = await DB.fetch(text, *values)
    return Summary(*row)


async def get_request(actor: Actor, request_id: UUID, *, now: datetime) -> RequestDetail:
    """Raises `not_found` for what this person may not see."""
    found = (
        await _asked.select(*_COLUMNS).where(visible(actor, ReadingRequest), _asked.id == request_id).first()
    )
    if found is None:
        raise Problem("not_found")
    machines = await items.read_items(request_id)
    answered = sum(machine.answered_at is not None for machine in machines)
    row = _row(found, (len(machines), answered), now)
    return RequestDetail(row, await _names(found), machines, address_of(request_id))


async def list_schedules(
    actor: Actor, text: str, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[ScheduleRow]:
    """Active customers with machines under contract, by name. Raises `invalid`."""
    customer: Any = Customer
    conditions: list[Any] = [visible(actor, Customer), customer.is_active.eq(True), WhereRaw(_HAS_MACHINES)]
    if text.strip():
        ids = await find_customer_ids(actor, text)
        if not ids:
            return Page((), None)
        conditions.append(customer.id.is_in(ids))
    if after:
        conditions.append(
            WhereRaw("(customer.search_name, customer.id) > ({}, {})", *read_cursor(after, str, UUID))
        )
    found: list[dict[str, Any]] = (
        await customer.select(customer.id, customer.name, customer.email, customer.search_name)
        .where(*conditions)
        .order_by(customer.search_name, customer.id)
        .limit(limit + 1)
    )
    rows = await _schedule_rows(actor, found[:limit])
    last = found[limit - 1] if len(found) > limit else None
    return Page(rows, write_cursor(last["search_name"], last["id"]) if last else None)


async def _schedule_rows(actor: Actor, found: Sequence[dict[str, Any]]) -> tuple[ScheduleRow, ...]:
    if not found:
        return ()
    ids = [row["id"] for row in found]
    kept = {
        row["customer_id"]: row
        for row in await ReadingSchedule.select().where(
            ReadingSchedule.reseller_id == actor.reseller_id, ReadingSchedule.customer_id.is_in(ids)
        )
    }
    marks = ", ".join(f"${number}" for number in range(1, len(ids) + 1))
    machines = dict(await DB.fetch(_MACHINE_COUNTS.format(marks), *ids))
    users = dict(await DB.fetch(_USER_COUNTS.format(marks, f"${len(ids) + 1}"), *ids, Role.CUSTOMER.value))
    unset = {"is_on": False, "day_of_month": DEFAULT_DAY, "remind_after_days": DEFAULT_REMINDER_DAYS}
    return tuple(
        ScheduleRow(
            customer_id=row["id"],
            customer_name=row["name"],
            machines=machines.get(row["id"], 0),
            email=row["email"],
            users=users.get(row["id"], 0),
            **{name: kept.get(row["id"], unset)[name] for name in unset},
        )
        for row in found
    )


async def _names(found: dict[str, Any]) -> tuple[str, ...]:
    """To whom the request went: people by name, or the address of the customer's registration."""
    recipients = msgspec.json.decode(found["recipients"])
    ids = [UUID(one) for one in recipients if one]
    people: list[dict[str, Any]] = (
        await User.select(User.name, User.email).where(User.id.is_in(ids)).order_by(User.name) if ids else []
    )
    names = [f"{person['name']} ({person['email']})" for person in people]
    if None in recipients:
        customer = await Customer.select(Customer.email).where(Customer.id == found["customer_id"]).first()
        names.append(customer["email"] if customer else "")
    return tuple(name for name in names if name)


def _in_states(states: frozenset[RequestState], now: datetime) -> WhereRaw:
    parts = [_IN_STATE[state] for state in sorted(states)]
    args = [now for _, looks_at_clock in parts if looks_at_clock]
    return WhereRaw(" OR ".join(f"({sql})" for sql, _ in parts), *args)


def _row(row: dict[str, Any], counts: tuple[int, int], now: datetime) -> RequestRow:
    machines, answered = counts
    request = RequestNow(row["expires_at"], row["completed_at"], row["revoked_at"], answered)
    return RequestRow(
        id=row["id"],
        customer_id=row["customer_id"],
        customer_name=row["customer_name"],
        month_on=row["month_on"],
        asked_at=row["asked_at"],
        reminded_at=row["reminded_at"],
        completed_at=row["completed_at"],
        recipients=len(msgspec.json.decode(row["recipients"])),
        machines=machines,
        answered=answered,
        state=state_of(request, now),
    )


def _numbered(sql: str, args: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """`{}` as the driver has it: `$1`, `$2`, …"""
    return sql.format(*(f"${number}" for number in range(1, len(args) + 1))), args


_HAS_MACHINES = (
    "EXISTS (SELECT 1 FROM equipment e JOIN contract k ON k.id = e.contract_id AND k.is_active"
    " WHERE e.customer_id = customer.id AND e.is_active)"
)
_MACHINE_COUNTS = (
    "SELECT e.customer_id, count(*) FROM equipment e JOIN contract k ON k.id = e.contract_id AND k.is_active"
    " WHERE e.is_active AND e.customer_id IN ({}) GROUP BY e.customer_id"
)
_USER_COUNTS = (
    "SELECT x.customer_id, count(*) FROM user_customer x JOIN app_user u ON u.id = x.user_id AND u.is_active"
    " WHERE x.customer_id IN ({}) AND u.role = {} GROUP BY x.customer_id"
)
