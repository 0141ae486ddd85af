"""Many rows at once: collected by table, written in the order that foreign keys need."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from server.database import Transaction

# As many in each statement: both databases prepare it once. 400 × 25 columns stay below the 32,766 arguments
# that SQLite takes.
ROWS_A_STATEMENT = 400
ROWS_HELD = 20_000
PARENTS_FIRST = (
    "reseller", "company", "technician", "carrier", "customer", "contract", "equipment", "defect", "part",
    "app_user", "user_company", "user_customer", "brand", "sync_client", "sync_file",
    "checklist_template", "checklist_version", "service_order", "order_event", "triage_message",
    "calendar", "calendar_holiday", "order_promise",
    "canned_answer", "visit", "visit_event", "meter_reading", "part_usage", "part_request", "photo",
    "signature", "discrepancy", "rating", "invoice", "delivery", "supply", "supply_request",
    "supply_request_item", "supply_request_event", "notification_text", "notification_event", "notification",
    "notification_dispatch", "sync_track", "sync_track_chunk", "last_position", "approach_link",
    "customer_position", "position_proposal",
    "billing_batch", "billing_file", "billing_opening", "contact_message", "contact_answer",
    "policy_document", "policy_version", "consent", "data_request",
    "reading_schedule", "reading_request", "reading_request_item",
    "api_token", "webhook_endpoint", "webhook_delivery",
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
                for start in range(0, len(rows), ROWS_A_STATEMENT):
                    await self._insert(table, names, rows[start : start + ROWS_A_STATEMENT])
        self.written += self._count
        self._count = 0

    async def _insert(self, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        values = [value for row in rows for value in row]
        await self._tx.execute(_insert_statement(table, names, len(rows)), *values)


@lru_cache(maxsize=256)
def _insert_statement(table: str, names: tuple[str, ...], rows: int) -> str:
    width = len(names)
    numbers = (range(row * width + 1, (row + 1) * width + 1) for row in range(rows))
    places = ", ".join("(" + ", ".join(f"${number}" for number in row) + ")" for row in numbers)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES {places}"
