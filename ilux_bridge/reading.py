"""Reads Firebird's answers in large pieces, and whole rows out of them.

The driver asks the socket for every value by itself, two calls of the system for each: half of what a first
load costs. Only `ilux_bridge.driver` uses this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from struct import Struct
from typing import Any

from firebirdsql import consts
from firebirdsql.err import InternalError, OperationalError
from firebirdsql.fbcore import ConnectionResponseMixin

PIECE = 64 * 1024

_OCTETS = 1
_WHOLE = frozenset({consts.SQL_TYPE_SHORT, consts.SQL_TYPE_LONG, consts.SQL_TYPE_INT64})
_FIRST_DAY = date(1858, 11, 17)
_FIRST_MOMENT = datetime(1858, 11, 17)
_NULLS_IN_FRONT = 13  # from this version of the protocol on, a row begins with a bitmap of its NULLs
_NO_MORE = 100

_word = Struct(">i").unpack_from
_two_words = Struct(">ii").unpack_from
_heading = Struct(">iii").unpack_from  # operation, status, count: in front of each row
_moment = Struct(">iI").unpack_from

Decoder = Callable[[bytes], Any]


class BufferedReading(ConnectionResponseMixin):
    """Overrides how the driver's connection reads; what it reads stays the same."""

    _buffer = b""
    _at = 0

    def _recv_channel(self, nbytes: int, word_alignment: bool = False) -> bytes:
        padded = nbytes + (-nbytes % 4 if word_alignment else 0)
        if self._at + padded > len(self._buffer):
            self._fill(padded)
        start = self._at
        self._at += padded
        return self._buffer[start : start + nbytes]

    def _op_fetch_response(self, stmt_handle: int, xsqlda: Sequence[Any]) -> tuple[list[list[Any]], bool]:
        if self.accept_version < _NULLS_IN_FRONT:
            rows, has_more = super()._op_fetch_response(stmt_handle, xsqlda)
            return rows, has_more
        self._skip_to_fetch_response()
        status, count = _two_words(self._recv_channel(8))
        columns = [(_length(variable), _decoder(variable)) for variable in xsqlda]
        rows = []
        while count:
            rows.append(self._row(columns))
            (operation,) = _word(self._recv_channel(4))
            if operation != self.op_fetch_response:
                self._raise_for(operation)
            status, count = _two_words(self._recv_channel(8))
        return rows, status != _NO_MORE

    def _row(self, columns: Sequence[tuple[int, Decoder]]) -> list[Any]:
        nulls = int.from_bytes(self._recv_channel((len(columns) + 7) // 8, word_alignment=True), "little")
        row: list[Any] = []
        buffer, at, size = self._buffer, self._at, len(self._buffer)
        for length, decode in columns:
            is_null, nulls = nulls & 1, nulls >> 1
            if is_null:
                row.append(None)
                continue
            if length < 0:
                if at + 4 > size:
                    buffer, at, size = self._refilled(at, 4)
                (length,) = _word(buffer, at)
                at += 4
            padded = length + (-length & 3)
            if at + padded > size:
                buffer, at, size = self._refilled(at, padded)
            row.append(decode(buffer[at : at + length]))
            at += padded
        self._at = at
        return row

    def _refilled(self, at: int, wanted: int) -> tuple[bytes, int, int]:
        self._at = at
        self._fill(wanted)
        return self._buffer, 0, len(self._buffer)

    def _fill(self, wanted: int) -> None:
        """At least so many bytes from where reading stands. The socket has the connection's time limit."""
        parts = [self._buffer[self._at :]]
        have = len(parts[0])
        while have < wanted:
            piece = self.sock.recv(max(PIECE, wanted - have))
            if not piece:
                raise OperationalError("Can not recv() packets")
            parts.append(piece)
            have += len(piece)
        self._buffer, self._at = b"".join(parts), 0

    def _skip_to_fetch_response(self) -> None:
        (operation,) = _word(self._recv_channel(4))
        while operation == self.op_dummy or (operation == self.op_response and self.lazy_response_count):
            if operation == self.op_response:
                self.lazy_response_count -= 1
                self._parse_op_response()
            (operation,) = _word(self._recv_channel(4))
        if operation != self.op_fetch_response:
            self._raise_for(operation)

    def _raise_for(self, operation: int) -> None:
        if operation == self.op_response:
            self._parse_op_response()  # raises what Firebird says
        raise InternalError(f"op_fetch_response: {operation}")


def _length(variable: Any) -> int:
    """In bytes; below zero where the value says it itself."""
    return int(variable.io_length())


def _decoder(variable: Any) -> Decoder:
    """What `value` of the driver does, decided once for a column and not for each of its values."""
    kind, scale = variable.sqltype, variable.sqlscale
    is_text = variable.sqlsubtype & 0xFF != _OCTETS
    to_text = variable.bytes_to_str
    if kind in _WHOLE:
        return _whole if not scale else lambda raw: Decimal(_whole(raw)).scaleb(scale)
    if kind == consts.SQL_TYPE_VARYING:
        return to_text if is_text else bytes
    if kind == consts.SQL_TYPE_TEXT:
        return (lambda raw: to_text(raw).rstrip()) if is_text else bytes
    if kind == consts.SQL_TYPE_TIMESTAMP:
        return _timestamp
    if kind == consts.SQL_TYPE_DATE:
        return lambda raw: _FIRST_DAY + timedelta(_word(raw)[0])
    decode: Decoder = variable.value
    return decode


def _whole(raw: bytes) -> int:
    return int.from_bytes(raw, "big", signed=True)


def _timestamp(raw: bytes) -> datetime:
    days, ticks = _moment(raw)  # of 0.1 ms
    return _FIRST_MOMENT + timedelta(days, 0, ticks * 100)
