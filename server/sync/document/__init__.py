"""The protocol as OpenAPI 3.1, made from the code that speaks it: structs, limits, catalogue and mutations.

For outside clients, and for tests/outside, which hold it against the running portal. What it cannot say (the
order of numbers in a push, content codings) stands in docs/sync-protocol.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline_sync.messages import SCHEMA_MAX, Limits
from offline_sync.ports import Application
from server.sync.document.components import schemas
from server.sync.document.files import file_paths
from server.sync.document.operations import paths

PREFIX = "/sync/v1"


def openapi(limits: Limits, applications: Mapping[str, Application]) -> dict[str, Any]:
    """The whole document, ready for JSON."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Portal Web de Serviços: delta-sync",
            "version": str(SCHEMA_MAX),
            "description": "Every request needs the session of a person of the field. Bodies of JSON may come"
            " in gzip or zstd (content-encoding). Integers are written without a fraction.",
        },
        "servers": [{"url": "/"}],
        "security": [{"session": []}],
        "paths": {PREFIX + path: item for path, item in (paths() | file_paths(limits)).items()},
        "components": {
            "securitySchemes": {
                "session": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of the portal's session; its own pages send it as a cookie.",
                }
            },
            "schemas": schemas(limits, applications),
        },
    }
