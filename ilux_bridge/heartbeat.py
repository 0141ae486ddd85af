"""What the bridge says of itself every half minute, to the portal and to its own folder.

The portal raises the alarm over a silent bridge. The copy in the folder is for `ilux-bridge estado`, also
when there is no portal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import httpx

from ilux_bridge.upkeep import Upkeep

PATH = "/bridge/v1/heartbeat"
MOST_ERRORS = 20
LONGEST = 500


class State(StrEnum):
    """In the words that a person reads."""

    STARTING = "iniciando"
    WORKING = "funcionando"
    LOADING = "primeira carga"
    WAITING_FOR_EXITS = "esperando saírem do ILUX"
    FIREBIRD_DOWN = "Firebird parado"
    PORTAL_DOWN = "portal fora do ar"
    DISK_FULL = "disco cheio"
    REFUSED = "precisa de uma pessoa"
    STANDBY = "outra cópia está em execução"
    STOPPED = "parada"


@dataclass(slots=True)
class Health:
    """`queue` is how many changes wait in the base, since `oldest_at`; instants are texts with a zone.

    `reconciliation` is the last one's `Report`.
    """

    state: State = State.STARTING
    why: str = ""
    queue: int = 0
    oldest_at: str | None = None
    last_cycle_at: str | None = None
    heard_at: str | None = None
    firebird: str = ""
    base_bytes: int | None = None
    epoch: str = ""
    upkeep: Upkeep = field(default_factory=Upkeep)
    reconciliation: dict[str, Any] | None = None

    def as_fact(self) -> dict[str, Any]:
        return asdict(self)


async def send(http: httpx.AsyncClient, health: Health, errors: Sequence[str], version: str) -> bool:
    """Whether the portal heard it. A heartbeat that is lost is only a heartbeat."""
    shown = [f"{health.state}: {health.why}"] if health.why else []
    body = {
        "queue": health.queue,
        "oldest_at": health.oldest_at,
        "errors": [text[:LONGEST] for text in [*shown, *errors][:MOST_ERRORS]],
        "last_cycle_at": health.last_cycle_at,
        "version": version[:40],
        "firebird": health.firebird[:40],
        "base_bytes": health.base_bytes,
        "epoch": health.epoch,
        "upkeep": asdict(replace(health.upkeep, problem=health.upkeep.problem[:LONGEST])),
        "reconciliation": _summary(health.reconciliation),
    }
    try:
        answer = await http.post(PATH, json=body)
    except httpx.TransportError:
        return False
    return answer.is_success


def _summary(report: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the portal shows of it."""
    names = ("at", "compared", "found", "repaired", "left")
    return None if report is None else {name: report[name] for name in names}


def instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
