"""The portal: every feature's addresses behind one edge, one authentication and one way to fail."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware

from piccolo_conf import DB
from server import settings as settings_module
from server.accounts import pages as accounts
from server.agenda import pages as agenda
from server.api import pages as api
from server.attachments import pages as attachments
from server.audit import pages as audit
from server.billing import pages as billing
from server.branding import pages as branding
from server.bridge import pages as bridge
from server.calendars import pages as calendars
from server.checklists import pages as checklists
from server.contact import pages as contact
from server.customers import pages as customers
from server.deliveries import pages as deliveries
from server.equipment import pages as equipment
from server.equipment.card import pages as equipment_card
from server.home import pages as home
from server.mail import pages as mailbox
from server.mail.mailbox import open_mailbox
from server.notifications import unsubscription_pages as unsubscriptions
from server.notifications.bell import pages as bell
from server.notifications.bell.ring import ring
from server.notifications.dispatches import pages as dispatches
from server.notifications.preferences import pages as preferences
from server.notifications.push import pages as push
from server.notifications.texts import pages as notification_texts
from server.part_requests import pages as part_requests
from server.privacy import pages as privacy
from server.ratings import pages as ratings
from server.reading_requests import pages as reading_requests
from server.reports import pages as reports
from server.service_orders import list_pages as order_list
from server.service_orders import pages as service_orders
from server.service_orders.opening import pages as opening
from server.settings import Settings
from server.staff import admin as staff
from server.supplies import pages as supplies
from server.sync import routes as sync
from server.sync.quarantine import pages as quarantine
from server.tracking import pages as tracking
from server.triage import pages as triage
from server.visits import pages as visits
from server.web import assets, health, metrics, page_stream
from server.web.authentication import AuthenticationMiddleware
from server.web.compression import CompressionMiddleware
from server.web.edge import Edge
from server.web.failures import EXCEPTION_HANDLERS
from server.web.guards import check_every_route_is_guarded
from server.web.live import live_updates
from server.web.logs import configure_logs
from server.web.rendering import template_config
from server.web.same_site import SameSiteMiddleware
from server.webhooks import pages as webhooks
from server.worker import working

FEATURES = (
    health,
    metrics,
    assets,
    page_stream,
    accounts,
    privacy,
    audit,
    branding,
    reports,
    home,
    staff,
    service_orders,
    order_list,
    opening,
    agenda,
    part_requests,
    reading_requests,
    attachments,
    triage,
    ratings,
    equipment,
    equipment_card,
    visits,
    tracking,
    supplies,
    deliveries,
    billing,
    contact,
    customers,
    calendars,
    checklists,
    bell,
    preferences,
    push,
    notification_texts,
    quarantine,
    bridge,
    mailbox,
    dispatches,
    unsubscriptions,
    sync,
    api,
    webhooks,
)
BODY_LIMIT = 2 * 1024 * 1024  # a desk's form; the sync has its own limits


def create_app(settings: Settings | None = None) -> Litestar:
    """The application; the database named by `PWS_DATABASE_URL` must be migrated. Raises for a route that
    nobody guards."""
    settings = settings or settings_module.current()
    configure_logs(settings)
    app = Litestar(
        route_handlers=[route for feature in FEATURES for route in feature.ROUTES],
        middleware=[
            DefineMiddleware(SameSiteMiddleware, settings=settings),
            DefineMiddleware(AuthenticationMiddleware, settings=settings),
        ],
        before_request=ring,
        exception_handlers=EXCEPTION_HANDLERS,
        template_config=template_config(),
        lifespan=[_running],
        state=State({"settings": settings}),
        request_max_body_size=BODY_LIMIT,
        openapi_config=None,
        logging_config=None,
    )
    check_every_route_is_guarded(app)
    app.asgi_handler = Edge(CompressionMiddleware(app.asgi_handler), settings)
    return app


def create_lasting_app() -> Litestar:
    """Of a process that does nothing else. What there is at its start stays, and garbage collections leave it
    out: a full one stopped every request for 130 ms.
    """
    app = create_app()
    gc.collect()
    gc.freeze()
    return app


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    """What lives as long as the server: the pool and the live updates."""
    async with AsyncExitStack() as stack:
        await DB.close_connection_pool()
        await DB.start_connection_pool()
        stack.push_async_callback(DB.close_connection_pool)
        await stack.enter_async_context(live_updates())
        await stack.enter_async_context(open_mailbox(app.state.settings))
        if app.state.settings.worker_inside:
            await stack.enter_async_context(working())
        yield
