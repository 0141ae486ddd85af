"""A mapping as it was read: which tables and columns are which entities and fields of the portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import TypeAlias

from ilux_bridge.mapping.filter.tree import Expression
from ilux_bridge.mapping.vocabulary import Entity, Field, Write

WireValue: TypeAlias = str | int | bool | None
"""What a field may be in the JSON: decimals, dates, instants and keys are texts."""


NIGHT = time(2, 30)


class Capture(StrEnum):
    """How the bridge notices changes."""

    TRIGGER = "gatilho"
    RECORD_VERSION = "record_version"
    HASH = "hash"


class Direction(StrEnum):
    SEND = "envia"
    RECEIVE = "recebe"
    BOTH = "ambos"

    @property
    def sends(self) -> bool:
        return self is not Direction.RECEIVE

    @property
    def receives(self) -> bool:
        return self is not Direction.SEND


class Type(StrEnum):
    """How a column holds the value, where the field's kind leaves a choice."""

    TEXT = "texto"
    DOCUMENT = "documento"  # CNPJ, CPF, CEP: letters and digits only, whatever mask the base keeps
    INTEGER = "inteiro"
    DECIMAL = "decimal"
    BOOLEAN = "logico"
    DATE = "data"
    INSTANT = "datahora"
    CHOICE = "opcao"
    REFERENCE = "referencia"


class Unknown(StrEnum):
    """What becomes of a value that the value map does not list."""

    REFUSE = "erro"
    EMPTY = "vazio"


TRIGGER = "trigger"
"""As a generator's name: the base's own trigger fills the key, which comes back by RETURNING."""


@dataclass(frozen=True, slots=True)
class Firebird:
    """`charset` and `dialect` are None where the base is to be asked; `zone` is where its clocks are."""

    host: str
    port: int
    path: str
    user: str | None
    charset: str | None
    dialect: int | None
    capture: Capture
    zone: str


@dataclass(frozen=True, slots=True)
class Portal:
    """`interval` in seconds between looks at the outbox; `batch` in rows.

    `reconciles_at` is the hour of the reseller's clocks at which both sides are compared each night.
    """

    url: str
    agent: str
    interval: float
    batch: int
    reconciles_at: time = NIGHT


@dataclass(frozen=True, slots=True)
class Backup:
    """When and where the base is backed up; `times` are by the clocks of the base, in order.

    `folder` is a folder of the machine that Firebird runs on. `recent`, `weekly` and `monthly` are how many
    are kept; `copy_to` is another folder or `s3://bucket/prefix`, every `copy_days`.
    """

    folder: str
    times: tuple[time, ...]
    recent: int
    weekly: int
    monthly: int
    copy_to: str | None = None
    copy_days: int = 7
    endpoint: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class MappedField:
    """One field and where it lives: columns, or a constant (`has_constant`), never both.

    `values` leads from what the base holds, as text, to the value of the wire. `default` stands in for an
    empty column on the way to the portal only. `columns` are several for a reference by a composite key, and
    for an instant kept as a date and a time apart.
    """

    field: Field
    place: str
    columns: tuple[str, ...] = ()
    type: Type = Type.TEXT
    values: Mapping[str, WireValue] | None = None
    unknown: Unknown = Unknown.REFUSE
    zone: str = "UTC"
    length: int | None = None
    default: WireValue = None
    constant: WireValue = None

    @property
    def has_constant(self) -> bool:
        return not self.columns


@dataclass(frozen=True, slots=True)
class MappedWrite:
    """What one message writes, which fields must still be as the portal saw them, and who makes the key.

    `generator` is None where the written fields hold the whole key.
    """

    write: Write
    place: str
    fields: tuple[MappedField, ...]
    expected: tuple[MappedField, ...] = ()
    generator: str | None = None
    deduplicated_by: MappedField | None = None


@dataclass(frozen=True, slots=True)
class MappedTable:
    """`key` is empty where the base's primary key is meant."""

    name: str
    entity: Entity
    place: str
    direction: Direction
    fields: tuple[MappedField, ...]
    key: tuple[str, ...] = ()
    filter: Expression | None = None
    history: tuple[str, ...] = ()
    writes: tuple[MappedWrite, ...] = ()

    def field(self, name: str) -> MappedField | None:
        """By the name of the wire."""
        return next((mapped for mapped in self.fields if mapped.field.name == name), None)

    def write(self, name: str) -> MappedWrite | None:
        """By the name of the wire."""
        return next((mapped for mapped in self.writes if mapped.write.name == name), None)


@dataclass(frozen=True, slots=True)
class MappingFile:
    firebird: Firebird
    portal: Portal
    tables: tuple[MappedTable, ...]
    backup: Backup | None = None

    def table_of(self, entity: str) -> MappedTable | None:
        """The table that an entity, by its name of the wire, comes from."""
        return next((table for table in self.tables if table.entity.name == entity), None)
