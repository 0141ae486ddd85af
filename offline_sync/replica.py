"""What a client keeps: its base, its outbox, its files and tracks, in one SQLite file.

What a person sees is the base with the outbox replayed on it. Two numbers divide the outbox: `confirmed`, the
last mutation whose result the server has given, and `lmid`, the last whose effects are in the base. A
mutation leaves the file only when the server's backup holds it (`durable_lmid`); until then it can be offered
again to a server that was restored. Every method is one transaction, and survives being killed around it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from offline_sync.engine.pull import Checksums, checksums_of
from offline_sync.ids import uuid7
from offline_sync.messages import Limits, PullAnswer, Result

_TABLES = """
create table if not exists state (name text primary key, value text not null);
create table if not exists base (kind text, id text, ver integer, body text, primary key (kind, id));
create table if not exists staged (n integer primary key, kind text, id text, ver integer, body text);
create table if not exists outbox
    (seq integer primary key, uid text not null, content text not null, result text);
create table if not exists blob
    (sha256 text primary key, content blob not null, type text not null, upload text,
    is_held integer not null default 0);
create table if not exists chunk
    (stream text, n integer, content text not null, is_held integer not null, primary key (stream, n));
"""


@dataclass(frozen=True, slots=True)
class Pending:
    seq: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Blob:
    """A file that the server does not hold yet; `upload` is where it was being sent."""

    sha256: str
    content: bytes
    content_type: str
    upload: str | None


class Replica:
    """Use from one task at a time."""

    def __init__(self, path: Path | str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.executescript(_TABLES)
        with self._transaction("open"):
            self._put_default("client_id", str(uuid4()))

    def close(self) -> None:
        self._db.close()

    @property
    def client_id(self) -> UUID:
        return UUID(self._get("client_id"))

    @property
    def epoch(self) -> UUID | None:
        epoch = self._get("epoch", "")
        return UUID(epoch) if epoch else None

    @property
    def is_enrolled(self) -> bool:
        return self._get("enrolled", "0") == "1"

    @property
    def cursor(self) -> int:
        return int(self._get("cursor", "0"))

    @property
    def lmid(self) -> int:
        return int(self._get("lmid", "0"))

    @property
    def confirmed(self) -> int:
        return int(self._get("confirmed", "0"))

    @property
    def acked(self) -> int:
        """The highest number up to which every result is stored here."""
        row = self._db.execute(
            "select min(seq) from outbox where result is null and seq <= ?", (self.confirmed,)
        ).fetchone()
        return self.confirmed if row[0] is None else int(row[0]) - 1

    @property
    def limits(self) -> Limits:
        """What the server advertised last; a lane that hears of no answer of JSON must keep to it too."""
        return msgspec.json.decode(self._get("limits", "{}"), type=Limits)

    def keep_to(self, limits: Limits) -> None:
        with self._transaction("keep_to"):
            self._put("limits", msgspec.json.encode(limits).decode())

    def record(
        self,
        name: str,
        args: Mapping[str, Any],
        *,
        v: int = 1,
        base: Mapping[str, int] | None = None,
        occurred_at: datetime | None = None,
    ) -> int:
        """Something a person did: saved once this returns. Its number."""
        uid = uuid7()
        with self._transaction("record"):
            seq = int(self._get("last_seq", "0")) + 1
            content = {
                "seq": seq,
                "uid": uid,
                "name": name,
                "v": v,
                "args": args,
                "base": base or {},
                "occurred_at": occurred_at or datetime.now(UTC),
            }
            self._put("last_seq", seq)
            self._db.execute(
                "insert into outbox (seq, uid, content) values (?, ?, ?)",
                (seq, str(uid), msgspec.json.encode(content).decode()),
            )
        return seq

    def enrolled(self, epoch: UUID, lmid: int) -> None:
        with self._transaction("enrolled"):
            self._put("enrolled", 1)
            if self.epoch is None:
                self._put("epoch", epoch)
            self._put("confirmed", lmid)

    def forget_enrolment(self) -> None:
        """The server does not know this client any more: its base counts for nothing."""
        with self._transaction("forget_enrolment"):
            self._put("enrolled", 0)
            self._put("cursor", 0)
            self._put("epoch", "")

    def pending(self, limit: int, most_bytes: int | None = None) -> list[Pending]:
        """What has no result here, also where the server has that number: it may be a clone's.

        Not more than `most_bytes` in all, but for one that is larger by itself.
        """
        found: list[Pending] = []
        size = 0
        for seq, content in self._db.execute(
            "select seq, content from outbox where seq > ? order by seq limit ?", (self.acked, limit)
        ):
            pending = Pending(seq, content.encode())
            size += len(pending.content)
            if found and most_bytes is not None and size > most_bytes:
                break
            found.append(pending)
        return found

    def pushed(self, lmid: int, results: Sequence[Result]) -> None:
        with self._transaction("pushed"):
            self._store_results(results)
            self._put("confirmed", max(lmid, self.confirmed))

    def go_on_from(self, lmid: int) -> bool:
        """The server has results up to `lmid`; false when the next mutation is no longer here to be sent."""
        oldest = self._db.execute("select min(seq) from outbox").fetchone()[0]
        if oldest is None and lmid < int(self._get("last_seq", "0")):
            return False
        if oldest is not None and oldest > lmid + 1:
            return False
        with self._transaction("go_on_from"):
            self._put("confirmed", lmid)
        return True

    def fork(self, after: int) -> None:
        """Become a new client: what the server does not have is numbered anew, and keeps its uid."""
        with self._transaction("fork"):
            waiting = self._db.execute(
                "select content from outbox where seq > ? order by seq", (after,)
            ).fetchall()
            self._db.execute("delete from outbox")
            for seq, (content,) in enumerate(waiting, 1):
                renumbered = json.loads(content) | {"seq": seq}
                self._db.execute(
                    "insert into outbox (seq, uid, content) values (?, ?, ?)",
                    (seq, renumbered["uid"], json.dumps(renumbered)),
                )
            for name in ("lmid", "confirmed", "cursor", "enrolled"):
                self._put(name, 0)
            self._put("epoch", "")
            self._put("last_seq", len(waiting))
            self._put("client_id", uuid4())

    def stage(self, answer: PullAnswer) -> None:
        """Keep a page until the last one comes."""
        with self._transaction("stage"):
            self._insert_staged(answer)

    def drop_staged(self) -> None:
        with self._transaction("drop_staged"):
            self._db.execute("delete from staged")

    def apply(self, answer: PullAnswer, epoch: UUID) -> None:
        """The last page: swap in everything staged, drop what is durable, store the cursor."""
        with self._transaction("apply"):
            self._insert_staged(answer)
            if answer.reset:
                self._db.execute("delete from base")
            self._db.execute(
                "insert into base (kind, id, ver, body) select kind, id, ver, body from staged"
                " where true order by n on conflict (kind, id) do update"
                " set ver = excluded.ver, body = excluded.body"
            )
            self._db.executemany(
                "delete from base where kind = ? and id = ?",
                [(kind, str(row_id)) for kind, row_id in answer.gone],
            )
            self._db.execute("delete from staged")
            self._store_results(answer.results)
            was_restored = self.epoch is not None and self.epoch != epoch
            self._put("epoch", epoch)
            self._put("cursor", answer.cursor)
            self._put("lmid", answer.lmid)
            self._put("confirmed", answer.lmid if was_restored else max(answer.lmid, self.confirmed))
            if was_restored:  # also up to its `lmid`: a copy of this client may have used those numbers since
                self._db.execute("update outbox set result = null")
            self._db.execute(
                "delete from outbox where seq <= ? and result is not null",
                (min(answer.durable_lmid, self.acked),),
            )

    def damage(self) -> None:
        """The base does not match its checksums: ask for all of it."""
        with self._transaction("damage"):
            self._put("cursor", 0)
            self._put("epoch", "")

    def rows(self, kind: str) -> dict[UUID, Any]:
        """Bodies of the base."""
        found = self._db.execute("select id, body from base where kind = ?", (kind,))
        return {UUID(row_id): json.loads(body) for row_id, body in found}

    def checksums(self) -> Checksums:
        rows = self._db.execute("select kind, id, ver from base")
        return checksums_of((kind, UUID(row_id), ver) for kind, row_id, ver in rows)

    def waiting(self) -> list[dict[str, Any]]:
        """What was done and is not in the base yet, or is not what the base holds under that number."""
        rows = self._db.execute(
            "select content from outbox where seq > ? or result is null order by seq", (self.lmid,)
        )
        return [json.loads(content) for (content,) in rows]

    def results(self) -> dict[int, dict[str, Any]]:
        rows = self._db.execute("select seq, result from outbox where result is not null order by seq")
        return {seq: json.loads(result) for seq, result in rows}

    def result(self, seq: int) -> dict[str, Any] | None:
        """Of one mutation; None while it has none, and after it left the file."""
        row = self._db.execute("select result from outbox where seq = ?", (seq,)).fetchone()
        return None if row is None or row[0] is None else json.loads(row[0])

    def add_blob(self, sha256: str, content: bytes, content_type: str) -> None:
        with self._transaction("add_blob"):
            self._db.execute(
                "insert into blob (sha256, content, type) values (?, ?, ?) on conflict do nothing",
                (sha256, content, content_type),
            )

    def unsent_blobs(self) -> list[Blob]:
        rows = self._db.execute("select sha256, content, type, upload from blob where not is_held")
        return [Blob(*row) for row in rows]

    def uploading(self, sha256: str, upload: str | None) -> None:
        with self._transaction("uploading"):
            self._db.execute("update blob set upload = ? where sha256 = ?", (upload, sha256))

    def held(self, sha256: str) -> None:
        """The file's own receipt came: its bytes may go."""
        with self._transaction("held"):
            self._db.execute("update blob set is_held = 1, content = x'' where sha256 = ?", (sha256,))

    def add_chunk(self, stream: UUID, n: int, fixes: Sequence[Sequence[Any]]) -> None:
        content = json.dumps({"n": n, "fixes": fixes, "gaps": []})
        with self._transaction("add_chunk"):
            self._db.execute("insert into chunk values (?, ?, ?, 0)", (str(stream), n, content))

    def unsent_chunks(self) -> dict[UUID, list[dict[str, Any]]]:
        streams: dict[UUID, list[dict[str, Any]]] = {}
        rows = self._db.execute("select stream, content from chunk where not is_held order by stream, n")
        for stream, content in rows:
            streams.setdefault(UUID(stream), []).append(json.loads(content))
        return streams

    def chunks_held(self, stream: UUID, numbers: Sequence[int]) -> None:
        with self._transaction("chunks_held"):
            self._db.executemany(
                "update chunk set is_held = 1 where stream = ? and n = ?", [(str(stream), n) for n in numbers]
            )

    @contextmanager
    def _transaction(self, _name: str) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
            self._db.execute("commit")
        except BaseException:
            if self._db.in_transaction:  # a full disk has ended it already, or left it open at its commit
                self._db.execute("rollback")
            raise

    def _insert_staged(self, answer: PullAnswer) -> None:
        self._db.executemany(
            "insert into staged (kind, id, ver, body) values (?, ?, ?, ?)",
            [(kind, str(row_id), ver, bytes(body).decode()) for kind, row_id, ver, body in answer.rows],
        )

    def _store_results(self, results: Sequence[Result]) -> None:
        self._db.executemany(
            "update outbox set result = ? where seq = ? and uid = ?",
            [(msgspec.json.encode(result).decode(), result.seq, str(result.uid)) for result in results],
        )

    def _get(self, name: str, default: str | None = None) -> str:
        row = self._db.execute("select value from state where name = ?", (name,)).fetchone()
        if row is None:
            if default is None:
                raise LookupError(name)
            return default
        return str(row[0])

    def _put(self, name: str, value: object) -> None:
        self._db.execute(
            "insert into state values (?, ?) on conflict (name) do update set value = excluded.value",
            (name, str(value)),
        )

    def _put_default(self, name: str, value: str) -> None:
        self._db.execute("insert into state values (?, ?) on conflict (name) do nothing", (name, value))
