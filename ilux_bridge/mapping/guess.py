"""Which table of an unknown base is probably which entity, and which column which field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ilux_bridge.mapping.base import Base, Column, Table
from ilux_bridge.mapping.check_field import FIT
from ilux_bridge.mapping.names import PREFIX
from ilux_bridge.mapping.synonyms import TABLES, likeness, names_of, tokens
from ilux_bridge.mapping.vocabulary import BY_NAME, ENTITIES, Entity, Field, Kind

SURE = 0.97  # the same words
PLAUSIBLE_COLUMN = 0.62
PLAUSIBLE_TABLE = 0.55


@dataclass(frozen=True, slots=True)
class GuessedField:
    """`columns` is empty where nothing fits."""

    field: Field
    columns: tuple[Column, ...] = ()
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class GuessedTable:
    entity: Entity
    table: Table
    key: tuple[str, ...]
    is_sure: bool
    fields: tuple[GuessedField, ...]


def guess(base: Base) -> tuple[GuessedTable, ...]:
    """In the vocabulary's order; every table stands for one entity at most."""
    chosen = _tables(base)
    keys = {name: _key(table) for name, (table, _) in chosen.items()}
    return tuple(
        GuessedTable(entity, table, keys[entity.name], score >= SURE, _fields(entity, table, keys))
        for entity in ENTITIES
        if entity.name in chosen
        for table, score in [chosen[entity.name]]
    )


def _tables(base: Base) -> dict[str, tuple[Table, float]]:
    candidates = []
    for order, entity in enumerate(ENTITIES):
        for table in base.tables.values():
            by_name = max(likeness(tokens(table.name), tokens(name)) for name in TABLES[entity.name])
            if by_name >= PLAUSIBLE_TABLE and not table.name.startswith(PREFIX):
                by_columns = len(_plain_columns(entity, table)) / len(entity.fields)
                candidates.append((-by_name - by_columns / 2, order, table.name, entity, table, by_name))
    chosen: dict[str, tuple[Table, float]] = {}
    taken: set[str] = set()
    for *_, entity, table, score in sorted(candidates, key=lambda candidate: candidate[:3]):
        if entity.name not in chosen and table.name not in taken:
            chosen[entity.name] = (table, score)
            taken.add(table.name)
    return chosen


def _key(table: Table) -> tuple[str, ...]:
    return table.primary_key or min(table.unique_keys, key=len, default=())


def _fields(entity: Entity, table: Table, keys: Mapping[str, tuple[str, ...]]) -> tuple[GuessedField, ...]:
    plain = _plain_columns(entity, table)
    found = []
    for field in entity.fields:
        if field.kind is Kind.REFERENCE:
            found.append(_reference(field, table, keys.get(field.entity or "", ())))
        elif field.name in plain:
            column, score = plain[field.name]
            found.append(GuessedField(field, (column,), score >= SURE))
        elif field.name in ("code", "ilux_number") and len(_key(table)) >= 1:
            # Where nothing is called a code, the last part of the key is what people quote.
            last = table.column(_key(table)[-1])
            found.append(GuessedField(field, (last,) if last else ()))
        else:
            found.append(GuessedField(field))
    return tuple(found)


def _plain_columns(entity: Entity, table: Table) -> dict[str, tuple[Column, float]]:
    """By field, its best column and how well it fits; no column serves two fields."""
    own = tokens(table.name)
    candidates = []
    for field in entity.fields:
        if field.kind is Kind.REFERENCE:
            continue
        for rank, name in enumerate(names_of(entity.name, field.name)):
            for column in table.columns:
                if column.type in FIT[field.kind]:
                    spelled = {tokens(column.name), tokens(column.name, without=own)}
                    score = max(likeness(each, tokens(name)) for each in spelled)
                    if score >= PLAUSIBLE_COLUMN:
                        candidates.append((-score, rank, field.name, column.name, column))
    found: dict[str, tuple[Column, float]] = {}
    taken: set[str] = set()
    for score, _, field_name, column_name, column in sorted(candidates, key=lambda c: c[:4]):
        if field_name not in found and column_name not in taken:
            found[field_name] = (column, -score)
            taken.add(column_name)
    return found


def _reference(field: Field, table: Table, key: tuple[str, ...]) -> GuessedField:
    """Columns called as the other table's key; else, for the last part of it, one called as the entity."""
    # ID or CODIGO in a table is its own, whatever the other table calls its key.
    named = [None if tokens(name) == ("CODIGO",) else table.column(name) for name in key]
    there = tuple(column for column in named if column is not None)
    if key and len(there) == len(key):
        return GuessedField(field, there, is_sure=True)
    if not key or len(there) != len(key) - 1 or named[-1] is not None:
        return GuessedField(field)
    wanted = [tokens(name) for name in TABLES[BY_NAME[field.entity or ""].name]]
    scored = [
        (max(likeness(tokens(column.name, without=("CODIGO", "NUMERO")), name) for name in wanted), column)
        for column in table.columns
        if column.type in FIT[Kind.REFERENCE] and column not in there
    ]
    score, best = max(scored, key=lambda each: each[0], default=(0.0, None))
    return GuessedField(field, (*there, best)) if best and score >= PLAUSIBLE_COLUMN else GuessedField(field)
