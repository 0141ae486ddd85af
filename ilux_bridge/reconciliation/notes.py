"""What a reconciliation must remember while it runs: kept on disk by SQLite, however many rows there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

_TABLES = """
create table seen (entity text, key text, primary key (entity, key)) without rowid;
create table suspect (entity text, key text, primary key (entity, key)) without rowid;
create table found (entity text, key text, kind text, primary key (entity, key)) without rowid;
"""
_AT_ONCE = 200


class Notes:
    """`seen` keys of ILUX; `suspect` ones, to be looked at again; and what was `found` to differ."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)  # a file that goes with the connection
        self._db.executescript(_TABLES)

    def see(self, entity: str, keys: Iterable[str]) -> None:
        self._add("seen", entity, keys)

    def unseen(self, entity: str, keys: Iterable[str]) -> list[str]:
        ask = "select 1 from seen where entity = ? and key = ?"
        return [key for key in keys if self._db.execute(ask, (entity, key)).fetchone() is None]

    def suspect(self, entity: str, keys: Iterable[str]) -> None:
        self._add("suspect", entity, keys)

    def clear(self, entity: str, keys: Iterable[str]) -> None:
        """No longer suspected."""
        rows = [(entity, key) for key in keys]
        self._db.executemany("delete from suspect where entity = ? and key = ?", rows)

    def find(self, entity: str, key: str, kind: str) -> None:
        self._db.execute("insert or replace into found values (?, ?, ?)", (entity, key, kind))

    def suspect_found(self) -> None:
        """Everything that was found, to be looked at again after the repair."""
        self._db.execute("insert or ignore into suspect select entity, key from found")
        self._db.execute("delete from found")

    def suspects(self) -> Iterator[tuple[str, list[str]]]:
        return self._chunks("suspect")

    def found(self) -> Iterator[tuple[str, list[str]]]:
        return self._chunks("found")

    def count_found(self) -> int:
        count: int = self._db.execute("select count(*) from found").fetchone()[0]
        return count

    def close(self) -> None:
        self._db.close()

    def _add(self, table: str, entity: str, keys: Iterable[str]) -> None:
        rows = [(entity, key) for key in keys]
        with self._db:
            self._db.execute("begin")
            self._db.executemany(f"insert or ignore into {table} values (?, ?)", rows)

    def _chunks(self, table: str) -> Iterator[tuple[str, list[str]]]:
        """By entity, some keys at a time; rows may be taken away meanwhile."""
        entity, key = "", ""
        while True:
            rows = self._db.execute(
                f"select entity, key from {table} where (entity, key) > (?, ?)"
                f" order by entity, key limit {_AT_ONCE}",
                (entity, key),
            ).fetchall()
            if not rows:
                return
            entity = rows[0][0]
            keys = [own for name, own in rows if name == entity]
            key = keys[-1]
            yield entity, keys
