"""How requests fail, as OpenAPI says it: a schema for each code, an answer for each status."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import server.sync.problems  # noqa: F401 - fills the catalogue
from server.problems import CATALOGUE

MEDIA_TYPE = "application/problem+json"
TEXT, NUMBER, UUID = {"type": "string"}, {"type": "integer"}, {"type": "string", "format": "uuid"}

FACTS: dict[str, dict[str, Any]] = {
    "body_too_large": {"limit": NUMBER},
    "busy": {"retry_after": NUMBER},
    "checksum_mismatch": {},
    "chunk_conflict": {"n": NUMBER},
    "client_forked": {"lmid": NUMBER, "seq": NUMBER},
    "client_revoked": {},
    "client_taken": {},
    "client_unknown": {},
    "cross_site": {},
    "encoding_unsupported": {},
    "epoch_changed": {"epoch": UUID},
    "file_hash_mismatch": {"sha256": TEXT},
    "file_too_large": {"limit": NUMBER},
    "file_type_refused": {"content_type": TEXT},
    "image_refused": {"reason": TEXT},
    "invalid": {"fields": {"type": "array", "items": {"type": "object"}}},
    "limit_exceeded": {"limit": NUMBER, "name": TEXT},
    "login_required": {},
    "malformed": {"where": TEXT},
    "not_found": {},
    "page_unknown": {},
    "schema_unsupported": {"min": NUMBER, "max": NUMBER},
    "sequence_gap": {"lmid": NUMBER},
    "stream_unknown": {},
    "tus_version": {},
    "unexpected": {"request_id": TEXT},
    "upload_offset": {"offset": NUMBER},
    "upload_unknown": {},
}
EVERYWHERE = ("login_required", "not_found", "busy", "unexpected")
CLIENT = ("client_unknown", "client_taken", "client_revoked")


def problem_schemas() -> dict[str, Any]:
    return {_name(code): _schema(code) for code in FACTS}


def failures(codes: Iterable[str]) -> dict[str, Any]:
    """The answers of one operation, by status."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in sorted({*EVERYWHERE, *codes}):
        by_status[CATALOGUE[code].status].append(code)
    return {str(status): _answer(by_status[status]) for status in sorted(by_status)}


def _answer(codes: list[str]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": " · ".join(f"`{code}`" for code in codes),
        "content": {
            MEDIA_TYPE: {
                "schema": {"oneOf": [{"$ref": f"#/components/schemas/{_name(code)}"} for code in codes]}
            }
        },
    }
    if any("retry_after" in FACTS[code] for code in codes):
        answer["headers"] = {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 0}}}
    return answer


def _schema(code: str) -> dict[str, Any]:
    kind, facts = CATALOGUE[code], FACTS[code]
    members = {
        "type": {"const": f"/problems/{code}"},
        "code": {"const": code},
        "title": {"const": kind.title},
        "status": {"const": kind.status},
        "detail": TEXT,
    }
    return {"type": "object", "properties": members | facts, "required": [*members, *facts]}


def _name(code: str) -> str:
    return "Problem_" + code
