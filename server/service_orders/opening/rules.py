"""What a call may be opened for, and which defects it lists; pure."""

from __future__ import annotations

from enum import StrEnum

from server.service_orders.statuses import CALLERS, DESK, Status

OPENERS = DESK | CALLERS
# What a new order may begin in: nobody is sent yet, and nobody is at it.
OPENING_STATUSES = (Status.OPENED, Status.PENDING, Status.LOGISTICS, Status.STOCK)


class Tab(StrEnum):
    """Where the caller looks for what it is about; the value is in the address."""

    WITH_CONTRACT = "with_contract"
    WITHOUT_CONTRACT = "without_contract"
    CONTRACTS = "contracts"
    CALLS = "calls"


TAB_NAMES = {
    Tab.WITH_CONTRACT: "Equipamentos com contrato",
    Tab.WITHOUT_CONTRACT: "Equipamentos sem contrato",
    Tab.CONTRACTS: "Contratos",
    Tab.CALLS: "Chamados",
}
# The columns of a defect that say where customers find it; a return lists as its machine does.
LISTED = {
    Tab.WITH_CONTRACT: "is_listed_with_contract",
    Tab.WITHOUT_CONTRACT: "is_listed_without_contract",
    Tab.CONTRACTS: "is_listed_for_contracts",
}


def listing_of(*, has_equipment: bool, has_contract: bool) -> Tab:
    if not has_equipment:
        return Tab.CONTRACTS
    return Tab.WITH_CONTRACT if has_contract else Tab.WITHOUT_CONTRACT
