"""Checklists to list, to write on and to compare: as an admin sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.accounts import records
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.checklists.drafts import DraftQuestion, draft_of, read_draft
from server.checklists.questions import read_items
from server.checklists.rules import ChecklistItem
from server.equipment.tables import Defect, Equipment
from server.problems import Problem
from server.service_orders.tables import ChecklistTemplate, ChecklistVersion
from server.service_orders.views import Choice

PAGE_SIZE = 50
SHOWN_VERSIONS = 50
SHOWN_MODELS = 200


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """`number` is of the newest version; none was published where it is None."""

    id: UUID
    name: str
    defect: str
    model: str
    is_active: bool
    has_draft: bool
    number: int | None
    questions: int
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Version:
    id: UUID
    number: int
    name: str
    published_at: datetime
    items: list[ChecklistItem]


@dataclass(frozen=True, slots=True)
class Checklist:
    """`questions` are the draft's, or the newest version's where nobody has begun one."""

    row: Mapping[str, Any]
    questions: list[DraftQuestion]
    versions: list[Version]

    @property
    def newest(self) -> Version | None:
        return self.versions[0] if self.versions else None

    @property
    def has_draft(self) -> bool:
        return self.row["draft"] is not None


async def list_checklists(
    actor: Actor, *, is_active: bool, after: UUID | None
) -> tuple[list[ChecklistRow], UUID | None]:
    """The newest first; `after` is the `next` of the page before: ids are born in time's order."""
    template = ChecklistTemplate
    query = (
        template.select(
            template.id,
            template.name,
            template.model,
            template.is_active,
            template.draft,
            template.defect_id.name.as_alias("defect"),
        )
        .where(visible(actor, template), template.is_active.eq(is_active))
        .order_by(template.id, ascending=False)
        .limit(PAGE_SIZE + 1)
    )
    found = await (query.where(template.id < after) if after else query)
    rows = found[:PAGE_SIZE]
    newest = await _newest([row["id"] for row in rows])
    shown = [
        ChecklistRow(
            id=row["id"],
            name=row["name"],
            defect=row["defect"] or "",
            model=row["model"],
            is_active=row["is_active"],
            has_draft=row["draft"] is not None,
            number=newest[row["id"]].number if row["id"] in newest else None,
            questions=len(newest[row["id"]].items) if row["id"] in newest else 0,
            published_at=newest[row["id"]].published_at if row["id"] in newest else None,
        )
        for row in rows
    ]
    return shown, rows[-1]["id"] if len(found) > PAGE_SIZE else None


async def find_checklist(actor: Actor, template_id: UUID) -> Checklist:
    """Raises `not_found`."""
    row = await records.find(actor, ChecklistTemplate, template_id)
    rows = (
        await ChecklistVersion.select(*_VERSION)
        .where(visible(actor, ChecklistVersion), ChecklistVersion.template_id == template_id)
        .order_by(ChecklistVersion.number, ascending=False)
        .limit(SHOWN_VERSIONS)
    )
    versions = [_version(one) for one in rows]
    if row["draft"] is not None:
        questions = read_draft(row["draft"])
    else:
        questions = draft_of(versions[0].items) if versions else []
    return Checklist(row, questions, versions)


async def find_versions(
    actor: Actor, template_id: UUID, number: int, against: int
) -> tuple[Version, Version | None]:
    """One version, and the one it is held against if there is one. Raises `not_found`."""
    rows = await ChecklistVersion.select(*_VERSION).where(
        visible(actor, ChecklistVersion),
        ChecklistVersion.template_id == template_id,
        ChecklistVersion.number.is_in([number, against]),
    )
    by_number = {row["number"]: _version(row) for row in rows}
    if number not in by_number:
        raise Problem("not_found")
    return by_number[number], by_number.get(against) if against != number else None


async def list_scopes(actor: Actor) -> tuple[list[Choice], list[str]]:
    """The defects and models that a checklist may be for."""
    defects = (
        await Defect.select(Defect.id, Defect.code, Defect.name)
        .where(visible(actor, Defect), Defect.is_active.eq(True))
        .order_by(Defect.code)
    )
    models = (
        await Equipment.select(Equipment.model)
        .where(visible(actor, Equipment), Equipment.model != "")
        .order_by(Equipment.model)
        .group_by(Equipment.model)
        .limit(SHOWN_MODELS)
    )
    return (
        [Choice(row["id"], f"{row['code']} {row['name']}".strip()) for row in defects],
        [row["model"] for row in models],
    )


_VERSION = (
    ChecklistVersion.id,
    ChecklistVersion.number,
    ChecklistVersion.name,
    ChecklistVersion.published_at,
    ChecklistVersion.items,
)


def _version(row: Mapping[str, Any]) -> Version:
    return Version(row["id"], row["number"], row["name"], row["published_at"], read_items(row["items"]))


async def _newest(template_ids: list[UUID]) -> dict[UUID, Version]:
    if not template_ids:
        return {}
    rows = (
        await ChecklistVersion.select(*_VERSION, ChecklistVersion.template_id)
        .where(ChecklistVersion.template_id.is_in(template_ids))
        .order_by(ChecklistVersion.number)
    )
    return {row["template_id"]: _version(row) for row in rows}
