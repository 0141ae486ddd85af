"""What an event is about: where it is looked at, who may see it, and what it is called.

A subject whose table has a rule in `server.accounts.scope` is told to whom that rule lets see it. Without one
the event's company and customer decide in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from server.accounts.actor import FIELD_ROLES, Actor
from server.database import Transaction


class Subject(StrEnum):
    """Each is the name of its table, except the bridge and a person's own account."""

    SERVICE_ORDER = "service_order"
    VISIT = "visit"
    DELIVERY = "delivery"
    SUPPLY_REQUEST = "supply_request"
    CONTACT_MESSAGE = "contact_message"
    BILLING_BATCH = "billing_batch"
    WEBHOOK = "webhook_endpoint"
    BRIDGE = "bridge"
    USER = "app_user"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject is looked at; `facts` are what texts may say of it, as columns of `source`."""

    path: str
    field_path: str = "/field/"
    facts: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


_CUSTOMER = "coalesce(nullif(c.trade_name, ''), c.name)"
PLACES: Mapping[Subject, Place] = {
    Subject.SERVICE_ORDER: Place(
        "/service-orders/{id}",
        "/field/orders/{id}",
        {
            "number": "o.web_number",
            "customer": _CUSTOMER,
            "description": "o.description",
            "resolution": "coalesce((SELECT v.resolution FROM visit v WHERE v.service_order_id = o.id"
            " AND v.is_primary LIMIT 1), o.resolution)",
        },
        "service_order o JOIN customer c ON c.id = o.customer_id WHERE o.id = $1",
    ),
    Subject.VISIT: Place(
        "/visits/{id}",
        "/field/visits/{id}",
        {"number": "o.web_number", "customer": _CUSTOMER, "technician": "v.technician_name"},
        "visit v JOIN service_order o ON o.id = v.service_order_id JOIN customer c ON c.id = o.customer_id"
        " WHERE v.id = $1",
    ),
    Subject.DELIVERY: Place(
        "/deliveries/{invoice}",
        "/field/deliveries/{invoice}",
        {"number": "i.number", "customer": _CUSTOMER, "driver": "d.driver_name", "invoice": "i.id"},
        "delivery d JOIN invoice i ON i.id = d.invoice_id JOIN customer c ON c.id = i.customer_id"
        " WHERE d.id = $1",
    ),
    Subject.SUPPLY_REQUEST: Place(
        "/supply-requests/{id}",
        facts={"number": "r.web_number", "customer": _CUSTOMER},
        source="supply_request r JOIN customer c ON c.id = r.customer_id WHERE r.id = $1",
    ),
    Subject.CONTACT_MESSAGE: Place(
        "/contact-messages/{id}",
        facts={"customer": _CUSTOMER, "subject": "m.subject"},
        source="contact_message m JOIN customer c ON c.id = m.customer_id WHERE m.id = $1",
    ),
    Subject.BILLING_BATCH: Place("/billing/{id}"),
    Subject.WEBHOOK: Place(
        "/webhooks/{id}",
        facts={"address": "coalesce(nullif(w.description, ''), w.url)"},
        source="webhook_endpoint w WHERE w.id = $1",
    ),
    Subject.BRIDGE: Place("/synchronization"),
    Subject.ACCOUNT: Place("/profile/notifications", "/field/account"),
    Subject.USER: Place("/users/{id}", facts={"person": "u.name"}, source="app_user u WHERE u.id = $1"),
}


async def facts_of(tx: Transaction, subject: Subject, subject_id: UUID | None) -> dict[str, Any]:
    """What the portal knows of it now."""
    place = PLACES[subject]
    if not place.facts or subject_id is None:
        return {}
    rows = await tx.fetch(f"SELECT {', '.join(place.facts.values())} FROM {place.source}", subject_id)
    return dict(zip(place.facts, rows[0], strict=True)) if rows else {}


def path_for(
    actor: Actor, subject: Subject, subject_id: UUID | None, facts: Mapping[str, Any], own_path: str = ""
) -> str:
    """Where this person opens it; `own_path` is the event's own, in the subject's place."""
    place = PLACES[subject]
    path = own_path or (place.field_path if actor.role in FIELD_ROLES else place.path)
    return path.format(**{**facts, "id": subject_id})
