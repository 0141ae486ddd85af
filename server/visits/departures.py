"""A technician sets out: the customer gets a link to see them come, and is told of it while that is news."""

from __future__ import annotations

from typing import Any

from server.notifications.actions import announce
from server.notifications.events import Event
from server.notifications.subjects import Subject
from server.tracking.approach import first_name, is_news, is_recent
from server.tracking.approach_links import open_link
from server.tracking.sharing import refusing
from server.visits.conflicts import Fact
from server.visits.recording import Recorder, Scene
from server.visits.states import EventKind, VisitState, furthest

_SET_OUT = EventKind.TRAVEL_STARTED


async def set_out(recorder: Recorder, scene: Scene, visit: dict[str, Any]) -> None:
    """`visit` as it was before. Once an event; by the likely time, for a phone's clock errs."""
    if not is_recent(recorder.estimated_at, recorder.received_at):
        return
    if await refusing(recorder.tx, [recorder.technician_id]):
        return  # the news is the link, which would show where they are
    link_id = await open_link(recorder.tx, recorder.reseller_id, visit["id"], now=recorder.received_at)
    if not _is_to_tell(recorder, scene, visit):
        return
    order = scene.order
    await announce(
        Event.TECHNICIAN_ON_THE_WAY,
        Subject.SERVICE_ORDER,
        order["id"],
        reseller_id=order["reseller_id"],
        company_id=order["company_id"],
        customer_id=order["customer_id"],
        actor_id=recorder.actor.user_id,
        facts={"link": link_id, "technician": first_name(visit["technician_name"])},
    )


def _is_to_tell(recorder: Recorder, scene: Scene, visit: dict[str, Any]) -> bool:
    """Once a visit, fresh, by who has the order, and not when the phone told of the arrival first."""
    return (
        visit["travel_started_at"] is None
        and is_news(recorder.estimated_at, recorder.received_at)
        and furthest(scene.state, _SET_OUT) is VisitState.TRAVELLING
        and scene.resolve(Fact.of(_SET_OUT)).discrepancy is None
    )
