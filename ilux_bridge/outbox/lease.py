"""One bridge for one base: a lease in the base itself, with a token that every later owner raises.

Time is the base's clock. A copy that slept while its lease ran out, and wakes up believing it is still the
one, is caught by its token: each write transaction begins with `fence`, which holds the row until it ends.
Do not hold it any longer: a transaction left open stops Firebird's garbage collection.
"""

from __future__ import annotations

from ilux_bridge.firebird import Connection, Work
from ilux_bridge.outbox.ddl import NOW
from ilux_bridge.outbox.names import LEASE


class Fenced(Exception):
    """Another copy of the bridge took over: stop, and write nothing more."""


def acquire(connection: Connection, owner: str, seconds: int) -> int | None:
    """The token to write with, or None while another owner's lease runs."""
    with connection.writing() as work:
        row = work.one(
            f"UPDATE {LEASE} SET DONO = ?, TOKEN = TOKEN + 1, EXPIRA = {_later(seconds)}"
            f" WHERE ID = 1 AND (EXPIRA <= {NOW} OR DONO = ?) RETURNING TOKEN",
            owner,
            owner,
        )
    return row[0] if row else None


def renew(connection: Connection, token: int, seconds: int) -> None:
    """Raises `Fenced`. An expired lease that nobody took is still the owner's."""
    with connection.writing() as work:
        if (
            work.execute(f"UPDATE {LEASE} SET EXPIRA = {_later(seconds)} WHERE ID = 1 AND TOKEN = ?", token)
            != 1
        ):
            raise Fenced("Outra cópia da ponte assumiu esta base.")


def release(connection: Connection, token: int) -> None:
    """Let the next one in at once."""
    with connection.writing() as work:
        work.execute(f"UPDATE {LEASE} SET EXPIRA = {NOW} WHERE ID = 1 AND TOKEN = ?", token)


def fence(work: Work, token: int) -> None:
    """Raises `Fenced` unless the token is still the last one given; first thing in every write."""
    row = work.one(f"SELECT TOKEN FROM {LEASE} WHERE ID = 1 WITH LOCK")
    if row is None or row[0] != token:
        raise Fenced("Outra cópia da ponte assumiu esta base.")


def _later(seconds: int) -> str:
    return f"DATEADD({int(seconds)} SECOND TO {NOW})"
