"""Who may do what: one line a route. A route without a line here fails the matrix test.

`roles` may use the route on an *own* row (see `world`). On a neighbour's row, those of `reaches_neighbour`
may, too: an admin of the whole reseller. On another reseller's row nobody may. Whoever may not is answered
`denied` (404 unless said otherwise), and nobody logged in 401.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec

from server.accounts.actor import PEOPLE, Role

EVERYBODY = frozenset(PEOPLE)
PUBLIC: frozenset[Role] | None = None
ADMIN = frozenset({Role.ADMIN})
PLANNERS = ADMIN | {Role.SERVICE_OPERATOR}
DESK = PLANNERS | {Role.CALL_OPERATOR}
LOGISTICS = frozenset({Role.LOGISTICS_OPERATOR})
CALLERS = frozenset({Role.CUSTOMER, Role.CALL_OPENER})
OPENERS = DESK | CALLERS
TECHNICIAN = frozenset({Role.TECHNICIAN})
FIELD = TECHNICIAN | {Role.DRIVER}
BRIDGE = frozenset({Role.BRIDGE})
SYNCING = FIELD | BRIDGE
READERS = DESK | LOGISTICS | CALLERS | TECHNICIAN

Ids = Mapping[str, UUID]
Body = Callable[[Ids], bytes]


@dataclass(frozen=True)
class Access:
    """One route, as the router writes it."""

    method: str
    path: str
    roles: frozenset[Role] | None
    body: Body | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Callable[[Ids], str] = lambda ids: ""
    # A row that is named in the body or query, not in the path.
    has_row: bool = False
    reaches_neighbour: frozenset[Role] = ADMIN
    denied: frozenset[int] = frozenset({404})

    @property
    def names_a_row(self) -> bool:
        return "{" in self.path.replace("{kind:str}", "") or self.has_row


def form(**values: str) -> Body:
    return lambda ids: "&".join(
        f"{name}={ids[value[1:]] if value.startswith(':') else value}" for name, value in values.items()
    ).encode()


def json(**values: Any) -> Body:
    return lambda ids: msgspec.json.encode({"client_id": ids["client_id"], "schema": 1, **values})


def upload_metadata(ids: Ids) -> str:
    values = {"client": str(ids["client_id"]), "sha256": "1" * 64, "type": "image/png"}
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


NO_KEYS = {"p256dh": "", "auth": ""}
TUS = {"tus-resumable": "1.0.0"}
NOBODYS: frozenset[Role] = frozenset()
# Of a client of one's own reseller one learns that it is another's; of a foreign one nothing.
ANOTHERS_CLIENT = frozenset({404, 409})
SYNC: dict[str, Any] = {"has_row": True, "reaches_neighbour": NOBODYS, "denied": ANOTHERS_CLIENT}
# Roles whose reach a token can have; everybody else asks with a session's token, which is none.
TOKENS = ADMIN | {Role.CUSTOMER}
API: dict[str, Any] = {"denied": frozenset({401, 404})}
WEBHOOK = "/webhooks/{webhook_endpoint_id:uuid}"
API_ORDER = "/api/v1/service-orders/{order_id:uuid}"
CUSTOMER = "/customers/{customer_id:uuid}"
DESK_PEOPLE = DESK | LOGISTICS | {Role.SUPPLIES_OPERATOR}
SUPPLIES = "/supply-requests/{supply_request_id:uuid}"
READINGS = "/reading-requests/{reading_request_id:uuid}"
INVOICE = "/deliveries/{invoice_id:uuid}"
NOTICE = "/notification-texts/{kind:str}"
CHECKLIST = "/checklists/{template_id:uuid}"
BILLING = "/billing/{billing_batch_id:uuid}"
CONTACT = "/contact-messages/{contact_message_id:uuid}"
PAYERS = frozenset({Role.CUSTOMER, Role.BILLING_OPERATOR})
ANSWERING = PLANNERS | {Role.SUPPLIES_OPERATOR}
RECEIVERS = PLANNERS | {Role.SUPPLIES_OPERATOR, Role.CUSTOMER}
ORDER, VISIT, USER = "/service-orders/{order_id:uuid}", "/visits/{visit_id:uuid}", "/users/{user_id:uuid}"

MATRIX = (
    Access("GET", "/", PUBLIC),
    Access("GET", "/health", PUBLIC),
    Access("GET", "/ready", PUBLIC),
    Access("GET", "/metrics", PUBLIC),
    Access("ASGI", "/assets", PUBLIC),
    Access("ASGI", "/field", PUBLIC),
    # Its own people and login: tests/staff. A portal's session means nothing there.
    Access("ASGI", "/admin", NOBODYS, denied=frozenset({401})),
    # Accounts
    Access("GET", "/login", PUBLIC),
    Access("POST", "/login", PUBLIC),
    Access("GET", "/login/code", PUBLIC),
    Access("POST", "/login/code", PUBLIC),
    Access("POST", "/logout", PUBLIC),
    Access("GET", "/addresses/proof", PUBLIC),
    Access("POST", "/addresses/proof", PUBLIC),
    Access("GET", "/password/forgotten", PUBLIC),
    Access("POST", "/password/forgotten", PUBLIC),
    Access("GET", "/password/choose", PUBLIC),
    Access("POST", "/password/choose", PUBLIC),
    Access("GET", "/session", EVERYBODY),
    Access("GET", "/home", EVERYBODY),
    # What each profile may watch: tests/desk/test_live_pages.
    Access("GET", "/live", READERS, query=lambda ids: f"watch=visit:{ids['visit_id']}", has_row=True),
    Access("GET", "/narrowing", EVERYBODY),
    Access("POST", "/narrowing", EVERYBODY, form(to="")),
    Access("POST", "/viewing/end", EVERYBODY),
    Access("POST", USER + "/viewing", ADMIN, denied=frozenset({404})),
    # Of the desk also whom the admin lets see the monitoring.
    Access("GET", "/monitoring", ADMIN),
    Access("GET", "/profile", EVERYBODY),
    Access("POST", "/profile", EVERYBODY, form(name="Outro+Nome")),
    Access("GET", "/profile/password", EVERYBODY),
    Access("POST", "/profile/password", EVERYBODY, form(current="x", password="y")),
    Access("GET", "/profile/email", EVERYBODY),
    Access("POST", "/profile/email", EVERYBODY, form(email="outro@x.test")),
    Access("GET", "/profile/second-factor", EVERYBODY),
    Access("POST", "/profile/second-factor", EVERYBODY, form(code="1")),
    Access("POST", "/profile/second-factor/codes", EVERYBODY, form(password="")),
    Access("POST", "/profile/second-factor/removal", EVERYBODY, form(password="")),
    Access("GET", "/profile/devices", EVERYBODY),
    Access("GET", "/profile/positions", TECHNICIAN),
    Access("POST", "/sessions/{session_id:uuid}/revocation", EVERYBODY),
    Access("POST", "/devices/{client_id:uuid}/revocation", EVERYBODY),
    Access("GET", "/users", ADMIN),
    Access("POST", "/users", ADMIN, form(name="")),
    Access("GET", "/users/new", ADMIN),
    Access("GET", "/users/customers", ADMIN, query=lambda ids: "customer=a"),
    Access("GET", USER, ADMIN),
    Access("POST", USER, ADMIN, form(name="")),
    Access("POST", USER + "/link", ADMIN),
    Access("POST", USER + "/deactivation", ADMIN),
    Access("POST", USER + "/reactivation", ADMIN),
    Access("POST", USER + "/second-factor/reset", ADMIN),
    Access("POST", USER + "/sessions/revocation", ADMIN),
    # Privacy: one's own answers and wishes; the documents and the requests of all are the admin's
    Access("GET", "/consents", EVERYBODY),
    Access("POST", "/consents", EVERYBODY, form(version_id=":version_id")),
    Access("GET", "/consents/choices", EVERYBODY),
    Access("POST", "/consents/choices", EVERYBODY, form(x="y")),
    Access("GET", "/consents/refusal", EVERYBODY),
    Access("GET", "/policies/{version_id:uuid}", EVERYBODY, reaches_neighbour=EVERYBODY),
    Access("GET", "/policies/{version_id:uuid}/text", EVERYBODY, reaches_neighbour=EVERYBODY),
    Access("POST", "/policies/{version_id:uuid}/publication", ADMIN),
    Access("GET", "/privacy", ADMIN),
    Access("GET", "/privacy/documents/{document_id:uuid}", ADMIN),
    Access("POST", "/privacy/documents/{document_id:uuid}/drafts", ADMIN, form(text="x")),
    Access("GET", "/profile/privacy", EVERYBODY),
    Access("GET", "/profile/privacy/receipts.txt", EVERYBODY),
    Access("POST", "/profile/privacy/exports", EVERYBODY),
    Access("POST", "/profile/privacy/erasures", EVERYBODY, form(password="x")),
    Access("GET", "/privacy/requests", ADMIN),
    Access("GET", "/privacy/requests/{request_id:uuid}", ADMIN),
    Access("GET", "/privacy/requests/{request_id:uuid}/file", EVERYBODY, reaches_neighbour=NOBODYS),
    Access("POST", "/privacy/requests/{request_id:uuid}/cancellation", EVERYBODY, reaches_neighbour=NOBODYS),
    Access("POST", "/privacy/requests/{request_id:uuid}/approval", ADMIN, form(password="x")),
    Access("POST", "/privacy/requests/{request_id:uuid}/refusal", ADMIN, form(reason="x")),
    Access("POST", USER + "/data-requests", ADMIN, form(kind="export")),
    Access("GET", "/audit", ADMIN),
    Access("GET", "/reports", PLANNERS),
    Access("GET", "/brand", ADMIN),
    Access("POST", "/brand", ADMIN, form(name="")),
    # Without a logo there is none to see: tests/branding.
    Access("GET", "/brand/logo", NOBODYS),
    Access("GET", "/brand/colors/{color:str}", PUBLIC),
    Access("GET", "/entrance/{slug:str}", PUBLIC),
    Access("GET", "/entrance/{slug:str}/logo", PUBLIC),
    Access("GET", "/entrance/{slug:str}/manifest.webmanifest", PUBLIC),
    Access("GET", "/reports/file", PLANNERS, query=lambda ids: "report=customer&format=csv"),
    # Service orders
    Access("GET", "/service-orders", READERS),
    Access("GET", ORDER, READERS),
    Access("POST", ORDER + "/dispatches", DESK, form(technician_id=":technician_id")),
    Access("POST", ORDER + "/cancellations", DESK | CALLERS, form(reason="Engano")),
    Access("POST", ORDER + "/notes", DESK | LOGISTICS, form(body="Ligar+antes")),
    Access("GET", "/agenda", DESK),
    Access("GET", ORDER + "/placements/new", DESK),
    Access("POST", ORDER + "/placements", DESK, form(technician_id=":technician_id", seen="L..")),
    Access("GET", "/service-orders/export.csv", READERS),
    Access("GET", "/service-orders/export.xlsx", READERS),
    Access("POST", "/saved-filters", READERS, form(name="Meus", query="?sort=number")),
    Access("POST", "/saved-filters/{saved_filter_id:uuid}/removal", READERS, reaches_neighbour=NOBODYS),
    # Parts
    Access("GET", "/part-requests", PLANNERS | LOGISTICS),
    Access("GET", "/part-requests/export.csv", PLANNERS | LOGISTICS),
    Access("GET", "/part-requests/export.xlsx", PLANNERS | LOGISTICS),
    Access("GET", "/part-requests/{part_request_id:uuid}", PLANNERS | LOGISTICS),
    Access(
        "POST", "/part-requests/{part_request_id:uuid}/edits", PLANNERS | LOGISTICS, form(status="reserved")
    ),
    Access("POST", ORDER + "/moves", PLANNERS | LOGISTICS, form(status="S")),
    # The month's readings
    Access("GET", "/reading-requests", PLANNERS),
    Access("GET", "/reading-requests/export.csv", PLANNERS),
    Access("GET", "/reading-requests/export.xlsx", PLANNERS),
    Access("GET", READINGS, PLANNERS),
    Access("GET", READINGS + "/photos/{reading_item_id:uuid}", PLANNERS),
    Access("POST", READINGS + "/repetitions", PLANNERS),
    Access("POST", READINGS + "/revocation", PLANNERS),
    Access("GET", "/reading-schedules", PLANNERS),
    Access(
        "POST", CUSTOMER + "/reading-schedule", PLANNERS, form(day_of_month="25", remind_after_days="3")
    ),
    Access("POST", CUSTOMER + "/reading-requests", PLANNERS),
    Access("GET", "/readings/{token:str}", PUBLIC),
    Access("POST", "/readings/{token:str}", PUBLIC),
    # A machine
    Access("GET", "/equipment/{equipment_id:uuid}", DESK_PEOPLE | CALLERS),
    # Opening
    Access("GET", "/service-orders/new", OPENERS),
    Access("GET", "/equipment/{equipment_id:uuid}/service-orders/new", OPENERS),
    Access("GET", "/equipment/{equipment_id:uuid}/sticker", OPENERS),
    Access("GET", "/contracts/{contract_id:uuid}/service-orders/new", OPENERS),
    Access("GET", ORDER + "/return/new", OPENERS),
    Access(
        "POST",
        "/service-orders",
        OPENERS,
        form(equipment_id=":equipment_id", description="Atola"),
        has_row=True,
    ),
    Access("POST", "/attachments", OPENERS),
    Access("POST", "/attachments/{loose_id:uuid}/removal", OPENERS, reaches_neighbour=NOBODYS),
    Access("GET", "/attachments/{attachment_id:uuid}", READERS),
    Access("POST", ORDER + "/triage-messages", DESK | CALLERS, form(body="Qual+o+erro?")),
    Access("POST", ORDER + "/triage-release", DESK),
    Access("GET", "/canned-answers", ADMIN),
    Access("POST", "/canned-answers", ADMIN, form(title="Rede", body="Reinicie")),
    Access("POST", "/canned-answers/{answer_id:uuid}", ADMIN, form(title="Rede", body="Reinicie")),
    Access("POST", "/canned-answers/{answer_id:uuid}/removal", ADMIN),
    Access("GET", ORDER + "/rating", CALLERS),
    Access("POST", ORDER + "/rating", CALLERS, form(grade="")),
    Access("GET", "/ratings", PLANNERS),
    Access("GET", "/defects", ADMIN),
    Access("POST", "/defects", ADMIN, form(tab="contracts")),
    Access("POST", "/opening-status", ADMIN, form(status="A")),
    # Visits
    Access("GET", "/visits", READERS),
    Access("GET", VISIT, READERS),
    Access("GET", VISIT + "/photos/{photo_id:uuid}", READERS),
    Access("GET", VISIT + "/signature.png", READERS),
    Access("GET", VISIT + "/report.pdf", READERS),
    Access(
        "POST", VISIT + "/discrepancies/{discrepancy_id:uuid}/acceptance", DESK, form(note="Conferido")
    ),
    # Technicians: of the desk also whom the admin lets see the monitoring (tests/desk/test_technicians.py)
    Access("GET", "/technicians/map", PLANNERS),
    Access("GET", "/technicians/map/tracks", PLANNERS),
    Access("GET", "/technicians/policy", ADMIN),
    Access("POST", "/technicians/policy", ADMIN, form(silent_minutes="5", keep_days="90")),
    Access("POST", VISIT + "/approach-link", DESK),
    Access("POST", VISIT + "/approach-link/revocation", DESK),
    Access("GET", "/on-the-way/{token:str}", PUBLIC),
    # Supplies: neither the operator of calls nor who opens them for a customer
    Access("GET", "/supply-requests", RECEIVERS),
    Access(
        "GET",
        "/supply-requests/new",
        RECEIVERS,
        query=lambda ids: f"equipment_id={ids['equipment_id']}",
        has_row=True,
    ),
    Access("POST", "/supply-requests", RECEIVERS, form(equipment_id=":equipment_id"), has_row=True),
    Access("GET", SUPPLIES, RECEIVERS),
    Access("POST", SUPPLIES + "/edits", PLANNERS | {Role.SUPPLIES_OPERATOR}, form(status="released")),
    Access("POST", SUPPLIES + "/cancellations", RECEIVERS, form(reason="Engano")),
    # Billing: of the service desk also whom the admin lets publish (tests/desk/test_billing_pages.py)
    Access("GET", "/billing", ADMIN | PAYERS),
    Access("GET", "/billing/new", ADMIN, query=lambda ids: f"customer_id={ids['customer_id']}", has_row=True),
    Access("POST", "/billing", ADMIN, form(customer_id=":customer_id"), has_row=True),
    Access("GET", BILLING, ADMIN | PAYERS),
    Access("GET", BILLING + "/files/{billing_file_id:uuid}", ADMIN | PAYERS),
    Access("POST", BILLING + "/files/{billing_file_id:uuid}/withdrawals", ADMIN, form(reason="Engano")),
    # Contact
    Access("GET", "/contact-messages", RECEIVERS),
    Access("GET", "/contact-messages/new", frozenset({Role.CUSTOMER})),
    Access(
        "POST",
        "/contact-messages",
        frozenset({Role.CUSTOMER}),
        form(customer_id=":customer_id", subject="Oi", body="Oi"),
        has_row=True,
    ),
    Access("GET", CONTACT, RECEIVERS),
    Access("POST", CONTACT + "/answers", ANSWERING, form(body="Oi")),
    Access("POST", CONTACT + "/closures", ANSWERING),
    # Deliveries
    Access("GET", "/deliveries", RECEIVERS),
    Access("GET", "/deliveries/policy", ADMIN),
    Access("POST", "/deliveries/policy", ADMIN, form(due_days="3")),
    Access("GET", INVOICE, RECEIVERS),
    Access("GET", INVOICE + "/files/{file_id:uuid}", RECEIVERS),
    Access("GET", INVOICE + "/proof.pdf", RECEIVERS),
    Access(
        "POST",
        INVOICE + "/discrepancies/{delivery_discrepancy_id:uuid}/acceptance",
        PLANNERS,
        form(note="Conferido"),
    ),
    # Customers and where they are
    Access("GET", "/customers", DESK_PEOPLE),
    Access("GET", CUSTOMER, DESK_PEOPLE),
    Access("POST", CUSTOMER + "/position", PLANNERS, form(latitude="-27,6", longitude="-48,5")),
    Access("POST", CUSTOMER + "/proposals/{proposal_id:uuid}/acceptance", PLANNERS),
    Access("POST", CUSTOMER + "/proposals/{proposal_id:uuid}/rejection", PLANNERS),
    # Avisos: one's own alone
    Access("GET", "/push-worker.js", PUBLIC),
    Access("GET", "/notifications", EVERYBODY),
    Access("GET", "/notifications/bell", EVERYBODY),
    Access("GET", "/notifications/recent", EVERYBODY),
    Access(
        "POST", "/notifications/{notification_id:uuid}/reading", EVERYBODY, reaches_neighbour=NOBODYS
    ),
    Access("POST", "/notifications/readings", EVERYBODY),
    Access("GET", "/profile/notifications", EVERYBODY),
    Access("POST", "/profile/notifications", EVERYBODY, form(quiet_from="22:00", quiet_until="07:00")),
    Access("POST", "/push/trials", EVERYBODY),
    # Push: one's own browsers, and nobody else's, not even for the admin.
    Access("GET", "/push/key", EVERYBODY),
    Access("POST", "/push/subscriptions", EVERYBODY, json(endpoint="https://127.0.0.1/", keys=NO_KEYS)),
    Access("POST", "/push/removals", EVERYBODY, json(endpoint="https://127.0.0.1/")),
    Access(
        "POST", "/push/subscriptions/{subscription_id:uuid}/removal", EVERYBODY, reaches_neighbour=NOBODYS
    ),
    # Calendar
    Access("GET", "/calendars", ADMIN),
    Access("POST", "/calendars", ADMIN, form(day_0="08:00-12:00")),
    Access("POST", "/calendars/holidays", ADMIN, form(held_on="2026-03-23", name="Aniversário")),
    Access("POST", "/calendars/holidays/{holiday_id:uuid}/removal", ADMIN),
    # Own words of notices: of a kind of event, which is no row.
    Access("GET", "/notification-texts", ADMIN),
    Access("GET", NOTICE, ADMIN),
    Access("POST", NOTICE, ADMIN, form(title="A", subject="B", opening="C")),
    Access("POST", NOTICE + "/preview", ADMIN, form(title="A")),
    Access("POST", NOTICE + "/removal", ADMIN),
    # Checklists
    Access("GET", "/checklists", ADMIN),
    Access("POST", "/checklists", ADMIN, form(name="Nossa")),
    Access("GET", CHECKLIST, ADMIN),
    Access("POST", CHECKLIST, ADMIN, form(name="Nossa")),
    Access("POST", CHECKLIST + "/draft", ADMIN, form(do="save", revision="0")),
    Access("POST", CHECKLIST + "/draft/removal", ADMIN),
    Access("POST", CHECKLIST + "/preview", ADMIN, form(order="q1")),
    Access("POST", CHECKLIST + "/retirement", ADMIN),
    Access("POST", CHECKLIST + "/retirement/removal", ADMIN),
    Access("GET", CHECKLIST + "/versions/{number:int}", ADMIN),
    # Quarantine
    Access("GET", "/quarantine", PLANNERS),
    Access("POST", "/quarantine/{client_id:uuid}/{seq:int}/runs", PLANNERS),
    Access("GET", "/quarantine/rescues/{rescue_id:uuid}", ADMIN),
    # Synchronisation: of the desk also whom the admin lets see the monitoring (tests/bridge_portal)
    Access("POST", "/bridge/v1/heartbeat", BRIDGE, lambda ids: b'{"queue":0}'),
    Access("POST", "/bridge/v1/comparisons", BRIDGE, lambda ids: b'{"entity":"defect","rows":[]}'),
    Access("GET", "/bridge/v1/keys", BRIDGE, query=lambda ids: "entity=defect"),
    Access("GET", "/synchronization", ADMIN),
    Access("POST", "/synchronization/refusals/runs", ADMIN),
    Access("POST", "/synchronization/refusals/{refusal_id:uuid}/runs", ADMIN),
    Access("POST", "/synchronization/messages/{message_id:uuid}/repetitions", ADMIN),
    # Notifications
    Access("GET", "/notifications/dispatches", ADMIN),
    Access("POST", "/notifications/dispatches/repetitions", ADMIN),
    Access("POST", "/notifications/dispatches/{dispatch_id:uuid}/repetitions", ADMIN),
    Access("POST", "/notifications/addresses/{address_id:uuid}/clearance", ADMIN),
    Access("GET", "/mail/unsubscription", PUBLIC),
    Access("POST", "/mail/unsubscription", PUBLIC),
    Access("GET", "/demo/mailbox", PUBLIC),
    Access("GET", "/demo/mailbox/{mail_id:uuid}", PUBLIC),
    Access("GET", "/demo/mailbox/{mail_id:uuid}/html", PUBLIC),
    # The API: a token as the admin makes it for the reseller or for a customer; a session opens nothing.
    Access("GET", "/api-tokens", ADMIN),
    Access("GET", "/api-tokens/new", ADMIN),
    Access("POST", "/api-tokens", ADMIN, form(name="")),
    Access("POST", "/api-tokens/{api_token_id:uuid}/revocation", ADMIN),
    Access("GET", "/webhooks", ADMIN),
    Access("GET", "/webhooks/new", ADMIN),
    Access("POST", "/webhooks", ADMIN, form(url="")),
    Access("GET", WEBHOOK, ADMIN),
    Access("GET", WEBHOOK + "/edit", ADMIN),
    Access("POST", WEBHOOK, ADMIN, form(url="")),
    Access("POST", WEBHOOK + "/secrets", ADMIN, form(password="")),
    Access("POST", WEBHOOK + "/deactivation", ADMIN),
    Access("POST", WEBHOOK + "/reactivation", ADMIN),
    Access("POST", WEBHOOK + "/tests", ADMIN),
    Access("POST", WEBHOOK + "/repetitions", ADMIN),
    Access("POST", WEBHOOK + "/deliveries/{webhook_delivery_id:uuid}/repetitions", ADMIN),
    Access("GET", "/api/docs", PUBLIC),
    Access("GET", "/api/v1/openapi.json", PUBLIC),
    Access("GET", "/api/v1/companies", TOKENS, **API),
    Access("GET", "/api/v1/customers", TOKENS, **API),
    Access("GET", "/api/v1/customers/{customer_id:uuid}", TOKENS, **API),
    Access("GET", "/api/v1/equipment", TOKENS, **API),
    Access("GET", "/api/v1/equipment/{equipment_id:uuid}", TOKENS, **API),
    Access("GET", "/api/v1/equipment/{equipment_id:uuid}/readings", TOKENS, **API),
    Access("GET", "/api/v1/equipment/{equipment_id:uuid}/defects", TOKENS, **API),
    Access("GET", "/api/v1/equipment/{equipment_id:uuid}/supplies", TOKENS, **API),
    Access("GET", "/api/v1/service-orders", TOKENS, **API),
    Access("GET", API_ORDER, TOKENS, **API),
    Access("GET", API_ORDER + "/history", TOKENS, **API),
    Access("GET", API_ORDER + "/visits", TOKENS, **API),
    Access("GET", API_ORDER + "/messages", TOKENS, **API),
    Access(
        "POST",
        "/api/v1/service-orders",
        TOKENS,
        lambda ids: b'{"description":"Atola","equipment_id":"%s"}' % str(ids["equipment_id"]).encode(),
        headers={"idempotency-key": "matrix"},
        has_row=True,
        **API,
    ),
    Access(
        "POST", API_ORDER + "/cancellations", TOKENS, lambda ids: b'{"reason":"Engano"}', **API
    ),
    Access("GET", "/api/v1/supply-requests", TOKENS, **API),
    Access("GET", "/api/v1/supply-requests/{supply_request_id:uuid}", TOKENS, **API),
    Access(
        "POST",
        "/api/v1/supply-requests",
        TOKENS,
        lambda ids: msgspec.json.encode(
            {
                "equipment_id": ids["equipment_id"],
                "items": [{"supply_id": ids["supply_id"], "quantity": 1}],
                "is_confirmed": True,
            }
        ),
        headers={"idempotency-key": "matrix"},
        has_row=True,
        **API,
    ),
    Access("GET", "/api/v1/contact-messages", TOKENS, **API),
    Access("GET", "/api/v1/contact-messages/{contact_message_id:uuid}", TOKENS, **API),
    Access("GET", "/api/v1/deliveries", TOKENS, **API),
    Access("GET", "/api/v1/deliveries/{invoice_id:uuid}", TOKENS, **API),
    Access("GET", "/api/v1/billing", TOKENS, **API),
    Access("GET", "/api/v1/billing/{billing_batch_id:uuid}", TOKENS, **API),
    Access(
        "GET", "/api/v1/billing/{billing_batch_id:uuid}/files/{billing_file_id:uuid}", TOKENS, **API
    ),
    # Sync
    Access("GET", "/sync/v1/openapi.json", PUBLIC),
    # As a phone; the bridge enrols as a bridge alone (tests/bridge_portal).
    Access("POST", "/sync/v1/clients", FIELD, json(kind="phone", name="phone"), **SYNC),
    Access("POST", "/sync/v1/push", SYNCING, json(epoch=":epoch", mutations=[]), **SYNC),
    Access("POST", "/sync/v1/pull", SYNCING, json(), **SYNC),
    Access(
        "POST",
        "/sync/v1/tracks/{stream:uuid}",
        TECHNICIAN,
        json(chunks=[{"n": 0, "fixes": [], "gaps": []}]),
        reaches_neighbour=NOBODYS,
        denied=ANOTHERS_CLIENT,
    ),
    Access("POST", "/sync/v1/rescue", FIELD, lambda ids: b"outbox"),
    Access("GET", "/sync/v1/poke", SYNCING, query=lambda ids: f"client_id={ids['client_id']}", **SYNC),
    Access("POST", "/sync/v1/files", FIELD, headers=TUS, **SYNC),
    Access("HEAD", "/sync/v1/files/{upload_id:uuid}", FIELD, headers=TUS, reaches_neighbour=NOBODYS),
    Access(
        "PATCH",
        "/sync/v1/files/{upload_id:uuid}",
        FIELD,
        lambda ids: b"12345",
        headers=TUS | {"upload-offset": "0", "content-type": "application/offset+octet-stream"},
        reaches_neighbour=NOBODYS,
    ),
    Access("DELETE", "/sync/v1/files/{upload_id:uuid}", FIELD, headers=TUS, reaches_neighbour=NOBODYS),
)  # fmt: skip
