"""The trail as the admin reads it: newest first, by key, within their reseller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw
from piccolo.query import OrderByRaw

from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import User
from server.audit.tables import AuditEntry
from server.audit.wording import GROUPS, KINDS, action_name, facts_of
from server.database.text_search import holding
from server.problems import Problem

PAGE_SIZE = 50
MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class AuditFilter:
    person: str = ""
    group: str = ""
    address: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    id: UUID
    at: datetime
    person: str
    action: str
    kind: str
    subject: str
    path: str
    address: str
    facts: list[tuple[str, str]]
    changes: list[tuple[str, str, str]]


async def list_entries(
    actor: Actor, wanted: AuditFilter, after: str | None = None
) -> tuple[list[AuditLine], str | None]:
    """One page and the key of the next. Raises `invalid` for a broken key."""
    conditions: list[Any] = [visible(actor, AuditEntry)]
    if wanted.person:
        ids = await _people(actor, wanted.person)
        if not ids:
            return [], None
        conditions.append(AuditEntry.user_id.is_in(ids) | AuditEntry.subject_id.is_in(ids))
    if wanted.group in GROUPS:
        conditions.append(AuditEntry.action.like(f"{wanted.group}.%"))
    if wanted.address:
        conditions.append(AuditEntry.address == wanted.address)
    if wanted.since is not None:
        conditions.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditEntry.at < wanted.until)
    if after:
        try:
            last = UUID(after)
        except ValueError as error:
            raise Problem("invalid") from error
        conditions.append(
            WhereRaw(
                "(audit_entry.at, audit_entry.id) < (SELECT l.at, l.id FROM audit_entry l WHERE l.id = {})",
                last,
            )
        )
    rows = (
        await AuditEntry.select()
        .where(*conditions)
        .order_by(OrderByRaw("audit_entry.at DESC, audit_entry.id"), ascending=False)
        .limit(PAGE_SIZE + 1)
    )
    page = rows[:PAGE_SIZE]
    names = await _names(actor, page)
    lines = [_line(row, names) for row in page]
    return lines, str(page[-1]["id"]) if len(rows) > PAGE_SIZE else None


async def _people(actor: Actor, text: str) -> list[UUID]:
    """Whose names and addresses hold the words."""
    rows = (
        await User.select(User.id)
        .where(visible(actor, User), *holding(text, "app_user.name", "app_user.email"))
        .limit(MOST_PEOPLE)
    )
    return [row["id"] for row in rows]


async def _names(actor: Actor, rows: list[dict[str, Any]]) -> dict[UUID, str]:
    """Of the people on this page: two questions a page, not one a line."""
    ids = {row["user_id"] for row in rows} | {
        row["subject_id"] for row in rows if row["subject_kind"] == "app_user"
    }
    known = sorted(one for one in ids if one is not None)
    if not known:
        return {}
    found = await User.select(User.id, User.name).where(visible(actor, User), User.id.is_in(known))
    return {row["id"]: row["name"] for row in found}


def _line(row: dict[str, Any], names: dict[UUID, str]) -> AuditLine:
    facts, changes = facts_of(row["facts"])
    kind, subject_id = row["subject_kind"], row["subject_id"]
    is_person = kind == "app_user" and subject_id is not None
    return AuditLine(
        id=row["id"],
        at=row["at"],
        person=names.get(row["user_id"], "" if row["user_id"] is None else "Pessoa removida"),
        action=action_name(row["action"]),
        kind=KINDS.get(kind, kind),
        subject=names.get(subject_id, "") if is_person else "",
        path=f"/users/{subject_id}" if is_person and subject_id in names else "",
        address=row["address"],
        facts=facts,
        changes=changes,
    )
