"""Named rows of an entity as ILUX has them now, as they would be sent; and which of them wait to be sent."""

from __future__ import annotations

from collections.abc import Sequence

from ilux_bridge.firebird import Connection, Work
from ilux_bridge.mapping.keys import key_values
from ilux_bridge.outbox import keys, rows
from ilux_bridge.outbox.monitored import Monitored
from ilux_bridge.outbox.names import OUTBOX
from ilux_bridge.sending import Row, named
from ilux_bridge.store import Store
from ilux_bridge.watched import Watched


def now(
    connection: Connection, watched: Watched, store: Store, entity: str, wanted: Sequence[str]
) -> tuple[dict[str, Row], set[str]]:
    """In one snapshot: by key the row, gone where ILUX has none for the portal; and who is in the outbox."""
    found = {key: gone(entity, key) for key in wanted}
    changing: set[str] = set()
    with connection.reading() as work:
        for name in watched.feeding(entity):
            table = watched.tables[name]
            values = [parsed for key in wanted if (parsed := key_values(key, table.key)) is not None]
            for key, row in rows.existing(connection, work, table, values).items():
                for said in named(watched, name, entity, key, row, store):
                    found[key] = said
            changing |= _in_outbox(work, table)
    return found, changing & found.keys()


def gone(entity: str, key: str) -> Row:
    return {"entity": entity, "key": key, "gone": True, "data": {}}


def _in_outbox(work: Work, table: Monitored) -> set[str]:
    found = set()
    for (text,) in work.fetch(f"SELECT DISTINCT PK FROM {OUTBOX} WHERE TABELA = ?", table.name):
        try:
            found.add(keys.canonical(keys.parse(table.key, text)))
        except ValueError:
            continue  # a key that says nothing is told as a dead letter when its turn comes
    return found
