"""What the base knows of the bridge's work: its epoch, how far it was acknowledged, since when it watches.

The epoch is a UUID given at installation. A base that was restored from an older copy still has its epoch,
but its counters are behind what the bridge remembers outside of it: `is_rewound`. Then nothing counted since
can be trusted, and the bridge begins a new epoch and compares everything.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from ilux_bridge.firebird import Connection, Work
from ilux_bridge.outbox.ddl import NOW
from ilux_bridge.outbox.names import ERRORS, META, SEQUENCE


@dataclass(frozen=True, slots=True)
class Meta:
    """Moments are the base's clock. `armed_at` is None while an installation is not finished.

    `sequence` is the last SEQ given to any change, `errors` how many changes a trigger failed to note.
    """

    epoch: str
    version: int
    armed_at: dt.datetime | None
    synced_at: dt.datetime | None
    acknowledged: int
    sequence: int
    errors: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What the bridge remembers outside of the base; `acknowledged` is the highest SEQ it settled there."""

    epoch: str
    acknowledged: int


def is_installed(connection: Connection) -> bool:
    with connection.reading() as work:
        return work.one("SELECT 1 FROM RDB$RELATIONS WHERE RDB$RELATION_NAME = ?", META) is not None


def read(work: Work) -> Meta:
    row = work.one(
        "SELECT EPOCA, VERSAO, GATILHOS_EM, ULTIMA_SINC, ULTIMO_SEQ_ACK,"
        f" GEN_ID({SEQUENCE}, 0), GEN_ID({ERRORS}, 0) FROM {META} WHERE ID = 1"
    )
    if row is None:
        raise LookupError("A ponte não está instalada nesta base.")
    return Meta(*row)


def is_rewound(mark: Mark, meta: Meta) -> bool:
    """Whether the base is an older copy of the one the mark was made in, or another base altogether."""
    return (
        meta.epoch != mark.epoch or meta.acknowledged < mark.acknowledged or meta.sequence < mark.acknowledged
    )


def begin_epoch(work: Work) -> str:
    """After a rewound base: from here on its counters count afresh for the portal."""
    epoch = str(uuid.uuid4())
    work.execute(f"UPDATE {META} SET EPOCA = ? WHERE ID = 1", epoch)
    return epoch


def note_sync(work: Work) -> None:
    """Say in the base itself when it was last in step. Each time costs a version of the row."""
    work.execute(f"UPDATE {META} SET ULTIMA_SINC = {NOW} WHERE ID = 1")
