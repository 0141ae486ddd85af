"""How the base itself is: its size, and what silently makes it slow or a copy of it worthless."""

from __future__ import annotations

from dataclasses import dataclass

from ilux_bridge.firebird import Connection
from ilux_bridge.outbox import meta

_STATE = """
SELECT MON$PAGES * MON$PAGE_SIZE, MON$BACKUP_STATE, MON$NEXT_TRANSACTION - MON$OLDEST_ACTIVE
FROM MON$DATABASE
"""


@dataclass(frozen=True, slots=True)
class BaseState:
    """`is_stalled`: the file stands still, changes go to a .delta beside it, and a copy of the file alone
    lacks them. `transaction_gap`: how many transactions ago the oldest one that is still open began; a large
    one is an ILUX left open for days.
    """

    bytes: int
    is_stalled: bool
    transaction_gap: int
    epoch: str = ""


def read(connection: Connection) -> BaseState:
    """`epoch` is empty in a base that the bridge is not installed in."""
    has_meta = meta.is_installed(connection)
    with connection.reading() as work:
        row = work.one(_STATE)
        assert row is not None
        size, backup_state, gap = row
        epoch = meta.read(work).epoch if has_meta else ""
    return BaseState(size, backup_state != 0, max(gap, 0), epoch)
