"""What the top bar offers, by role: the same roles as the guards of those addresses."""

from __future__ import annotations

from dataclasses import dataclass

from server.accounts.actor import Actor, Role
from server.accounts.scope import WORKS_WITH_DELIVERIES, WORKS_WITH_SUPPLIES
from server.web.guards import DESK_ROLES, may_monitor

_DESK = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR, Role.CALL_OPERATOR, Role.LOGISTICS_OPERATOR})
_SEES_ORDERS = _DESK | {Role.CUSTOMER, Role.CALL_OPENER}


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    label: str
    roles: frozenset[Role]
    is_monitoring: bool = False


ENTRIES = (
    Entry("/service-orders", "Chamados", _SEES_ORDERS),
    Entry("/visits", "Atendimentos", _SEES_ORDERS),
    Entry("/supply-requests", "Suprimentos", WORKS_WITH_SUPPLIES),
    Entry("/deliveries", "Entregas", WORKS_WITH_DELIVERIES),
    Entry("/ratings", "Avaliações", frozenset({Role.ADMIN, Role.SERVICE_OPERATOR})),
    Entry("/customers", "Clientes", DESK_ROLES),
    Entry("/quarantine", "Recusados", frozenset({Role.ADMIN, Role.SERVICE_OPERATOR})),
    Entry("/synchronization", "Sincronização", DESK_ROLES, is_monitoring=True),
    Entry("/field/", "Aplicativo de campo", frozenset({Role.TECHNICIAN, Role.DRIVER})),
    Entry("/notifications/dispatches", "Envios", frozenset({Role.ADMIN})),
    Entry("/defects", "Defeitos", frozenset({Role.ADMIN})),
    Entry("/canned-answers", "Respostas prontas", frozenset({Role.ADMIN})),
    Entry("/users", "Usuários", frozenset({Role.ADMIN})),
)


def navigation(actor: Actor) -> list[Entry]:
    return [
        entry
        for entry in ENTRIES
        if actor.role in entry.roles and (not entry.is_monitoring or may_monitor(actor))
    ]
