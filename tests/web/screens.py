"""Every page that a person opens, in the matrix' words: who opens it in the demo, and with which row.

tests/e2e/test_pages.py shows each to axe; a page of the matrix that is neither here nor a part fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Screen:
    """`login` is the part before the @; nobody's when empty. `status`: some say that there is nothing."""

    path: str
    login: str = "admin"
    query: str = ""
    status: int = 200

    @property
    def name(self) -> str:
        """What its picture is called."""
        words = [part for part in self.path.split("/") if part and not part.startswith("{")]
        whole = f"{'' if self.path.endswith('}') else 'all-'}{'-'.join(words)}"
        query = (
            f"-{self.query.partition('=')[2].partition('&')[0]}"
            if self.query and "{" not in self.query
            else ""
        )
        return f"page-{self.login or 'nobody'}-{whole}{query}".replace(".", "-")


def _of(login: str, *paths: str) -> tuple[Screen, ...]:
    return tuple(Screen(*path.split("?")[:1], login, path.partition("?")[2]) for path in paths)


ORDER = "/service-orders/{order_id:uuid}"
SCREENS: tuple[Screen, ...] = (
    *_of(
        "",
        "/login",
        "/password/forgotten",
        "/entrance/{slug:str}",
        "/api/docs",
        "/demo/mailbox",
        "/demo/mailbox/{mail_id:uuid}",
        "/on-the-way/{token:str}",
        "/readings/{token:str}",
    ),
    # Opened without what their mail's link carries.
    Screen("/addresses/proof", "", status=410),
    Screen("/password/choose", "", "token=from-a-mail", status=410),
    Screen("/mail/unsubscription", "", status=404),
    *_of(
        "atendimento",
        "/home",
        "/service-orders",
        ORDER,
        "/agenda",
        "/agenda?view=week",
        "/service-orders/{order_id:uuid}/placements/new",
        "/part-requests",
        "/part-requests/{part_request_id:uuid}",
        "/service-orders/new?q=te",
        "/ratings",
        "/visits",
        "/visits/{visit_id:uuid}",
        "/technicians/map",
        "/customers",
        "/customers/{customer_id:uuid}",
        "/equipment/{equipment_id:uuid}",
        "/quarantine",
        "/reading-requests",
        "/reading-requests/{reading_request_id:uuid}",
        "/reading-schedules",
        "/reports?report=technician",
        "/profile",
        "/profile/password",
        "/profile/email",
        "/profile/devices",
        "/profile/notifications",
        "/notifications",
        "/narrowing",
    ),
    *_of(
        "admin",
        "/monitoring",
        "/synchronization",
        "/users",
        "/users/new",
        "/users/{user_id:uuid}",
        "/profile/second-factor",
        "/privacy",
        "/privacy/documents/{document_id:uuid}",
        "/privacy/requests",
        "/privacy/requests/{request_id:uuid}",
        "/audit",
        "/brand",
        "/canned-answers",
        "/defects",
        "/technicians/policy",
        "/deliveries",
        "/deliveries/policy",
        "/deliveries/{invoice_id:uuid}",
        "/calendars",
        "/notification-texts",
        "/notification-texts/{kind:str}",
        "/notifications/dispatches",
        "/checklists",
        "/checklists/{template_id:uuid}",
        "/checklists/{template_id:uuid}/versions/{number:int}",
        "/billing",
        "/billing/{billing_batch_id:uuid}",
        "/billing/new?customer_id={customer_id}",
        "/contact-messages",
        "/contact-messages/{contact_message_id:uuid}",
        "/api-tokens",
        "/api-tokens/new",
        "/webhooks",
        "/webhooks/new",
        "/webhooks/{webhook_endpoint_id:uuid}",
        "/webhooks/{webhook_endpoint_id:uuid}/edit",
    ),
    *_of(
        "suprimentos",
        "/supply-requests",
        "/supply-requests/{supply_request_id:uuid}",
        "/supply-requests/new?q=laser",
        "/supply-requests/new?equipment_id={equipment_id}",
    ),
    *_of(
        "cliente",
        "/home",
        "/service-orders/new",
        "/equipment/{equipment_id:uuid}/service-orders/new",
        "/equipment/{equipment_id:uuid}/sticker",
        "/contracts/{contract_id:uuid}/service-orders/new",
        "/service-orders/{order_id:uuid}/return/new",
        "/service-orders/{order_id:uuid}/rating",
        ORDER,
        "/supply-requests/new?kind=contracts",
        "/billing",
        "/contact-messages/new",
        "/consents",
        "/consents/choices",
        "/consents/refusal",
        "/policies/{version_id:uuid}",
        "/profile/privacy",
    ),
    Screen("/profile/positions", "tecnico"),
)
# Asked for with GET, and nothing that somebody opens: where it leads or what it is a part of is.
PARTS = frozenset(
    {
        "/",
        "/session",
        "/login/code",  # in the middle of a login: tests/accounts
        "/users/customers",
        "/notifications/bell",
        "/notifications/recent",
        "/technicians/map/tracks",
        "/policies/{version_id:uuid}/text",
        "/demo/mailbox/{mail_id:uuid}/html",  # a mail, in its page's frame, where no script may run
    }
)
