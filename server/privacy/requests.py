"""A person asks for a copy of their data, or to be forgotten; the reseller has 15 days.

A copy needs nobody's consent and is made at once. Being forgotten cannot be undone, so it asks for the
password and for an admin, who may hold it back for one of the law's reasons. Nobody decides their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw
from piccolo.query import OrderByRaw

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Actor, Role
from server.accounts.attempts import Limit, count_attempt
from server.accounts.confirmation import confirm_password
from server.accounts.scope import find_visible, visible
from server.accounts.tables import User
from server.audit.actions import append
from server.jobs.outbox import enqueue
from server.mail.actions import leave_letter
from server.privacy.rules import (
    ANSWER_WITHIN,
    HOLD_REASONS,
    OPEN_STATES,
    RequestKind,
    RequestState,
    is_overdue,
)
from server.privacy.tables import DataRequest
from server.problems import Problem

EXPORT_JOB = "privacy_export"
ERASURE_JOB = "privacy_erasure"
PAGE_SIZE = 50
EXPORTS_BY_USER = Limit("export_user", 3, ANSWER_WITHIN / 15)
_person: Any = DataRequest.user_id
_asker: Any = DataRequest.asked_by_id


@dataclass(frozen=True, slots=True)
class RequestLine:
    id: UUID
    user_id: UUID
    person: str
    asked_by: str
    kind: RequestKind
    state: RequestState
    asked_at: datetime
    due_at: datetime
    done_at: datetime | None
    decided_at: datetime | None
    reason: str
    file_size: int
    expires_at: datetime | None
    is_overdue: bool
    has_file: bool


async def ask_for_export(actor: Actor, user_id: UUID, now: datetime, address: str) -> UUID:
    """One's own, or as admin anybody's of the reseller. Raises `not_found` or `request_open`."""
    await find_visible(actor, User, user_id)
    async with DB.transaction():
        await count_attempt((EXPORTS_BY_USER, str(user_id)), now=now)
        request_id = await _write(actor, user_id, RequestKind.EXPORT, now, address)
        await enqueue(EXPORT_JOB, {"request_id": str(request_id)}, reseller_id=actor.reseller_id)
    return request_id


async def ask_for_erasure(actor: Actor, user_id: UUID, password: str, now: datetime, address: str) -> UUID:
    """The password first. Raises `password_needed`, `wrong_password`, `request_open`."""
    await find_visible(actor, User, user_id)
    await confirm_password(actor, password, now)
    async with DB.transaction():
        request_id = await _write(actor, user_id, RequestKind.ERASURE, now, address)
        for admin_id in await _admins(actor.reseller_id, but=user_id):
            await leave_letter(
                "erasure_asked", reseller_id=actor.reseller_id, request_id=request_id, admin_id=admin_id
            )
    return request_id


async def cancel(actor: Actor, request_id: UUID, now: datetime, address: str) -> None:
    """Who asked thinks better of it, while nobody has decided. Raises `request_closed`."""
    request = await find_visible(actor, DataRequest, request_id)
    if request.asked_by_id != actor.user_id:
        raise Problem("not_found")
    await _close(actor, request, RequestState.CANCELLED, "", now, address)


async def approve_erasure(actor: Actor, request_id: UUID, password: str, now: datetime, address: str) -> None:
    """The person is forgotten by the next job; nothing brings them back."""
    request = await _to_decide(actor, request_id)
    await confirm_password(actor, password, now)
    await _check_an_admin_stays(request)
    async with DB.transaction():
        await _close(actor, request, RequestState.APPROVED, "", now, address)
        await enqueue(
            ERASURE_JOB,
            {"request_id": str(request_id)},
            dedupe_key=f"{ERASURE_JOB}:{request_id}",
            reseller_id=actor.reseller_id,
        )


async def decline_erasure(
    actor: Actor, request_id: UUID, hold: str, reason: str, now: datetime, address: str
) -> None:
    """Refused, or held back for a reason of the law; the person is told why. Raises `invalid`."""
    request = await _to_decide(actor, request_id)
    text = " ".join((f"{HOLD_REASONS[hold]}." if hold in HOLD_REASONS else "", reason.strip())).strip()
    if len(text) < 10:
        raise Problem("invalid", fields=[{"name": "reason", "message": "Escreva o motivo para a pessoa."}])
    state = RequestState.HELD if hold in HOLD_REASONS else RequestState.REFUSED
    async with DB.transaction():
        await _close(actor, request, state, text[:2000], now, address)
        await leave_letter("request_decided", reseller_id=actor.reseller_id, request_id=request_id)


async def list_requests(
    actor: Actor, *, only_open: bool, now: datetime, after: str | None = None
) -> tuple[list[RequestLine], str | None]:
    """For the admin: newest first, a page by key. Raises `invalid` for a broken cursor."""
    conditions: list[Any] = [visible(actor, DataRequest)]
    if only_open:
        conditions.append(DataRequest.state.is_in([state.value for state in OPEN_STATES]))
    if after:
        try:
            last = UUID(after)
        except ValueError as error:
            raise Problem("invalid") from error
        conditions.append(
            WhereRaw(
                "(data_request.asked_at, data_request.id) <"
                " (SELECT l.asked_at, l.id FROM data_request l WHERE l.id = {})",
                last,
            )
        )
    lines = await _lines(conditions, now, PAGE_SIZE + 1)
    return lines[:PAGE_SIZE], str(lines[PAGE_SIZE - 1].id) if len(lines) > PAGE_SIZE else None


async def list_own(actor: Actor, now: datetime) -> list[RequestLine]:
    return await _lines([visible(actor, DataRequest), DataRequest.user_id == actor.user_id], now, 20)


async def find_request(actor: Actor, request_id: UUID, now: datetime) -> RequestLine:
    """Raises `not_found`."""
    found = await _lines([visible(actor, DataRequest), DataRequest.id == request_id], now, 1)
    if not found:
        raise Problem("not_found")
    return found[0]


async def find_file(actor: Actor, request_id: UUID, now: datetime) -> str:
    """Where a finished copy lies, while it does. Its person and whoever asked for it alone get it."""
    request = await find_visible(actor, DataRequest, request_id)
    if actor.user_id not in {request.user_id, request.asked_by_id}:
        raise Problem("not_found")
    if not request.file_path or request.expires_at is None or request.expires_at <= now:
        raise Problem("not_found")
    return str(request.file_path)


async def count_open(actor: Actor) -> int:
    return int(
        await DataRequest.count().where(
            visible(actor, DataRequest), DataRequest.state.is_in([state.value for state in OPEN_STATES])
        )
    )


async def _lines(conditions: list[Any], now: datetime, limit: int) -> list[RequestLine]:
    rows = (
        await DataRequest.select(
            *(
                getattr(DataRequest, name)
                for name in (
                    "id", "user_id", "kind", "state", "asked_at", "due_at", "done_at", "decided_at",
                    "reason", "file_size", "expires_at", "file_path",
                )
            ),
            _person.name.as_alias("person"),
            _asker.name.as_alias("asked_by"),
        )
        .where(*conditions)
        .order_by(OrderByRaw("data_request.asked_at DESC, data_request.id"), ascending=False)
        .limit(limit)
    )  # fmt: skip
    return [_line(row, now) for row in rows]


def _line(row: dict[str, Any], now: datetime) -> RequestLine:
    path, state = row.pop("file_path"), RequestState(row.pop("state"))
    return RequestLine(
        **row | {"kind": RequestKind(row["kind"])},
        state=state,
        is_overdue=is_overdue(state, row["due_at"], now),
        has_file=bool(path) and row["expires_at"] is not None and row["expires_at"] > now,
    )


async def _admins(reseller_id: UUID, *, but: UUID) -> list[UUID]:
    """Who may decide, and can log in."""
    admins: list[UUID] = (
        await User.select(User.id)
        .where(
            User.reseller_id == reseller_id,
            User.role == Role.ADMIN.value,
            User.is_active.eq(True),
            User.id != but,
            User.password_hash != "",
        )
        .output(as_list=True)
    )
    return admins


async def _write(actor: Actor, user_id: UUID, kind: RequestKind, now: datetime, address: str) -> UUID:
    is_open = await DataRequest.exists().where(
        DataRequest.user_id == user_id,
        DataRequest.kind == kind.value,
        DataRequest.state.is_in([state.value for state in OPEN_STATES]),
    )
    if is_open:
        raise Problem("request_open")
    request_id = uuid7()
    await DataRequest.insert(
        DataRequest(
            id=request_id,
            reseller_id=actor.reseller_id,
            user_id=user_id,
            asked_by_id=actor.user_id,
            kind=kind.value,
            asked_at=now,
            due_at=now + ANSWER_WITHIN,
        )
    )
    await append(
        f"{kind}.asked",
        reseller_id=actor.reseller_id,
        user_id=actor.user_id,
        subject=("app_user", user_id),
        address=address,
    )
    return request_id


async def _to_decide(actor: Actor, request_id: UUID) -> DataRequest:
    """Raises `not_found`, `request_closed`, or `own_request`."""
    request = await find_visible(actor, DataRequest, request_id)
    if actor.role is not Role.ADMIN or request.kind != RequestKind.ERASURE:
        raise Problem("not_found")
    if request.state != RequestState.ASKED:
        raise Problem("request_closed")
    if request.user_id == actor.user_id:
        raise Problem("own_request")
    return request


async def _check_an_admin_stays(request: DataRequest) -> None:
    others = await User.count().where(
        User.reseller_id == request.reseller_id,
        User.role == Role.ADMIN.value,
        User.is_active.eq(True),
        User.id != request.user_id,
    )
    if not others:
        raise Problem("last_admin")


async def _close(
    actor: Actor, request: DataRequest, state: RequestState, reason: str, now: datetime, address: str
) -> None:
    async with DB.transaction() as tx:
        closed = await tx.execute(
            "UPDATE data_request SET state = $2, decided_at = $3, decided_by_id = $4, reason = $5"
            " WHERE id = $1 AND state = 'asked'",
            request.id,
            state.value,
            now,
            actor.user_id,
            reason,
        )
        if not closed:
            raise Problem("request_closed")
        await append(
            f"{request.kind}.{state}",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("app_user", request.user_id),
            address=address,
            reason=reason,
        )
