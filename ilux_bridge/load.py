"""The first load: every row that ILUX has, as one snapshot shows them, after which the changes follow.

1. The triggers are there, so that nothing changes unseen from here on.
2. Whoever was in ILUX before them has left: their prepared statements do not fire them.
3. `ilux_load_begun`, one snapshot over all tables, streamed into the client's file, `ilux_load_ended`.
4. What is in the file goes to the portal while the next rows are read. The reading never waits for the
   portal, however far behind that is: an open snapshot stops Firebird's garbage collection.

What is not named in it the portal retires. The statuses that a row went through, and that are still in the
outbox, go with the row, or the portal would take the difference for a change of its own. Changes that were
noted meanwhile are still in the outbox and follow. Broken off, it is begun anew, with another number.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from uuid import uuid4

from ilux_bridge.firebird import Connection, Work
from ilux_bridge.outbox import attachments, capture, rows
from ilux_bridge.outbox.attachments import Attachment
from ilux_bridge.outbox.capture import Transition
from ilux_bridge.sending import Pieces, Row, named
from ilux_bridge.store import Store
from ilux_bridge.watched import Watched
from offline_sync.replica import Replica

ROWS_A_BREATH = 50  # some 3 ms of reading

Breathe = Callable[[], Awaitable[None]]
Waiting = Mapping[tuple[str, str], Sequence[Transition]]


class StillInside(Exception):
    """People are in ILUX who were there before the triggers. The text says who."""

    def __init__(self, who: list[Attachment]) -> None:
        names = ", ".join(sorted({f"{each.user} ({each.address or 'neste servidor'})" for each in who}))
        super().__init__(f"Peça para todos saírem do ILUX e entrarem de novo; falta: {names}.")


async def record(
    connection: Connection,
    watched: Watched,
    replica: Replica,
    store: Store,
    breathe: Breathe,
    *,
    is_rewound: bool = False,
) -> list[int]:
    """The numbers of its mutations, the last of which is the end. Raises `StillInside`.

    `connection` is the load's own; `breathe` lets whatever else there is have its turn. `is_rewound` is for a
    base that is an older copy of itself.
    """
    still_there = attachments.older(connection)
    if still_there:
        raise StillInside(still_there)
    load, entities = uuid4(), watched.entities
    store.drop_letters()
    named_so = {"load": load, "entities": entities}
    numbers = [replica.record("ilux_load_begun", named_so | {"rewound": is_rewound})]

    def keep(piece: list[Row]) -> None:
        if piece:
            numbers.append(replica.record("ilux_rows", {"load": load, "rows": piece}))

    with connection.reading() as work:
        waiting = capture.transitions(work, watched.tables)
        for entity in entities:
            gathered = Pieces(store)
            for count, row in enumerate(everything(connection, work, watched, entity, store, waiting), 1):
                keep(gathered.add(row))
                if count % ROWS_A_BREATH == 0:
                    await breathe()
            keep(gathered.rest())
    numbers.append(replica.record("ilux_load_ended", named_so))
    return numbers


def everything(
    connection: Connection,
    work: Work,
    watched: Watched,
    entity: str,
    store: Store,
    waiting: Waiting = MappingProxyType({}),
) -> Iterator[Row]:
    """What the portal is to have of an entity, as the snapshot of `work` sees it.

    `waiting` are the transitions that are still in the outbox, by table and canonical key.
    """
    for table in watched.feeding(entity):
        for key, values in rows.everything(connection, work, watched.tables[table]):
            yield from named(watched, table, entity, key, values, store, waiting.get((table, key), ()))
