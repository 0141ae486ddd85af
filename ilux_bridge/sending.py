"""What changed in ILUX, on its way to the portal: rows into mutations, in the client's own durable outbox.

Nothing is suppressed: a row that changed because of a message of the portal carries the keys that ILUX gave
it, and the portal knows what it has already. A row that cannot be said goes to the dead letters instead, and
never holds up the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ilux_bridge import history
from ilux_bridge.mapping.bound import BoundTable
from ilux_bridge.mapping.convert import to_wire
from ilux_bridge.mapping.filter import holds
from ilux_bridge.mapping.outcome import Refusal
from ilux_bridge.outbox.capture import Batch, Transition
from ilux_bridge.store import Letter, Store
from ilux_bridge.watched import ORDER, Watched
from offline_sync.replica import Replica

MOST_ROWS = 500  # the portal takes four times as many, but whoever else writes there waits for each
PIECE_BYTES = 1024 * 1024  # of one mutation; the portal takes four times as much
LARGEST_ROW = 3 * 1024 * 1024

Row = dict[str, Any]


def record(batch: Batch, watched: Watched, replica: Replica, store: Store) -> list[int]:
    """The numbers of the mutations that say it; to be acknowledged in the base when they have results."""
    said: list[Row] = []
    for change in batch.changes:
        said += rows_of(watched, change.table, change.key, change.values, store, change.transitions)
    for entry in batch.unreadable:
        text = "a tabela não está no mapeamento, ou a chave não pôde ser lida; a mudança foi deixada de lado."
        store.put_letter(Letter(entry.table, entry.key, "unreadable", "chave", text))
    said.sort(key=lambda row: ORDER[row["entity"]])
    return [replica.record("ilux_rows", {"rows": piece}) for piece in pieces(said, store)]


def rows_of(
    watched: Watched,
    table: str,
    key: str,
    values: Mapping[str, Any] | None,
    store: Store,
    transitions: Sequence[Transition] = (),
    only: str | None = None,
) -> Iterator[Row]:
    """One for each entity that the table feeds: gone where it is no more, or outside of every filter."""
    for entity, bound in watched.fed[table].items():
        if only not in (None, entity):
            continue
        inside = next((b for b in bound if values is not None and holds(b.mapped.filter, values)), None)
        if values is None or inside is None:
            store.drop_letter(entity, key)
            row: Row = {"entity": entity, "key": key, "gone": True, "data": {}}
            yield row | _history(bound[0], transitions, watched)
            continue
        said = to_wire(inside, values)
        if isinstance(said, Refusal):
            store.put_letter(Letter(entity, key, said.code, said.field, said.text))
            continue
        store.drop_letter(entity, key)
        row = {"entity": entity, "key": said.key, "gone": False, "data": said.data}
        yield row | _history(inside, transitions, watched)


def _history(bound: BoundTable, transitions: Sequence[Transition], watched: Watched) -> Row:
    steps = list(history.steps(bound, transitions, watched.zone))
    return {"history": steps} if steps else {}


def named(
    watched: Watched,
    table: str,
    entity: str,
    key: str,
    values: Mapping[str, Any],
    store: Store,
    transitions: Sequence[Transition] = (),
) -> Iterator[Row]:
    """The row as one of an entity, unless it is outside of every filter.

    One that cannot be said is named all the same, or the portal would take it for gone.
    """
    if not any(holds(b.mapped.filter, values) for b in watched.fed[table][entity]):
        return
    said = list(rows_of(watched, table, key, values, store, transitions, entity))
    yield from said or [{"entity": entity, "key": key, "gone": False, "data": {}}]


class Pieces:
    """Gathers rows until they are as many as one mutation takes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: list[Row] = []
        self._size = 0

    def add(self, row: Row) -> list[Row]:
        """The piece that is full without this row; mostly there is none."""
        own = len(msgspec.json.encode(row))
        if own > LARGEST_ROW:
            text = "o registro é grande demais para o portal; encurte o texto no ILUX."
            self._store.put_letter(Letter(row["entity"], row["key"], "too_large", "chave", text))
            row = row | {"data": {}}  # refused there, too, but named: no load may retire it
            own = len(msgspec.json.encode(row))
        is_full = len(self._rows) == MOST_ROWS or self._size + own > PIECE_BYTES
        full = self.rest() if is_full else []
        self._rows.append(row)
        self._size += own
        return full

    def rest(self) -> list[Row]:
        """What was gathered since the last full piece."""
        rows, self._rows, self._size = self._rows, [], 0
        return rows


def pieces(rows: Iterable[Row], store: Store) -> Iterator[list[Row]]:
    """Each small enough for one mutation; streamed."""
    gathered = Pieces(store)
    yield from filter(None, map(gathered.add, rows))
    if rest := gathered.rest():
        yield rest


def note_results(numbers: Iterable[int], replica: Replica, store: Store) -> None:
    """What the portal put in quarantine is kept there; here it is told."""
    for number in numbers:
        result = replica.result(number)
        if result is not None and result["status"] not in {"applied", "applied_with_discrepancy"}:
            text = result.get("message") or "o portal guardou este envio para ser verificado."
            store.put_letter(Letter("envio", str(number), result.get("code") or "", "portal", text))
