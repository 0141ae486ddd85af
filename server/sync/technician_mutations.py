"""A technician's mutations: decode, one call of the domain, and its discrepancies as the result.

A problem of the domain refuses an intent; of a fact it means that the fact cannot be kept where it says, and
`offline_sync` puts it raw into quarantine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from offline_sync.ports import Applied, Context, Mutations, Refused
from server.accounts.actor import Actor
from server.database import Transaction
from server.problems import Problem
from server.service_orders.actions import NewOrder
from server.service_orders.actions import open_order as open_service_order
from server.service_orders.parts import PartLine
from server.service_orders.statuses import PendingReason, Source
from server.sync.technician_arguments import (
    AddNote,
    AttachPhoto,
    CompleteVisit,
    OpenOrder,
    PartArgs,
    PositionArgs,
    RecordVisitEvent,
    RequestParts,
    SelectVisit,
    UpdateContact,
    WithdrawPhoto,
)
from server.visits import actions, completion, field_orders
from server.visits.actions import NewEvent, NewPhoto, Position
from server.visits.completion import Conclusion, NewSignature
from server.visits.meter_readings import NewReading
from server.visits.readings import Counters
from server.visits.recording import Recorder
from server.visits.show import SLOT_NAMES
from server.visits.states import EventKind

MUTATIONS = Mutations()


@MUTATIONS.intent("select_visit")
async def select_visit(context: Context, args: SelectVisit) -> Applied:
    with refusals():
        event = NewEvent(
            context.uid, args.visit_id, args.order_id, EventKind.SELECTED, _position(args.position)
        )
        return Applied(await actions.select_visit(_recorder(context), event))


@MUTATIONS.fact("record_visit_event")
async def record_visit_event(context: Context, args: RecordVisitEvent) -> Applied:
    with refusals():
        note = "\n".join(text for text in (args.reason, args.note) if text)
        event = NewEvent(
            args.event_id,
            args.visit_id,
            args.order_id,
            EventKind(args.kind),
            _position(args.position),
            note,
        )
        return Applied(await actions.record_event(_recorder(context), event))


@MUTATIONS.fact("attach_photo")
async def attach_photo(context: Context, args: AttachPhoto) -> Applied:
    with refusals():
        photo = NewPhoto(
            id=args.photo_id,
            visit_id=args.visit_id,
            order_id=args.order_id,
            sha256=args.sha256,
            size=args.size,
            content_type=args.type,
            width=args.width,
            height=args.height,
            slot=args.slot if args.slot in SLOT_NAMES else "other",
            caption=args.caption or "",
            taken_at=args.taken_at,
            question_key=args.question or "",
        )
        return Applied(await actions.attach_photo(_recorder(context), photo))


@MUTATIONS.intent("withdraw_photo")
async def withdraw_photo(context: Context, args: WithdrawPhoto) -> None:
    with refusals():
        await actions.withdraw_photo(_recorder(context), args.photo_id, args.visit_id, args.reason)


@MUTATIONS.fact("complete_visit")
async def complete_visit(context: Context, args: CompleteVisit) -> Applied:
    with refusals():
        return Applied(await completion.complete_visit(_recorder(context), _conclusion(context, args)))


@MUTATIONS.fact("request_parts")
async def request_parts(context: Context, args: RequestParts) -> Applied:
    with refusals():
        return Applied(
            await field_orders.request_parts(
                _recorder(context), args.order_id, args.visit_id, _lines(args.items), args.note or ""
            )
        )


@MUTATIONS.fact("add_note")
async def add_note(context: Context, args: AddNote) -> Applied:
    with refusals():
        return Applied(
            await field_orders.add_note(_recorder(context), args.note_id, args.order_id, args.body)
        )


@MUTATIONS.intent("update_contact")
async def update_contact(context: Context, args: UpdateContact) -> Applied:
    with refusals():
        base_ver = context.base.get(f"order/{args.order_id}", 0)
        said = {"requester_name": args.requester_name, "requester_phone": args.requester_phone}
        return Applied(await field_orders.update_contact(_recorder(context), args.order_id, base_ver, said))


@MUTATIONS.intent("open_order")
async def open_order(context: Context, args: OpenOrder) -> None:
    with refusals():
        actor = _actor(context)
        if not actor.can_open_orders:
            raise Problem("not_allowed")
        wanted = NewOrder(
            order_id=args.order_id,
            customer_id=args.customer_id,
            equipment_id=args.equipment_id,
            description=args.description,
            requester_name=args.requester_name or "",
            requester_phone=args.requester_phone or "",
        )
        await open_service_order(
            actor,
            wanted,
            now=context.received_at,
            source=Source.FIELD,
            occurred_at=context.estimated_at,
        )


@contextmanager
def refusals() -> Iterator[None]:
    """A problem of the domain as the library's refusal."""
    try:
        yield
    except Problem as problem:
        raise Refused(problem.code, problem.detail) from problem


def _actor(context: Context) -> Actor:
    return cast(Actor, context.caller.identity.actor)


def _recorder(context: Context) -> Recorder:
    """Raises `not_allowed` for a person who is no technician, or no longer one."""
    actor = _actor(context)
    if actor.technician_id is None:
        raise Problem("not_allowed")
    return Recorder(
        tx=cast(Transaction, context.conn),
        actor=actor,
        technician_id=actor.technician_id,
        client_id=context.caller.client_id,
        seq=context.seq,
        uid=context.uid,
        occurred_at=context.occurred_at,
        estimated_at=context.estimated_at,
        received_at=context.received_at,
        clock_offset_ms=context.clock_offset_ms,
        mono_ms=None if context.mono is None else round(context.mono),
        boot_id=context.boot,
    )


def _position(args: PositionArgs | None) -> Position | None:
    return None if args is None else Position(args.lat, args.lon, args.accuracy, args.fixed_at)


def _lines(items: Sequence[PartArgs]) -> list[PartLine]:
    return [PartLine(item.id, item.part_id, item.description, item.quantity) for item in items]


def _conclusion(context: Context, args: CompleteVisit) -> Conclusion:
    form, checklist = args.form, args.checklist
    return Conclusion(
        event_id=args.event_id,
        visit_id=args.visit_id,
        order_id=args.order_id,
        position=_position(args.position),
        outcome=form.outcome,
        diagnosis=form.diagnosis,
        resolution=form.resolution,
        pending_reason=_pending_reason(form.pending_reason),
        pending_note=form.pending_note or "",
        checklist_version_id=checklist.version_id if checklist else None,
        answers=checklist.answers if checklist else {},
        readings=[
            NewReading(
                reading.id,
                reading.equipment_id,
                Counters(reading.mono, reading.color, reading.read_at),
                reading.is_confirmed,
            )
            for reading in args.readings
        ],
        parts_used=_lines(args.parts_used),
        part_requests=_lines(args.part_requests),
        photo_ids=args.photo_ids,
        signature=_signature(context, args),
        signed_content=args.signed_content,
        content_hash=args.content_hash,
    )


def _pending_reason(text: str | None) -> PendingReason | None:
    """A reason that a newer phone knows and this portal does not is another reason."""
    if text is None:
        return None
    return PendingReason(text) if text in set(PendingReason) else PendingReason.OTHER


def _signature(context: Context, args: CompleteVisit) -> NewSignature:
    """A refusal has no id of its own: the conclusion's stands for it."""
    given = args.signature
    return NewSignature(
        id=given.id or args.event_id,
        signed_at=given.signed_at or context.occurred_at,
        signer_name=given.signer_name,
        signer_document=given.signer_document,
        strokes=given.strokes,
        sha256=given.sha256 or "",
        size=given.size,
        refused_reason=given.refused_reason or "",
    )
