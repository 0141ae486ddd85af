"""What the bridge remembers outside of both sides: dead letters, how far it came, and how it is.

One SQLite file beside the client's own. Everything here may be lost: the bridge then loads everything anew.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ilux_bridge.outbox.meta import Mark

_TABLES = """
create table if not exists letter
    (entity text, key text, code text, field text, text text, at text, primary key (entity, key));
create table if not exists fact (name text primary key, value text not null);
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A row that could not be sent. `text` is Portuguese, for whoever can mend it."""

    entity: str
    key: str
    code: str
    field: str
    text: str
    at: str = ""

    def __str__(self) -> str:
        return f"{self.entity} {self.key}, {self.field}: {self.text}"


class Store:
    """Use from one thread at a time; another process may read meanwhile."""

    def __init__(self, path: Path | str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._db.execute("pragma journal_mode = wal")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        self._db.close()

    def put_letter(self, letter: Letter) -> None:
        """The newest word about that row."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._db.execute(
            "insert or replace into letter values (?, ?, ?, ?, ?, ?)",
            (letter.entity, letter.key, letter.code, letter.field, letter.text, at),
        )

    def drop_letter(self, entity: str, key: str) -> None:
        """The row went through after all, or is no more."""
        self._db.execute("delete from letter where entity = ? and key = ?", (entity, key))

    def drop_letters(self) -> None:
        self._db.execute("delete from letter")

    def letters(self, limit: int = 1000) -> list[Letter]:
        rows = self._db.execute("select * from letter order by at desc, entity, key limit ?", (limit,))
        return [Letter(*row) for row in rows]

    def count_letters(self) -> int:
        count: int = self._db.execute("select count(*) from letter").fetchone()[0]
        return count

    @property
    def mark(self) -> Mark | None:
        """How far the base was, as far as we know: it is behind that only if it is an older copy."""
        said = self.fact("mark")
        return None if said is None else Mark(**said)

    @mark.setter
    def mark(self, mark: Mark) -> None:
        self.note("mark", {"epoch": mark.epoch, "acknowledged": mark.acknowledged})

    def fact(self, name: str) -> Any:
        row = self._db.execute("select value from fact where name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def note(self, name: str, value: Any) -> None:
        self._db.execute("insert or replace into fact values (?, ?)", (name, json.dumps(value)))
