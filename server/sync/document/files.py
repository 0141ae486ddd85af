"""Files by tus 1.0: its verbs and headers."""

from __future__ import annotations

from typing import Any

from offline_sync.messages import Limits
from offline_sync.tus import CHECKSUMS
from server.sync.document.problems import CLIENT, failures

NUMBER = {"type": "integer", "minimum": 0}
SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
VERSION = {"const": "1.0.0"}
BASE64 = "[A-Za-z0-9+/]+={0,2}"
TOLD = {"Tus-Resumable": {"required": True, "schema": VERSION}}
STATE = TOLD | {
    "Upload-Offset": {"required": True, "schema": NUMBER},
    "Upload-Expires": {"required": True, "schema": {"type": "string", "pattern": " GMT$"}},
    "File-Receipt": {
        "description": "The file's SHA-256, once it is verified and stored.",
        "schema": SHA256,
    },
}
UPLOAD = {
    "name": "upload_id",
    "in": "path",
    "required": True,
    "description": "The last part of `Location`.",
    "schema": {"type": "string", "format": "uuid"},
}


def file_paths(limits: Limits) -> dict[str, Any]:
    return {
        "/files": {"options": _describe("describe_files"), "post": _create(limits)},
        "/files/{upload_id}": {
            "parameters": [UPLOAD],
            "options": _describe("describe_upload"),
            "head": _show(),
            "patch": _append(limits),
            "delete": _terminate(),
        },
    }


def _describe(name: str) -> dict[str, Any]:
    told = ("Tus-Version", "Tus-Extension", "Tus-Checksum-Algorithm", "Tus-Max-Size")
    headers = TOLD | {header: {"required": True, "schema": {"type": "string"}} for header in told}
    return {
        "operationId": name,
        "summary": "What the portal can do of tus",
        "responses": {"204": {"description": "See the headers.", "headers": headers}, **failures(())},
    }


def _create(limits: Limits) -> dict[str, Any]:
    pair = f"[^ ,]+ {BASE64}"
    length = NUMBER | {"minimum": 1, "maximum": limits.file_bytes}
    links = {
        name: {"operationId": name, "description": "`upload_id` is the last part of `Location`."}
        for name in ("show_upload", "append_to_upload", "terminate_upload", "describe_upload")
    }
    location = {"required": True, "schema": {"type": "string", "pattern": "^/sync/v1/files/[0-9a-f-]{36}$"}}
    codes = (
        "tus_version",
        "malformed",
        "file_type_refused",
        "file_too_large",
        "limit_exceeded",
        "cross_site",
    )
    return {
        "operationId": "create_upload",
        "summary": "Begin to send a file, or go on with one that was begun",
        "parameters": [
            _header("Tus-Resumable", VERSION),
            _header("Upload-Length", length),
            _header(
                "Upload-Metadata",
                {"type": "string", "pattern": f"^{pair}(,{pair})*$"},
                description="`client`, `sha256` (in hexadecimal) and `type`, each in base64; others pass.",
            ),
        ],
        "responses": {
            "201": {
                "description": "Where to send it; complete at once when the portal has it.",
                "headers": STATE | {"Location": location},
                "links": links,
            },
            **failures((*CLIENT, *codes)),
        },
    }


def _show() -> dict[str, Any]:
    length = {"Upload-Length": {"required": True, "schema": NUMBER}}
    return {
        "operationId": "show_upload",
        "summary": "How far an upload is",
        "parameters": [_header("Tus-Resumable", VERSION)],
        "responses": {
            "200": {"description": "See the headers.", "headers": STATE | length},
            **_without_bodies(failures(("tus_version", "upload_unknown", "client_revoked"))),
        },
    }


def _append(limits: Limits) -> dict[str, Any]:
    codes = (
        "tus_version",
        "malformed",
        "upload_unknown",
        "client_revoked",
        "upload_offset",
        "body_too_large",
        "file_too_large",
        "checksum_mismatch",
        "file_hash_mismatch",
        "file_type_refused",
        "image_refused",
        "cross_site",
    )
    checksum = {"type": "string", "pattern": f"^({'|'.join(CHECKSUMS)}) {BASE64}$"}
    piece = {"type": "string", "maxLength": limits.file_chunk_bytes}
    return {
        "operationId": "append_to_upload",
        "summary": "Send the next piece; the last one is answered with the receipt",
        "parameters": [
            _header("Tus-Resumable", VERSION),
            _header("Upload-Offset", NUMBER | {"maximum": limits.file_bytes}),
            _header("Upload-Checksum", checksum, required=False),
        ],
        "requestBody": {"required": True, "content": {"application/offset+octet-stream": {"schema": piece}}},
        "responses": {
            "204": {"description": "What arrived is kept.", "headers": STATE},
            **failures(codes),
        },
    }


def _terminate() -> dict[str, Any]:
    return {
        "operationId": "terminate_upload",
        "summary": "Give an upload up; a file that was verified stays",
        "parameters": [_header("Tus-Resumable", VERSION)],
        "responses": {
            "204": {"description": "It is gone.", "headers": TOLD},
            **failures(("tus_version", "upload_unknown", "client_revoked", "cross_site")),
        },
    }


def _header(
    name: str, schema: dict[str, Any], *, required: bool = True, description: str = ""
) -> dict[str, Any]:
    told = {"description": description} if description else {}
    return {"name": name, "in": "header", "required": required, "schema": schema} | told


def _without_bodies(answers: dict[str, Any]) -> dict[str, Any]:
    """HEAD is answered by headers alone."""
    return {status: {**answer, "content": {}} for status, answer in answers.items()}
