"""What the page of an order says of its triage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from offline_sync.ids import uuid7
from server.accounts.actor import Actor
from server.attachments import rules as limits
from server.attachments.queries import AttachmentView, find_loose
from server.service_orders.statuses import DESK
from server.service_orders.views import OrderDetail
from server.triage.queries import list_canned_answers, spoken
from server.triage.rules import PARTIES, TURN_NAMES, Side, Turn, side_of, turn_of
from server.web.forms import Form


async def triage_context(
    actor: Actor,
    order: OrderDetail,
    attachments: Sequence[AttachmentView],
    message: Form | None,
    attached: tuple[UUID, ...],
    *,
    is_open: bool,
) -> dict[str, Any]:
    """`is_open`: the tab is shown. `awaits_me`: this person's side is asked for a word."""
    last = order.triage[-1].author_side if order.triage else None
    turn = turn_of(order.status, last, is_released=order.triage_released_at is not None)
    may_say = actor.role in PARTIES and turn is not None
    # Before anything was said nobody waits: an order is not a question yet.
    awaits_me = (
        may_say
        and last is not None
        and turn == (Turn.CUSTOMER if side_of(actor.role) is Side.CUSTOMER else Turn.DESK)
    )
    is_desk = actor.role in DESK
    return {
        "turn": turn,
        "turn_name": TURN_NAMES[turn] if turn else "",
        "may_say": may_say,
        "may_release": is_desk and turn is not None and turn is not Turn.RELEASED,
        "awaits_me": awaits_me,
        "spoken": spoken(order.triage, attachments) if is_open else (),
        "message": message or Form.showing({"message_id": str(uuid7())}),
        "loose": await find_loose(actor, attached),
        "limits": limits,
        "canned": await list_canned_answers(actor) if is_open and may_say and is_desk else (),
    }
