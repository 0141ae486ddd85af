"""Reads what a base says of itself, from the RDB$ tables: what a mapping is checked against."""

from __future__ import annotations

from collections import defaultdict

from ilux_bridge.firebird import Connection, Work
from ilux_bridge.mapping.base import Base, Column, ColumnType, Table
from ilux_bridge.outbox.names import TABLES as OUR_TABLES

_TYPES = {
    7: ColumnType.SMALLINT,
    8: ColumnType.INTEGER,
    10: ColumnType.FLOAT,
    12: ColumnType.DATE,
    13: ColumnType.TIME,
    14: ColumnType.CHAR,
    16: ColumnType.BIGINT,
    23: ColumnType.BOOLEAN,
    27: ColumnType.DOUBLE,
    35: ColumnType.TIMESTAMP,
    37: ColumnType.VARCHAR,
}
_BLOB, _TEXT = 261, 1
_EXACT = {7, 8, 16, 27}  # 27: dialect 1 keeps a NUMERIC of more than nine digits as a double
_RIGHTS = "SIUD"

_COLUMNS = """
SELECT TRIM(R.RDB$RELATION_NAME), TRIM(C.RDB$FIELD_NAME), F.RDB$FIELD_TYPE, F.RDB$FIELD_SUB_TYPE,
  F.RDB$FIELD_SCALE, F.RDB$CHARACTER_LENGTH, F.RDB$FIELD_LENGTH, S.RDB$BYTES_PER_CHARACTER,
  TRIM(S.RDB$CHARACTER_SET_NAME), C.RDB$NULL_FLAG, F.RDB$NULL_FLAG,
  CASE WHEN F.RDB$COMPUTED_BLR IS NULL THEN 0 ELSE 1 END, TRIM(R.RDB$OWNER_NAME)
FROM RDB$RELATIONS R
JOIN RDB$RELATION_FIELDS C ON C.RDB$RELATION_NAME = R.RDB$RELATION_NAME
JOIN RDB$FIELDS F ON F.RDB$FIELD_NAME = C.RDB$FIELD_SOURCE
LEFT JOIN RDB$CHARACTER_SETS S ON S.RDB$CHARACTER_SET_ID = F.RDB$CHARACTER_SET_ID
WHERE COALESCE(R.RDB$SYSTEM_FLAG, 0) = 0 AND R.RDB$VIEW_BLR IS NULL
ORDER BY R.RDB$RELATION_NAME, C.RDB$FIELD_POSITION
"""
_KEYS = """
SELECT TRIM(I.RDB$RELATION_NAME), TRIM(C.RDB$CONSTRAINT_TYPE), TRIM(I.RDB$INDEX_NAME), TRIM(S.RDB$FIELD_NAME)
FROM RDB$INDICES I
JOIN RDB$INDEX_SEGMENTS S ON S.RDB$INDEX_NAME = I.RDB$INDEX_NAME
LEFT JOIN RDB$RELATION_CONSTRAINTS C ON C.RDB$INDEX_NAME = I.RDB$INDEX_NAME
WHERE I.RDB$UNIQUE_FLAG = 1 AND COALESCE(I.RDB$INDEX_INACTIVE, 0) = 0 AND COALESCE(I.RDB$SYSTEM_FLAG, 0) = 0
ORDER BY I.RDB$INDEX_NAME, S.RDB$FIELD_POSITION
"""
_GRANTS = """
SELECT TRIM(RDB$RELATION_NAME), TRIM(RDB$PRIVILEGE) FROM RDB$USER_PRIVILEGES
WHERE RDB$OBJECT_TYPE = 0 AND RDB$FIELD_NAME IS NULL
  AND RDB$USER IN (CURRENT_USER, CURRENT_ROLE, 'PUBLIC') AND RDB$USER_TYPE IN (8, 13)
"""


def read(connection: Connection, *, with_rows: bool = False) -> Base:
    """`with_rows` counts them too, which reads every table."""
    with connection.reading() as work:
        size = work.one("SELECT MON$PAGE_SIZE, MON$PAGES FROM MON$DATABASE")
        default = work.one("SELECT TRIM(RDB$CHARACTER_SET_NAME) FROM RDB$DATABASE")
        assert size is not None
        assert default is not None
        tables = _tables(work)
        if with_rows:
            tables = {name: _counted(connection, work, table) for name, table in tables.items()}
        return Base(
            version=connection.version,
            dialect=connection.dialect,
            charset=default[0] or "NONE",
            tables=tables,
            generators=_generators(work),
            page_size=size[0],
            pages=size[1],
        )


def _tables(work: Work) -> dict[str, Table]:
    columns: defaultdict[str, list[Column]] = defaultdict(list)
    owners: dict[str, str] = {}
    for table, *facts, owner in work.fetch(_COLUMNS):
        if table not in OUR_TABLES:
            columns[table].append(_column(*facts))
            owners[table] = owner
    primary, unique = _keys(work)
    rights = _rights(work, owners)
    return {
        name: Table(
            name, tuple(own), primary.get(name, ()), tuple(sorted(unique.get(name, []))), rights[name]
        )
        for name, own in columns.items()
    }


def _column(
    name: str, code: int, sub_type: int | None, scale: int | None, characters: int | None, size: int,
    bytes_each: int | None, charset: str | None, not_null: int | None, domain_not_null: int | None,
    computed: int,
) -> Column:  # fmt: skip
    decimals = -(scale or 0)
    kind = _TYPES.get(code, ColumnType.OTHER)
    length = None
    if code in _EXACT and (decimals or sub_type in (1, 2)):
        kind = ColumnType.NUMERIC
    elif code == _BLOB:
        kind = ColumnType.TEXT if sub_type == _TEXT else ColumnType.BINARY
    elif kind in (ColumnType.CHAR, ColumnType.VARCHAR):
        length = characters if characters is not None else size // (bytes_each or 1)
        if charset == "OCTETS":
            kind = ColumnType.BINARY
    is_text = kind in (ColumnType.CHAR, ColumnType.VARCHAR, ColumnType.TEXT)
    return Column(
        name,
        kind,
        length,
        decimals,
        is_nullable=not (not_null or domain_not_null),
        is_computed=bool(computed),
        charset=(charset or "NONE") if is_text else None,
    )


def _keys(work: Work) -> tuple[dict[str, tuple[str, ...]], dict[str, list[tuple[str, ...]]]]:
    """Primary keys, and the unique ones; an index on an expression has no columns and is none."""
    segments: defaultdict[tuple[str, str | None, str], list[str]] = defaultdict(list)
    for table, kind, index, column in work.fetch(_KEYS):
        segments[table, kind, index].append(column)
    primary: dict[str, tuple[str, ...]] = {}
    unique: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for (table, kind, _), key in segments.items():
        if kind == "PRIMARY KEY":
            primary[table] = tuple(key)
        else:
            unique[table].append(tuple(key))
    return primary, unique


def _rights(work: Work, owners: dict[str, str]) -> dict[str, frozenset[str]]:
    """The owner, SYSDBA and the role RDB$ADMIN may do everything, and have no rows in the privileges."""
    row = work.one("SELECT TRIM(CURRENT_USER), TRIM(CURRENT_ROLE) FROM RDB$DATABASE")
    assert row is not None
    user, role = row
    granted: defaultdict[str, set[str]] = defaultdict(set)
    for table, privilege in work.fetch(_GRANTS):
        granted[table].add(privilege)
    has_all = user == "SYSDBA" or role == "RDB$ADMIN"
    return {
        table: frozenset(_RIGHTS if has_all or owner == user else (r for r in _RIGHTS if r in granted[table]))
        for table, owner in owners.items()
    }


def _generators(work: Work) -> frozenset[str]:
    rows = work.fetch(
        "SELECT TRIM(RDB$GENERATOR_NAME) FROM RDB$GENERATORS WHERE COALESCE(RDB$SYSTEM_FLAG, 0) = 0"
    )
    return frozenset(name for (name,) in rows)


def _counted(connection: Connection, work: Work, table: Table) -> Table:
    if "S" not in table.rights:
        return table
    row = work.one(f"SELECT COUNT(*) FROM {connection.quoted(table.name)}")
    assert row is not None
    return Table(table.name, table.columns, table.primary_key, table.unique_keys, table.rights, row[0])
