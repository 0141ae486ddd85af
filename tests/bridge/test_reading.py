"""Rows read in large pieces are those that the driver itself reads value by value."""

from __future__ import annotations

from typing import Any

import pytest
from firebirdsql.fbcore import ConnectionResponseMixin

from ilux_bridge import reading
from ilux_bridge.firebird import Connection
from ilux_bridge.reading import BufferedReading
from tests.bridge.office import Office, save

_TABLE = (
    "CREATE TABLE LARGA (ID INTEGER, A SMALLINT, B BIGINT, C NUMERIC(15,2), D NUMERIC(9,4),"
    " E DOUBLE PRECISION, F FLOAT, G DATE, H TIME, I TIMESTAMP, J CHAR(7), K VARCHAR(300),"
    " L VARCHAR(20) CHARACTER SET OCTETS, M CHAR(5) CHARACTER SET OCTETS, N BLOB SUB_TYPE TEXT,"
    " O BLOB SUB_TYPE BINARY, P BOOLEAN)"
)
# Numbers as texts: Firebird reads every value of a type, the driver writes not all of them.
_ROWS = (
    ("1", "-32768", str(-(2**63)), "-9999999999999.99", "0.0001", "0.1", "-2.5", "0001-01-01", "00:00:00",
     "0001-01-01 00:00:00", "", "", b"", b"\0\1\2\3\4", "", b"", "false"),
    ("2", "32767", str(2**63 - 1), "0.10", "-99999.9999", "-1e300", "0", "9999-12-31", "23:59:59.9999",
     "9999-12-31 23:59:59.9999", "ação", "“São” – " * 30, b"\xff|\\\0", b"abc", "é" * 5000, b"\0" * 70_000,
     "true"),
    ("3", *[None] * 16),
    ("4", "0", "0", "0", "0", "0", "0", "1858-11-17", "12:34:56.7891", "2026-03-02 08:30:09.1234", " x ",
     "x" * 300, b"q", b"", "curto", b"\1", "true"),
)  # fmt: skip


@pytest.fixture
def wide(one_office: Office) -> Connection:
    """The owner's, where a table has every type that ILUX may use."""
    connection = one_office.owner()
    save(connection, _TABLE)
    marks = ", ".join("?" * 17)
    save(connection, *((f"INSERT INTO LARGA VALUES ({marks})", *row) for row in _ROWS * 30))
    return connection


def _all(connection: Connection) -> list[list[tuple[type, Any]]]:
    with connection.reading() as work:
        rows = list(work.fetch("SELECT * FROM LARGA ORDER BY ID"))
    assert len(rows) == 30 * len(_ROWS)
    return [[(type(value), value) for value in row] for row in rows]


def test_every_type_is_read_as_the_driver_reads_it(wide: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    here = _all(wide)
    for name in ("_op_fetch_response", "_recv_channel"):
        monkeypatch.setattr(BufferedReading, name, getattr(ConnectionResponseMixin, name))
    assert here == _all(wide)


def test_an_answer_may_be_cut_anywhere(wide: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _all(wide)
    for piece in (1, 7, 100):
        monkeypatch.setattr(reading, "PIECE", piece)
        assert _all(wide) == whole
