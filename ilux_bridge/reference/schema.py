"""The reference schema for one dialect and version, and the rights of everybody who works in ILUX."""

from __future__ import annotations

import re
from pathlib import Path

from ilux_bridge.firebird import Connection

_SOURCE = Path(__file__).with_name("schema.sql")
_TABLE = re.compile(r"CREATE TABLE (\w+)")
_GENERATOR = re.compile(r"GEN_ID\((\w+)")
_DATE = re.compile(r"\bDATE\b")


def tables() -> list[str]:
    """In an order in which each comes after those it refers to."""
    return _TABLE.findall(_SOURCE.read_text())


def generators() -> list[str]:
    return sorted(set(_GENERATOR.findall(_SOURCE.read_text())))


def create(connection: Connection) -> None:
    """Build the tables in an empty base, and let everybody work in them, as ILUX does."""
    source = _SOURCE.read_text()
    if connection.dialect == 1:
        source = _DATE.sub("TIMESTAMP", source)  # what dialect 1 means by DATE
    statements = [f"CREATE GENERATOR {name}" for name in generators()]
    statements += [part.strip() for part in source.split("\n^") if part.strip()]
    statements += [f"GRANT ALL ON {name} TO PUBLIC" for name in tables()]
    if connection.version >= (3, 0):
        statements += [f"GRANT USAGE ON GENERATOR {name} TO PUBLIC" for name in generators()]
    with connection.writing() as work:
        for statement in statements:
            work.execute(statement)
