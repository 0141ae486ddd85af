"""Puts the bridge's objects into a base in which people are working, and takes them out again.

Both can be repeated, and broken off anywhere. A trigger is made INACTIVE, gets its rights, and only then is
made ACTIVE: permissions are checked when a trigger is compiled, outside its `WHEN ANY`, so an active one
without them would fail every save of every ordinary user. The tables go last, when nobody is left whose
prepared statements still fire a dropped trigger.
"""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ilux_bridge.firebird import Connection
from ilux_bridge.outbox import attachments, ddl, meta, names
from ilux_bridge.outbox.attachments import Attachment
from ilux_bridge.outbox.monitored import Monitored
from ilux_bridge.problems import LockConflict

VERSION = 1

_TRIES, _PAUSE_S = 10, 0.3
_INSERTING_UPDATING_DELETING = 114  # RDB$TRIGGER_TYPE of AFTER INSERT OR UPDATE OR DELETE


@dataclass(frozen=True, slots=True)
class Installation:
    """`armed` are the tables watched only from now on, or otherwise than before: load them whole."""

    epoch: str
    armed: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    name: str
    table: str
    body: str
    is_active: bool
    has_rights: bool


def install(connection: Connection, tables: Sequence[Monitored], login: str | None = None) -> Installation:
    """Bring the base to where exactly these tables are watched; `login` is the bridge's, if not the owner.

    The connection is the owner's of the base: SYSDBA, as a rule. Ask `attachments.older` afterwards.
    """
    _make_objects(connection)
    if login is not None:
        _run(connection, ddl.login_grants(login, connection.version, connection.quoted))
    existing = {trigger.name: trigger for trigger in triggers(connection)}
    wanted = {names.trigger(table.name): table for table in tables}
    dropped = [trigger for trigger in existing.values() if trigger.name not in wanted]
    armed = [
        (name, table) for name, table in wanted.items()
        if not _is_right(existing.get(name), table, connection)
    ]  # fmt: skip
    if dropped or armed or not _is_stamped(connection):
        _stamp(connection, "NULL")
        _run(connection, [f"DROP TRIGGER {connection.quoted(trigger.name)}" for trigger in dropped])
        for name, table in armed:
            _arm(connection, name, table, existing.get(name))
        _stamp(connection, ddl.NOW)
    with connection.reading() as work:
        epoch = meta.read(work).epoch
    return Installation(
        epoch, tuple(table.name for _, table in armed), tuple(trigger.table for trigger in dropped)
    )


def uninstall(connection: Connection) -> list[Attachment]:
    """Stop watching at once; the tables go when those returned have left and this is called again."""
    if not meta.is_installed(connection):
        _run(connection, [f"DROP GENERATOR {name}" for name in _existing_generators(connection)])
        return []
    ours = triggers(connection)
    if ours:
        _stamp(connection, "NULL")
        _run(connection, [f"DROP TRIGGER {connection.quoted(trigger.name)}" for trigger in ours])
    if ours or not _is_stamped(connection):
        _stamp(connection, ddl.NOW)
    still_there = attachments.older(connection)
    if still_there:
        return still_there
    present = _existing_tables(connection)
    _run(connection, [f"DROP TABLE {name}" for name in names.TABLES if name in present])
    _run(connection, [f"DROP GENERATOR {name}" for name in _existing_generators(connection)])
    return []


def triggers(connection: Connection) -> list[Trigger]:
    """Those in the base that are the bridge's; to be looked at again every hour, for people tidy up."""
    needed = {names.OUTBOX, *(names.GENERATORS if connection.version >= (3, 0) else ())}
    with connection.reading() as work:
        granted: defaultdict[str, set[str]] = defaultdict(set)
        for trigger, what in work.fetch(
            "SELECT TRIM(RDB$USER), TRIM(RDB$RELATION_NAME) FROM RDB$USER_PRIVILEGES"
            " WHERE RDB$USER_TYPE = 2 AND RDB$USER STARTING WITH 'SYNC_' AND RDB$PRIVILEGE IN ('I', 'G')"
        ):
            granted[trigger].add(what)
        rows = work.fetch(
            "SELECT TRIM(RDB$TRIGGER_NAME), TRIM(RDB$RELATION_NAME), RDB$TRIGGER_SOURCE,"
            " COALESCE(RDB$TRIGGER_INACTIVE, 0) FROM RDB$TRIGGERS"
            " WHERE RDB$TRIGGER_NAME STARTING WITH 'SYNC_' AND RDB$TRIGGER_TYPE = ?"
            " AND RDB$TRIGGER_SEQUENCE = ? AND COALESCE(RDB$SYSTEM_FLAG, 0) = 0",
            _INSERTING_UPDATING_DELETING, ddl.POSITION,
        )  # fmt: skip
        return [
            Trigger(name, table, _normal(source or ""), not inactive, needed <= granted[name])
            for name, table, source, inactive in rows
        ]


def surprises(connection: Connection, tables: Iterable[Monitored]) -> list[str]:
    """The monitored tables whose trigger is missing, inactive or changed: install again, load them whole."""
    existing = {trigger.name: trigger for trigger in triggers(connection)}
    return [
        table.name
        for table in tables
        if not _is_right(existing.get(names.trigger(table.name)), table, connection)
    ]


def _is_right(trigger: Trigger | None, table: Monitored, connection: Connection) -> bool:
    body = ddl.body(table, connection.dialect, connection.quoted)
    return (
        trigger is not None
        and trigger.table == table.name
        and trigger.is_active
        and trigger.has_rights
        and trigger.body == _normal(body)
    )


def _arm(connection: Connection, name: str, table: Monitored, before: Trigger | None) -> None:
    quote = connection.quoted
    body = ddl.body(table, connection.dialect, quote)
    if before is not None and before.is_active and before.has_rights and before.table == table.name:
        # Has its rights already: changed in place, so that no save in between goes unseen.
        _run(connection, [ddl.head(name, table.name, "ACTIVE", quote) + body])
        return
    _run(connection, [ddl.head(name, table.name, "INACTIVE", quote) + body])
    _run(connection, ddl.grants(name, connection.version, quote))
    _run(connection, [f"ALTER TRIGGER {quote(name)} ACTIVE"])


def _make_objects(connection: Connection) -> None:
    generators = _existing_generators(connection)
    _run(connection, [f"CREATE GENERATOR {name}" for name in names.GENERATORS if name not in generators])
    present = _existing_tables(connection)
    tables = ddl.tables(connection.dialect)
    _run(connection, [tables[name] for name in names.TABLES if name not in present])
    with connection.writing() as work:
        if work.one(f"SELECT ID FROM {names.META} WHERE ID = 1") is None:
            work.execute(
                f"INSERT INTO {names.META} (ID, EPOCA, VERSAO) VALUES (1, ?, {VERSION})", str(uuid.uuid4())
            )
        if work.one(f"SELECT ID FROM {names.LEASE} WHERE ID = 1") is None:
            work.execute(f"INSERT INTO {names.LEASE} (ID, DONO, TOKEN, EXPIRA) VALUES (1, '', 0, {ddl.NOW})")


def _existing_tables(connection: Connection) -> set[str]:
    with connection.reading() as work:
        rows = work.fetch(
            "SELECT TRIM(RDB$RELATION_NAME) FROM RDB$RELATIONS WHERE RDB$RELATION_NAME STARTING WITH 'SYNC_'"
        )
        return {name for (name,) in rows} & set(names.TABLES)


def _existing_generators(connection: Connection) -> list[str]:
    with connection.reading() as work:
        rows = work.fetch(
            "SELECT TRIM(RDB$GENERATOR_NAME) FROM RDB$GENERATORS"
            " WHERE RDB$GENERATOR_NAME STARTING WITH 'GEN_SYNC_'"
        )
        return sorted({name for (name,) in rows} & set(names.GENERATORS))


def _is_stamped(connection: Connection) -> bool:
    with connection.reading() as work:
        return meta.read(work).armed_at is not None


def _stamp(connection: Connection, moment: str) -> None:
    """After the last trigger is committed: who came before this moment may not fire it."""
    with connection.writing() as work:
        work.execute(f"UPDATE {names.META} SET GATILHOS_EM = {moment} WHERE ID = 1")


def _run(connection: Connection, statements: Iterable[str]) -> None:
    """Each in a transaction of its own, tried again while somebody holds what it changes."""
    for statement in statements:
        for attempt in range(_TRIES):
            try:
                with connection.writing() as work:
                    work.execute(statement)
                break
            except LockConflict:
                if attempt == _TRIES - 1:
                    raise
                time.sleep(_PAUSE_S)


def _normal(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
