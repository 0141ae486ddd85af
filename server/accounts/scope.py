"""Who may see what: the one place. Every query of a tenant's table applies `visible`.

A row is in reach when it belongs to the actor's reseller and

- for the desk: to one of the actor's companies (an admin with none named has all of them);
- for a customer's user: to one of its customer registrations;
- for a technician: to an order dispatched to them or a visit of their own;
- for logistics: to an order in L (logística) or S (estoque).

Deliveries and supply requests are the admin's, the service and the supplies operators', and the customer's
own.

What hangs on another row (a photo on its visit, a visit on its order) is in reach when that one is. A table
without a line in `_RULES` cannot be asked for at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from piccolo.columns.combination import WhereRaw
from piccolo.table import Table

from server.accounts.actor import CUSTOMER_ROLES, Actor, Role
from server.problems import Problem

LOGISTICS_STATUSES = ("L", "S")
# Who of the desk sees what is delivered, and the customer's own people who receive it.
WORKS_WITH_DELIVERIES = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR, Role.SUPPLIES_OPERATOR, Role.CUSTOMER})
# Neither who opens calls for a customer nor the desk's operator of calls is told of supplies.
WORKS_WITH_SUPPLIES = WORKS_WITH_DELIVERIES
# The customer's people who are given billing files.
READS_BILLING = frozenset({Role.CUSTOMER, Role.BILLING_OPERATOR})
ANSWERS_CONTACTS = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR, Role.SUPPLIES_OPERATOR})
WORKS_WITH_ORDERS = frozenset(
    {Role.ADMIN, Role.SERVICE_OPERATOR, Role.CALL_OPERATOR, Role.LOGISTICS_OPERATOR, Role.TECHNICIAN}
    | {Role.CUSTOMER, Role.CALL_OPENER}
)

# Who of the desk looks after parts.
WORKS_WITH_PARTS = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR, Role.LOGISTICS_OPERATOR})
# Who asks customers for the month's readings.
ASKS_FOR_READINGS = frozenset({Role.ADMIN, Role.SERVICE_OPERATOR})

Condition = tuple[str, tuple[Any, ...]]
Row = TypeVar("Row", bound=Table)

NOTHING: Condition = ("1 = 0", ())
EVERYTHING: Condition = ("1 = 1", ())


def visible(actor: Actor, table: type[Table]) -> WhereRaw:
    """The condition that every query of `table` for this actor carries."""
    sql, args = condition(actor, table._meta.tablename)
    return WhereRaw(sql, *args)


async def find_visible(actor: Actor, table: type[Row], row_id: UUID) -> Row:
    """The row; `not_found` both for what is not there and for what is not theirs."""
    found = await table.objects().where(table._meta.primary_key == row_id, visible(actor, table)).first()
    if found is None:
        raise Problem("not_found")
    return found


def has_rule(table: str) -> bool:
    """Whether people may ask for rows of this table at all."""
    return table in _RULES


def condition(actor: Actor, table: str) -> Condition:
    """The same as SQL with `{}` for its arguments, for a table's name."""
    own = (f"{table}.{'id' if table == 'reseller' else 'reseller_id'} = {{}}", (actor.reseller_id,))
    return _all(own, _RULES[table](actor))


def _all(*conditions: Condition) -> Condition:
    return (
        " AND ".join(f"({sql})" for sql, _ in conditions),
        tuple(arg for _, args in conditions for arg in args),
    )


def _among(column: str, values: frozenset[UUID]) -> Condition:
    if not values:
        return NOTHING
    return f"{column} IN ({', '.join('{}' for _ in values)})", tuple(sorted(values))


def _of(column: str, table: str) -> Callable[[Actor], Condition]:
    """In reach when the row of `table` that `column` names is.

    The desk reaches most of a reseller's rows: what is asked of each is cheaper than a list of all of them.
    Who reaches few has a list of them, which leads to the rows by an index.
    """

    def rule(actor: Actor) -> Condition:
        sql, args = condition(actor, table)
        if _reaches_few(actor, table):
            return f"{column} IN (SELECT {table}.id FROM {table} WHERE {sql})", args
        return f"EXISTS (SELECT 1 FROM {table} WHERE {table}.id = {column} AND ({sql}))", args

    return rule


def _reaches_few(actor: Actor, table: str) -> bool:
    if actor.role is Role.LOGISTICS_OPERATOR:
        return table in {"service_order", "visit"}
    return actor.role in CUSTOMER_ROLES or actor.role is Role.TECHNICIAN


def is_in_companies(actor: Actor, company_id: UUID) -> bool:
    """Of the desk: whether what belongs to this company is in reach, as `_in_companies` asks the database."""
    return (actor.role is Role.ADMIN and not actor.company_ids) or company_id in actor.company_ids


def _in_companies(actor: Actor, column: str) -> Condition:
    if actor.role is Role.ADMIN and not actor.company_ids:
        return EVERYTHING
    return _among(column, actor.company_ids)


def _companies(actor: Actor) -> Condition:
    if actor.role in CUSTOMER_ROLES or actor.role is Role.TECHNICIAN:
        return EVERYTHING  # the reseller's letterhead is on their papers
    return _in_companies(actor, "company.id")


def _at_customers(table: str, column: str) -> Callable[[Actor], Condition]:
    """Tables with a company and a customer: registrations, contracts, machines."""

    def rule(actor: Actor) -> Condition:
        if actor.role in CUSTOMER_ROLES:
            return _among(column, actor.customer_ids)
        if actor.role is Role.TECHNICIAN:
            sql, args = condition(actor, "service_order")
            return f"{column} IN (SELECT service_order.customer_id FROM service_order WHERE {sql})", args
        return _in_companies(actor, f"{table}.company_id")

    return rule


def _orders(actor: Actor) -> Condition:
    if actor.role not in WORKS_WITH_ORDERS:
        return NOTHING
    if actor.role in CUSTOMER_ROLES:
        return _among("service_order.customer_id", actor.customer_ids)
    if actor.role is Role.TECHNICIAN:
        if actor.technician_id is None:
            return NOTHING
        return (
            "service_order.technician_id = {} OR service_order.id IN"
            " (SELECT own.service_order_id FROM visit own WHERE own.technician_id = {})",
            (actor.technician_id, actor.technician_id),
        )
    companies = _in_companies(actor, "service_order.company_id")
    if actor.role is Role.LOGISTICS_OPERATOR:
        return _all(companies, ("service_order.status IN ({}, {})", LOGISTICS_STATUSES))
    return companies


def _visits(actor: Actor) -> Condition:
    if actor.role is Role.TECHNICIAN:
        return ("visit.technician_id = {}", (actor.technician_id,)) if actor.technician_id else NOTHING
    reach = _of("visit.service_order_id", "service_order")(actor)
    if actor.role in CUSTOMER_ROLES:  # what was done, not where somebody is
        return _all(reach, ("visit.state IN ('completed', 'cancelled')", ()))
    return reach


def _photos(actor: Actor) -> Condition:
    reach = _of("photo.visit_id", "visit")(actor)
    if actor.role in CUSTOMER_ROLES:
        return _all(reach, ("photo.withdrawn_at IS NULL", ()))
    return reach


def _order_events(actor: Actor) -> Condition:
    reach = _of("order_event.service_order_id", "service_order")(actor)
    if actor.role in CUSTOMER_ROLES:
        return _all(reach, ("NOT order_event.is_internal", ()))
    return reach


def _attachments(actor: Actor) -> Condition:
    """Those of an order in reach, and one's own that no order has yet."""
    sql, args = condition(actor, "service_order")
    return (
        "attachment.service_order_id IN (SELECT service_order.id FROM service_order WHERE "
        f"{sql}) OR attachment.service_order_id IS NULL AND attachment.uploaded_by_id = {{}}",
        (*args, actor.user_id),
    )


def _ratings(actor: Actor) -> Condition:
    """The person's own at a customer; those of orders in reach for who leads the desk."""
    if actor.role in CUSTOMER_ROLES:
        return "rating.user_id = {}", (actor.user_id,)
    if actor.role not in {Role.ADMIN, Role.SERVICE_OPERATOR}:
        return NOTHING
    return _of("rating.service_order_id", "service_order")(actor)


def _discrepancies(actor: Actor) -> Condition:
    if actor.role in CUSTOMER_ROLES:
        return NOTHING
    return _of("discrepancy.service_order_id", "service_order")(actor)


def _technicians(actor: Actor) -> Condition:
    if actor.role is Role.TECHNICIAN:
        return ("technician.id = {}", (actor.technician_id,)) if actor.technician_id else NOTHING
    if actor.role in CUSTOMER_ROLES:
        return NOTHING
    return _in_companies(actor, "technician.company_id")


def _invoices(actor: Actor) -> Condition:
    if actor.role not in WORKS_WITH_DELIVERIES:
        return NOTHING
    if actor.role in CUSTOMER_ROLES:
        return _among("invoice.customer_id", actor.customer_ids)
    return _in_companies(actor, "invoice.company_id")


def may_publish_billing(actor: Actor) -> bool:
    """The admin, and whom of the service desk the admin lets do it."""
    return actor.role is Role.ADMIN or (actor.role is Role.SERVICE_OPERATOR and actor.can_publish_billing)


def _billing_batches(actor: Actor) -> Condition:
    if actor.role in READS_BILLING:
        return _among("billing_batch.customer_id", actor.customer_ids)
    if may_publish_billing(actor):
        return _in_companies(actor, "billing_batch.company_id")
    return NOTHING


def _billing_files(actor: Actor) -> Condition:
    reach = _of("billing_file.billing_batch_id", "billing_batch")(actor)
    if actor.role in CUSTOMER_ROLES:
        return _all(reach, ("billing_file.withdrawn_at IS NULL", ()))
    return reach


def _billing_openings(actor: Actor) -> Condition:
    if actor.role in CUSTOMER_ROLES:
        return NOTHING
    return _of("billing_opening.billing_file_id", "billing_file")(actor)


def _contact_messages(actor: Actor) -> Condition:
    if actor.role is Role.CUSTOMER:
        return _among("contact_message.customer_id", actor.customer_ids)
    if actor.role in ANSWERS_CONTACTS:
        return _in_companies(actor, "contact_message.company_id")
    return NOTHING


def _supplies(actor: Actor) -> Condition:
    return EVERYTHING if actor.role in WORKS_WITH_SUPPLIES else NOTHING


def _supply_requests(actor: Actor) -> Condition:
    if actor.role not in WORKS_WITH_SUPPLIES:
        return NOTHING
    if actor.role in CUSTOMER_ROLES:
        return _among("supply_request.customer_id", actor.customer_ids)
    return _in_companies(actor, "supply_request.company_id")


def _supply_request_events(actor: Actor) -> Condition:
    reach = _of("supply_request_event.supply_request_id", "supply_request")(actor)
    if actor.role in CUSTOMER_ROLES:
        return _all(reach, ("NOT supply_request_event.is_internal", ()))
    return reach


def _deliveries(actor: Actor) -> Condition:
    reach = _of("delivery.invoice_id", "invoice")(actor)
    if actor.role in CUSTOMER_ROLES:
        return _all(reach, ("delivery.withdrawn_at IS NULL", ()))
    return reach


def _delivery_discrepancies(actor: Actor) -> Condition:
    if actor.role in CUSTOMER_ROLES:
        return NOTHING
    return _of("delivery_discrepancy.delivery_id", "delivery")(actor)


def _positions(table: str) -> Callable[[Actor], Condition]:
    """How a customer was found, and where technicians were: the desk's alone."""

    def rule(actor: Actor) -> Condition:
        if actor.role in CUSTOMER_ROLES or actor.role is Role.TECHNICIAN:
            return NOTHING
        return _of(f"{table}.customer_id", "customer")(actor)

    return rule


def _readings_asked(table: str) -> Callable[[Actor], Condition]:
    """A customer answers by a link, which opens nothing else: the lists are the desk's."""

    def rule(actor: Actor) -> Condition:
        if actor.role not in ASKS_FOR_READINGS:
            return NOTHING
        return _of(f"{table}.customer_id", "customer")(actor)

    return rule


def _own_or_admin(column: str) -> Callable[[Actor], Condition]:
    """A person's own, and all of the reseller's for its admin."""

    def rule(actor: Actor) -> Condition:
        return EVERYTHING if actor.role is Role.ADMIN else (f"{column} = {{}}", (actor.user_id,))

    return rule


def _own(column: str) -> Callable[[Actor], Condition]:
    """A person's own and nobody else's, not even for their admin."""

    def rule(actor: Actor) -> Condition:
        return f"{column} = {{}}", (actor.user_id,)

    return rule


def _of_reseller(actor: Actor) -> Condition:
    return EVERYTHING


def _of_staff_only(actor: Actor) -> Condition:
    return NOTHING if actor.role in CUSTOMER_ROLES else EVERYTHING


def _policy_versions(actor: Actor) -> Condition:
    """What was published is everybody's; a draft is the admin's."""
    return EVERYTHING if actor.role is Role.ADMIN else ("policy_version.published_at IS NOT NULL", ())


def _admin_only(actor: Actor) -> Condition:
    return EVERYTHING if actor.role is Role.ADMIN else NOTHING


def _mutations(actor: Actor) -> Condition:
    """What people recorded: a technician's goes with the technician, a driver's is everybody's."""
    if actor.role is Role.ADMIN:
        return EVERYTHING
    if actor.role is not Role.SERVICE_OPERATOR:
        return NOTHING
    sql, args = condition(actor, "technician")
    return (
        "sync_mutation.user_id NOT IN (SELECT app_user.id FROM app_user WHERE app_user.reseller_id = {}"
        " AND app_user.technician_id IS NOT NULL AND app_user.technician_id NOT IN"
        f" (SELECT technician.id FROM technician WHERE {sql}))",
        (actor.reseller_id, *args),
    )


_RULES: dict[str, Callable[[Actor], Condition]] = {
    "reseller": _of_reseller,
    "brand": _of_reseller,
    "company": _companies,
    "app_user": _own_or_admin("app_user.id"),
    "user_company": _own_or_admin("user_company.user_id"),
    "user_customer": _own_or_admin("user_customer.user_id"),
    "session": _own_or_admin("session.user_id"),
    "one_time_link": _own_or_admin("one_time_link.user_id"),
    "second_factor": _own("second_factor.user_id"),
    "recovery_code": _own("recovery_code.user_id"),
    "sync_client": _own_or_admin("sync_client.user_id"),
    "sync_mutation": _mutations,
    "sync_rescue": _admin_only,
    "audit_entry": _admin_only,
    "api_token": _admin_only,
    "webhook_endpoint": _admin_only,
    "webhook_delivery": _admin_only,
    "policy_document": _of_reseller,
    "policy_version": _policy_versions,
    "consent": _own_or_admin("consent.user_id"),
    "data_request": _own_or_admin("data_request.user_id"),
    "customer": _at_customers("customer", "customer.id"),
    "customer_position": _positions("customer_position"),
    "position_proposal": _positions("position_proposal"),
    "contract": _at_customers("contract", "contract.customer_id"),
    "equipment": _at_customers("equipment", "equipment.customer_id"),
    "meter_reading": _of("meter_reading.equipment_id", "equipment"),
    "reading_schedule": _readings_asked("reading_schedule"),
    "reading_request": _readings_asked("reading_request"),
    "reading_request_item": _of("reading_request_item.reading_request_id", "reading_request"),
    "calendar": _of_staff_only,
    "calendar_holiday": _of_staff_only,
    "order_promise": _of("order_promise.service_order_id", "service_order"),
    "defect": _of_reseller,
    "part": _of_staff_only,
    "checklist_template": _of_staff_only,
    "checklist_version": _of_staff_only,
    "notification_text": _admin_only,
    "technician": _technicians,
    "carrier": _of_staff_only,
    "service_order": _orders,
    "order_event": _order_events,
    "triage_message": _of("triage_message.service_order_id", "service_order"),
    "attachment": _attachments,
    "saved_filter": _own("saved_filter.user_id"),
    "canned_answer": _of_staff_only,
    "rating": _ratings,
    "part_request": _of("part_request.service_order_id", "service_order"),
    "discrepancy": _discrepancies,
    "visit": _visits,
    "visit_event": _of("visit_event.visit_id", "visit"),
    "part_usage": _of("part_usage.visit_id", "visit"),
    "photo": _photos,
    "signature": _of("signature.visit_id", "visit"),
    "invoice": _invoices,
    "billing_batch": _billing_batches,
    "billing_file": _billing_files,
    "billing_opening": _billing_openings,
    "contact_message": _contact_messages,
    "contact_answer": _of("contact_answer.contact_message_id", "contact_message"),
    "supply": _supplies,
    "supply_request": _supply_requests,
    "supply_request_item": _of("supply_request_item.supply_request_id", "supply_request"),
    "supply_request_event": _supply_request_events,
    "delivery": _deliveries,
    "delivery_file": _of("delivery_file.delivery_id", "delivery"),
    "delivery_discrepancy": _delivery_discrepancies,
    "notification": _own("notification.user_id"),
    "notification_preference": _own("notification_preference.user_id"),
    "notification_settings": _own("notification_settings.user_id"),
    "notification_event": _admin_only,
    "notification_dispatch": _own_or_admin("notification_dispatch.user_id"),
    "undeliverable_address": _admin_only,
    "push_subscription": _own("push_subscription.user_id"),
    "last_position": _of("last_position.technician_id", "technician"),
    "tracking_policy": _of_staff_only,
    "approach_link": _of("approach_link.visit_id", "visit"),
}
