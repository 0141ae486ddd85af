"""Pull: what this client may see now, as a difference to what it was told.

The steps are those of docs/sync-protocol.md. Everything in an answer is read from one snapshot. Two
shortcuts, both by the application's pulse: when nothing at all is new for the client, nothing is locked or
written; when only the client is behind, the view query is not run, because the view record is still
exactly the view.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from msgspec import Raw

from offline_sync.engine.pull import (
    Base,
    Checksums,
    Known,
    Page,
    Place,
    advance_checksums,
    checksums_of,
    choose_base,
    compare,
    cut_page,
    still_to_name,
)
from offline_sync.messages import PullAnswer, PullRequest
from offline_sync.ports import Application, Caller, Connection, Identity
from offline_sync.problems import SyncProblem
from offline_sync.retry import retrying
from offline_sync.service import Service, check_client, check_schema
from offline_sync.store import clients, mutations, views
from offline_sync.store.clients import ClientRecord

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NUMBER = r"\.(-1|[0-9]{1,16})"
TOKEN = re.compile(rf"({_UUID})\.([01])" + _NUMBER * 3 + rf"\.([^.]*)\.({_UUID})")
NOTED_EVERY = timedelta(minutes=5)  # how stale `last_seen_at` of a quiet client may be


async def pull(service: Service, identity: Identity, request: PullRequest) -> PullAnswer:
    check_schema(request.schema)
    epoch = await service.epoch()
    if request.cursor:
        quiet = await _quiet_answer(service, identity, request, epoch)
        if quiet is not None:
            return quiet
    return await retrying(lambda: _Pull(service, identity, request, epoch).answer())


async def _quiet_answer(
    service: Service, identity: Identity, request: PullRequest, epoch: UUID
) -> PullAnswer | None:
    """The idle shortcut: nothing is new for this client, and it has acknowledged all that was.

    Two reads without a transaction: the record, then the pulse. An equal pulse says that the view was still
    the record's when the pulse was read, so the answer is that of the moment when the record was read.
    """
    record = await clients.find(service.db, request.client_id)
    caller = check_client(record, identity)
    assert record is not None
    is_quiet = (
        request.epoch == epoch
        and request.page is None
        and request.cursor == record.cvr
        and record.tombstones == 0
        and request.acked == record.acked == record.lmid
        and (request.checksums is None or request.checksums == record.checksums)
        and service.now() - record.last_seen_at < NOTED_EVERY
        and record.pulse is not None
        and record.pulse == await service.application(record.kind).pulse(service.db, caller)
    )
    if not is_quiet:
        return None
    return PullAnswer(
        reset=False,
        cursor=record.cvr,
        lmid=record.lmid,
        durable_lmid=record.durable_lmid,
        rows=[],
        gone=[],
        results=[],
        checksums=record.checksums,
        more=None,
    )


@dataclass(frozen=True, slots=True)
class _View:
    """The client view record once it equals the view; `rows` are those that may be news."""

    cvr: int
    rows: list[Known]
    tombstones: int
    checksums: Checksums


@dataclass(frozen=True, slots=True)
class _Pull:
    service: Service
    identity: Identity
    request: PullRequest
    epoch: UUID

    async def answer(self) -> PullAnswer:
        request = self.request
        async with self.service.db.snapshot() as conn:
            record, told = await views.lock(conn, self.service.db.dialect, request.client_id)  # pull 1
            caller = check_client(record, self.identity)
            assert record is not None
            application = self.service.application(record.kind)
            base, was_gone = self._base(record), record.tombstones
            record, told = self._acknowledge(record, base, told)
            pulse = await application.pulse(conn, caller)
            view = await self._bring_up(conn, application, caller, record, base, told, pulse)
            page = cut_page(view.rows, base, self.service.limits.pull_rows)
            rows = await _bodies(conn, application, caller, page)
            is_last = page.next is None
            acked = max(record.acked, min(request.acked, record.lmid))
            results = []
            if is_last and acked < record.lmid:
                results = await mutations.results_after(conn, record.id, acked)
            if view.cvr != record.cvr or view.tombstones != was_gone:
                await views.tell(conn, record.reseller_id, record.id, view.rows)
            await clients.note_pull(
                conn,
                record.id,
                acked=acked,
                cvr=view.cvr,
                forgotten=record.forgotten,
                tombstones=view.tombstones,
                pulse=pulse,
                checksums=view.checksums,
                now=self.service.now(),
            )
        return PullAnswer(
            reset=base.is_reset,
            cursor=view.cvr,
            lmid=record.lmid,
            durable_lmid=record.durable_lmid,
            rows=rows,
            gone=[(row.kind, row.id) for row in page.gone],
            results=results,
            checksums=view.checksums,
            more=None if page.next is None else write_token(self.epoch, base, page.next),
        )

    def _base(self, record: ClientRecord) -> Base:
        """`pull 6`, or what a page's token says."""
        if self.request.page is not None:
            base = parse_token(self.request.page, self.epoch)
            place = base.after.patch if base.after else 0
            if place > record.cvr or base.gone_since < record.forgotten:
                raise SyncProblem("page_unknown")
            return base
        return choose_base(
            is_same_epoch=self.request.epoch == self.epoch,
            cursor=self.request.cursor,
            cvr=record.cvr,
            forgotten=record.forgotten,
            offered=self.request.checksums,
            stored=record.checksums,
        )

    def _acknowledge(
        self, record: ClientRecord, base: Base, told: list[Known]
    ) -> tuple[ClientRecord, list[Known]]:
        """`pull 5`: a cursor that can be built on acknowledges the departures up to it."""
        if base.is_reset or base.after is not None or not record.tombstones:
            return record, told
        kept = still_to_name(told, self.request.cursor)
        count = len(told) - len(kept)
        forgotten = max(record.forgotten, self.request.cursor) if count else record.forgotten
        return replace(record, forgotten=forgotten, tombstones=record.tombstones - count), kept

    async def _bring_up(
        self,
        conn: Connection,
        application: Application,
        caller: Caller,
        record: ClientRecord,
        base: Base,
        told: list[Known],
        pulse: str | None,
    ) -> _View:
        is_first_of_reset = base.is_reset and base.after is None
        if pulse is not None and pulse == record.pulse and not is_first_of_reset:
            return _View(record.cvr, told, record.tombstones, record.checksums)
        seen = await application.view(conn, caller)  # pull 2
        difference = compare(seen, told, record.cvr)  # pull 3
        sums = checksums_of(seen) if base.is_reset else advance_checksums(record.checksums, difference)
        rows = difference.same + difference.changed
        return _View(difference.cvr, rows, sum(row.is_gone for row in rows), sums)


def write_token(epoch: UUID, base: Base, place: Place) -> str:
    """Where a page of this pull ended, for the client to send back as `page`."""
    reset = int(base.is_reset)
    return f"{epoch}.{reset}.{base.since}.{base.gone_since}.{place.patch}.{place.kind}.{place.id}"


def parse_token(token: str, epoch: UUID) -> Base:
    """Raises `malformed` for what this server never wrote, `page_unknown` for another epoch's."""
    match = TOKEN.fullmatch(token)
    if match is None:
        raise SyncProblem("malformed", where="page")
    started_in, reset, since, gone_since, patch, kind, row_id = match.groups()
    if started_in != str(epoch):
        raise SyncProblem("page_unknown")
    return Base(int(since), int(gone_since), reset == "1", Place(int(patch), kind, row_id))


async def _bodies(
    conn: Connection, application: Application, caller: Caller, page: Page
) -> list[tuple[str, str, int, Raw]]:
    """`pull 4`: the rows with their bodies."""
    ids: dict[str, list[str]] = defaultdict(list)
    for row in page.rows:
        ids[row.kind].append(row.id)
    bodies = await application.bodies(conn, caller, ids) if ids else {}
    return [(row.kind, row.id, row.ver, Raw(bodies[row.kind, row.id])) for row in page.rows]
