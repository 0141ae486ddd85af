"""What changed in ILUX: reads the outbox and the rows it names, and forgets exactly what was acknowledged.

Why no change is missed, and none out of order:

1. The outbox and the rows are read in one snapshot. What it does not see is still there at the next look,
   whatever its SEQ: there is no watermark that a slow transaction could commit behind.
2. After the portal's acknowledgement those SEQs are deleted that were read, no others.
3. Of one row, SEQs are in the order of the commits, since Firebird makes the second writer wait for the
   first. So the newest of a row may stand for all of them, and the portal keeps the highest.

The row itself decides: it exists, then these are its values; it does not, then it is deleted. The operation
that the trigger noted is only a hint. A batch taken twice, after a crash, is the same batch or a newer one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ilux_bridge.firebird import Connection, Work
from ilux_bridge.outbox import keys, lease, meta, rows
from ilux_bridge.outbox.monitored import Monitored
from ilux_bridge.outbox.names import META, ORIGIN, OUTBOX

_RUNS = 100  # in one DELETE
_KEYS = 200  # in one SELECT
_ENTRY = "SEQ, TABELA, PK, OP, TX, ORIGEM, QUANDO, HISTORICO"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a trigger wrote. `origin` is the message that the bridge applied, None where a person saved."""

    seq: int
    table: str
    key: str
    operation: str
    transaction: int | None
    origin: str | None
    at: dt.datetime | None
    history: str | None


@dataclass(frozen=True, slots=True)
class Transition:
    """One value of a column that is kept as history, on its way to the next; `old` is None for a new row.

    `origin` as in `Entry`. `seq` and `at` together tell it from any other, also in a base that was restored.
    """

    seq: int
    at: dt.datetime | None
    origin: str | None
    column: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A row as it is now; `values` is None where it is gone. `key` is canonical, `seq` the highest of `seqs`.

    `transitions` lead to these values, so they may be of entries that another batch will bring again.

    `origin` is that of the last entry: None when anything was saved in ILUX after the bridge wrote.
    """

    table: str
    key: str
    values: rows.Values | None
    seqs: tuple[int, ...]
    origin: str | None
    at: dt.datetime | None
    transitions: tuple[Transition, ...] = ()

    @property
    def seq(self) -> int:
        return self.seqs[-1]


@dataclass(frozen=True, slots=True)
class Batch:
    """`unreadable` are entries of tables that nobody monitors any more, or with a key that says nothing.

    They are the caller's to report, and are acknowledged like the others: one of them must not stop the rest.
    """

    epoch: str
    changes: tuple[Change, ...]
    unreadable: tuple[Entry, ...]
    is_full: bool

    @property
    def seqs(self) -> list[int]:
        """All that may be forgotten once everything here is settled."""
        read = [seq for change in self.changes for seq in change.seqs]
        return sorted(read + [entry.seq for entry in self.unreadable])


def read(connection: Connection, tables: Mapping[str, Monitored], limit: int = 2000) -> Batch:
    """Up to `limit` entries, oldest first; `is_full` says that there may be more."""
    with connection.reading() as work:
        epoch = meta.read(work).epoch
        entries = _entries(work, limit)
        known: dict[tuple[str, str], list[Entry]] = {}
        wanted: defaultdict[str, list[rows.Key]] = defaultdict(list)
        unreadable: list[Entry] = []
        for entry in entries:
            key = _key(tables, entry)
            if key is None:
                unreadable.append(entry)
                continue
            name = (entry.table, keys.canonical(key))
            if name not in known:
                known[name] = []
                wanted[entry.table].append(key)
            known[name].append(entry)
        values = {
            (table, key): row
            for table, names in wanted.items()
            for key, row in rows.existing(connection, work, tables[table], names).items()
        }
        is_full = len(entries) == limit
        later = _later(work, tables, known, entries[-1].seq) if is_full else {}
    changes = [
        _change(tables[table], key, values.get((table, key)), of_row, later.get((table, key), ()))
        for (table, key), of_row in known.items()
    ]
    return Batch(epoch, tuple(changes), tuple(unreadable), is_full)


def transitions(work: Work, tables: Mapping[str, Monitored]) -> dict[tuple[str, str], list[Transition]]:
    """All that still wait, by table and canonical key: a load brings the rows that they led to."""
    found: defaultdict[tuple[str, str], list[Transition]] = defaultdict(list)
    for row in work.fetch(f"SELECT {_ENTRY} FROM {OUTBOX} WHERE HISTORICO IS NOT NULL ORDER BY SEQ"):
        entry = Entry(*row)
        key = _key(tables, entry)
        if key is not None:
            found[entry.table, keys.canonical(key)] += _transitions(tables[entry.table], entry)
    return dict(found)


def acknowledge(connection: Connection, seqs: Iterable[int], token: int | None = None) -> None:
    """Forget exactly these, in one transaction; `token` is the lease's, checked in the same one."""
    runs = _runs(sorted(set(seqs)))
    if not runs:
        return
    with connection.writing() as work:
        if token is not None:
            lease.fence(work, token)
        for start in range(0, len(runs), _RUNS):
            part = runs[start : start + _RUNS]
            condition = " OR ".join(["SEQ BETWEEN ? AND ?"] * len(part))
            work.execute(f"DELETE FROM {OUTBOX} WHERE {condition}", *(seq for run in part for seq in run))
        work.execute(
            f"UPDATE {META} SET ULTIMO_SEQ_ACK = ? WHERE ID = 1 AND ULTIMO_SEQ_ACK < ?",
            runs[-1][1],
            runs[-1][1],
        )


def tag(work: Work, message_id: str) -> None:
    """Have all that this transaction changes from here on noted as the effect of that message."""
    work.one("SELECT RDB$SET_CONTEXT('USER_TRANSACTION', ?, ?) FROM RDB$DATABASE", ORIGIN, message_id)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits in the base, and since when by its clock."""

    count: int
    oldest_at: dt.datetime | None


def waiting(connection: Connection) -> Waiting:
    with connection.reading() as work:
        row = work.one(f"SELECT COUNT(*), MIN(QUANDO) FROM {OUTBOX}")
    assert row is not None
    return Waiting(*row)


def _entries(work: Work, limit: int) -> list[Entry]:
    return [
        Entry(*row) for row in work.fetch(f"SELECT FIRST {int(limit)} {_ENTRY} FROM {OUTBOX} ORDER BY SEQ")
    ]


def _later(
    work: Work,
    tables: Mapping[str, Monitored],
    known: Mapping[tuple[str, str], Sequence[Entry]],
    last: int,
) -> dict[tuple[str, str], list[Entry]]:
    """What these rows went through after the batch's last entry. Their keys as the triggers spell them."""
    found: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for table in (name for name in {name for name, _ in known} if tables[name].history):
        spelled = {entry.key: key for (name, key), own in known.items() if name == table for entry in own}
        wanted = list(spelled)
        for start in range(0, len(wanted), _KEYS):
            part = wanted[start : start + _KEYS]
            fetched = work.fetch(
                f"SELECT {_ENTRY} FROM {OUTBOX} WHERE SEQ > ? AND HISTORICO IS NOT NULL AND TABELA = ?"
                f" AND PK IN ({', '.join('?' * len(part))}) ORDER BY SEQ",
                last,
                table,
                *part,
            )
            for entry in (Entry(*row) for row in fetched):
                found[table, spelled[entry.key]].append(entry)
    return dict(found)


def _key(tables: Mapping[str, Monitored], entry: Entry) -> rows.Key | None:
    table = tables.get(entry.table)
    if table is None:
        return None
    try:
        return keys.parse(table.key, entry.key)
    except ValueError:
        return None


def _change(
    table: Monitored,
    key: str,
    values: rows.Values | None,
    entries: Sequence[Entry],
    later: Sequence[Entry],
) -> Change:
    last = entries[-1]
    return Change(
        table.name,
        key,
        values,
        tuple(entry.seq for entry in entries),
        last.origin,
        last.at,
        tuple(transition for entry in [*entries, *later] for transition in _transitions(table, entry)),
    )


def _transitions(table: Monitored, entry: Entry) -> Iterator[Transition]:
    if not entry.history:
        return
    parts = keys.split(entry.history)
    for name, old, new in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        column = table.table.column(name)
        if column is not None:
            values = keys.value(column, old), keys.value(column, new)
            yield Transition(entry.seq, entry.at, entry.origin, name, *values)


def _runs(seqs: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each stretch without a gap: every number in between was read, so it is exact."""
    runs: list[tuple[int, int]] = []
    for seq in seqs:
        if runs and runs[-1][1] == seq - 1:
            runs[-1] = (runs[-1][0], seq)
        else:
            runs.append((seq, seq))
    return runs
