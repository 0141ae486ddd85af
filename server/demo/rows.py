"""Many rows at once: collected by table, written in the order that foreign keys need."""

from __future__ import annotations

from typing import Any

from server.database import Transaction

# SQLite takes 32,766 arguments in a statement, PostgreSQL 32,767.
ARGUMENTS = 30_000
ROWS_HELD = 20_000
PARENTS_FIRST = (
    "reseller", "company", "technician", "carrier", "customer", "contract", "equipment", "defect", "part",
    "app_user", "user_company", "user_customer", "brand", "sync_client", "sync_file",
    "checklist_template", "checklist_version", "service_order", "order_event", "triage_message",
    "visit", "visit_event", "meter_reading", "part_usage", "part_request", "photo", "signature",
    "discrepancy", "sync_track", "sync_track_chunk", "last_position",
)  # fmt: skip


class Rows:
    """`add` a row by its columns' names; `flush` what is left."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._held: dict[str, dict[tuple[str, ...], list[tuple[Any, ...]]]] = {}
        self._count = 0
        self.written = 0

    def add(self, table: str, **columns: Any) -> None:
        if table not in PARENTS_FIRST:
            raise KeyError(table)
        groups = self._held.setdefault(table, {})
        groups.setdefault(tuple(columns), []).append(tuple(columns.values()))
        self._count += 1

    async def flush_when_full(self) -> None:
        if self._count >= ROWS_HELD:
            await self.flush()

    async def flush(self) -> None:
        for table in PARENTS_FIRST:
            for names, rows in self._held.pop(table, {}).items():
                step = ARGUMENTS // len(names)
                for start in range(0, len(rows), step):
                    await self._insert(table, names, rows[start : start + step])
        self.written += self._count
        self._count = 0

    async def _insert(self, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        width = len(names)
        places = ", ".join(
            "(" + ", ".join(f"${row * width + column + 1}" for column in range(width)) + ")"
            for row in range(len(rows))
        )
        values = [value for row in rows for value in row]
        await self._tx.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES {places}", *values)
