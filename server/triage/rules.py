"""The conversation before anybody is sent: while it lasts, and whose turn it is; pure."""

from __future__ import annotations

from enum import StrEnum

from server.accounts.actor import Role
from server.problems import Problem
from server.service_orders import problems as _order_problems  # noqa: F401
from server.service_orders.statuses import CALLERS, DESK, STATUS_NAMES, Status
from server.triage import problems as _problems  # noqa: F401  registers the codes raised here

PARTIES = DESK | CALLERS


class Side(StrEnum):
    """Who said it; the column's values."""

    DESK = "desk"
    CUSTOMER = "customer"


class Turn(StrEnum):
    """Who is to speak."""

    DESK = "desk"
    CUSTOMER = "customer"
    RELEASED = "released"


TURN_NAMES = {
    Turn.DESK: "Aguardando interação",
    Turn.CUSTOMER: "Aguardando resposta",
    Turn.RELEASED: "Liberado para despacho",
}


def side_of(role: Role) -> Side:
    return Side.CUSTOMER if role in CALLERS else Side.DESK


def turn_of(status: Status, last_side: str | None, *, is_released: bool) -> Turn | None:
    """None when the triage is over: the order has left *abertura*."""
    if status is not Status.OPENED:
        return None
    if is_released:
        return Turn.RELEASED
    return Turn.CUSTOMER if last_side == Side.DESK else Turn.DESK


def check_may_say(status: Status, body: str, attachments: int) -> None:
    """Raises `triage_over`, `text_required`. A document that was asked for needs no words."""
    if status is not Status.OPENED:
        raise Problem("triage_over", status=STATUS_NAMES[status])
    if not body.strip() and not attachments:
        raise Problem("text_required")


def takes_release_back(side: Side) -> bool:
    """The desk that asks again is not done; what the customer adds does not stop the dispatch."""
    return side is Side.DESK
