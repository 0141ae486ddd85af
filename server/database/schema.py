"""What migrations are written with: portable SQL, row versions by trigger, row-level security.

**Row versions.** Every insert and update of a synced row draws its `ver` from one counter, so that a
version is never used twice and no good will is needed: piccolo-admin, a console and the bridge count too.
A write of a part (a photo) is a write of the row that shows it (its visit). Each also moves its reseller's
*pulse*, the sync's proof that nothing changed. On PostgreSQL the pulse moves at commit, when every other
lock is held already, so that it cannot deadlock; the row lock then makes pulses commit in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from piccolo.engine.finder import engine_finder

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "BIGSERIAL PRIMARY KEY"}


def _engine() -> Any:
    return engine_finder()


async def run_sql(source: Path | str) -> None:
    """Run a file or a text of statements, each ended by a semicolon at a line's end."""
    engine = _engine()
    text = source.read_text() if isinstance(source, Path) else source
    text = re.sub(r"^--.*$", "", text, flags=re.M).replace("{serial}", _SERIAL[engine.dialect])
    for statement in re.split(r";\s*$", text, flags=re.M):
        if statement.strip():
            await engine.run_ddl(statement)


async def version_rows(
    synced: Iterable[str],
    parts_of: Mapping[str, tuple[str, str]],
    pulsing: Iterable[str],
    shown: Mapping[str, tuple[str, ...]],
) -> None:
    """Triggers that set `ver` on `synced` tables, touch the whole when a part is written, and pulse.

    `shown` names the columns of a part whose update counts, where not every one does.
    """
    engine = _engine()
    if engine.dialect == "postgres":
        for statement in _PG_FUNCTIONS:
            await engine.run_ddl(statement)
    await version_more_rows(synced, parts_of, pulsing, shown)


async def version_more_rows(
    synced: Iterable[str],
    parts_of: Mapping[str, tuple[str, str]] = MappingProxyType({}),
    pulsing: Iterable[str] = (),
    shown: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> None:
    """The same for tables that a later migration makes."""
    engine = _engine()
    write = _postgres if engine.dialect == "postgres" else _sqlite
    for statement in write(tuple(synced), parts_of, tuple(pulsing), shown):
        await engine.run_ddl(statement)


async def protect(*, exempt: Iterable[str]) -> None:
    """Row-level security on every table but the exempt ones; refuses one without `reseller_id`."""
    engine = _engine()
    if engine.dialect != "postgres":
        return
    tables = await engine.run_ddl("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    for table in sorted({row["tablename"] for row in tables} - set(exempt)):
        await protect_table(table)


async def protect_table(table: str) -> None:
    """The same for one table that a later migration makes."""
    engine = _engine()
    if engine.dialect != "postgres":
        return
    column = "id" if table == "reseller" else "reseller_id"
    await engine.run_ddl(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    await engine.run_ddl(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    await engine.run_ddl(
        f"CREATE POLICY tenant ON {table} USING ("
        "(SELECT current_setting('pws.tenant', true)) = '*'"
        # as a uuid: compared as text the planner expects almost no rows, and joins accordingly
        f" OR {column} = (SELECT nullif(nullif(current_setting('pws.tenant', true), '*'), '')::uuid))"
    )


_PG_FUNCTIONS = (
    "CREATE SEQUENCE row_version",
    """CREATE FUNCTION set_row_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.ver := nextval('row_version');
        RETURN NEW;
    END $$""",
    # TG_ARGV: the whole's table, the column that names it, the part's table is the trigger's own.
    """CREATE FUNCTION touch_whole() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        part jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    BEGIN
        EXECUTE format('UPDATE %I SET ver = ver WHERE %I = $1', TG_ARGV[0], TG_ARGV[1])
            USING (part ->> TG_ARGV[2])::uuid;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION pulse() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        row_json jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
        owner uuid := CASE WHEN TG_TABLE_NAME = 'reseller'
            THEN (row_json ->> 'id')::uuid ELSE (row_json ->> 'reseller_id')::uuid END;
        mark text := txid_current()::text || owner::text;
    BEGIN
        IF current_setting('pws.pulsed', true) IS DISTINCT FROM mark THEN
            INSERT INTO sync_pulse (reseller_id, n) VALUES (owner, 1)
                ON CONFLICT (reseller_id) DO UPDATE SET n = sync_pulse.n + 1;
            PERFORM set_config('pws.pulsed', mark, true);
        END IF;
        RETURN NULL;
    END $$""",
)


def _whole_key(whole_column: str) -> tuple[str, str]:
    """Which column of the whole, and which of the part, meet: `visit_id` names a visit by its id."""
    return ("reseller_id", "id") if whole_column == "reseller_id" else ("id", whole_column)


def _update_of(part: str, shown: Mapping[str, tuple[str, ...]]) -> str:
    return f"UPDATE OF {', '.join(shown[part])}" if part in shown else "UPDATE"


def _postgres(
    synced: tuple[str, ...],
    parts_of: Mapping[str, tuple[str, str]],
    pulsing: tuple[str, ...],
    shown: Mapping[str, tuple[str, ...]],
) -> Iterable[str]:
    for table in synced:
        yield (
            f"CREATE TRIGGER {table}_version BEFORE INSERT OR UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION set_row_version()"
        )
    for part, (whole, column) in parts_of.items():
        whole_column, part_column = _whole_key(column)
        yield (
            f"CREATE TRIGGER {part}_of_{whole} AFTER INSERT OR {_update_of(part, shown)} OR DELETE ON {part}"
            f" FOR EACH ROW EXECUTE FUNCTION touch_whole('{whole}', '{whole_column}', '{part_column}')"
        )
    for table in (*synced, *pulsing):
        yield (
            f"CREATE CONSTRAINT TRIGGER {table}_pulse AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pulse()"
        )


def _sqlite(
    synced: tuple[str, ...],
    parts_of: Mapping[str, tuple[str, str]],
    pulsing: tuple[str, ...],
    shown: Mapping[str, tuple[str, ...]],
) -> Iterable[str]:
    def pulse_of(row: str, table: str) -> str:
        owner = f"{row}.id" if table == "reseller" else f"{row}.reseller_id"
        return (
            f"INSERT INTO sync_pulse (reseller_id, n) VALUES ({owner}, 1)"
            " ON CONFLICT (reseller_id) DO UPDATE SET n = n + 1;"
        )

    for table in synced:
        for when in ("INSERT", "UPDATE"):
            yield (
                f"CREATE TRIGGER {table}_version_{when.lower()} AFTER {when} ON {table} BEGIN"
                " UPDATE row_counter SET n = n + 1;"
                f" UPDATE {table} SET ver = (SELECT n FROM row_counter) WHERE rowid = NEW.rowid;"
                f" {pulse_of('NEW', table)} END"
            )
        yield f"CREATE TRIGGER {table}_pulse AFTER DELETE ON {table} BEGIN {pulse_of('OLD', table)} END"
    for table in pulsing:
        for when, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            name = f"{table}_pulse_{when.lower()}"
            yield f"CREATE TRIGGER {name} AFTER {when} ON {table} BEGIN {pulse_of(row, table)} END"
    for part, (whole, column) in parts_of.items():
        whole_column, part_column = _whole_key(column)
        for when, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            event = _update_of(part, shown) if when == "UPDATE" else when
            yield (
                f"CREATE TRIGGER {part}_of_{whole}_{when.lower()} AFTER {event} ON {part} BEGIN"
                f" UPDATE {whole} SET ver = ver WHERE {whole_column} = {row}.{part_column}; END"
            )
