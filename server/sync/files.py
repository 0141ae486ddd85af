"""tus 1.0 over HTTP: https://tus.io/protocols/resumable-upload; what it does is `offline_sync.tus`."""

from __future__ import annotations

import base64
from uuid import UUID

from litestar import Response, delete, head, patch, post, route
from litestar.params import FromPath

from offline_sync import tus
from offline_sync.ports import StoredFile
from offline_sync.problems import SyncProblem
from offline_sync.store.uploads import Upload
from server.sync.bodies import read_what_arrives
from server.sync.http import Sync, SyncRequest, http_date, identify

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,termination,expiration"
PIECE_TYPE = "application/offset+octet-stream"


@route(["/files", "/files/{upload_id:uuid}"], http_method="OPTIONS", status_code=204)
async def describe_files(sync: Sync) -> Response[None]:
    headers = {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(tus.CHECKSUMS),
        "Tus-Max-Size": str(sync.limits.file_bytes),
    }
    return Response(None, status_code=204, headers=headers)


@post("/files", status_code=201)
async def create_upload(request: SyncRequest, sync: Sync) -> Response[None]:
    check_version(request)
    metadata = parse_metadata(request.headers.get("upload-metadata", ""))
    file = StoredFile(metadata["sha256"], _number(request, "Upload-Length"), metadata["type"])
    upload, _ = await tus.create(sync, identify(request), parse_client_id(metadata["client"]), file)
    response = _answer(upload, 201)
    response.headers["Location"] = f"/sync/v1/files/{upload.id}"
    return response


@head("/files/{upload_id:uuid}")
async def show_upload(request: SyncRequest, sync: Sync, upload_id: FromPath[UUID]) -> Response[None]:
    check_version(request)
    upload = await tus.status(sync, identify(request), upload_id)
    response = _answer(upload, 200)
    response.headers["Upload-Length"] = str(upload.size)
    response.headers["Cache-Control"] = "no-store"
    return response


@patch("/files/{upload_id:uuid}", status_code=204)
async def append_to_upload(request: SyncRequest, sync: Sync, upload_id: FromPath[UUID]) -> Response[None]:
    """What arrived before a connection broke is kept, unless a checksum of the whole piece was promised."""
    check_version(request)
    if request.headers.get("content-type", "") != PIECE_TYPE:
        raise SyncProblem("malformed", where="Content-Type")
    identity, offset = identify(request), _number(request, "Upload-Offset")
    upload = await tus.status(sync, identity, upload_id)
    tus.check_offset(sync.limits, upload, offset, _announced(request))
    piece, is_whole = await read_what_arrives(request, sync.limits.file_chunk_bytes)
    checksum = request.headers.get("upload-checksum")
    if not is_whole and checksum is not None:
        raise SyncProblem("checksum_mismatch")
    return _answer(await tus.append(sync, identity, upload, offset, piece, checksum), 204)


@delete("/files/{upload_id:uuid}", status_code=204)
async def terminate_upload(request: SyncRequest, sync: Sync, upload_id: FromPath[UUID]) -> Response[None]:
    check_version(request)
    await tus.terminate(sync, identify(request), upload_id)
    return Response(None, status_code=204, headers={"Tus-Resumable": VERSION})


FILE_ROUTES = [describe_files, create_upload, show_upload, append_to_upload, terminate_upload]


def check_version(request: SyncRequest) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise SyncProblem("tus_version")


def parse_metadata(header: str) -> dict[str, str]:
    """`client <b64>,sha256 <b64>,type <b64>`; other keys are ignored."""
    metadata: dict[str, str] = {}
    for pair in header.split(","):
        key, _, encoded = pair.strip().partition(" ")
        try:
            metadata[key] = base64.b64decode(encoded, validate=True).decode()
        except ValueError as error:  # no base64, no ASCII or no UTF-8
            raise SyncProblem("malformed", where=f"Upload-Metadata.{key}") from error
    for key in ("client", "sha256", "type"):
        if key not in metadata:
            raise SyncProblem("malformed", where=f"Upload-Metadata.{key}")
    return metadata


def _answer(upload: Upload, status: int) -> Response[None]:
    headers = {
        "Tus-Resumable": VERSION,
        "Upload-Offset": str(upload.received),
        "Upload-Expires": http_date(upload.expires_at),
    }
    if upload.receipt is not None:
        headers["File-Receipt"] = upload.receipt
    return Response(None, status_code=status, headers=headers)


def _number(request: SyncRequest, header: str) -> int:
    return parse_number(request.headers.get(header.lower(), ""), header)


def parse_number(text: str, header: str) -> int:
    """`Upload-Length` and `Upload-Offset`: digits alone, and no more of them than a file needs."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise SyncProblem("malformed", where=header)
    return int(text)


def _announced(request: SyncRequest) -> int:
    text = request.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdecimal() else 0


def parse_client_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise SyncProblem("malformed", where="Upload-Metadata.client") from error
