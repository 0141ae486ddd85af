"""A reseller's office for a test: an ILUX base of one flavour, the people in it, and the bridge."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ilux_bridge import metadata
from ilux_bridge.firebird import Connection, connect
from ilux_bridge.outbox import installation
from ilux_bridge.outbox.installation import Installation
from ilux_bridge.outbox.monitored import Monitored, monitored
from ilux_bridge.reference import fill, schema
from tests.bridge.firebird import CLERK, OWNER, PrivateFirebird

HISTORY = {"ORDEM_SERVICO": ("STATUS",)}

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Flavour:
    """What bases in the field differ in."""

    name: str
    charset: str
    dialect: int
    is_legacy: bool = False


FLAVOURS = (
    Flavour("win1252", "WIN1252", 3),
    Flavour("iso8859_1", "ISO8859_1", 3),
    Flavour("none_dialect_1", "NONE", 1),
    Flavour("utf8", "UTF8", 3),
    Flavour("legacy_login", "WIN1252", 3, is_legacy=True),
)


@dataclass(slots=True)
class Office:
    server: PrivateFirebird
    path: Path
    flavour: Flavour
    tables: dict[str, Monitored] = field(default_factory=dict)
    _connections: list[Connection] = field(default_factory=list)

    def owner(self) -> Connection:
        """SYSDBA, as whom the bridge is installed and runs."""
        return self._connect(OWNER)

    def clerk(self) -> Connection:
        """An ordinary user of ILUX, with no right on anything of the bridge's."""
        return self._connect(CLERK)

    def watch(self, *names: str, connection: Connection | None = None) -> Installation:
        """Install for these tables, or for all of ILUX's."""
        connection = connection or self.owner()
        base = metadata.read(connection)
        self.tables = {
            name: monitored(base, name, history=HISTORY.get(name, ())) for name in names or schema.tables()
        }
        return installation.install(connection, list(self.tables.values()))

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    def _connect(self, user: str) -> Connection:
        connection = connect(self.server.address(self.path, user))
        self._connections.append(connection)
        return connection


def build(server: PrivateFirebird, flavour: Flavour, *, is_durable: bool = False) -> Path:
    """A base full of a reseller, which tests copy."""
    name = f"{flavour.name}_{next(_numbers)}"
    path = server.create(name, flavour.charset, flavour.dialect, is_durable=is_durable)
    with connect(server.address(path)) as connection:
        schema.create(connection)
        fill.fill(connection)
    return path


def copy(template: Path) -> Path:
    path = template.with_name(f"{template.stem}_{next(_numbers)}.fdb")
    shutil.copy(template, path)
    return path


def values(connection: Connection, sql: str, *arguments: object) -> list[object]:
    """The first column."""
    with connection.reading() as work:
        return [row[0] for row in work.fetch(sql, *arguments)]


def save(connection: Connection, *statements: str | Sequence[object]) -> None:
    """One transaction; a statement with arguments is a sequence."""
    with connection.writing() as work:
        for statement in statements:
            if isinstance(statement, str):
                work.execute(statement)
            else:
                sql, *arguments = statement
                work.execute(str(sql), *arguments)
