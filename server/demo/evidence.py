"""What a visit leaves behind: photos, readings, parts, the checklist's answers, a signature."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from server.demo.people import cpf, person
from server.demo.pictures import Album, Picture
from server.demo.wording import ACCEPTANCES
from server.demo.world import World, as_json

if TYPE_CHECKING:
    from server.demo.visits import VisitPlan

SHARE_REFUSED = 0.03
SLOTS = (("before", "arrived", 4), ("meter", "work_started", 6), ("after", "work_finished", -3))


class Evidence:
    """Writes the rows of evidence; the files themselves are the album's."""

    def __init__(self, world: World, album: Album) -> None:
        self.world = world
        self.album = album
        self._signers: dict[UUID, tuple[str, str]] = {}

    def store(self) -> None:
        """Rows for the album's files, as if a phone had sent them."""
        world = self.world
        at = world.now - timedelta(days=world.scale.days)
        for picture in self.album.pictures:
            world.add(
                "sync_file",
                id=world.id_at(at),
                sha256=picture.sha256,
                size=picture.size,
                content_type=picture.content_type,
                client_id=world.workers[0].client_id,
                stored_at=at,
            )

    def photos(
        self, plan: VisitPlan, visit_id: UUID, happened: dict[str, datetime], received: dict[str, datetime]
    ) -> None:
        for slot, after, minutes in SLOTS:
            if after in happened:
                asked = self._pictured(plan) if slot == "after" else ""
                at = happened[after] + timedelta(minutes=minutes)
                self._photo(visit_id, slot, at, received[after], asked)

    def of_completion(
        self,
        plan: VisitPlan,
        visit_id: UUID,
        at: datetime,
        content: str,
        flag: str | None,
        parts_used: Counter[UUID],
    ) -> None:
        self._reading(plan, visit_id, at, flag)
        for part_id, name in self._parts(plan):
            parts_used[part_id] += 1
            self.world.add(
                "part_usage",
                id=self.world.id_at(at),
                visit_id=visit_id,
                part_id=part_id,
                description=name,
                quantity=1,
            )
        if plan.pending and plan.pending[0] == "waiting_parts":
            part_id, name = self.world.rng.choice(self.world.parts)
            self.world.add(
                "part_request",
                id=self.world.id_at(at),
                service_order_id=plan.order.id,
                visit_id=visit_id,
                part_id=part_id,
                description=name,
                quantity=1,
                note=plan.pending[1],
                requested_at=at,
                requested_by_id=plan.worker.user_id,
            )
        self._signature(visit_id, at, content)

    def signed_content(self, plan: VisitPlan, visit_id: UUID, at: datetime) -> str:
        """The canonical JSON of docs/field-sync.md, which the signer saw."""
        signer, document = self._signer(visit_id)
        order = plan.order
        content = {
            "visit_id": str(visit_id),
            "order_id": str(order.id),
            "web_number": order.web_number,
            "customer": order.client.name,
            "serial_number": order.machine.serial_number,
            "outcome": plan.outcome,
            "diagnosis": order.report[1],
            "resolution": "" if plan.pending else order.report[2],
            "readings": [list(order.machine.counters(at))],
            "parts": [[name, 1] for _, name in self._parts(plan)],
            "signer_name": signer,
            "signer_document": document,
            "signed_at": _instant(at),
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def answers(self, items: list[dict[str, Any]]) -> dict[str, Any]:
        """A full set of answers to a checklist."""
        return {item["key"]: self._answer(item) for item in items}

    def facts(self, plan: VisitPlan, kind: str) -> dict[str, Any]:
        """What the desk needs to judge a discrepancy."""
        mono, _ = plan.order.machine.counters(plan.start)
        facts: dict[str, dict[str, Any]] = {
            "reading_lower": {
                "serial_number": plan.order.machine.serial_number,
                "last": mono,
                "mono": mono - 120,
            },
            "reading_implausible": {
                "serial_number": plan.order.machine.serial_number,
                "last": mono,
                "mono": mono * 3,
            },
            "clock_drift": {"offset_ms": 240_000},
            "order_cancelled": {"status": "C"},
        }
        return facts.get(kind, {})

    def acceptance(self) -> str:
        return self.world.rng.choice(ACCEPTANCES)

    def _answer(self, item: dict[str, Any]) -> Any:
        rng = self.world.rng
        if item["type"] == "yes_no":
            return rng.random() < 0.93
        if item["type"] == "number":
            return rng.randrange(20, 100)
        return rng.choice(item["options"] or ("", "Sem observações", "Ambiente com poeira"))

    def _pictured(self, plan: VisitPlan) -> str:
        """The question of its checklist that a photo may be wanted for."""
        items = self.world.checklists[plan.order.checklist][1]
        return next((item["key"] for item in items if "photo" in item), "")

    def _photo(
        self, visit_id: UUID, slot: str, taken_at: datetime, received_at: datetime, question_key: str = ""
    ) -> None:
        picture: Picture = self.world.rng.choice(self.album.photos[slot])
        if taken_at > self.world.now:
            return
        self.world.add(
            "photo",
            id=self.world.id_at(taken_at),
            visit_id=visit_id,
            sha256=picture.sha256,
            size=picture.size,
            content_type=picture.content_type,
            width=picture.width,
            height=picture.height,
            slot=slot,
            question_key=question_key,
            taken_at=taken_at,
            file_at=max(taken_at, received_at) + timedelta(seconds=8),
        )

    def _reading(self, plan: VisitPlan, visit_id: UUID, at: datetime, flag: str | None) -> None:
        mono, color = plan.order.machine.counters(at)
        if flag in {"reading_lower", "reading_implausible"}:
            mono = self.facts(plan, flag)["mono"]
        self.world.add(
            "meter_reading",
            id=self.world.id_at(at),
            equipment_id=plan.order.machine.id,
            visit_id=visit_id,
            mono=max(0, mono),
            color=color,
            read_at=at,
            source="field",
            is_lower=flag == "reading_lower",
            is_implausible=flag == "reading_implausible",
            recorded_at=at + timedelta(seconds=3),
        )

    def _parts(self, plan: VisitPlan) -> list[tuple[UUID, str]]:
        """The same for the same order: what was signed is what was used."""
        draw = plan.order.web_number
        return [] if plan.pending or draw % 3 else [self.world.parts[draw % len(self.world.parts)]]

    def _signer(self, visit_id: UUID) -> tuple[str, str]:
        if visit_id not in self._signers:
            self._signers[visit_id] = (person(self.world.rng), cpf(self.world.rng))
        return self._signers[visit_id]

    def _signature(self, visit_id: UUID, at: datetime, content: str) -> None:
        name, document = self._signers.pop(visit_id)
        signed = {
            "id": self.world.id_at(at),
            "visit_id": visit_id,
            "signed_at": at,
            "content_hash": hashlib.sha256(content.encode()).hexdigest(),
        }
        if self.world.rng.random() < SHARE_REFUSED:
            self.world.add("signature", **signed, refused_reason="Responsável ausente na conclusão")
            return
        autograph = self.world.rng.choice(self.album.autographs)
        self.world.add(
            "signature",
            **signed,
            signer_name=name,
            signer_document=document,
            strokes=as_json(autograph.strokes),
            sha256=autograph.picture.sha256,
            size=autograph.picture.size,
            file_at=at + timedelta(seconds=5),
        )


def _instant(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, as the phone writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
