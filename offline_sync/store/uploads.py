"""Files on their way and files that arrived."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from offline_sync.ports import Connection, Reader, StoredFile

_COLUMNS = "id, reseller_id, client_id, sha256, size, content_type, received, parts, expires_at, completed_at"


@dataclass(frozen=True, slots=True)
class Upload:
    """`stored_parts` is JSON: `[[offset, size, token], …]` in the order of offsets."""

    id: UUID
    reseller_id: UUID
    client_id: UUID
    sha256: str
    size: int
    content_type: str
    received: int
    stored_parts: str
    expires_at: datetime
    completed_at: datetime | None

    @property
    def parts(self) -> list[tuple[int, int, str]]:
        return [(offset, size, token) for offset, size, token in json.loads(self.stored_parts)]

    @property
    def receipt(self) -> str | None:
        """The SHA-256 of the file once it is verified and stored."""
        return self.sha256 if self.completed_at else None

    @property
    def file(self) -> StoredFile:
        return StoredFile(self.sha256, self.size, self.content_type)

    @property
    def object_path(self) -> str:
        return f"{self.reseller_id}/{self.sha256}"

    def part_path(self, offset: int, token: str) -> str:
        return f"staging/{self.id}/{offset:012d}-{token}"

    @property
    def part_paths(self) -> list[str]:
        return [self.part_path(offset, token) for offset, _, token in self.parts]


async def find(conn: Reader, upload_id: UUID) -> Upload | None:
    rows = await conn.fetch(f"select {_COLUMNS} from sync_upload where id = $1", upload_id)
    return Upload(*rows[0]) if rows else None


async def find_open(conn: Connection, client_id: UUID, sha256: str, now: datetime) -> Upload | None:
    """An unfinished upload of the same file: the answer to its creation was lost."""
    rows = await conn.fetch(
        f"select {_COLUMNS} from sync_upload where client_id = $1 and sha256 = $2"
        " and completed_at is null and expires_at > $3 order by created_at desc limit 1",
        client_id,
        sha256,
        now,
    )
    return Upload(*rows[0]) if rows else None


async def count_open(conn: Connection, client_id: UUID, now: datetime) -> int:
    rows = await conn.fetch(
        "select count(*) from sync_upload where client_id = $1 and completed_at is null and expires_at > $2",
        client_id,
        now,
    )
    return int(rows[0][0])


async def add(conn: Connection, upload: Upload, now: datetime) -> None:
    await conn.execute(
        f"insert into sync_upload ({_COLUMNS}, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        upload.id,
        upload.reseller_id,
        upload.client_id,
        upload.sha256,
        upload.size,
        upload.content_type,
        upload.received,
        upload.stored_parts,
        upload.expires_at,
        upload.completed_at,
        now,
    )


async def advance(
    conn: Connection, upload: Upload, part: tuple[int, int, str], expires_at: datetime
) -> Upload | None:
    """Take the part that begins where the upload stood; None when another one was quicker."""
    offset, size, _ = part
    parts = json.dumps([*upload.parts, part])
    after = replace(upload, received=offset + size, stored_parts=parts, expires_at=expires_at)
    count = await conn.execute(
        "update sync_upload set received = $3, parts = $4, expires_at = $5 where id = $1 and received = $2",
        upload.id,
        upload.received,
        after.received,
        after.stored_parts,
        expires_at,
    )
    return after if count else None


async def complete(conn: Connection, upload: Upload, now: datetime) -> None:
    await conn.execute(
        "update sync_upload set received = size, parts = '[]', completed_at = $2 where id = $1",
        upload.id,
        now,
    )


async def remove(conn: Connection, upload_id: UUID) -> None:
    await conn.execute("delete from sync_upload where id = $1", upload_id)


async def expired(conn: Connection, now: datetime, limit: int) -> list[Upload]:
    rows = await conn.fetch(
        f"select {_COLUMNS} from sync_upload where expires_at <= $1 order by expires_at limit $2", now, limit
    )
    return [Upload(*row) for row in rows]


async def find_file(conn: Connection, reseller_id: UUID, sha256: str) -> StoredFile | None:
    rows = await conn.fetch(
        "select sha256, size, content_type from sync_file where reseller_id = $1 and sha256 = $2",
        reseller_id,
        sha256,
    )
    return StoredFile(*rows[0]) if rows else None


async def add_file(
    conn: Connection, file_id: UUID, reseller_id: UUID, client_id: UUID, file: StoredFile, now: datetime
) -> None:
    await conn.execute(
        "insert into sync_file (id, reseller_id, sha256, size, content_type, client_id, stored_at)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (reseller_id, sha256) do nothing",
        file_id,
        reseller_id,
        file.sha256,
        file.size,
        file.content_type,
        client_id,
        now,
    )
