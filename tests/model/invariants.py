"""The invariants of docs/sync-protocol.md, each a check that can be named when it fails.

| | invariant | looked at |
| --- | --- | --- |
| 1 | one effect per (client, seq) | after every step: `one_effect` |
| 2 | each saved mutation reaches one final result | at the end: `one_result`; in every answer: `Witness` |
| 3 | effects in seq order | after every step: `effects_in_order` |
| 4 | lmid, effects and result together | after every step: `together`; in every answer: `Witness` |
| 5 | when all is quiet, base equals a fresh view | after each whole sync and at the end: `base_is_view` |
| 6 | no row outside the view; what left is gone | `Witness`, `WatchedReplica`, `departures_kept` |
| 7 | a pull at lmid n holds all effects ≤ n, none > n | after every step, for every pull: `no_torn_read` |
| 8 | the cursor never goes back | after every step: `cursor_goes_on`; in every answer: `Witness` |
| 9 | a reset replaces | in every pull: `WatchedReplica.apply` |
| 10 | any answer twice or late without harm | after every late or doubled request: all of these; `Witness` |
| 11 | nothing unresolved is lost from sight | after every step: `nothing_lost` |
| 12 | the conflict table is complete | `conflicts_complete` |
| 13 | files present and verified, or flagged | at the end: `files_here_or_flagged` |
| 14 | tombstones and results bounded | after every step: `tombstones_bounded`; in every answer: `Witness` |
| 15 | two releases back still sync | at the end: `old_phone_agrees` |
| 16 | the queue drains by itself | at the end: `drained` |
| 17 | lanes are independent | at the end: `lanes_apart` |
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import UUID

import msgspec
import obstore

from offline_sync.engine.pull import Known
from offline_sync.ports import Caller, Identity
from piccolo_conf import DB
from server.database import platform, tenant
from server.service_orders.statuses import Status
from server.visits.conflicts import CONFLICTS, Assignment, Fact
from server.visits.states import EventKind
from tests.model.device import Device, Read
from tests.model.older import OldPhone
from tests.model.portal import Portal

APPLIED = ("applied", "applied_with_discrepancy")
FINAL = (*APPLIED, "rejected", "quarantined")


@dataclass
class History:
    """One server, its phones, and what the checks need to know of the past."""

    portal: Portal
    devices: list[Device]
    old: OldPhone
    cvr: dict[UUID, int] = field(default_factory=dict)
    freed_before_restore: set[str] = field(default_factory=set)

    @property
    def resellers(self) -> tuple[UUID, UUID]:
        return self.portal.home.reseller_id, self.portal.away.reseller_id

    async def fetch(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        """Rows of both resellers of this history, as `$1` and `$2`."""
        with platform():
            async with DB.reading() as conn:
                return await conn.fetch(sql, *self.resellers, *args)


@dataclass(frozen=True)
class Shelf:
    """What the portal holds, read in one snapshot."""

    lmids: dict[UUID, int]
    tombstones: dict[UUID, int]
    cvrs: dict[UUID, int]
    durable: dict[UUID, int]
    results: dict[UUID, dict[int, tuple[str, str]]]  # client → seq → (uid, status)
    effects: list[tuple[UUID, int, str]]  # (client, seq, uid), in the order of their happening
    told: dict[tuple[str, str, str], tuple[int, bool]]

    @property
    def uids(self) -> set[str]:
        return {uid for of_client in self.results.values() for uid, _ in of_client.values()}

    def seqs_with_effect(self, client: UUID, up_to: int) -> frozenset[int]:
        return frozenset(seq for owner, seq, _ in self.effects if owner == client and seq <= up_to)


async def read_shelf(history: History) -> Shelf:
    where = "where reseller_id in ($1, $2)"
    with platform():
        async with DB.reading() as conn:
            ours = history.resellers
            clients = await conn.fetch(
                f"select id, lmid, tombstones, cvr, durable_lmid from sync_client {where}", *ours
            )
            mutations = await conn.fetch(
                f"select client_id, seq, uid, status from sync_mutation {where} order by client_id, seq",
                *ours,
            )
            effects = await conn.fetch(
                f"select client_id, seq, uid from model_effect {where} order by n", *ours
            )
            views = dict(await conn.fetch("select client_id, told from sync_view"))
            told = {row[0]: msgspec.json.decode(views.get(row[0], "[]"), type=list[Known]) for row in clients}
    results: dict[UUID, dict[int, tuple[str, str]]] = {row[0]: {} for row in clients}
    for client, seq, uid, status in mutations:
        assert seq not in results[client], f"inv 1: two results for {client} {seq}"
        results[client][seq] = (str(uid), status)
    return Shelf(
        lmids={row[0]: row[1] for row in clients},
        tombstones={row[0]: row[2] for row in clients},
        cvrs={row[0]: row[3] for row in clients},
        durable={row[0]: row[4] for row in clients},
        results=results,
        effects=[(row[0], row[1], str(row[2])) for row in effects],
        told={
            (str(client), row.kind, row.id): (row.patch, row.is_gone)
            for client, rows in told.items()
            for row in rows
        },
    )


# After every step.


def one_effect(history: History, shelf: Shelf) -> None:
    keys = [(client, seq) for client, seq, _ in shelf.effects]
    assert len(keys) == len(set(keys)), "inv 1: a mutation took effect twice"


def effects_in_order(history: History, shelf: Shelf) -> None:
    last: dict[UUID, int] = {}
    for client, seq, _ in shelf.effects:
        assert seq > last.get(client, 0), f"inv 3: {seq} took effect after {last[client]}"
        last[client] = seq


def together(history: History, shelf: Shelf) -> None:
    for client, lmid in shelf.lmids.items():
        results = shelf.results[client]
        assert list(results) == list(range(1, lmid + 1)), f"inv 4: lmid {lmid}, but results {list(results)}"
        applied = frozenset(seq for seq, (_, status) in results.items() if status in APPLIED)
        effects = frozenset(seq for owner, seq, _ in shelf.effects if owner == client)
        assert effects == applied, f"inv 4: effects {set(effects)} but results of {set(applied)}"


def departures_kept(history: History, shelf: Shelf) -> None:
    history.portal.witness.departures(shelf.told)


def no_torn_read(history: History, shelf: Shelf) -> None:
    epoch = history.portal.service._epoch
    for device in history.devices:
        for read in device.reads:
            if not epoch or read.epoch == epoch[0]:
                _whole(read, shelf)
        device.reads.clear()


def _whole(read: Read, shelf: Shelf) -> None:
    wanted = shelf.seqs_with_effect(read.client_id, read.lmid)
    assert read.effects == wanted, (
        f"inv 7: the pull at lmid {read.lmid} showed the effects {sorted(read.effects)} of {sorted(wanted)}"
    )


def cursor_goes_on(history: History, shelf: Shelf) -> None:
    for client, cvr in shelf.cvrs.items():
        assert cvr >= history.cvr.get(client, 0), "inv 8: the view record went back"
    history.cvr = dict(shelf.cvrs)
    for device in history.devices:
        replica = device.replica
        if replica.epoch is not None and device.has_sound_base:
            key = (replica.client_id, replica.epoch)
            assert replica.cursor >= device.cursors.get(key, 0), "inv 8: a phone's cursor went back"
            device.cursors[key] = replica.cursor


def nothing_lost(history: History, shelf: Shelf) -> None:
    """What a person saved is in the portal with its result, or still on the phone, and then in sight.

    A copied phone that becomes another client leaves what the portal had confirmed to the one it was copied
    from: after a restore that one offers it again.
    """
    held, epoch = shelf.uids, history.portal.service._epoch
    kept = [{act["uid"] for act in device.replica.outbox()} for device in history.devices]
    for device, here in zip(history.devices, kept, strict=True):
        elsewhere = held.union(*(uids for uids in kept if uids is not here))
        lost = [device.saved[uid]["name"] for uid in device.saved if uid not in here | elsewhere]
        assert not lost, f"inv 11: {device.token} lost {lost}"
        if device.has_sound_base and epoch and device.replica.epoch == epoch[0]:
            seen = {act["uid"] for act in device.replica.waiting()}
            unseen = [device.saved[uid]["name"] for uid in device.saved if uid not in seen | elsewhere]
            assert not unseen, (
                f"inv 11: {device.token} does not show {unseen}, which the portal does not have"
            )
    old = history.old
    here = {act["uid"] for act in old.outbox}
    assert all(uid in here | held for uid in old.saved), "inv 11: the old phone lost something"


def tombstones_bounded(history: History, shelf: Shelf) -> None:
    acknowledged = history.portal.witness.acknowledged
    for client, count in shelf.tombstones.items():
        gone = [patch for (owner, _, _), (patch, left) in shelf.told.items() if owner == str(client) and left]
        assert count == len(gone), f"inv 14: {count} tombstones counted, {len(gone)} kept"
        assert all(patch > acknowledged[str(client)] for patch in gone), (
            "inv 14: an acknowledged departure is kept"
        )


# At the end, or where nothing disturbs.


async def fresh_view(
    history: History, token: str, client_id: UUID
) -> dict[tuple[str, UUID], tuple[int, Any]]:
    actor = history.portal.actor(token)
    caller = Caller(client_id, "phone", Identity(actor.user_id, actor.reseller_id, actor))
    application = history.portal.service.application("phone")
    view: dict[tuple[str, UUID], tuple[int, Any]] = {}
    with tenant(actor.reseller_id):
        async with DB.reading() as conn:
            seen = await application.view(conn, caller)
            ids: dict[str, list[str]] = defaultdict(list)
            for row in seen:
                ids[row.kind].append(row.id)
            bodies = await application.bodies(conn, caller, ids)
    for row in seen:
        view[row.kind, UUID(row.id)] = (row.ver, msgspec.json.decode(bodies[row.kind, row.id]))
    return view


async def base_is_view(history: History, device: Device) -> None:
    view = await fresh_view(history, device.token, device.replica.client_id)
    _same(device.replica.base(), view, device.token)


def _same(base: dict[Any, Any], view: dict[Any, Any], whose: str) -> None:
    differs = {key: (base.get(key), view.get(key)) for key in base.keys() | view.keys()}
    differs = {key: pair for key, pair in differs.items() if pair[0] != pair[1]}
    assert not differs, f"inv 5: the base of {whose} is not its view: {differs}"


async def one_result(history: History) -> None:
    """Everything saved is in the portal; an order of saving is an order of results."""
    shelf = await read_shelf(history)
    place = {uid: (client, seq) for client, of in shelf.results.items() for seq, (uid, _) in of.items()}
    status = {uid: status for of in shelf.results.values() for uid, status in of.values()}
    for saved in [*(device.saved for device in history.devices if not device.is_revoked), history.old.saved]:
        missing = [act["name"] for uid, act in saved.items() if uid not in place]
        assert not missing, f"inv 2: no result for {missing}"
        assert all(status[uid] in FINAL for uid in saved), "inv 2: a result that is not final"
        numbers: dict[UUID, list[int]] = {}
        for uid in saved:
            client, seq = place[uid]
            numbers.setdefault(client, []).append(seq)
        assert all(seqs == sorted(seqs) for seqs in numbers.values()), (
            "inv 3: results are not in the order saved"
        )
    await _effects_are_in_the_domain(history, status)


async def _effects_are_in_the_domain(history: History, status: dict[str, str]) -> None:
    """Each applied mutation's own row is there, and its words are said once."""
    everything = [act for phone in (*history.devices, history.old) for act in phone.saved.values()]
    for table, column, names in (
        ("visit_event", "event_id", ("record_visit_event", "complete_visit")),
        ("photo", "photo_id", ("attach_photo",)),
        ("order_event", "note_id", ("add_note",)),
        ("service_order", "order_id", ("open_order",)),
    ):
        rows = await history.fetch(f"select id from {table} where reseller_id in ($1, $2)")
        there = {str(row[0]) for row in rows}
        for act in everything:
            if act["name"] in names and status.get(act["uid"]) in APPLIED:
                assert act["args"][column] in there, (
                    f"inv 4: applied, but there is no {table} of {act['name']}"
                )
    notes = [row[0] for row in await history.fetch(
        "select note from order_event where reseller_id in ($1, $2) and kind = 'note'"
    )]  # fmt: skip
    assert len(notes) == len(set(notes)), "inv 1: a note was written twice"
    apart = await history.fetch(
        "select o.id from service_order o where o.reseller_id in ($1, $2) and (o.completed_visits <>"
        " (select count(*) from visit v where v.service_order_id = o.id and v.state = 'completed')"
        " or o.attended_at is distinct from (select min(t.at) from (select v.arrived_at as at from visit v"
        " where v.service_order_id = o.id union all select v.work_started_at from visit v"
        " where v.service_order_id = o.id) t))"
    )
    assert not apart, f"inv 4: the sums of {apart} are not those of their visits"


def drained(history: History) -> None:
    for device in history.devices:
        if not device.is_revoked:
            assert device.replica.waiting() == [], f"inv 16: {device.token} still waits"
    assert history.old.waiting() == [], "inv 16: the old phone still waits"


async def files_here_or_flagged(history: History) -> None:
    """Every photo and signature: its file is stored and verified, or the office is told that it is not."""
    stored = {
        (reseller, sha256): size
        for reseller, sha256, size in await history.fetch(
            "select reseller_id, sha256, size from sync_file where reseller_id in ($1, $2)"
        )
    }
    for (reseller, sha256), size in stored.items():
        content = bytes(
            await (await obstore.get_async(history.portal.files, f"{reseller}/{sha256}")).bytes_async()
        )
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (sha256, size), (
            "inv 13: not what was verified"
        )
    flagged = {row[0] for row in await history.fetch(
        "select visit_id from discrepancy where reseller_id in ($1, $2) and kind = 'file_missing'"
        " and accepted_at is null"
    )}  # fmt: skip
    evidence = await history.fetch(
        "select e.reseller_id, e.visit_id, e.sha256, e.file_at, v.state, e.hidden from ("
        "select reseller_id, visit_id, sha256, file_at, withdrawn_at as hidden from photo"
        " union all select reseller_id, visit_id, sha256, file_at, null as hidden from signature"
        " where sha256 <> '') e"
        " join visit v on v.id = e.visit_id where e.reseller_id in ($1, $2)"
    )
    for reseller, visit, sha256, file_at, state, hidden in evidence:
        is_here = (reseller, sha256) in stored
        assert (file_at is not None) == is_here, f"inv 13: the visit says {file_at}, the shelf says {is_here}"
        assert is_here or hidden or state != "completed" or visit in flagged, (
            "inv 13: missing and not flagged"
        )
    for device in history.devices:
        reseller_id = history.portal.actor(device.token).reseller_id
        for sha256, is_good in device.files.items():
            if is_good and not device.is_revoked and sha256 not in history.freed_before_restore:
                assert (reseller_id, sha256) in stored, "inv 13: a file was freed and is not here"


def conflicts_complete() -> None:
    assert set(CONFLICTS) == set(product(Fact, Status, Assignment)), "inv 12: a state and event without a row"
    assert {kind.value for kind in EventKind} <= {fact.value for fact in Fact}, "inv 12: an event is no fact"
    refusals = {fact for (fact, _, _), resolution in CONFLICTS.items() if resolution.refusal}
    assert refusals <= {Fact.SELECTED}, f"inv 12: facts are refused: {refusals}"


async def old_phone_agrees(history: History) -> None:
    view = await fresh_view(history, history.old.token, history.old.client_id)
    base = history.old.base
    differs = {
        key: (base.get(key), view.get(key))
        for key in base.keys() | view.keys()
        if base.get(key) != view.get(key)
    }
    assert not differs, f"inv 15: the base of the old phone is not its view: {differs}"


async def lanes_apart(device: Device, send: Callable[[str], Awaitable[str]]) -> None:
    """With the data lane cut off, files and positions go; a file that is always refused holds up nothing."""
    for lane in ("files", "tracks"):
        outcome = await send(lane)
        assert outcome in {"done", "file_type_refused", "stream_unknown"}, (
            f"inv 17: {lane} stopped with {outcome}"
        )
    left = {blob.sha256 for blob in device.replica.unsent_blobs()}
    assert not {sha256 for sha256 in left if device.files.get(sha256)}, "inv 17: a good file was held up"


EVERY_STEP: tuple[Callable[[History, Shelf], None], ...] = (
    one_effect,
    effects_in_order,
    together,
    departures_kept,
    no_torn_read,
    cursor_goes_on,
    nothing_lost,
    tombstones_bounded,
)
