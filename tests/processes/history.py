"""What happened, written down while it happened. The checker reads nothing else.

A *mark* is a UUID that an act leaves behind in a row: the id of a note, of a visit's event, of a requested
part. Times are seconds on one steady clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Key = tuple[str, str]  # kind, id


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    id: str
    ver: int
    body: str

    @property
    def key(self) -> Key:
        return self.kind, self.id


@dataclass(frozen=True, slots=True)
class Result:
    seq: int
    uid: str
    status: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A client of a person of this reseller."""

    client: str
    reseller: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A technician did something; once it took effect, `mark` is in the row, which is theirs alone."""

    client: str
    seq: int
    row: Key
    mark: str


@dataclass(frozen=True, slots=True)
class Pushed:
    client: str
    lmid: int
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Pulled:
    """A whole pull, its pages joined. `began` is when its last page was asked for."""

    client: str
    began: float
    ended: float
    reset: bool
    cursor: int
    lmid: int
    rows: tuple[Row, ...] = ()
    gone: tuple[Key, ...] = ()
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """The office made rows in one transaction, for this client's eyes. `ended` is None: rolled back."""

    client: str
    rows: tuple[Key, ...]
    began: float
    ended: float | None


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The office wrote one text into the description of all these rows of one client, in one transaction.

    `vers` are the versions that the rows drew with it.
    """

    client: str
    rows: tuple[Key, ...]
    text: str
    began: float
    ended: float | None
    vers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Assigned:
    """The office gave an order to this client's technician and took it from whoever had it."""

    client: str
    order: Key
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Rested:
    """All is quiet: what the client holds, and what the portal's view is now."""

    client: str
    held: frozenset[tuple[Key, int]]
    view: frozenset[tuple[Key, int]]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the portal has in the end: results by client, how often each mark counts, whose each row is."""

    results: tuple[tuple[str, Result], ...]
    effects: Mapping[str, int] = field(default_factory=dict)
    owners: Mapping[Key, str] = field(default_factory=dict)


Event = Joined | Saved | Pushed | Pulled | Added | Rewritten | Assigned | Rested | Stored
