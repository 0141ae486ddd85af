"""Who does which kind of job::

    @handles("mail")
    async def send(job: ClaimedJob) -> None: ...

A handler runs at least once, perhaps more: what it does twice must be the same as once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job as its handler sees it; `attempt` counts from 1."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempt: int
    reseller_id: UUID | None


class GiveUp(Exception):
    """Trying again would not help: the job is dead at once, and the reason is kept."""


Handler = Callable[[ClaimedJob], Awaitable[None]]

_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Make the decorated function do jobs of this kind."""

    def register(handler: Handler) -> Handler:
        if _handlers.setdefault(kind, handler) is not handler:
            raise ValueError(f"two handlers for jobs of kind {kind!r}")
        return handler

    return register


def handler_of(kind: str) -> Handler:
    """Raises GiveUp when this release knows no such kind."""
    if kind not in _handlers:
        raise GiveUp(f"no handler for jobs of kind {kind!r}")
    return _handlers[kind]
