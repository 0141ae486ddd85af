"""The state machine: people, office, wire, clocks, deaths and restores in any order.

A step does one thing, and then every invariant of `invariants.EVERY_STEP` is looked at. When a history is
over, the network is good again: everything must drain by itself, and the others are looked at.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from offline_sync.client import Client
from tests.model import arena, fieldwork, invariants, office, wire
from tests.model.device import Device
from tests.model.fieldwork import Fieldwork, Hand
from tests.model.invariants import History
from tests.model.office import Office
from tests.model.older import OldPhone
from tests.model.portal import Portal
from tests.model.sabotage import ERRORS, MOMENTS, Plan
from tests.offline_sync.wire import Killed

LANES: dict[str, Callable[[Client], Awaitable[None]]] = {
    "data": Client.sync,
    "pull": Client.pull,
    "files": Client.send_files,
    "tracks": Client.send_tracks,
}
LANES_OFTEN = ("data", "data", "data", "pull", "files", "tracks")
EVENTS = (
    "server_clock_forward",
    "server_clock_back",
    "device_clock_forward",
    "device_clock_back",
    "session_ended",
    "cloned",
    "base_damaged",
    "backed_up",
    "backed_up",
    "backup_verified",
    "restored",
    "revoked",
)
CYCLES = 12  # more than any queue of a history needs
MOST_DEVICES = 7

small = st.integers(0, 7)
faults = st.lists(st.sampled_from(wire.FAULTS), max_size=4)
deaths = st.none() | st.tuples(st.integers(0, 6), st.sampled_from(["before", "after"]))
plans = (
    st.none()
    | st.builds(
        Plan, st.just("statement"), st.sampled_from(ERRORS), st.integers(0, 25), st.sampled_from([1, 12])
    )
    | st.builds(Plan, st.sampled_from(MOMENTS[1:]), st.sampled_from(ERRORS), st.integers(0, 3))
)


class SyncMachine(RuleBasedStateMachine):
    """Devices, orders and clients are picked by number, modulo how many there are."""

    @initialize()
    def found(self) -> None:
        self.arena = arena.current()
        self.folder = Path(tempfile.mkdtemp(dir=self.arena.folder))
        self.seen = self.arena.seen
        self.portal = Portal(self.arena.vault, self.arena.saboteur, self.seen)
        self.arena.run(self.portal.open())
        self.office = Office(self.portal)
        for _ in range(3):
            self.arena.run(self.office.open())
        self.stranger = self.arena.run(self.portal.away.open_order())
        self.arena.run(self.portal.away.dispatch(self.stranger, self.portal.away.tiago))
        self.arena.run(self.portal.back_up())  # there is always an old one
        tokens = ("casa-Tiago", "casa-Vera", "casa-Tiago", "fora-Tiago")
        devices = [Device(self.portal, token, self.folder / f"{n}.sqlite") for n, token in enumerate(tokens)]
        self.history = History(self.portal, devices, OldPhone(self.portal, "casa-Vera"))
        self.work = {
            token: Fieldwork(self.portal.away if token.startswith("fora") else self.portal.home)
            for token in {*tokens}
        }
        self.hands: dict[int, Hand] = {}
        self._count("histories")

    # What people do.

    @rule(device=small, act=st.sampled_from(fieldwork.ACTS), order=small, choice=small, death=deaths)
    def save(self, device: int, act: str, order: int, choice: int, death: tuple[int, str] | None) -> None:
        """Somebody records something, perhaps while the phone dies."""
        phone, order_id = self._device(device), self._order(device, order)
        phone.replica.kill = death and (death[0] % 2, death[1])
        self._count(f"act {act}")
        work, hand = self.work[phone.token], self._hand(phone)
        if act == "position":
            self._position(phone, work.visit_of(hand, order_id))
        photo = work.act(hand, act, order_id, choice)
        if photo is not None:
            self._add_file(phone, photo, "image/png")
        phone.replica.kill = None

    @rule(device=small, order=small, choice=small)
    def save_a_whole_visit(self, device: int, order: int, choice: int) -> None:
        for act in ("select", "step", "photo", "position", "complete"):
            self.save.__wrapped__(self, device, act, order, choice, None)  # type: ignore[attr-defined]

    @rule(act=st.sampled_from(fieldwork.ACTS), order=small, choice=small)
    def save_on_the_old_phone(self, act: str, order: int, choice: int) -> None:
        self._count("old phone saves")
        orders = self.office.orders
        self.work["casa-Vera"].act(self.history.old, act, orders[order % len(orders)], choice)

    @rule(device=small)
    def keep_a_file_that_is_no_picture(self, device: int) -> None:
        self._count("bad file")
        self._add_file(self._device(device), b"%PDF-1.4 no picture at all", "image/png")

    @rule(act=st.sampled_from(office.ACTS), choice=small)
    def office_acts(self, act: str, choice: int) -> None:
        self._count(f"office {act}")
        self._run(self.office.act(act, choice))

    # The lanes, on a bad line, with a server that may die.

    @rule(lane=st.sampled_from(LANES_OFTEN), device=small, script=faults, death=deaths, plan=plans)
    def a_lane_runs(
        self,
        lane: str,
        device: int,
        script: list[str],
        death: tuple[int, str] | None,
        plan: Plan | None,
    ) -> None:
        phone = self._device(device)
        if lane != "data" and not phone.replica.is_enrolled:
            lane = "data"
        is_undisturbed = not script and death is None and plan is None
        phone.wire.script.extend(script)
        phone.replica.kill = death
        self._plan(plan)
        outcome = self._attempt(phone, LANES[lane])
        self.portal.saboteur.plan(None)
        self._count(f"{lane} {outcome}")
        if lane == "data" and outcome == "done":
            self._run(invariants.base_is_view(self.history, phone))
        elif lane == "data" and is_undisturbed:
            assert phone.is_revoked or outcome == "later", (
                f"on a good line the data lane ended with {outcome}"
            )

    @rule(script=faults, plan=plans)
    def sync_the_old_phone(self, script: list[str], plan: Plan | None) -> None:
        self._plan(plan)
        self.history.old.wire.script.extend(script)
        outcome = self._run(self.history.old.attempt())
        self.portal.saboteur.plan(None)
        self._count(f"old phone {outcome}")

    @rule()
    def everybody_syncs_at_once(self) -> None:
        self._count("at once")

        async def all_of_them() -> None:
            await asyncio.gather(*(device.attempt(Client.sync) for device in self.history.devices))

        self._run(all_of_them())

    @precondition(lambda self: self.portal.held)
    @rule()
    def the_wire_delivers_what_it_held(self) -> None:
        self._run(self.portal.deliver_held())

    # What happens to clocks, sessions, installations and databases.

    @rule(event=st.sampled_from(EVENTS), device=small)
    def something_happens(self, event: str, device: int) -> None:
        if getattr(self, f"_{event}")(self._device(device)) is not False:
            self._count(event)

    def _server_clock_forward(self, phone: Device) -> None:
        self.portal.clock.forward(hours=8 * 24)

    def _server_clock_back(self, phone: Device) -> None:
        self.portal.clock.forward(hours=-25)

    def _device_clock_forward(self, phone: Device) -> None:
        phone.behind -= timedelta(days=400)

    def _device_clock_back(self, phone: Device) -> None:
        phone.behind += timedelta(days=400)

    def _session_ended(self, phone: Device) -> None:
        """The pause costs nothing: no attempt is counted, nothing is sent as somebody else."""
        actor = self.portal.people.by_name.pop(phone.token)
        outcome = self._attempt(phone, Client.sync)
        self.portal.people.by_name[phone.token] = actor
        assert outcome == "login", f"without a session the phone went on: {outcome}"

    def _cloned(self, phone: Device) -> bool:
        phones = self.history.devices
        if len(phones) == MOST_DEVICES:
            return False
        phones.append(phone.clone(self.folder / f"{len(phones)}.sqlite"))
        return True

    def _base_damaged(self, phone: Device) -> None:
        phone.replica.lose_a_row()
        phone.base_of = None

    def _backed_up(self, phone: Device) -> None:
        self._run(self.portal.back_up())

    def _backup_verified(self, phone: Device) -> None:
        self._run(self.portal.verify_backup())

    def _restored(self, phone: Device) -> None:
        for other in self.history.devices:
            unsent = {blob.sha256 for blob in other.replica.unsent_blobs()}
            self.history.freed_before_restore |= other.files.keys() - unsent
        self._run(self.portal.restore())
        self.history.cvr.clear()
        self._after_restore()

    def _revoked(self, phone: Device) -> bool:
        known = self._run(invariants.read_shelf(self.history)).lmids
        is_one_already = any(other.is_revoked for other in self.history.devices)
        if is_one_already or phone.token.startswith("fora") or phone.replica.client_id not in known:
            return False
        self._run(self.office.revoke(phone.replica.client_id))
        for other in self.history.devices:  # a clone is the same installation until it forks
            other.is_revoked |= other.replica.client_id == phone.replica.client_id
        return True

    @invariant()
    def nothing_is_broken(self) -> None:
        if hasattr(self, "history"):
            self.portal.clock.forward(milliseconds=20)
            self._count("steps")
            shelf = self._run(invariants.read_shelf(self.history))
            for check in invariants.EVERY_STEP:
                check(self.history, shelf)

    def teardown(self) -> None:
        if not hasattr(self, "history"):
            return
        try:
            if sys.exc_info()[0] is None:
                self._run(self._end())
        finally:
            self.portal.saboteur.plan(None)
            for device in self.history.devices:
                device.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    async def _end(self) -> None:
        """The network is good again, nobody does anything any more."""
        history = self.history
        await self.portal.deliver_held()
        invariants.conflicts_complete()
        living = [device for device in history.devices if not device.is_revoked]
        shelf = await invariants.read_shelf(history)
        for device in living:
            if device.replica.client_id in shelf.lmids and device.replica.is_enrolled:
                await self._without_data(device)
        for _ in range(CYCLES):
            outcomes = [await device.attempt(Client.sync) for device in living]
            outcomes.append(await history.old.attempt())
            # An old phone whose pull is the first to hear of a restore pushes with the next cycle.
            if all(outcome == "done" for outcome in outcomes) and not history.old.waiting():
                break
        else:
            reasons = [device.why for device in living]
            raise AssertionError(f"inv 16: after {CYCLES} cycles on a good line: {outcomes}, {reasons}")
        for device in living:
            await self._without_data(device)
        await self.office.look_for_missing_files()
        for device in living:  # the files' receipts are rows of the views
            assert await device.attempt(Client.sync) == "done"
        assert await history.old.attempt() == "done"
        await self._look_at_the_end(living)

    async def _without_data(self, device: Device) -> None:
        device.wire.is_data_cut = True
        try:
            await invariants.lanes_apart(device, lambda lane: device.attempt(LANES[lane]))
        finally:
            device.wire.is_data_cut = False

    async def _look_at_the_end(self, living: list[Device]) -> None:
        history = self.history
        shelf = await invariants.read_shelf(history)
        for check in invariants.EVERY_STEP:
            check(history, shelf)
        for device in living:
            await invariants.base_is_view(history, device)
        invariants.drained(history)
        await invariants.one_result(history)
        await invariants.files_here_or_flagged(history)
        await invariants.old_phone_agrees(history)

    # Helpers.

    def _device(self, number: int) -> Device:
        return self.history.devices[number % len(self.history.devices)]

    def _order(self, device: int, number: int) -> UUID:
        if self._device(device).token.startswith("fora"):
            return self.stranger
        return self.office.orders[number % len(self.office.orders)]

    def _hand(self, phone: Device) -> Hand:
        return self.hands.setdefault(id(phone), Hand(phone))

    def _add_file(self, phone: Device, content: bytes, content_type: str) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            phone.replica.add_blob(sha256, content, content_type)
        except Killed:
            phone.reopen()
        if sha256 in {blob.sha256 for blob in phone.replica.unsent_blobs()}:
            phone.files[sha256] = content.startswith(b"\x89PNG")

    def _position(self, phone: Device, stream: UUID) -> None:
        n = phone.streams.get(stream, 0)
        phone.streams[stream] = n + 1
        moment = phone.clock().timestamp() * 1000
        try:
            phone.replica.add_chunk(stream, n, [[moment, -27.5, -48.5, 5, None]])
        except Killed:
            phone.reopen()

    def _attempt(self, phone: Device, act: Callable[[Client], Awaitable[None]]) -> str:
        return self._run(phone.attempt(act))

    def _plan(self, plan: Plan | None) -> None:
        if plan is not None:
            times = plan.times if plan.error == "busy" else 1
            self.portal.saboteur.plan(Plan(plan.moment, plan.error, plan.countdown, times))

    def _after_restore(self) -> None:
        """Who was revoked after the backup is not revoked any more, in the database that counts now."""
        shelf = self._run(self.history.fetch(
            "select id from sync_client where reseller_id in ($1, $2) and revoked_at is not null"
        ))  # fmt: skip
        revoked = {row[0] for row in shelf}
        for device in self.history.devices:
            device.is_revoked = device.replica.client_id in revoked

    def _count(self, what: str) -> None:
        self.seen[what] += 1

    def _run(self, work: Any) -> Any:
        result = self.arena.run(work)
        for strike in self.portal.saboteur.struck:
            self.seen[f"server {strike}"] += 1
        self.portal.saboteur.struck.clear()
        return result
