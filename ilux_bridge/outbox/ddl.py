"""The SQL of the bridge's objects, for a base's dialect.

A trigger writes the key of the changed row, no more: no text of ILUX passes through it, so no charset and no
length can make it fail, and a new version of ILUX may drop any other column. If it fails all the same, the
`WHEN ANY` keeps it from the person who is saving, and a generator counts it, since nothing else survives the
rollback. It carries the transaction's tag, by which the bridge knows its own writes.
"""

from __future__ import annotations

from collections.abc import Callable

from ilux_bridge.outbox import keys
from ilux_bridge.outbox.monitored import HISTORY_LENGTH, KEY_LENGTH, Monitored
from ilux_bridge.outbox.names import ERRORS, INBOX, LEASE, META, ORIGIN, OUTBOX, SEQUENCE

NOW = "CAST('NOW' AS TIMESTAMP)"  # CURRENT_TIMESTAMP has a time zone from Firebird 4 on
POSITION = 32000  # after every trigger of ILUX

Quote = Callable[[str], str]


def tables(dialect: int) -> dict[str, str]:
    """CREATE TABLE by name. Dialect 1 has no BIGINT."""
    whole = "INTEGER" if dialect == 1 else "BIGINT"
    return {
        META: f"""CREATE TABLE {META} (
  ID SMALLINT NOT NULL PRIMARY KEY,
  EPOCA VARCHAR(36) NOT NULL,
  VERSAO SMALLINT NOT NULL,
  GATILHOS_EM TIMESTAMP,
  ULTIMA_SINC TIMESTAMP,
  ULTIMO_SEQ_ACK {whole} DEFAULT 0 NOT NULL
)""",
        OUTBOX: f"""CREATE TABLE {OUTBOX} (
  SEQ {whole} NOT NULL PRIMARY KEY,
  TABELA VARCHAR(63) NOT NULL,
  PK VARCHAR({KEY_LENGTH}) NOT NULL,
  OP CHAR(1) NOT NULL,
  TX {whole},
  ORIGEM VARCHAR(64),
  QUANDO TIMESTAMP,
  HISTORICO VARCHAR({HISTORY_LENGTH})
)""",
        INBOX: f"""CREATE TABLE {INBOX} (
  MSG_ID VARCHAR(64) NOT NULL PRIMARY KEY,
  APLICADO TIMESTAMP NOT NULL,
  RESULTADO BLOB SUB_TYPE TEXT
)""",
        LEASE: f"""CREATE TABLE {LEASE} (
  ID SMALLINT NOT NULL PRIMARY KEY,
  DONO VARCHAR(64) NOT NULL,
  TOKEN {whole} NOT NULL,
  EXPIRA TIMESTAMP NOT NULL
)""",
    }


def head(trigger: str, table: str, state: str, quote: Quote) -> str:
    return (
        f"CREATE OR ALTER TRIGGER {quote(trigger)} FOR {quote(table)}"
        f" {state} AFTER INSERT OR UPDATE OR DELETE POSITION {POSITION}\n"
    )


def body(table: Monitored, dialect: int, quote: Quote) -> str:
    """From AS to END, as the base keeps it; the same table and mapping give the same text."""
    whole = "INTEGER" if dialect == 1 else "BIGINT"
    moved = " OR ".join(
        f"OLD.{quote(part.name)} IS DISTINCT FROM NEW.{quote(part.name)}" for part in table.key
    )
    return "\n".join([
        "AS",
        f"DECLARE VARIABLE G {whole};",
        *([f"DECLARE VARIABLE H VARCHAR({HISTORY_LENGTH});"] if table.history else []),
        "BEGIN",
        "  IF (NOT INSERTING) THEN",
        f"    IF (DELETING OR {moved}) THEN",
        f"      {_insert(table, 'OLD', 'D', 'NULL', quote)}",
        "  IF (NOT DELETING) THEN BEGIN",
        *_history(table, quote),
        f"    {_insert(table, 'NEW', 'U', ':H' if table.history else 'NULL', quote)}",
        "  END",
        f"  WHEN ANY DO BEGIN G = GEN_ID({ERRORS}, 1); END",
        "END",
    ])  # fmt: skip


def grants(trigger: str, version: tuple[int, int], quote: Quote) -> list[str]:
    """What the trigger needs whoever saves; without them every save in ILUX would fail."""
    statements = [f"GRANT INSERT ON {OUTBOX} TO TRIGGER {quote(trigger)}"]
    if version >= (3, 0):
        statements += [
            f"GRANT USAGE ON GENERATOR {generator} TO TRIGGER {quote(trigger)}"
            for generator in (SEQUENCE, ERRORS)
        ]
    return statements


def login_grants(login: str, version: tuple[int, int], quote: Quote) -> list[str]:
    """What the bridge needs, where it does not run as the owner of its tables."""
    statements = [f"GRANT SELECT, DELETE ON {OUTBOX} TO USER {quote(login)}"]
    statements += [
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO USER {quote(login)}"
        for name in (INBOX, LEASE, META)
    ]
    if version >= (3, 0):
        statements += [
            f"GRANT USAGE ON GENERATOR {generator} TO USER {quote(login)}" for generator in (SEQUENCE, ERRORS)
        ]
    return statements


def _insert(table: Monitored, record: str, operation: str, history: str, quote: Quote) -> str:
    key = " || '|' || ".join(keys.expression(part, f"{record}.{quote(part.name)}") for part in table.key)
    name = table.name.replace("'", "''")
    return (
        f"INSERT INTO {OUTBOX} (SEQ, TABELA, PK, OP, TX, ORIGEM, QUANDO, HISTORICO) VALUES ("
        f"GEN_ID({SEQUENCE}, 1), '{name}', {key}, '{operation}', CURRENT_TRANSACTION,"
        f" RDB$GET_CONTEXT('USER_TRANSACTION', '{ORIGIN}'), {NOW}, {history});"
    )


def _history(table: Monitored, quote: Quote) -> list[str]:
    """Name, old value and new value of each column that changed."""
    lines = ["    H = NULL;"] if table.history else []
    for column in table.history:
        old, new = f"OLD.{quote(column.name)}", f"NEW.{quote(column.name)}"
        before, after = (f"COALESCE({keys.expression(column, each)}, '{keys.NULL}')" for each in (old, new))
        lines.append(
            f"    IF ({old} IS DISTINCT FROM {new}) THEN"
            f" H = COALESCE(H || '|', '') || '{column.name}|' || {before} || '|' || {after};"
        )
    return lines
