"""The questions that people ask of pages, and the pages that the demo's links do not lead to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from server.reports.rules import Kind

_YEAR_AGO = f"{datetime.now(UTC) - timedelta(days=364):%Y-%m-%d}"
_REPORTS = tuple(f"report={kind.value}&since={_YEAR_AGO}" for kind in Kind)

# Beside the page as it opens.
QUERIES: dict[str, tuple[str, ...]] = {
    "/reports": _REPORTS,
    "/service-orders": (
        "late=1",
        "status=A&status=E&sort=number",
        "sort=-status",
        "customer=padaria",
        "serial_number=BR",
        "contract=1",
        "customer=nobody-at-all",
    ),
    "/agenda": ("view=week",),
    "/visits": ("customer=padaria", "state=underway", "state=cancelled", "serial_number=BR"),
    "/supply-requests": ("customer=padaria", "status=requested", "sort=number"),
    "/deliveries": ("customer=padaria", "late=1"),
    "/part-requests": ("customer=padaria", "part=fusora", "late=1"),
    "/reading-requests": ("customer=padaria", "state=partial"),
    "/reading-schedules": ("customer=padaria",),
    "/customers": ("q=padaria", "q=nobody-at-all"),
    "/users": ("q=silva", "q=antônio&operator=lacks", "sort=-last_login_at&activity=all"),
    "/users/customers": ("customer=padaria",),
    "/service-orders/new": (
        "tab=contracts",
        "tab=calls",
        "tab=with_contract&q=padaria",
        "tab=without_contract&q=canon",
    ),
    "/audit": ("person=silva", "group=session"),
    "/notifications/dispatches": ("person=silva", "state=dead"),
    "/ratings": ("grade=bad",),
    "/contact-messages": ("customer=padaria",),
    "/billing/new": ("q=padaria",),
}

# Which pages cannot be come to by links alone, and why.
UNREACHED = {
    "/": "leads on",
    "/login/code": "after a password",
    "/addresses/proof": "from a mail",
    "/password/choose": "from a mail",
    "/mail/unsubscription": "from a mail",
    "/demo/mailbox/{mail_id:uuid}": "the bench gets no mail",
    "/demo/mailbox/{mail_id:uuid}/html": "the bench gets no mail",
    "/readings/{token:str}": "from a mail",
    "/consents/refusal": "after a refusal",
    "/on-the-way/{token:str}": "a link that is shown once",
}
