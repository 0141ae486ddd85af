"""Who was in ILUX before the triggers were: their prepared statements do not fire them.

A statement that a program prepared before a trigger existed goes on without it, and one prepared while it did
goes on with it after it was dropped. So nothing is complete until everybody who was there has left once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ilux_bridge.firebird import Connection
from ilux_bridge.outbox.names import META
from ilux_bridge.problems import NotPermitted


@dataclass(frozen=True, slots=True)
class Attachment:
    user: str
    address: str | None
    program: str | None
    since: dt.datetime


def older(connection: Connection) -> list[Attachment]:
    """Those who came before the last change of triggers and are still there; ourselves left out.

    Raises `NotPermitted` where the login sees only its own: it must be SYSDBA or own the base.
    """
    system = "AND COALESCE(A.MON$SYSTEM_FLAG, 0) = 0" if connection.version >= (3, 0) else ""
    with connection.reading() as work:
        row = work.one(
            "SELECT TRIM(CURRENT_USER), TRIM(CURRENT_ROLE), TRIM(RDB$OWNER_NAME) FROM RDB$RELATIONS"
            " WHERE RDB$RELATION_NAME = 'RDB$DATABASE'"
        )
        assert row is not None
        user, role, owner = row
        if user not in ("SYSDBA", owner) and role != "RDB$ADMIN":
            raise NotPermitted(f"O usuário {user} não vê quem mais está conectado ao Firebird.")
        rows = work.fetch(
            "SELECT TRIM(A.MON$USER), A.MON$REMOTE_ADDRESS, A.MON$REMOTE_PROCESS,"
            f" CAST(A.MON$TIMESTAMP AS TIMESTAMP) FROM MON$ATTACHMENTS A JOIN {META} M ON M.ID = 1"
            f" WHERE A.MON$ATTACHMENT_ID <> CURRENT_CONNECTION {system}"
            " AND (M.GATILHOS_EM IS NULL OR CAST(A.MON$TIMESTAMP AS TIMESTAMP) <= M.GATILHOS_EM)"
        )
        return [Attachment(*row) for row in rows]
