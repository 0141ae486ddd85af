"""What of a delivery leaves the house: the proof, not the office's doubts nor where a driver went in vain."""

from __future__ import annotations

from dataclasses import replace

from server.accounts.actor import Actor
from server.deliveries.outcomes import Outcome
from server.deliveries.views import AttemptView, InvoiceDetail


def as_seen_by(actor: Actor, invoice: InvoiceDetail) -> InvoiceDetail:
    """The invoice whole for the reseller's people; for a customer's without discrepancies, notes to the
    driver, and positions of attempts that handed nothing over. Withdrawn ones are out of their reach."""
    if not actor.is_of_customer:
        return invoice
    return replace(invoice, notes="", attempts=tuple(_for_customer(one) for one in invoice.attempts))


def _for_customer(attempt: AttemptView) -> AttemptView:
    told = replace(attempt, discrepancies=(), clock_offset_ms=None)
    if attempt.outcome is Outcome.NOT_DELIVERED:
        return replace(told, latitude=None, longitude=None, accuracy_m=None)
    return told
