"""A machine's card: what it is, where it stands, what happened to it, and what may be asked for it."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from server.accounts.scope import WORKS_WITH_ORDERS, WORKS_WITH_SUPPLIES
from server.equipment.card import queries
from server.equipment.card.chart import draw, month_name
from server.equipment.card.rules import READERS, READINGS_SHOWN, SOURCE_NAMES, months_of
from server.part_requests.statuses import STATUS_NAMES as PART_STATUS_NAMES
from server.service_orders.opening.rules import OPENERS
from server.service_orders.wording import CONTRACT_NAMES
from server.supplies.statuses import STATUS_NAMES
from server.supplies.wording import items_text
from server.web.guards import requires
from server.web.requests import ActorRequest


@get("/equipment/{equipment_id:uuid}", guards=[requires(READERS)])
async def show_equipment(request: ActorRequest, equipment_id: FromPath[UUID]) -> Template:
    actor = request.user
    machine = await queries.get_card(actor, equipment_id)
    months = months_of(machine.readings, actor.timezone, datetime.now(UTC))
    context = {
        "machine": machine,
        "months": months,
        "readings": machine.readings[:READINGS_SHOWN],
        "sources": SOURCE_NAMES,
        "month_name": month_name,
        "chart": draw(months),
        "contract_names": CONTRACT_NAMES,
        "part_status_names": PART_STATUS_NAMES,
        "statuses": STATUS_NAMES,
        "items_text": items_text,
        "shown": queries.SHOWN,
        "by_serial": urlencode({"serial_number": machine.serial_number}),
        "sees_orders": actor.role in WORKS_WITH_ORDERS,
        "sees_supplies": actor.role in WORKS_WITH_SUPPLIES,
        "may_open": machine.is_active and actor.role in OPENERS,
        "may_ask": machine.is_active and actor.role in WORKS_WITH_SUPPLIES,
    }
    return Template("equipment/card.html", context=context)


ROUTES = [show_equipment]
