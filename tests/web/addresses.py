"""The addresses of the matrix' routes, and which of them are pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from offline_sync.ids import uuid7
from tests.web.matrix import MATRIX, NOBODYS, Access, upload_metadata

INSIDE = {
    "/brand/colors/{color:str}": "/brand/colors/0f4c5c",
    "/entrance/{slug:str}": "/entrance/nobodys",
    "/entrance/{slug:str}/logo": "/entrance/nobodys/logo",
    "/entrance/{slug:str}/manifest.webmanifest": "/entrance/nobodys/manifest.webmanifest",
    "/admin": "/admin/api/tables/app_user/",
    "/assets": "/assets/x.css",
    "/field": "/field/",
    "/on-the-way/{token:str}": "/on-the-way/none",
    "/readings/{token:str}": "/readings/none",
    "/quarantine/{client_id:uuid}/{seq:int}/runs": "/quarantine/{client_id:uuid}/1/runs",
    "/notification-texts/{kind:str}": "/notification-texts/order_opened",
    "/notification-texts/{kind:str}/preview": "/notification-texts/order_opened/preview",
    "/notification-texts/{kind:str}/removal": "/notification-texts/order_opened/removal",
    "/checklists/{template_id:uuid}/versions/{number:int}": "/checklists/{template_id:uuid}/versions/1",
}
# What is asked for with GET and is no page: it does not end, or it is for a program.
_STREAMS = frozenset({"/live", "/technicians/map/live", "/sync/v1/poke"})
_PROGRAMS = ("/health", "/ready", "/metrics", "/bridge/", "/sync/", "/api/v1/", "/push", "/brand/")
# Nor are files, for whose time their bytes or the printing answer. They ask the database like pages.
_FILES = (
    "/rescues/",
    "/file",
    "/files/",
    "/photos/",
    ".png",
    ".pdf",
    ".csv",
    ".xlsx",
    ".txt",
    "/attachments/",
    "/logo",
    ".webmanifest",
)


class Noted(dict[str, UUID]):
    """Has an id for every name, and remembers which were looked up."""

    def __missing__(self, name: str) -> UUID:
        return self.setdefault(name, uuid7())


def ids_named_by(access: Access) -> frozenset[str]:
    """A row of each kind for everybody would be made in vain: a route names one or two."""
    noted = Noted()
    path_of(access, noted)
    access.query(noted)
    if access.body is not None:
        access.body(noted)
    if access.path == "/sync/v1/files":
        upload_metadata(noted)
    return frozenset(noted)


def path_of(access: Access, ids: Mapping[str, UUID]) -> str:
    return re.sub(r"\{(\w+):\w+\}", lambda found: str(ids[found[1]]), INSIDE.get(access.path, access.path))


def is_page(access: Access) -> bool:
    return is_counted(access) and not any(part in access.path for part in _FILES)


def is_counted(access: Access) -> bool:
    """Asks the database for somebody who waits."""
    is_asked_for = access.method == "GET" and access.roles != NOBODYS
    return is_asked_for and access.path not in _STREAMS and not access.path.startswith(_PROGRAMS)


COUNTED = tuple(access for access in MATRIX if is_counted(access))
PAGES = tuple(access for access in MATRIX if is_page(access))
