"""The status machine of a service order: every change, who may make it, and from where.

A person at the desk or at the customer changes a status on the web; a technician's recorded facts change it
from the field; ILUX is the reseller's books, so what it says is taken as it is.

`Opening → dispatched → being served → done` is the usual way. P, L and S wait (for a reason, for logistics,
for stock) and lead back to a dispatch; O, T and C are closed, and only ILUX opens a closed order again: who
must go once more goes for a new order that names the old one.
"""

from __future__ import annotations

from enum import StrEnum

from server.accounts.actor import Role


class Status(StrEnum):
    """The letters are ILUX's."""

    OPENED = "A"
    DISPATCHED = "E"
    IN_SERVICE = "M"
    PENDING = "P"
    LOGISTICS = "L"
    STOCK = "S"
    DONE = "O"
    ATTENDED = "T"
    CANCELLED = "C"


class Source(StrEnum):
    """From where a change came."""

    WEB = "web"
    FIELD = "field"
    ILUX = "ilux"


class PendingReason(StrEnum):
    """Why an order waits."""

    WAITING_PARTS = "waiting_parts"
    NETWORK_POINT = "network_point"
    POWER = "power"
    CUSTOMER_ABSENT = "customer_absent"
    NO_ACCESS = "no_access"
    OTHER = "other"


STATUS_NAMES = {
    Status.OPENED: "Abertura",
    Status.DISPATCHED: "Despachado",
    Status.IN_SERVICE: "Manutenção",
    Status.PENDING: "Pendente",
    Status.LOGISTICS: "Logística",
    Status.STOCK: "Estoque",
    Status.DONE: "Concluído",
    Status.ATTENDED: "Atendido",
    Status.CANCELLED: "Cancelado",
}
SOURCE_NAMES = {Source.WEB: "Portal", Source.FIELD: "App do técnico", Source.ILUX: "ILUX"}
PENDING_REASON_NAMES = {
    PendingReason.WAITING_PARTS: "Aguardando peças",
    PendingReason.NETWORK_POINT: "Ponto de rede",
    PendingReason.POWER: "Energia",
    PendingReason.CUSTOMER_ABSENT: "Cliente ausente",
    PendingReason.NO_ACCESS: "Sem acesso ao local",
    PendingReason.OTHER: "Outro motivo",
}

CLOSED = frozenset({Status.DONE, Status.ATTENDED, Status.CANCELLED})
# What a technician may be sent to, or is at.
SERVED = frozenset({Status.DISPATCHED, Status.IN_SERVICE, Status.PENDING, Status.LOGISTICS, Status.STOCK})
WAITING = frozenset({Status.PENDING, Status.LOGISTICS, Status.STOCK})
# Who is waited for decides whether the promised time stands still: on nobody's account it goes on.
PAUSING = frozenset(PendingReason) - {PendingReason.OTHER}

DESK = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR, Role.CALL_OPERATOR})
QUEUE = frozenset({Status.LOGISTICS, Status.STOCK})
MOVERS = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR, Role.LOGISTICS_OPERATOR})
LOGISTICS = frozenset({Role.LOGISTICS_OPERATOR})
CALLERS = frozenset({Role.CUSTOMER, Role.CALL_OPENER})
FIELD = frozenset({Role.TECHNICIAN})
NOBODY: frozenset[Role] = frozenset()

Change = tuple[Status, Status]
Permission = tuple[frozenset[Role], frozenset[Role]]

_A, _E, _M = Status.OPENED, Status.DISPATCHED, Status.IN_SERVICE
_P, _L, _S = Status.PENDING, Status.LOGISTICS, Status.STOCK
_O, _T, _C = Status.DONE, Status.ATTENDED, Status.CANCELLED

# (from, to): (who on the web, who from the field). ILUX may make every change of status.
TRANSITIONS: dict[Change, Permission] = {
    (_A, _E): (DESK, NOBODY),
    (_A, _P): (DESK, FIELD),  # from the field: finished after the dispatch was withdrawn
    (_A, _O): (DESK, FIELD),
    (_A, _T): (DESK, FIELD),
    (_A, _C): (DESK | CALLERS, NOBODY),
    (_E, _A): (DESK, NOBODY),
    (_E, _M): (NOBODY, FIELD),
    (_E, _P): (DESK, FIELD),
    (_E, _L): (DESK, NOBODY),
    (_E, _S): (DESK, NOBODY),
    (_E, _O): (DESK, FIELD),
    (_E, _T): (DESK, FIELD),
    (_E, _C): (DESK | CALLERS, NOBODY),
    (_M, _E): (DESK, FIELD),
    (_M, _P): (DESK, FIELD),
    (_M, _L): (DESK, NOBODY),
    (_M, _S): (DESK, NOBODY),
    (_M, _O): (DESK, FIELD),
    (_M, _T): (DESK, FIELD),
    (_M, _C): (DESK, NOBODY),
    (_P, _A): (DESK, NOBODY),
    (_P, _E): (DESK, NOBODY),
    (_P, _M): (NOBODY, FIELD),
    (_P, _L): (DESK | LOGISTICS, NOBODY),
    (_P, _S): (DESK | LOGISTICS, NOBODY),
    (_P, _O): (DESK, FIELD),
    (_P, _T): (DESK, FIELD),
    (_P, _C): (DESK | CALLERS, NOBODY),
    (_L, _E): (DESK, NOBODY),
    (_L, _M): (NOBODY, FIELD),
    (_L, _P): (DESK | LOGISTICS, FIELD),
    (_L, _S): (DESK | LOGISTICS, NOBODY),
    (_L, _O): (DESK, FIELD),
    (_L, _T): (DESK, FIELD),
    (_L, _C): (DESK, NOBODY),
    (_S, _E): (DESK, NOBODY),
    (_S, _M): (NOBODY, FIELD),
    (_S, _P): (DESK | LOGISTICS, FIELD),
    (_S, _L): (DESK | LOGISTICS, NOBODY),
    (_S, _O): (DESK, FIELD),
    (_S, _T): (DESK, FIELD),
    (_S, _C): (DESK, NOBODY),
    (_T, _O): (DESK, NOBODY),
}


def may_change(before: Status, after: Status, role: Role | None, source: Source) -> bool:
    """Whether this role may make this change from there. ILUX has no role."""
    if before is after:
        return False
    if source is Source.ILUX:
        return True
    web, field = TRANSITIONS.get((before, after), (NOBODY, NOBODY))
    return role in (web if source is Source.WEB else field)


def moves_open_to(before: Status, role: Role) -> tuple[Status, ...]:
    """Where logistics and who leads the desk send an order along the queue: logistics, stock, or back from
    them. A dispatch is another thing, and so is an order that is left pending by who was there."""
    if role not in MOVERS:
        return ()
    return tuple(
        status
        for status in changes_open_to(before, role)
        if status in QUEUE or (status is Status.PENDING and before in QUEUE)
    )


def changes_open_to(before: Status, role: Role) -> tuple[Status, ...]:
    """What a person on the web may change this status to, in the table's order."""
    return tuple(after for (start, after), (web, _) in TRANSITIONS.items() if start is before and role in web)
