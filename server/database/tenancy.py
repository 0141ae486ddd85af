"""Whose rows the current task may see: the second lock, behind the queries' own scoping.

On PostgreSQL row-level security compares every tenant row with the setting `pws.tenant` of the
connection, which the engine keeps equal to this context. Nothing set means nothing seen. SQLite has no
row-level security: there the queries' scoping stands alone, and the tests run on both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

EVERY_TENANT = "*"
NO_TENANT = ""

_current: ContextVar[str] = ContextVar("pws_tenant", default=NO_TENANT)


def current_tenant() -> str:
    """The value for the connection's setting: a reseller's id, `*` or the empty string."""
    return _current.get()


@contextmanager
def tenant(reseller_id: UUID) -> Iterator[None]:
    """See only the rows of one reseller."""
    token = _current.set(str(reseller_id))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def platform() -> Iterator[None]:
    """See every reseller's rows: login, the worker and migrations, which belong to nobody."""
    token = _current.set(EVERY_TENANT)
    try:
        yield
    finally:
        _current.reset(token)
