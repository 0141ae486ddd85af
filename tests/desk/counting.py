"""How many questions a page asks the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from piccolo_conf import DB
from server.database.postgres import PostgresSession
from server.database.sqlite import SQLiteSession

_ASKING = ("fetch", "fetch_dicts", "execute")


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements that run inside the block, in their order.

    Without the NOTIFY of an earlier commit, which goes out by itself whenever it gets to it.
    """
    session: Any = PostgresSession if DB.dialect == "postgres" else SQLiteSession
    asked: list[str] = []

    def counting(method: Any) -> Any:
        async def ask(self: Any, sql: str, args: Any) -> Any:
            if "pg_notify" not in sql:
                asked.append(sql)
            return await method(self, sql, args)

        return ask

    names = [name for name in _ASKING if hasattr(session, name)]
    with patch.multiple(session, **{name: counting(getattr(session, name)) for name in names}):
        yield asked
