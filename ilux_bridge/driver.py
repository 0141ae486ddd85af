"""What firebirdsql 1.4.7 needs to be told: transactions with a time limit, and how ILUX's bytes are read.

Only `ilux_bridge.firebird` uses this. The driver has five kinds of transaction, all of which wait for ever
for a lock; decodes strictly, so that one odd byte puts it out of step with the server for good; and takes
a text of charset OCTETS for text; and speaks dialect 3 to every base.
"""

from __future__ import annotations

from typing import Any

import firebirdsql
import firebirdsql.xsqlvar
from firebirdsql import consts
from firebirdsql.fbcore import Transaction
from firebirdsql.wireprotocol import INFO_SQL_SELECT_DESCRIBE_VARS, Packer

from ilux_bridge import charset
from ilux_bridge.reading import BufferedReading

READING, WRITING = 0, 1
LOCK_SECONDS = 3

_OCTETS = 1
_TEXTS = (consts.SQL_TYPE_TEXT, consts.SQL_TYPE_VARYING)


class TimedTransaction(Transaction):
    """A snapshot that only reads, or READ COMMITTED that waits a little for a lock.

    NO_RECORD_VERSION: with RECORD_VERSION a waiting update fails when the other side commits.
    """

    transaction_parameter_block = (
        bytes([consts.isc_tpb_version3, consts.isc_tpb_read, consts.isc_tpb_nowait])
        + bytes([consts.isc_tpb_concurrency]),
        bytes([consts.isc_tpb_version3, consts.isc_tpb_write, consts.isc_tpb_wait])
        + bytes([consts.isc_tpb_read_committed, consts.isc_tpb_no_rec_version])
        + bytes([consts.isc_tpb_lock_timeout, 4])
        + LOCK_SECONDS.to_bytes(4, "little"),
    )


class DriverConnection(BufferedReading, firebirdsql.Connection):
    """Reads and writes text as `ilux_bridge.charset` says, and speaks the dialect of its base."""

    dialect = 3
    sock: Any

    def str_to_bytes(self, s: Any) -> Any:
        return charset.encode(s, self.charset, self._codec) if isinstance(s, str) else s

    def bytes_to_str(self, b: bytes) -> str:
        return charset.decode(bytes(b), self.charset, self._codec)

    @property
    def _codec(self) -> str:
        return consts.charset_map.get(self.charset) or "utf_8"

    def _op_prepare_statement(
        self, stmt_handle: int, trans_handle: int, query: str, option_items: bytes | None = None
    ) -> None:
        # The driver's own says dialect 3, in which a base of dialect 1 refuses most DDL.
        message = Packer()
        for number in (self.op_prepare_statement, trans_handle, stmt_handle, self.dialect):
            message.pack_int(number)
        message.pack_bytes(self.str_to_bytes(query))
        items = bytes([consts.isc_info_sql_stmt_type]) + INFO_SQL_SELECT_DESCRIBE_VARS
        message.pack_bytes((option_items or b"") + items)
        message.pack_int(self.buffer_length)
        self.sock.send(message.get_buffer())

    def abandon(self) -> None:
        """Close the socket without a word to the server, which may not be there."""
        if getattr(self, "sock", None) is not None:
            self.sock.close()
            self.sock = None
            self.db_handle = None

    def __del__(self) -> None:
        self.abandon()  # the driver's own would talk, from whichever thread collects garbage


class _Variable(firebirdsql.xsqlvar.XSQLVAR):
    def value(self, raw_value: bytes) -> Any:
        if self.sqltype in _TEXTS and self.sqlsubtype & 0xFF == _OCTETS:
            return bytes(raw_value)
        return super().value(raw_value)


firebirdsql.xsqlvar.XSQLVAR = _Variable
