"""A driver's mutations, in the phone's registry: decode, one call of the domain, its discrepancies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from offline_sync.ports import Applied, Context
from server.accounts.actor import Actor, Role
from server.database import Transaction
from server.deliveries import actions
from server.deliveries.actions import Attempt, NewFile
from server.deliveries.outcomes import FailureReason, Outcome
from server.deliveries.recording import Recorder
from server.problems import Problem
from server.sync.driver_arguments import (
    ConfirmDelivery,
    DeliveryPhotoArgs,
    DeliverySignatureArgs,
    ReportFailedDelivery,
    WithdrawDelivery,
)
from server.sync.technician_arguments import PositionArgs
from server.sync.technician_mutations import MUTATIONS, refusals


@MUTATIONS.fact("confirm_delivery")
async def confirm_delivery(context: Context, args: ConfirmDelivery) -> Applied:
    with refusals():
        attempt = Attempt(
            delivery_id=args.delivery_id,
            invoice_id=args.invoice_id,
            outcome=Outcome(args.outcome),
            happened_at=args.happened_at,
            utc_offset_minutes=args.utc_offset_minutes,
            receiver_name=args.receiver_name,
            receiver_document=args.receiver_document,
            note=args.note or "",
            signature=_signature(args.signature),
            photos=_photos(args.photos),
            **_place(args.position),
        )
        return Applied(await actions.record_delivery(_recorder(context), attempt))


@MUTATIONS.fact("report_failed_delivery")
async def report_failed_delivery(context: Context, args: ReportFailedDelivery) -> Applied:
    with refusals():
        attempt = Attempt(
            delivery_id=args.delivery_id,
            invoice_id=args.invoice_id,
            outcome=Outcome.NOT_DELIVERED,
            happened_at=args.happened_at,
            utc_offset_minutes=args.utc_offset_minutes,
            reason=_reason(args.reason),
            note=args.note or "",
            photos=_photos(args.photos),
            **_place(args.position),
        )
        return Applied(await actions.record_delivery(_recorder(context), attempt))


@MUTATIONS.fact("withdraw_delivery")
async def withdraw_delivery(context: Context, args: WithdrawDelivery) -> Applied:
    with refusals():
        return Applied(await actions.withdraw_delivery(_recorder(context), args.delivery_id, args.reason))


def _recorder(context: Context) -> Recorder:
    """Raises `not_allowed` for a person who is no driver, or no longer one."""
    actor = cast(Actor, context.caller.identity.actor)
    if actor.role is not Role.DRIVER or actor.carrier_id is None:
        raise Problem("not_allowed")
    return Recorder(
        tx=cast(Transaction, context.conn),
        actor=actor,
        carrier_id=actor.carrier_id,
        client_id=context.caller.client_id,
        seq=context.seq,
        occurred_at=context.occurred_at,
        estimated_at=context.estimated_at,
        received_at=context.received_at,
        clock_offset_ms=context.clock_offset_ms,
    )


def _reason(text: str) -> FailureReason:
    """A reason that a newer phone knows and this portal does not is another reason."""
    return FailureReason(text) if text in set(FailureReason) else FailureReason.OTHER


def _place(position: PositionArgs | None) -> dict[str, Any]:
    if position is None:
        return {}
    return {"latitude": position.lat, "longitude": position.lon, "accuracy_m": position.accuracy}


def _signature(args: DeliverySignatureArgs | None) -> NewFile | None:
    if args is None:
        return None
    return NewFile(args.id, args.sha256, args.size, "image/png", args.signed_at, strokes=args.strokes)


def _photos(photos: Sequence[DeliveryPhotoArgs]) -> list[NewFile]:
    return [
        NewFile(one.id, one.sha256, one.size, one.type, one.taken_at, one.width, one.height) for one in photos
    ]
