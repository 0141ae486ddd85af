"""piccolo-admin at `/admin`: raw tables for the platform's own staff, out of every tenant's reach.

It has its own people, sessions and cookie; a portal's session means nothing here. Its queries see every
reseller. Each write is kept in the audit trail; append-only tables stay so.
"""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote, urlsplit

from litestar import asgi
from litestar.types import Message, Receive, Scope, Send
from piccolo.table import Table
from piccolo_admin.endpoints import TableConfig, create_admin
from piccolo_api.crud.validators import Validators
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse

from offline_sync.tables import SyncClient, SyncFile, SyncMutation, SyncRescue
from server.accounts.tables import Brand, Company, Reseller, User, UserCompany, UserCustomer
from server.audit.actions import append
from server.audit.tables import AuditEntry
from server.calendars.tables import Calendar, CalendarHoliday, OrderPromise
from server.customers.tables import Contract, Customer
from server.database import platform
from server.deliveries.tables import (
    Delivery,
    DeliveryDiscrepancy,
    DeliveryFile,
    DeliveryPolicy,
    Invoice,
)
from server.equipment.tables import Defect, Equipment, MeterReading, Part
from server.jobs.tables import Job
from server.positions.tables import CustomerPosition, PositionProposal
from server.privacy.tables import Consent, DataRequest, PolicyDocument, PolicyVersion
from server.problems import Problem
from server.service_orders.tables import (
    Carrier,
    ChecklistTemplate,
    ChecklistVersion,
    Discrepancy,
    OrderEvent,
    PartRequest,
    ServiceOrder,
    Technician,
)
from server.settings import Settings, current
from server.staff.tables import StaffSession, StaffUser
from server.tracking.tables import ApproachLink, LastPosition, TrackingPolicy
from server.visits.tables import PartUsage, Photo, Signature, Visit, VisitEvent
from server.web.headers import ADMIN_CSP
from server.web.same_site import SAFE_METHODS

PREFIX = "/admin"
# Swagger and an HTML login that load scripts and fonts from elsewhere; the admin itself needs none of them.
BLOCKED = ("/api/docs", "/api/redoc", "/api/openapi.json", "/public/docs", "/public/redoc")
EDITABLE: tuple[type[Table], ...] = (
    Reseller, Company, Brand, Customer, Contract, Equipment, Defect, Part, Technician, Carrier,
    ChecklistTemplate, ServiceOrder, Invoice, DeliveryPolicy, TrackingPolicy,
    Job,
)  # fmt: skip
# History, evidence, what the sync keeps account of; and people, whose rights change with their sessions.
READ_ONLY: tuple[type[Table], ...] = (
    User, UserCompany, UserCustomer, AuditEntry, OrderEvent, ChecklistVersion, PartRequest, Discrepancy,
    Visit, VisitEvent, PartUsage, Photo, Signature, MeterReading, LastPosition, ApproachLink, SyncClient,
    SyncMutation, SyncFile, SyncRescue, Delivery, DeliveryFile, DeliveryDiscrepancy, CustomerPosition,
    PositionProposal, PolicyDocument, PolicyVersion, Consent, DataRequest,
    Calendar, CalendarHoliday, OrderPromise,
)  # fmt: skip


@asgi("/admin/", is_mount=True, copy_scope=True, opt={"public": True, "without_session": True})
async def admin(scope: Scope, receive: Receive, send: Send) -> None:
    # The router takes the prefix away and adds a slash; the admin's own redirects need the true address.
    path = unquote(scope["raw_path"].split(b"?")[0].decode("latin-1"))
    inside = path.removeprefix(PREFIX)
    method = str(scope["method"])  # type: ignore[typeddict-item]
    if inside.startswith(BLOCKED) or (inside.startswith("/public/login") and method in SAFE_METHODS):
        raise Problem("not_found")
    if path == PREFIX:  # its addresses are relative: without the slash none would be found
        await RedirectResponse(f"{PREFIX}/", 303)(scope, receive, send)  # type: ignore[arg-type]
        return
    status = 0

    async def dress(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            message["headers"] = [*message["headers"], (b"content-security-policy", ADMIN_CSP.encode())]
        await send(message)

    with platform():
        await _application()({**scope, "path": path, "root_path": PREFIX}, receive, dress)
        if method not in SAFE_METHODS and status < HTTPStatus.BAD_REQUEST and "/tables/" in inside:
            await append(
                "staff.write",
                reseller_id=None,
                address=str(scope["state"].get("address", "")),
                method=method,
                path=inside,
                staff=await _staff_id(scope),
            )


@lru_cache
def _application() -> Any:
    """Made at the first request: it takes a second that no start should wait for."""
    settings: Settings = current()
    host = urlsplit(settings.base_url).hostname or "localhost"
    return create_admin(
        tables=[
            *(TableConfig(table) for table in EDITABLE),
            *(TableConfig(table, validators=Validators(every=[_refuse_writes])) for table in READ_ONLY),
        ],
        auth_table=StaffUser,
        session_table=StaffSession,
        production=settings.is_https,
        allowed_hosts=[host],
        site_name="PWS",
        auto_include_related=False,
    )


def _refuse_writes(piccolo_crud: Any, request: Request) -> None:
    if request.method not in SAFE_METHODS:
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, "This table is only read here.")


async def _staff_id(scope: Scope) -> int | None:
    header = next((value for name, value in scope["headers"] if name == b"cookie"), b"")
    cookie = SimpleCookie(header.decode("latin-1")).get("id")
    return await StaffSession.get_user_id(cookie.value) if cookie is not None else None


ROUTES = [admin]
