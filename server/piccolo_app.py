"""The one Piccolo app: every table of the portal and of `offline_sync`, migrated together."""

from __future__ import annotations

from pathlib import Path

from piccolo.conf.apps import AppConfig
from piccolo.table import Table

from offline_sync import tables as sync
from server.accounts import tables as accounts
from server.api import tables as api
from server.attachments import tables as attachments
from server.audit import tables as audit
from server.billing import tables as billing
from server.bridge import tables as bridge
from server.calendars import tables as calendars
from server.contact import tables as contact
from server.customers import tables as customers
from server.deliveries import tables as deliveries
from server.equipment import tables as equipment
from server.geocoding import tables as geocoding
from server.jobs import tables as jobs
from server.notifications import tables as notifications
from server.notifications.push import tables as push
from server.positions import tables as positions
from server.privacy import tables as privacy
from server.ratings import tables as ratings
from server.reading_requests import tables as reading_requests
from server.service_orders import tables as service_orders
from server.staff import tables as staff
from server.supplies import tables as supplies
from server.tracking import tables as tracking
from server.triage import tables as triage
from server.visits import tables as visits
from server.webhooks import tables as webhooks

_MODULES = (
    accounts, audit, customers, equipment, service_orders, triage, visits, tracking, supplies, deliveries,
    billing, contact, bridge, notifications, push, jobs, staff, attachments, ratings, positions, geocoding,
    privacy, calendars, api, webhooks, reading_requests,
)  # fmt: skip

TABLES: list[type[Table]] = [
    *(
        value
        for module in _MODULES
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Table) and value.__module__ == module.__name__
    ),
    *sync.TABLES,
]

APP_CONFIG = AppConfig(
    app_name="pws",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=TABLES,
)
