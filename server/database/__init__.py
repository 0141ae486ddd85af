"""The database: one Piccolo engine, SQLite or PostgreSQL, chosen by `PWS_DATABASE_URL`.

Both engines pool their connections, nest transactions as savepoints, and answer to the same small raw
API beside Piccolo's queries::

    async with DB.transaction() as tx:
        rows = await tx.fetch("select id, ver from visit where id = $1", visit_id)

Whose rows a connection may see is said by `tenant()` or `platform()`; see `tenancy`.
"""

from server.database.engine import Database, connect
from server.database.tenancy import platform, tenant
from server.database.transaction import Mode, Transaction

__all__ = ["Database", "Mode", "Transaction", "connect", "platform", "tenant"]
