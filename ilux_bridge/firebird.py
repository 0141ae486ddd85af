"""A connection to the ILUX base, and the two kinds of transaction the bridge has: one reads, one writes.

A connection belongs to the thread that made it, and dies with the first error of the wire: after
`FirebirdDown` make another. A transaction begins with its first statement and always ends, with the block.
Text comes without NUL and control characters. Keep both kinds short: an open snapshot stops Firebird's
garbage collection, an open write stops ILUX.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import firebirdsql
from firebirdsql.fbcore import Cursor, PreparedStatement

from ilux_bridge.charset import printable
from ilux_bridge.driver import READING, WRITING, DriverConnection, TimedTransaction
from ilux_bridge.problems import BROKEN_WIRE, FirebirdDown, FirebirdProblem, Refused, translated

CHUNK = 1000

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_MUST_ENCRYPT = frozenset({335545064, 335545065})

_WHAT_IT_IS = """
SELECT TRIM(D.RDB$CHARACTER_SET_NAME), M.MON$SQL_DIALECT, RDB$GET_CONTEXT('SYSTEM', 'ENGINE_VERSION')
FROM RDB$DATABASE D CROSS JOIN MON$DATABASE M
"""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """Where the base is and who asks. `charset` "auto" asks the base for its own, with a login more.

    `timeout_s` is how long the server may say nothing before it counts as down, also over one statement.
    `has_legacy_login` is for Firebird 2.5, and 3 with `AuthServer = Legacy_Auth`.
    """

    database: str
    user: str
    password: str = field(repr=False)
    host: str = "localhost"
    port: int = 3050
    charset: str = "auto"
    has_legacy_login: bool = False
    timeout_s: float = 15.0


class Work:
    """One transaction; `Connection.reading` and `Connection.writing` make it."""

    def __init__(self, connection: Connection, kind: int) -> None:
        self._connection = connection
        self._driver = TimedTransaction(connection._driver, isolation_level=kind)

    def fetch(self, sql: str, *arguments: object) -> Iterator[Row]:
        """The rows, read as they are asked for; the next statement may begin before the last row."""
        with self._translating():
            cursor = Cursor(self._driver)
            cursor.execute(sql, arguments)
        while True:
            with self._translating():
                rows = cursor.fetchmany(CHUNK)
            if not rows:
                break
            for row in rows:
                yield tuple(printable(value) if isinstance(value, str) else value for value in row)
        with self._translating():
            cursor.close()

    def one(self, sql: str, *arguments: object) -> Row | None:
        """The first row; also of `INSERT … RETURNING`."""
        rows = list(self.fetch(sql, *arguments))
        return rows[0] if rows else None

    def execute(self, sql: str, *arguments: object) -> int:
        """How many rows it touched."""
        with self._translating():
            cursor = Cursor(self._driver)
            cursor.execute(sql, arguments)
            count: int = cursor.rowcount
            cursor.close()
        return count

    def execute_each(self, sql: str, rows: Iterable[Row]) -> None:
        """One statement for many rows, prepared once."""
        with self._translating():
            cursor = Cursor(self._driver)
            prepared = PreparedStatement(cursor, sql)
            for row in rows:
                cursor.execute(prepared, row)
            prepared.stmt.drop()

    def _end(self, *, is_kept: bool) -> None:
        try:
            if is_kept:
                with self._translating():
                    for cursor in self._connection._driver._cursors.get(self._driver, ()):
                        cursor.close()  # of a fetch that nobody read to its end
                    self._driver.commit()
        finally:
            # Also after a refused commit; where the wire is broken the server sees to it.
            try:
                if not self._connection.is_broken:
                    with self._translating():
                        self._driver.rollback()
            finally:
                self._connection._driver._cursors.pop(self._driver, None)

    @contextlib.contextmanager
    def _translating(self) -> Iterator[None]:
        with self._connection._translating():
            yield


class Connection:
    """`connect` makes it. `charset` is the base's own; `is_broken` says that another one is needed."""

    def __init__(self, driver: DriverConnection) -> None:
        self._driver = driver
        self._thread = threading.get_ident()
        self._is_busy = False
        self.is_broken = False
        self.charset: str = driver.charset
        self.dialect = 3
        self.version = (0, 0)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Work]:
        """SNAPSHOT READ ONLY: the base as it was at one moment."""
        with self._transaction(READING) as work:
            yield work

    @contextlib.contextmanager
    def writing(self) -> Iterator[Work]:
        """READ COMMITTED, which waits 3 s for a lock and then raises `LockConflict`; commits at the end."""
        with self._transaction(WRITING) as work:
            yield work

    def quoted(self, name: str) -> str:
        """An identifier as SQL takes it; dialect 1 knows no quotes, and no name that would need them."""
        return name if self.dialect == 1 else '"' + name.replace('"', '""') + '"'

    def drop_base(self) -> None:
        """Delete the base itself, as the server sees to it; the connection is over."""
        with self._translating():
            self._driver.drop_database()
        self.is_broken = True
        self._driver.abandon()

    def close(self) -> None:
        if self.is_broken:
            self._driver.abandon()
            return
        try:
            self._driver.close()
        except (firebirdsql.Error, *BROKEN_WIRE):
            self._driver.abandon()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _transaction(self, kind: int) -> Iterator[Work]:
        if threading.get_ident() != self._thread or self._is_busy:
            raise RuntimeError("One connection, one thread, one transaction")
        if self.is_broken:
            raise FirebirdDown("Conexão perdida com o Firebird")
        self._is_busy = True
        work = Work(self, kind)
        try:
            try:
                yield work
            except BaseException:
                with contextlib.suppress(FirebirdProblem):  # the first error is the one to tell
                    work._end(is_kept=False)
                raise
            work._end(is_kept=True)
        finally:
            self._is_busy = False

    @contextlib.contextmanager
    def _translating(self) -> Iterator[None]:
        """Every call of the driver runs in here."""
        if self.is_broken:
            raise FirebirdDown("Conexão perdida com o Firebird")
        try:
            yield
        except (firebirdsql.Error, *BROKEN_WIRE) as error:
            problem = translated(error)
            if isinstance(problem, FirebirdDown):
                self.is_broken = True
                self._driver.abandon()
            raise problem from error
        except BaseException:
            # Stopped in the middle of a message: nobody knows what the next bytes are.
            self.is_broken = True
            self._driver.abandon()
            raise


def connect(address: Address) -> Connection:
    """Raises `FirebirdDown` or `LoginRefused`."""
    charset = "NONE" if address.charset == "auto" else address.charset
    connection = _attach(address, charset)
    try:
        with connection.reading() as work:
            row = work.one(_WHAT_IT_IS)
    except BaseException:
        connection.close()
        raise
    assert row is not None
    own, dialect, version = row
    if address.charset == "auto" and (own or "NONE") != charset:
        connection.close()
        connection = _attach(address, own)
    connection.dialect = connection._driver.dialect = dialect
    major, minor = version.split(".")[:2]
    connection.version = (int(major), int(minor))
    return connection


def create(address: Address) -> Connection:
    """A new base, empty. Raises what `connect` raises, and `Refused` where the server may not make it."""
    return _attach(address, "UTF8", is_new=True)


def _attach(address: Address, charset: str, *, is_new: bool = False) -> Connection:
    """On the machine itself without encryption, where the server lets us: in Python it costs eight times."""
    if address.host in _LOOPBACK:
        try:
            return _log_in(address, charset, is_encrypted=False, is_new=is_new)
        except Refused as refusal:
            if not refusal.codes & _MUST_ENCRYPT:
                raise
    return _log_in(address, charset, is_encrypted=True, is_new=is_new)


def _log_in(address: Address, charset: str, *, is_encrypted: bool, is_new: bool) -> Connection:
    driver: DriverConnection | None = None
    try:
        driver = DriverConnection(
            host=address.host,
            port=address.port,
            database=address.database,
            user=address.user,
            password=address.password,
            charset=charset,
            timeout=address.timeout_s,
            wire_crypt=is_encrypted,
            create_new=is_new,
            auth_plugin_name="Legacy_Auth" if address.has_legacy_login else None,
        )
        driver._initialize()
    except (firebirdsql.Error, *BROKEN_WIRE) as error:
        if driver is not None:
            driver.abandon()
        raise translated(error) from error
    return Connection(driver)
