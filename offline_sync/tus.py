"""Files: tus 1.0 with creation, checksum, termination and expiration; the HTTP of it is elsewhere.

The state of an upload is a row; its bytes are objects, one for each piece received, named by the offset
at which it begins and a token, so that two pieces for one offset cannot overwrite each other: the row
decides which of them counts. After the last byte the pieces are joined, checked for size, SHA-256 and
real type, and stored once under `<reseller>/<sha256>`. Every step may be repeated after a crash.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import obstore
from typing_extensions import Buffer

from offline_sync.ids import uuid7
from offline_sync.messages import Limits
from offline_sync.objects import put
from offline_sync.ports import Caller, Connection, FilePolicy, Identity, Reader, StoredFile
from offline_sync.problems import SyncProblem
from offline_sync.retry import retrying
from offline_sync.service import Service, find_caller
from offline_sync.store import uploads
from offline_sync.store.uploads import Upload

LIFETIME = timedelta(days=7)
# tus asks every server for SHA-1: good enough against noise on the wire; the whole file is held to SHA-256.
CHECKSUMS: dict[str, Callable[..., hashlib._Hash]] = {
    "sha256": hashlib.sha256,
    "sha1": partial(hashlib.sha1, usedforsecurity=False),
}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")


async def create(
    service: Service, identity: Identity, client_id: UUID, file: StoredFile
) -> tuple[Upload, bool]:
    """The upload, and whether the server has the file already. A lost answer leads to the same upload."""
    check_declared(service.limits, file)

    async def once() -> Upload:
        async with service.db.transaction() as conn:
            caller = await find_caller(service, conn, identity, client_id)
            if not service.application(caller.kind).files.accepts(file.content_type):
                raise SyncProblem("file_type_refused", content_type=file.content_type)
            held = await uploads.find_file(conn, identity.reseller_id, file.sha256)
            if held is not None:
                return await _create_complete(service, conn, caller, held)
            return await _create_open(service, conn, caller, file)

    upload = await retrying(once)
    return upload, upload.receipt is not None


async def status(service: Service, identity: Identity, upload_id: UUID) -> Upload:
    """Raises `upload_unknown` for a stranger's upload and after its expiry."""
    return (await _find(service, service.db, identity, upload_id))[0]


async def append(
    service: Service,
    identity: Identity,
    upload: Upload,
    offset: int,
    piece: bytes,
    checksum: str | None = None,
) -> Upload:
    """Take the next piece of an upload as `status` told of it; with the last one the file is verified and
    stored. Raises `upload_offset` when another request has been quicker.
    """
    check_offset(service.limits, upload, offset, len(piece))
    if checksum is not None:
        await asyncio.to_thread(check_checksum, piece, checksum)
    if piece:
        upload = await _store_piece(service, identity, upload, piece)
    if upload.received == upload.size and upload.receipt is None:
        upload = await _finish(service, identity, upload)
    return upload


def check_offset(limits: Limits, upload: Upload, offset: int, length: int) -> None:
    """Before a byte is read: the piece begins where the upload stands and fits."""
    if offset != upload.received:
        raise SyncProblem("upload_offset", offset=upload.received)
    if length > limits.file_chunk_bytes:
        raise SyncProblem("body_too_large", limit=limits.file_chunk_bytes)
    if offset + length > upload.size:
        raise SyncProblem("file_too_large", limit=upload.size)


def check_declared(limits: Limits, file: StoredFile) -> None:
    """What a client says of a file before it sends it."""
    if not _SHA256.fullmatch(file.sha256):
        raise SyncProblem("malformed", where="Upload-Metadata.sha256")
    if not _CONTENT_TYPE.fullmatch(file.content_type):
        raise SyncProblem("malformed", where="Upload-Metadata.type")
    if file.size < 1:
        raise SyncProblem("malformed", where="Upload-Length")
    if file.size > limits.file_bytes:
        raise SyncProblem("file_too_large", limit=limits.file_bytes)


def check_checksum(piece: bytes, checksum: str) -> None:
    """`Upload-Checksum: <algorithm> <base64>`."""
    name, _, encoded = checksum.partition(" ")
    algorithm = CHECKSUMS.get(name)
    try:
        wanted = base64.b64decode(encoded, validate=True)
    except ValueError as error:  # no base64, or no ASCII
        raise SyncProblem("malformed", where="Upload-Checksum") from error
    if algorithm is None or len(wanted) != algorithm().digest_size:
        raise SyncProblem("malformed", where="Upload-Checksum")
    if algorithm(piece).digest() != wanted:
        raise SyncProblem("checksum_mismatch")


async def terminate(service: Service, identity: Identity, upload_id: UUID) -> None:
    """Forget the upload; a file that was verified stays."""
    async with service.db.transaction() as conn:
        upload, _ = await _find(service, conn, identity, upload_id)
        await uploads.remove(conn, upload_id)
    await _delete_pieces(service, upload)


async def expire(service: Service, limit: int = 100) -> int:
    """Remove uploads whose time is over, finished or not; how many. A job for the worker."""
    async with service.db.transaction() as conn:
        gone = await uploads.expired(conn, service.now(), limit)
        for upload in gone:
            await uploads.remove(conn, upload.id)
    for upload in gone:
        await _delete_pieces(service, upload)
    return len(gone)


async def _create_complete(service: Service, conn: Connection, caller: Caller, held: StoredFile) -> Upload:
    upload = _new_upload(service, caller, held, is_complete=True)
    await uploads.add(conn, upload, service.now())
    await service.application(caller.kind).file_stored(conn, caller, held)
    await service.poke(caller.reseller_id)
    return upload


async def _create_open(service: Service, conn: Connection, caller: Caller, file: StoredFile) -> Upload:
    open_one = await uploads.find_open(conn, caller.client_id, file.sha256, service.now())
    if open_one is not None and open_one.file == file:
        return open_one
    if await uploads.count_open(conn, caller.client_id, service.now()) >= service.limits.open_uploads:
        raise SyncProblem("limit_exceeded", name="open_uploads", limit=service.limits.open_uploads)
    upload = _new_upload(service, caller, file, is_complete=False)
    await uploads.add(conn, upload, service.now())
    return upload


def _new_upload(service: Service, caller: Caller, file: StoredFile, *, is_complete: bool) -> Upload:
    now = service.now()
    return Upload(
        id=uuid7(),
        reseller_id=caller.reseller_id,
        client_id=caller.client_id,
        sha256=file.sha256,
        size=file.size,
        content_type=file.content_type,
        received=file.size if is_complete else 0,
        stored_parts="[]",
        expires_at=now + LIFETIME,
        completed_at=now if is_complete else None,
    )


async def _find(service: Service, conn: Reader, identity: Identity, upload_id: UUID) -> tuple[Upload, Caller]:
    upload = await uploads.find(conn, upload_id)
    if upload is None or upload.expires_at <= service.now():
        raise SyncProblem("upload_unknown")
    try:
        return upload, await find_caller(service, conn, identity, upload.client_id)
    except SyncProblem as problem:
        if problem.code == "client_revoked":
            raise
        raise SyncProblem("upload_unknown") from problem


async def _store_piece(service: Service, identity: Identity, upload: Upload, piece: bytes) -> Upload:
    part = (upload.received, len(piece), secrets.token_hex(4))
    path = upload.part_path(part[0], part[2])
    await put(service.files, path, piece)

    async def once() -> Upload | None:
        async with service.db.transaction() as conn:
            return await uploads.advance(conn, upload, part, service.now() + LIFETIME)

    advanced = await retrying(once)
    if advanced is None:
        now_at = await status(service, identity, upload.id)
        if part in now_at.parts:  # it was this request's own commit, heard as a failure
            return now_at
        await obstore.delete_async(service.files, path)
        raise SyncProblem("upload_offset", offset=now_at.received)
    return advanced


async def _finish(service: Service, identity: Identity, upload: Upload) -> Upload:
    """Join, verify, store; a file that fails is discarded, and the client keeps its own."""
    async with service.joining:
        try:
            pieces = [await _read(service, path) for path in upload.part_paths]
        except FileNotFoundError:
            finished = await status(service, identity, upload.id)
            if finished.receipt is not None:  # another request was quicker
                return finished
            await terminate(service, identity, upload.id)  # a restored database tells of pieces that went
            raise SyncProblem("upload_unknown") from None
        policy = await _policy(service, identity, upload)
        try:
            content = await asyncio.to_thread(_join, pieces, upload, policy)
        except SyncProblem:
            await terminate(service, identity, upload.id)
            raise
        await put(service.files, upload.object_path, content)

    async def once() -> Upload:
        async with service.db.transaction() as conn:
            _, caller = await _find(service, conn, identity, upload.id)
            await uploads.add_file(
                conn, uuid7(), caller.reseller_id, caller.client_id, upload.file, service.now()
            )
            await uploads.complete(conn, upload, service.now())
            await service.application(caller.kind).file_stored(conn, caller, upload.file)
            await service.poke(caller.reseller_id)
            return (await _find(service, conn, identity, upload.id))[0]

    stored = await retrying(once)
    await _delete_pieces(service, upload)
    return stored


async def _read(service: Service, path: str) -> Buffer:
    return await (await obstore.get_async(service.files, path)).bytes_async()


async def _policy(service: Service, identity: Identity, upload: Upload) -> FilePolicy:
    _, caller = await _find(service, service.db, identity, upload.id)
    return service.application(caller.kind).files


def _join(pieces: Sequence[Buffer], upload: Upload, policy: FilePolicy) -> bytes:
    """The file that the client named, verified. Raises `file_hash_mismatch` and what the policy raises."""
    content = b"".join(pieces)
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != upload.sha256:
        raise SyncProblem("file_hash_mismatch", sha256=sha256)
    policy.verify(content, upload.content_type)
    return content


async def _delete_pieces(service: Service, upload: Upload) -> None:
    """Also those that were stored but never counted, because something broke in between."""
    async for batch in obstore.list(service.files, prefix=f"staging/{upload.id}/"):
        await obstore.delete_async(service.files, [entry["path"] for entry in batch])
