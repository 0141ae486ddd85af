"""What the top bar offers, by role: the same roles as the guards of those addresses."""

from __future__ import annotations

from dataclasses import dataclass

from server.accounts.actor import Actor, Role
from server.accounts.scope import (
    ANSWERS_CONTACTS,
    ASKS_FOR_READINGS,
    READS_BILLING,
    WORKS_WITH_DELIVERIES,
    WORKS_WITH_PARTS,
    WORKS_WITH_SUPPLIES,
    may_publish_billing,
)
from server.web.guards import DESK_ROLES, may_follow, may_monitor

_DESK = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR, Role.CALL_OPERATOR, Role.LOGISTICS_OPERATOR})
_DISPATCHES = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR, Role.CALL_OPERATOR})
_SEES_ORDERS = _DESK | {Role.CUSTOMER, Role.CALL_OPENER}


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    label: str
    roles: frozenset[Role]
    is_monitoring: bool = False
    is_publishing: bool = False
    is_following: bool = False
    is_setting: bool = False


ENTRIES = (
    Entry("/service-orders", "Chamados", _SEES_ORDERS),
    Entry("/agenda", "Agenda", _DISPATCHES),
    Entry("/visits", "Atendimentos", _SEES_ORDERS),
    Entry("/technicians/map", "Técnicos", DESK_ROLES, is_following=True),
    Entry("/part-requests", "Peças", WORKS_WITH_PARTS),
    Entry("/supply-requests", "Suprimentos", WORKS_WITH_SUPPLIES),
    Entry("/deliveries", "Entregas", WORKS_WITH_DELIVERIES),
    Entry("/billing", "Faturamento", READS_BILLING | {Role.ADMIN, Role.SERVICE_OPERATOR}, is_publishing=True),
    Entry("/reading-requests", "Leituras", ASKS_FOR_READINGS),
    Entry("/contact-messages", "Contato", ANSWERS_CONTACTS | {Role.CUSTOMER}),
    Entry("/ratings", "Avaliações", frozenset({Role.ADMIN, Role.SERVICE_OPERATOR})),
    Entry("/reports", "Relatórios", frozenset({Role.ADMIN, Role.SERVICE_OPERATOR})),
    Entry("/customers", "Clientes", DESK_ROLES),
    Entry("/monitoring", "Monitoração", DESK_ROLES, is_monitoring=True, is_setting=True),
    Entry("/synchronization", "Sincronização", DESK_ROLES, is_monitoring=True, is_setting=True),
    Entry("/quarantine", "Recusados", frozenset({Role.ADMIN, Role.SERVICE_OPERATOR}), is_setting=True),
    Entry("/field/", "Aplicativo de campo", frozenset({Role.TECHNICIAN, Role.DRIVER})),
    Entry("/defects", "Tabela de defeitos", frozenset({Role.ADMIN}), is_setting=True),
    Entry("/checklists", "Checklists", frozenset({Role.ADMIN}), is_setting=True),
    Entry("/canned-answers", "Respostas prontas", frozenset({Role.ADMIN}), is_setting=True),
    Entry("/notification-texts", "Textos dos avisos", frozenset({Role.ADMIN}), is_setting=True),
    Entry("/notifications/dispatches", "Envios", frozenset({Role.ADMIN}), is_setting=True),
    Entry("/users", "Usuários", frozenset({Role.ADMIN}), is_setting=True),
    Entry("/api-tokens", "API e webhooks", frozenset({Role.ADMIN}), is_setting=True),
    Entry("/brand", "Marca da revenda", frozenset({Role.ADMIN}), is_setting=True),
    Entry("/privacy", "Privacidade (LGPD)", frozenset({Role.ADMIN}), is_setting=True),
    Entry("/audit", "Auditoria", frozenset({Role.ADMIN}), is_setting=True),
)


def navigation(actor: Actor) -> list[Entry]:
    """What one works with."""
    return [entry for entry in _open_to(actor) if not entry.is_setting]


def settings_navigation(actor: Actor) -> list[Entry]:
    """What is watched or set now and then, in the account's menu."""
    return [entry for entry in _open_to(actor) if entry.is_setting]


def _open_to(actor: Actor) -> list[Entry]:
    return [
        entry
        for entry in ENTRIES
        if actor.role in entry.roles
        and (not entry.is_monitoring or may_monitor(actor))
        and (not entry.is_publishing or actor.is_of_customer or may_publish_billing(actor))
        and (not entry.is_following or may_follow(actor))
    ]
