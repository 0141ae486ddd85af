"""How a supply request stands, and who may change that.

`pending → reviewed → released → invoiced → delivered` is the usual way; `backorder` waits for stock. The desk
may put it anywhere, for the books are corrected, too; a cancelled one only ILUX brings back. A customer takes
back what nobody has looked at yet.
"""

from __future__ import annotations

from enum import StrEnum

from server.accounts.actor import CUSTOMER_ROLES, Role


class RequestStatus(StrEnum):
    """The words are the bridge's."""

    PENDING = "pending"
    REVIEWED = "reviewed"
    BACKORDER = "backorder"
    RELEASED = "released"
    INVOICED = "invoiced"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


STATUS_NAMES = {
    RequestStatus.PENDING: "Pendente",
    RequestStatus.REVIEWED: "Controle",
    RequestStatus.BACKORDER: "Em falta",
    RequestStatus.RELEASED: "Liberado",
    RequestStatus.INVOICED: "Faturado",
    RequestStatus.DELIVERED: "Entregue",
    RequestStatus.CANCELLED: "Cancelado",
}
ENDED = frozenset({RequestStatus.DELIVERED, RequestStatus.CANCELLED})
EDITABLE = tuple(status for status in RequestStatus if status is not RequestStatus.CANCELLED)


def may_cancel(status: RequestStatus, role: Role) -> bool:
    if role in CUSTOMER_ROLES:
        return status is RequestStatus.PENDING
    return status not in ENDED
