"""A technician's visit with everything that a phone would have sent: facts, form, evidence, track."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from server.accounts.tokens import hash_of
from server.demo.evidence import Evidence
from server.demo.places import Place, Point
from server.demo.roads import FIXES_A_CHUNK, Trip, fixes, trip
from server.demo.world import Worker, World, as_json
from server.tracking.approach import LIFETIME
from server.tracking.approach_links import token_of
from server.tracking.housekeeping import LAST_POSITION_KEPT

if TYPE_CHECKING:
    from server.demo.orders import Order

SHARE_OFFLINE = 0.2
ONE_FLAGGED_IN = 25  # not left to luck: even a small demo has something for the desk to judge
FLAGS = ("reading_lower", "reading_implausible", "clock_drift", "impossible_travel")
ACCEPTED_AFTER = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """What is to be told: who went when and from where, and how it ended."""

    order: Order
    worker: Worker
    start: datetime
    standing: tuple[Place, Point]
    outcome: str
    pending: tuple[str, str] | None
    discrepancy: str | None = None
    silence: timedelta = timedelta()  # for so long the phone has sent no position


class Visits:
    """Records visits; what lies after `now` has not happened yet."""

    def __init__(self, world: World, evidence: Evidence) -> None:
        self.world = world
        self.evidence = evidence
        self.complete = 0
        self.sequences: Counter[UUID] = Counter()
        self.parts_used: Counter[UUID] = Counter()
        self.last_seen: dict[UUID, tuple[datetime, Point, UUID]] = {}

    def record(self, plan: VisitPlan) -> datetime:
        """Write the visit as far as it has come; when it ends, or will."""
        world, rng = self.world, self.world.rng
        client = plan.order.client
        way = trip(rng, plan.standing, (client.place, client.position))
        moments = self._moments(plan, way)
        end = moments["completed"]
        happened = {kind: at for kind, at in moments.items() if at <= world.now}
        visit_id = world.id_at(plan.start)
        is_complete = "completed" in happened
        flag = plan.discrepancy
        self.complete += is_complete
        if is_complete and plan.outcome != "pending" and plan.order.opened_by_id and plan.discrepancy is None:
            world.served.append((client.id, plan.order.id, visit_id, end))
        if flag is None and is_complete and self.complete % ONE_FLAGGED_IN == 0:
            flag = rng.choice(FLAGS)
        received = self._received(happened, rng.random() < SHARE_OFFLINE)
        content = self.evidence.signed_content(plan, visit_id, end) if is_complete else None
        if "arrived" in happened and plan.order.attended_at is None:
            plan.order.attended_at = happened["arrived"]
        plan.order.completed_visits += is_complete
        self._visit(plan, visit_id, happened, received, way, content)
        self._events(plan, visit_id, happened, received, flag)
        if "arrived" in happened:
            self.evidence.photos(plan, visit_id, happened, received)
        if content is not None:
            self.evidence.of_completion(plan, visit_id, end, content, flag, self.parts_used)
        if "travel_started" in happened and self._is_tracked(plan.start):
            self._track(plan, visit_id, way, happened)
        if list(happened)[-1] == "travel_started":
            self._link(visit_id, happened["travel_started"])
        if flag is not None:
            self._discrepancy(plan, visit_id, flag, end)
        return end

    def close(self) -> None:
        """What is known only after the last visit: phones, positions, how often parts were used."""
        world = self.world
        for worker in world.workers:
            sent = self.sequences[worker.client_id]
            found = self.last_seen.get(worker.id)
            seen = found[0] if found else world.now - timedelta(days=1)
            world.add(
                "sync_client",
                id=worker.client_id,
                user_id=worker.user_id,
                kind="phone",
                name=f"Celular de {worker.name.split()[0]}",
                platform="Android",
                lmid=sent,
                acked=sent,
                enrolled_at=world.now - timedelta(days=world.scale.days),
                last_seen_at=seen,
            )
            if found is None or world.now - seen > LAST_POSITION_KEPT:
                continue
            _, position, visit_id = found
            world.add(
                "last_position",
                id=world.id_at(seen),
                technician_id=worker.id,
                visit_id=visit_id,
                latitude=position[0],
                longitude=position[1],
                accuracy_m=9.0,
                fixed_at=seen,
                received_at=seen,
            )
        for number, (part_id, name) in enumerate(world.parts):
            world.add(
                "part", id=part_id, code=str(1000 + number * 7), name=name, use_count=self.parts_used[part_id]
            )

    def _moments(self, plan: VisitPlan, way: Trip) -> dict[str, datetime]:
        rng = self.world.rng

        def after(moment: datetime, low: float, high: float) -> datetime:
            return moment + timedelta(seconds=round(rng.uniform(low, high) * 60))

        moments = {"selected": plan.start}
        moments["travel_started"] = after(plan.start, 1, 3)
        moments["arrived"] = moments["travel_started"] + way.duration
        moments["work_started"] = after(moments["arrived"], 2, 8)
        moments["work_finished"] = after(moments["work_started"], 12, 70)
        moments["form_filled"] = after(moments["work_finished"], 2, 6)
        moments["completed"] = after(moments["form_filled"], 1, 4)
        return moments

    def _received(self, happened: dict[str, datetime], was_offline: bool) -> dict[str, datetime]:
        """Seconds later; or, without a network, all at once some time after the last fact."""
        if was_offline:
            at = min(
                self.world.now, max(happened.values()) + timedelta(minutes=self.world.rng.uniform(5, 180))
            )
            return dict.fromkeys(happened, at)
        return {
            kind: at + timedelta(milliseconds=self.world.rng.randrange(300, 4000))
            for kind, at in happened.items()
        }

    def _visit(
        self,
        plan: VisitPlan,
        visit_id: UUID,
        happened: dict[str, datetime],
        received: dict[str, datetime],
        way: Trip,
        content: str | None,
    ) -> None:
        order, is_complete = plan.order, content is not None
        _, diagnosis, resolution = order.report
        states = {"travel_started": "travelling", "work_started": "working"}
        furthest = list(happened)[-1]
        arrived = "arrived" in happened
        checklist = self.world.checklists[order.checklist]
        self.world.add(
            "visit",
            id=visit_id,
            service_order_id=order.id,
            technician_id=plan.worker.id,
            technician_name=plan.worker.name,
            equipment_id=order.machine.id,
            client_id=plan.worker.client_id,
            state=states.get(furthest, furthest),
            is_primary=is_complete and plan.discrepancy is None and plan.outcome != "pending",
            outcome=plan.outcome if is_complete else None,
            diagnosis=diagnosis if is_complete else "",
            resolution=("" if plan.pending else resolution) if is_complete else "",
            pending_reason=plan.pending[0] if plan.pending and is_complete else None,
            pending_note=plan.pending[1] if plan.pending and is_complete else "",
            checklist_version_id=checklist[0] if is_complete else None,
            checklist_answers=as_json(self.evidence.answers(checklist[1])) if is_complete else "{}",
            started_at=plan.start,
            travel_started_at=happened.get("travel_started"),
            arrived_at=happened.get("arrived"),
            work_started_at=happened.get("work_started"),
            work_finished_at=happened.get("work_finished"),
            ended_at=happened.get("completed"),
            received_at=received.get("completed"),
            distance_km=round(way.metres / 1000, 3) if arrived else None,
            distance_method="gps" if arrived else "",
            travel_minutes=round(way.duration.total_seconds() / 60) if arrived else None,
            arrival_distance_m=self.world.rng.randrange(4, 90) if arrived else None,
            signed_content=content or "",
            content_hash=hashlib.sha256(content.encode()).hexdigest() if content else "",
        )

    def _events(
        self,
        plan: VisitPlan,
        visit_id: UUID,
        happened: dict[str, datetime],
        received: dict[str, datetime],
        flag: str | None,
    ) -> None:
        rng = self.world.rng
        offset = 240_000 if flag == "clock_drift" else rng.randrange(-900, 900)
        boot_id, began = self.world.id_at(plan.start), plan.start - timedelta(minutes=rng.randrange(1, 200))
        for kind, at in happened.items():
            self.sequences[plan.worker.client_id] += 1
            client = plan.order.client
            place = plan.standing[1] if kind in {"selected", "travel_started"} else client.position
            latitude, longitude = (degrees + rng.uniform(-1, 1) * 1e-4 for degrees in place)
            if kind == "arrived" and "completed" in happened:
                client.arrivals.append((latitude, longitude))
            self.world.add(
                "visit_event",
                id=self.world.id_at(at),
                visit_id=visit_id,
                kind=kind,
                occurred_at=at,
                received_at=received[kind],
                clock_offset_ms=offset,
                mono_ms=int((at - began).total_seconds() * 1000),
                boot_id=boot_id,
                client_seq=self.sequences[plan.worker.client_id],
                latitude=latitude,
                longitude=longitude,
                accuracy_m=round(rng.uniform(4, 25), 1),
            )

    def _is_tracked(self, start: datetime) -> bool:
        return self.world.now - start < timedelta(days=self.world.scale.track_days)

    def _track(self, plan: VisitPlan, visit_id: UUID, way: Trip, happened: dict[str, datetime]) -> None:
        world, began = self.world, happened["travel_started"]
        recorded, gaps = fixes(world.rng, way, began)
        limit = int((world.now - plan.silence).timestamp() * 1000)
        recorded = [fix for fix in recorded if fix[0] <= limit]
        if not recorded:
            return
        last = recorded[-1]
        seen = began + timedelta(milliseconds=last[0] - int(began.timestamp() * 1000))
        self.last_seen[plan.worker.id] = (seen, (last[1], last[2]), visit_id)
        world.add("sync_track", id=visit_id, client_id=plan.worker.client_id, created_at=began)
        for n, start in enumerate(range(0, len(recorded), FIXES_A_CHUNK)):
            world.add(
                "sync_track_chunk",
                stream=visit_id,
                n=n,
                fixes=as_json(recorded[start : start + FIXES_A_CHUNK]),
                gaps=as_json(gaps if n == 0 else []),
                received_at=began + timedelta(minutes=10 * (n + 1)),
            )

    def _link(self, visit_id: UUID, began: datetime) -> None:
        """For the customer, as the start of a travel makes it."""
        link_id = self.world.id_at(began)
        self.world.add(
            "approach_link",
            id=link_id,
            visit_id=visit_id,
            token_hash=hash_of(token_of(link_id)),
            created_at=began,
            expires_at=began + LIFETIME,
        )

    def _discrepancy(self, plan: VisitPlan, visit_id: UUID, kind: str, at: datetime) -> None:
        world = self.world
        is_accepted = world.now - at > ACCEPTED_AFTER and world.rng.random() < 0.8
        world.add(
            "discrepancy",
            id=world.id_at(at),
            service_order_id=plan.order.id,
            visit_id=visit_id,
            kind=kind,
            facts=as_json(self.evidence.facts(plan, kind)),
            raised_at=at,
            accepted_at=at + timedelta(days=1) if is_accepted else None,
            accepted_by_id=world.users["atendimento"] if is_accepted else None,
            acceptance_note=self.evidence.acceptance() if is_accepted else "",
        )
