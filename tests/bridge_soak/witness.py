"""How often a message of the portal was really written in ILUX, by a trigger of the test's own in the base.

It looks neither at the bridge's notes in the base nor at the portal's: those are what is checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from ilux_bridge.firebird import Connection
from ilux_bridge.outbox.names import INBOX, ORIGIN
from piccolo_conf import DB
from tests.bridge.office import save, values

_TABLE = "TESTEMUNHA"
_WATCHED = ("ORDEM_SERVICO", "LEITURAS", "SOLICITACAO_SUPRIMENTO", "SOLICITACAO_ITENS")


def install(owner: Connection) -> None:
    save(owner, f"CREATE TABLE {_TABLE} (MSG_ID VARCHAR(64) NOT NULL)")
    save(owner, f"GRANT ALL ON {_TABLE} TO PUBLIC")
    for number, table in enumerate(_WATCHED):
        save(
            owner,
            f"CREATE TRIGGER {_TABLE}_{number} FOR {table} ACTIVE AFTER INSERT OR UPDATE POSITION 9 AS\n"
            "DECLARE VARIABLE M VARCHAR(64);\nBEGIN\n"
            f"  M = RDB$GET_CONTEXT('USER_TRANSACTION', '{ORIGIN}');\n"
            f"  IF (M IS NOT NULL) THEN INSERT INTO {_TABLE} (MSG_ID) VALUES (:M);\nEND",
        )


async def misapplied(owner: Connection, reseller_id: UUID) -> list[str]:
    """Messages that were not written exactly as often as their receipts say: once, or never."""
    written = Counter(str(one) for one in values(owner, f"SELECT MSG_ID FROM {_TABLE}"))
    noted = {str(one) for one in values(owner, f"SELECT MSG_ID FROM {INBOX}")}
    messages = await DB.fetch(
        "select id, entity, write, status, waits_for_id from ilux_message where reseller_id = $1", reseller_id
    )
    return [*_wrong(messages, written, noted), *(f"{one} is nobody's message" for one in
            sorted((written.keys() | noted) - {str(message[0]) for message in messages}))]  # fmt: skip


def _wrong(
    messages: list[tuple[UUID, str, str, str, UUID | None]], written: Counter[str], noted: set[str]
) -> Iterator[str]:
    for message_id, entity, write, status, waits_for in messages:
        name, count = f"{entity} {write} {message_id} ({status})", written[str(message_id)]
        if status == "open" and waits_for is None:
            yield f"{name} was never answered"
        if count != (status == "applied"):
            yield f"{name} was written {count} times"
        is_noted = str(message_id) in noted
        if status != "refused" and is_noted != (status in {"applied", "conflict"}):
            yield f"{name} is {'noted' if is_noted else 'not noted'} in {INBOX}"
