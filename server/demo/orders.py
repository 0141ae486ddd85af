"""Service orders of the last months, each with a history that could have happened.

An order's fate is drawn when it is opened: cancelled, served once, or pending and served again. Whatever
would lie in the future has not happened yet, so that the newest orders are still open in every status.
The first technician has no open order from here: `agenda` gives that person a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.demo.calendar import Calendar
from server.demo.catalogue import PREVENTIVE_DEFECTS
from server.demo.promises import Promises
from server.demo.visits import VisitPlan, Visits
from server.demo.wording import CANCEL_REASONS, NOTES, PENDING, REPORTS, TRIAGE
from server.demo.world import Client, Machine, Worker, World, as_json

SHARE_CANCELLED, SHARE_PENDING, SHARE_ATTENDED = 0.05, 0.12, 0.04
SHARE_TRIAGE = 0.25
USUAL_SLA = timedelta(hours=24)


@dataclass(slots=True)
class Order:
    """An order while its story is told; `status` and what goes with it end as the story ends."""

    id: UUID
    web_number: int
    client: Client
    machine: Machine
    defect: tuple[UUID, str, str]
    report: tuple[str, str, str]
    checklist: str
    opened_at: datetime
    due_at: datetime
    status: str = "A"
    worker: Worker | None = None
    dispatched_at: datetime | None = None
    scheduled_at: datetime | None = None
    revised_due_at: datetime | None = None
    pending_reason: str | None = None
    cancel_reason: str = ""
    notes: str = ""
    opened_by_id: UUID | None = None
    closed_at: datetime | None = None
    triage_released_at: datetime | None = None
    return_of_id: UUID | None = None
    attended_at: datetime | None = None
    completed_visits: int = 0
    last_change_at: datetime | None = None


class Orders:
    """Makes a reseller's orders, oldest first."""

    def __init__(self, world: World, visits: Visits) -> None:
        self.world = world
        self.visits = visits
        self.calendar = Calendar(world)
        self.promises = Promises(world)
        self.promises.make_calendar()
        self.hero = world.workers[0]
        self.served: Order | None = None  # the last that was done, for somebody to return to

    def make_all(self) -> Iterator[int]:
        """One order at a time, so that rows can be written and progress shown between them."""
        openings = sorted(self._working_moment() for _ in range(self.world.scale.orders))
        for number, opened_at in enumerate(openings, start=1):
            self._live(self.open(opened_at))
            yield number

    def open(self, opened_at: datetime, client: Client | None = None) -> Order:
        """An order as the customer or the desk opened it; its row is written by `close_story`."""
        world, rng = self.world, self.world.rng
        client = client or rng.choice(world.clients)
        defect = rng.choice(world.defects)
        checklist = "Manutenção preventiva" if defect[1] in PREVENTIVE_DEFECTS else "Atendimento corretivo"
        order = Order(
            id=world.id_at(opened_at),
            web_number=world.next_web_number,
            client=client,
            machine=rng.choice(client.machines),
            defect=defect,
            report=rng.choice(REPORTS[defect[1]]),
            checklist=checklist,
            opened_at=opened_at,
            due_at=(opened_at + USUAL_SLA * rng.choice((1, 1, 2))).replace(microsecond=0),
            notes=rng.choice(NOTES) if rng.random() < 0.15 else "",
        )
        order.due_at = self.promises.due_at(order.machine.contract_kind, opened_at) or order.due_at
        world.next_web_number += 1
        caller = world.callers.get(client.id)
        # Who can log in opens their calls: so there is always a visit of theirs lately to be asked about.
        by_customer = rng.random() < 0.55 or caller is not None
        order.opened_by_id = caller[0] if caller else None
        self.line(
            order,
            opened_at,
            "opened",
            client.contact if by_customer else "Camila Nunes",
            after={"status": "A"},
        )
        if rng.random() < SHARE_TRIAGE:
            self._triage(order)
        return order

    def dispatch(self, order: Order, worker: Worker, at: datetime, scheduled_at: datetime) -> None:
        before: dict[str, object] = {"status": order.status}
        order.worker, order.dispatched_at, order.scheduled_at = worker, at, scheduled_at
        order.status = "E"
        after = {"status": "E", "technician_id": str(worker.id), "technician": worker.name}
        self.line(order, at, "dispatched", "Camila Nunes", before=before, after=after)

    def turn(
        self, order: Order, at: datetime, status: str, who: str, *, source: str = "web", note: str = ""
    ) -> None:
        """A change of status, in the order and in its history."""
        before, order.status = order.status, status
        kind = "cancelled" if status == "C" else "status"
        if status in {"O", "T", "C"}:
            order.closed_at = at
        self.line(
            order,
            at,
            kind,
            who,
            source=source,
            before={"status": before},
            after={"status": status} | ({"pending_reason": order.pending_reason} if status == "P" else {}),
            note=note,
        )

    def line(
        self,
        order: Order,
        at: datetime,
        kind: str,
        who: str,
        *,
        source: str = "web",
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
        note: str = "",
    ) -> None:
        order.last_change_at = at
        self.world.add(
            "order_event",
            id=self.world.id_at(at),
            service_order_id=order.id,
            kind=kind,
            user_id=self.world.users["atendimento"] if who == "Camila Nunes" else None,
            user_name=who,
            source=source,
            before=as_json(before or {}),
            after=as_json(after or {}),
            note=note,
            is_internal=False,
            occurred_at=at,
            recorded_at=at,
        )

    def close_story(self, order: Order) -> None:
        """Write the order as it stands."""
        client, machine = order.client, order.machine
        if order.status == "O":
            self.served = order
        self.promises.keep(order.id, machine.contract_kind, order.opened_at)
        has_number = self.world.now - order.opened_at > timedelta(minutes=10)
        self.world.add(
            "service_order",
            id=order.id,
            company_id=client.firm.id,
            customer_id=client.id,
            equipment_id=machine.id,
            contract_id=machine.contract_id,
            contract_number=machine.contract_number,
            contract_kind=machine.contract_kind,
            defect_id=order.defect[0],
            defect=order.defect[2],
            technician_id=order.worker.id if order.worker else None,
            checklist_version_id=self.world.checklists[order.checklist][0],
            web_number=order.web_number,
            ilux_number=str(50_000 + order.web_number) if has_number else None,
            status=order.status,
            description=order.report[0],
            requester_name=client.contact,
            requester_phone=client.phone,
            notes=order.notes,
            opened_at=order.opened_at,
            opened_by_id=order.opened_by_id,
            opened_from="web",
            dispatched_at=order.dispatched_at,
            scheduled_at=order.scheduled_at,
            due_at=order.due_at,
            revised_due_at=order.revised_due_at,
            pending_reason=order.pending_reason,
            cancel_reason=order.cancel_reason,
            closed_at=order.closed_at,
            triage_released_at=order.triage_released_at,
            return_of_id=order.return_of_id,
            attended_at=order.attended_at,
            completed_visits=order.completed_visits,
            last_change_at=order.last_change_at or order.opened_at,
        )

    def _live(self, order: Order) -> None:
        """From the opening to today."""
        rng, now = self.world.rng, self.world.now
        worker = self._who_serves(order.client)
        if rng.random() < SHARE_CANCELLED:
            self._cancel(order, worker)
        elif now - order.opened_at > timedelta(hours=4) or rng.random() < 0.5:
            ready = order.opened_at + timedelta(hours=rng.uniform(0.7, 20))
            if self._serve(order, worker, ready):
                self._pending_again(order, worker)
        if order.worker is self.hero and order.closed_at is None:
            order.worker = self._who_serves(order.client, but=self.hero)
        self.close_story(order)

    def _serve(self, order: Order, worker: Worker, ready: datetime, *, is_return: bool = False) -> bool:
        """Dispatch and visit. True when the visit ended pending."""
        rng, now = self.world.rng, self.world.now
        start, standing = self.calendar.reserve(worker, ready)
        if worker is self.hero and start > now - timedelta(hours=20):
            worker = self._who_serves(order.client, but=worker)
            start, standing = self.calendar.reserve(worker, ready)
        dispatched_at = max(order.opened_at, start - timedelta(hours=rng.uniform(0.5, 6))) + timedelta(
            minutes=4
        )
        if dispatched_at >= now:
            return False
        self.dispatch(order, worker, dispatched_at, start)
        if start >= now:
            return False
        draw = rng.random()
        outcome = "done"
        if not is_return and draw < SHARE_PENDING:
            outcome = "pending"
        elif draw > 1 - SHARE_ATTENDED:
            outcome = "attended"
        pending = rng.choice(PENDING) if outcome == "pending" else None
        end = self.visits.record(VisitPlan(order, worker, start, standing, outcome, pending))
        self.calendar.occupy(worker, end, (order.client.place, order.client.position))
        moved_at = min(now, start + timedelta(minutes=2))
        self.turn(order, moved_at, "M", worker.name, source="field")
        if end >= now:
            return False
        status = {"done": "O", "attended": "T", "pending": "P"}[outcome]
        order.pending_reason = pending[0] if pending else None
        self.turn(order, end, status, worker.name, source="field", note=pending[1] if pending else "")
        return outcome == "pending"

    def _pending_again(self, order: Order, worker: Worker) -> None:
        """A return visit a few days later, or still waiting today: for somebody, for logistics, for stock."""
        rng, now = self.world.rng, self.world.now
        assert order.last_change_at is not None
        back = order.last_change_at + timedelta(days=rng.uniform(2, 6))
        order.revised_due_at = back + timedelta(hours=8)
        asked_at = order.last_change_at + timedelta(hours=1)
        if order.pending_reason == "waiting_parts" and asked_at < now:
            self.turn(order, asked_at, rng.choice(("L", "L", "S")), "Fábio Rosa")
        if back < now - timedelta(days=1):
            self._serve(order, order.worker or worker, back, is_return=True)
            if order.status in {"O", "T"}:
                order.pending_reason = None

    def _cancel(self, order: Order, worker: Worker) -> None:
        """Mostly before anybody went; now and then a technician was there all the same."""
        rng, now = self.world.rng, self.world.now
        at = min(now, order.opened_at + timedelta(hours=rng.uniform(0.5, 20)))
        order.cancel_reason = rng.choice(CANCEL_REASONS)
        was_there = rng.random() < 0.15 and now - order.opened_at > timedelta(days=4)
        start, standing = self.calendar.reserve(worker, at) if was_there else (now, None)
        if (
            standing is not None and start + timedelta(minutes=5) < now
        ):  # a fully booked technician would go only after today
            self.dispatch(order, worker, order.opened_at + timedelta(minutes=20), start)
            at = start + timedelta(minutes=5)
            plan = VisitPlan(order, worker, start, standing, "done", None, discrepancy="order_cancelled")
            end = self.visits.record(plan)
            self.calendar.occupy(worker, end, (order.client.place, order.client.position))
        self.turn(order, at, "C", order.client.contact, note=order.cancel_reason)

    def _triage(self, order: Order) -> None:
        world = self.world
        at = order.opened_at
        for side, body in world.rng.choice(TRIAGE):
            at += timedelta(minutes=world.rng.uniform(3, 25))
            if at >= world.now:
                return
            world.add(
                "triage_message",
                id=world.id_at(at),
                service_order_id=order.id,
                author_id=world.users["atendimento"] if side == "desk" else None,
                author_name="Camila Nunes" if side == "desk" else order.client.contact,
                author_side=side,
                body=body,
                created_at=at,
            )

    def _who_serves(self, client: Client, but: Worker | None = None) -> Worker:
        workers = [worker for worker in self.world.workers if worker is not but]
        near = [worker for worker in workers if worker.area == client.place.area]
        return self.world.rng.choice(
            near or [worker for worker in workers if worker.firm == client.firm] or workers
        )

    def _working_moment(self) -> datetime:
        """A weekday between 8:00 and 17:30 in the period, before now."""
        world, rng = self.world, self.world.rng
        while True:
            day = world.today - timedelta(days=int(rng.uniform(0, world.scale.days)))
            moment = world.on_day(day, rng.triangular(8, 17.5, 9.5))
            if day.weekday() < 5 and moment < world.now:
                return moment
