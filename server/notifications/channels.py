"""The ways by which a notification reaches a person beside their bell, and the one contract that they keep.

A channel says which addresses people have, and takes one parcel at a time to one of them: it returns when the
other side has taken it, or raises what the postman is to do about it. It writes no rows of dispatches.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from server.accounts.actor import Actor
from server.database import Transaction
from server.notifications.approaches import opening_path


@dataclass(frozen=True, slots=True)
class Line:
    """One notification inside of a parcel."""

    dispatch_id: UUID
    notification_id: UUID
    kind: str
    title: str
    body: str
    path: str
    group_key: str
    created_at: datetime
    read_at: datetime | None
    # In the reseller's own words, where it has any.
    subject: str = ""
    opening: str = ""
    closing: str = ""

    @property
    def opens(self) -> str:
        """Where `path` leads a person."""
        return opening_path(self.path)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves at once for one address. It keeps its lines and its id through every repetition.

    `touch` must be awaited before the other side may learn of it: it writes that down, and raises when the
    parcel is no longer ours. One whose sending ended without a word after that leaves once more at most.
    """

    id: UUID
    reseller_id: UUID
    user_id: UUID
    address: str
    lines: tuple[Line, ...]
    attempt: int
    touch: Callable[[], Awaitable[None]]


class Temporary(Exception):
    """It certainly did not arrive, but may later; `after` is what the other side asked to wait, if it did."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Unreachable(Temporary):
    """Nothing can be sent by this channel just now: all that it has waits, too."""


class Permanent(Exception):
    """It will never arrive. `is_address` when the fault is the address's, not this parcel's."""

    def __init__(self, reason: str, *, is_address: bool = False) -> None:
        super().__init__(reason)
        self.is_address = is_address


class Withheld(Exception):
    """It is not to arrive any more: the person has read it, or has gone."""


class Channel(Protocol):
    name: str
    lines_at_once: int  # so many notifications to one address may leave together

    @property
    def wait(self) -> timedelta:
        """For others to join."""

    async def addresses(self, tx: Transaction, people: Sequence[Actor]) -> Mapping[UUID, Sequence[str]]:
        """By person, where this channel finds them; who has none is left out."""

    async def send(self, parcel: Parcel) -> None:
        """Return when it was taken; raise Temporary, Unreachable, Permanent or Withheld."""

    async def rest(self) -> None:
        """Nothing is due: close what need not stay open."""


CHANNELS: dict[str, Channel] = {}


def register(channel: Channel) -> Channel:
    """Make the worker use it; another one of the same name takes its place."""
    CHANNELS[channel.name] = channel
    return channel
