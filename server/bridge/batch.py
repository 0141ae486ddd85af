"""A batch of ILUX rows on its way into the portal's tables: what is known of each, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from offline_sync.ids import uuid7
from server.bridge.entities import REFERENCES, Entity, Field
from server.bridge.links import Link, Name
from server.bridge.values import Fault, parse
from server.database import Transaction, bulk
from server.service_orders.steps import Step


@dataclass(frozen=True, slots=True)
class Row:
    """`index` is its place in the mutation; None for one that was refused before and is tried again.

    `is_anew` is for one that is to be written although the portal took the same before.
    """

    index: int | None
    entity: str
    key: str
    is_gone: bool
    data: Mapping[str, Any]
    load_id: UUID | None = None
    steps: tuple[Step, ...] = ()
    is_anew: bool = False

    @property
    def name(self) -> Name:
        return self.entity, self.key


@dataclass(slots=True)
class Ready:
    """A row that was understood and whose references are known. `columns` are to be written.

    `was_retired` also counts for one that is written anew: somebody may have retired it here.
    """

    row: Row
    values: dict[str, Any]
    refs: dict[str, UUID | None]
    row_id: UUID
    hash: str
    is_new: bool
    was_retired: bool
    columns: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Batch:
    """`links` grows while rows are taken, so that later ones find their parents.

    `is_rewound` says that the rows come in the load of a base that was restored from an older copy.
    """

    tx: Transaction
    reseller_id: UUID
    now: datetime
    links: dict[Name, Link]
    is_rewound: bool = False
    refused: list[tuple[Row, Fault]] = field(default_factory=list)
    taken: list[Row] = field(default_factory=list)
    changed: dict[Name, Link] = field(default_factory=dict)
    fresh: dict[Name, UUID] = field(default_factory=dict)
    named: list[Row] = field(default_factory=list)
    has_orders: bool = False

    def refuse(self, row: Row, fault: Fault) -> None:
        self.refused.append((row, fault))
        if row.name in self.links:  # it is there in ILUX: no load may retire it
            self.named.append(row)

    def accept(self, ready: Ready) -> None:
        """It is stored; the link follows with the batch's other ones."""
        name = ready.row.name
        known = self.links.get(name)
        load_id = ready.row.load_id or (known.load_id if known else None)
        if ready.is_new:
            self.fresh[name] = ready.row_id
        self.links[name] = self.changed[name] = Link(ready.row_id, ready.hash, load_id)
        self.taken.append(ready.row)

    async def store(
        self, ready: Sequence[Ready], write: Callable[[Sequence[Ready]], Awaitable[None]]
    ) -> list[Ready]:
        """Each is written and accepted, or refused by itself; those that are stored."""
        not_stored = {id(one) for one in await bulk.isolated(ready, write)}
        stored = [one for one in ready if id(one) not in not_stored]
        for one in ready:
            if id(one) in not_stored:
                self.refuse(one.row, Fault("not_storable"))
            else:
                self.accept(one)
        return stored

    def understand(self, entity: Entity, row: Row) -> Ready | None:
        """Parse it and look its references up; None when it is refused, or says nothing new.

        A row that is as before may have gone somewhere and come back: its steps are news.
        """
        known = self.links.get(row.name)
        said = hash_of(row.data)
        is_news = row.is_anew or bool(row.steps)
        if known is not None and known.hash == said and not (known.is_retired or is_news):
            self.taken.append(row)
            self.named.append(row)
            return None
        values = parse(entity, row.data)
        if isinstance(values, Fault):
            self.refuse(row, values)
            return None
        refs: dict[str, UUID | None] = {}
        for reference in REFERENCES[entity.name]:
            if reference.name not in values:
                continue
            found = self._look_up(reference, values[reference.name])
            if isinstance(found, Fault):
                self.refuse(row, found)
                return None
            refs[reference.name] = found
        return Ready(
            row=row,
            values=values,
            refs=refs,
            row_id=known.row_id if known else uuid7(),
            hash=said,
            is_new=known is None,
            was_retired=known is not None and (known.is_retired or row.is_anew),
        )

    def _look_up(self, reference: Field, key: str | None) -> UUID | Fault | None:
        if key is None:
            return None
        name = (reference.entity or "", key)
        found = self.links.get(name)
        return Fault("unknown_reference", reference.name, name) if found is None else found.row_id


def hash_of(data: Mapping[str, Any]) -> str:
    """Of the content, whatever the order of its fields."""
    return hashlib.blake2b(msgspec.json.encode(data, order="sorted"), digest_size=16).hexdigest()
