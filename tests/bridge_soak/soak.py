"""One run: people at both ends, the bridge between them, everything that can break breaking; then calm.

Whatever is wrong afterwards comes back as lines that a person can read. The clerks' threads have their own
dice, so that a seed gives the same intentions, though not the same interleaving.
"""

from __future__ import annotations

import asyncio
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ilux_bridge import metadata
from ilux_bridge.store import Store
from ilux_bridge.watched import watch
from piccolo_conf import DB
from server.accounts.actor import Actor
from server.accounts.resellers import add_reseller
from server.accounts.sessions import actor_for
from server.bridge.accounts import add_bridge
from server.database import platform
from server.settings import Settings
from tests.bridge.firebird import CLERK, PrivateFirebird
from tests.bridge.office import FLAVOURS, build, values
from tests.bridge.office import Office as Ilux
from tests.bridge_end.bridge import reference
from tests.bridge_end.process import Bridge, write_mapping
from tests.bridge_soak import chronicle, comparison, witness
from tests.bridge_soak.clerks import Clerk
from tests.bridge_soak.desk import Desk
from tests.bridge_soak.line import FAULTS, Line
from tests.e2e.portal import Portal

CLERKS = 4
TROUBLE_S = (0.5, 2.5)
AWAY_S = (0.1, 1.5)
_PARKED = {"envio", "escrita"}  # letters about sendings and writings, not about rows
CALM_S, STILL_S = (
    90,
    8,
)  # how long it may take until nothing moves; how long nothing moves where it never ends
OVERTAKEN = 10  # changes that lie behind the mark, most of them of rows that nobody changes again
_OVERTAKEN = "SELECT COUNT(*) FROM SYNC_OUTBOX WHERE SEQ < (SELECT ULTIMO_SEQ_ACK FROM SYNC_META)"
PATIENCE_S = 60  # more, on a machine that has other things to do
TROUBLES = ("bridge killed",) * 3 + ("portal killed",) * 2 + (
    "bridge stopped", "Firebird killed", "Firebird stopped",
)  # fmt: skip
# Less of any of it, and a run goes on: it would prove too little.
AT_LEAST = {
    "commits": 100, "taken back": 5, "open_and_go_on": 5, "ask_supplies": 5,
    **dict.fromkeys(FAULTS, 1), **Counter(TROUBLES),
}  # fmt: skip


@dataclass
class Outcome:
    """`wrong` holds a line for everything that is not as it should be, `seen` what happened."""

    wrong: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def told(self, seed: int, folder: Path) -> str:
        lines = [
            f"seed {seed}, {len(self.wrong)} wrong:",
            *self.wrong[:40],
            str(dict(sorted(self.seen.items()))),
        ]
        return "\n".join(
            [*lines, *(f"--- {log.name}\n{log.read_text()[-2000:]}" for log in folder.glob("*.log"))]
        )


async def soak(
    seed: int, seconds: float, folder: Path, database_url: str, *, planted: str = "", calm: bool = False
) -> Outcome:
    """`planted` names a defect of `tests.bridge_soak.bridge`; with `calm` nothing is broken on purpose."""
    dice = random.Random(seed)
    firebird = await asyncio.to_thread(_firebird)
    run: _Run | None = None
    try:
        path = await asyncio.to_thread(build, firebird, FLAVOURS[0], is_durable=True)
        run = _Run(dice, folder, Ilux(firebird, path, FLAVOURS[0]), database_url, planted)
        await run.begin(is_good=calm)
        await run.work(seconds, has_troubles=not calm)
        await run.come_to_rest()
        return await run.outcome()
    finally:
        if run is not None:
            await run.end()
        firebird.stop()


def _firebird() -> PrivateFirebird:
    server = PrivateFirebird()
    server.start()
    return server


class _Run:
    def __init__(
        self, dice: random.Random, folder: Path, ilux: Ilux, database_url: str, planted: str
    ) -> None:
        self._dice, self._folder, self._ilux = dice, folder, ilux
        settings = {
            "PWS_DATABASE_URL": database_url,
            "PWS_WORKER_INSIDE": "false",
            "PWS_LOG_LEVEL": "warning",
        }
        self._portal = Portal(folder, settings)
        self._line = Line(self._portal.port, random.Random(dice.random()))
        program = ("tests.bridge_soak.bridge", *([planted] if planted else []))
        self._bridge = Bridge(folder / "ilux.toml", "", program)
        self._work_is_over = threading.Event()
        self._clerks: list[Clerk] = []
        self._desk: Desk | None = None
        self._actor: Actor | None = None
        self._seen = Counter[str]()

    async def begin(self, *, is_good: bool) -> None:
        """Installed, and everybody at work while the first load begins."""
        self._line.is_good = is_good
        self._bridge.token = await self._found_reseller()
        await asyncio.gather(asyncio.to_thread(self._portal.start), self._line.open())
        write_mapping(self._bridge.mapping, self._ilux, self._line.url, interval=1.0)
        witness.install(self._ilux.owner())
        self._ilux.close()
        code, said = await asyncio.to_thread(self._bridge.ask, "instalar")
        assert code == 0, said
        self._bridge.start()
        address = self._ilux.server.address(self._ilux.path, CLERK)
        for _ in range(CLERKS):
            self._clerks.append(Clerk(address, random.Random(self._dice.random()), self._work_is_over))
        for clerk in self._clerks:
            clerk.start()

    async def work(self, seconds: float, *, has_troubles: bool) -> None:
        is_over = asyncio.Event()
        assert self._desk is not None
        async with asyncio.TaskGroup() as group:
            group.create_task(self._desk.work(is_over))
            if has_troubles:
                group.create_task(self._break_things(is_over))
            began = time.monotonic()
            while (past := time.monotonic() - began) < seconds or self._lacks(has_troubles=has_troubles):
                assert past < seconds + PATIENCE_S, self._lacks(has_troubles=has_troubles)
                await asyncio.sleep(0.5)
            is_over.set()
        self._work_is_over.set()
        for clerk in self._clerks:
            await asyncio.to_thread(clerk.join, 30)
            assert clerk.broken is None, clerk.broken

    async def come_to_rest(self) -> None:
        """Until both queues are empty twice in a row, or nothing has moved for a while."""
        self._line.is_good = True
        deadline, before, since = time.monotonic() + CALM_S, (-1, -1), time.monotonic()
        while time.monotonic() < deadline:
            left = await self._left()
            if left == before == (0, 0) or (left == before and time.monotonic() - since > STILL_S):
                return
            if left != before:
                before, since = left, time.monotonic()
            await asyncio.sleep(1)

    async def outcome(self) -> Outcome:
        """The bridge has ended: what it leaves in its folder is complete."""
        assert self._actor is not None
        seen = self._so_far()
        code = await asyncio.to_thread(self._bridge.end, signal.SIGTERM)
        wrong = [f"the bridge ended with {code}"] if code else []
        left = await self._left()
        if left != (0, 0):
            wrong.append(f"{left[0]} changes and {left[1]} messages still wait")
        store = Store(self._folder / "ponte" / "bridge.sqlite")
        letters = store.letters(10_000)
        store.close()
        wrong += [str(letter) for letter in letters if letter.entity in _PARKED]
        owner = self._ilux.owner()
        with platform():
            portal = await comparison.read_portal(self._actor.reseller_id)
            ilux = comparison.read_ilux(owner, watch(reference(), metadata.read(owner)))
            names = {(letter.entity, letter.key) for letter in letters if letter.entity not in _PARKED}
            wrong += comparison.differences(ilux, portal, names)
            wrong += await witness.misapplied(owner, self._actor.reseller_id)
            wrong += await chronicle.untold(owner, self._actor.reseller_id)
            seen["rows"] = len(ilux)
            for status, count in await DB.fetch("select status, count(*) from ilux_message group by status"):
                seen[f"messages {status}"] = count
        return Outcome(wrong, seen)

    async def end(self) -> None:
        self._work_is_over.set()
        if self._bridge.process is not None:
            await asyncio.to_thread(self._bridge.end, signal.SIGKILL)
        await asyncio.to_thread(self._portal.kill)
        await self._line.close()
        self._ilux.close()

    async def _found_reseller(self) -> str:
        """Its desk, and the bridge's token."""
        await add_reseller(
            name="Revenda Ilha", slug="ilha", cnpj="11222333000181", admin_name="Ana",
            admin_email="ana@ilha.example", now=datetime.now(UTC), base_url="http://x",
        )  # fmt: skip
        with platform():
            ((user_id,),) = await DB.fetch("select id from app_user where email = 'ana@ilha.example'")
        self._actor = await actor_for(user_id)
        assert self._actor is not None
        self._desk = Desk(self._actor, random.Random(self._dice.random()))
        return await add_bridge("ilha", now=datetime.now(UTC), settings=Settings())

    def _so_far(self) -> Counter[str]:
        desk = self._desk.seen if self._desk is not None else Counter[str]()
        return sum((clerk.seen for clerk in self._clerks), self._seen + self._line.faults + desk)

    def _lacks(self, *, has_troubles: bool) -> dict[str, int]:
        """What has not happened often enough yet; with a planted defect, that it did harm."""
        seen, wanted = self._so_far(), dict(AT_LEAST) if has_troubles else {}
        if self._bridge.program[1:] == ("watermark",) and not has_troubles:
            wanted["overtaken"] = OVERTAKEN
            seen["overtaken"] = int(str(values(self._ilux.owner(), _OVERTAKEN)[0]))
            self._ilux.close()
        return {what: seen[what] for what, least in wanted.items() if seen[what] < least}

    async def _break_things(self, is_over: asyncio.Event) -> None:
        deck: list[str] = []
        while not await _wait(is_over, self._dice.uniform(*TROUBLE_S)):
            deck = deck or self._dice.sample(TROUBLES, len(TROUBLES))
            trouble = deck.pop()
            self._seen[trouble] += 1
            start: Callable[[], None]
            if trouble.startswith("bridge"):
                how = signal.SIGKILL if trouble == "bridge killed" else signal.SIGTERM
                await asyncio.to_thread(self._bridge.end, how)
                start = self._bridge.start
            elif trouble == "portal killed":
                await asyncio.to_thread(self._portal.kill)
                start = self._portal.start
            else:
                server = self._ilux.server
                await asyncio.to_thread(server.kill if trouble == "Firebird killed" else server.halt)
                start = server.start
            await asyncio.sleep(self._dice.uniform(*AWAY_S))
            await asyncio.to_thread(start)

    async def _left(self) -> tuple[int, int]:
        """Changes in the base, and messages that the bridge may be told of."""
        assert self._actor is not None
        changes = values(self._ilux.owner(), "SELECT COUNT(*) FROM SYNC_OUTBOX")
        self._ilux.close()
        rows = await DB.fetch(
            "select count(*) from ilux_message where reseller_id = $1 and status = 'open'"
            " and waits_for_id is null",
            self._actor.reseller_id,
        )
        return int(str(changes[0])), rows[0][0]


async def _wait(is_over: asyncio.Event, seconds: float) -> bool:
    """Whether it is over; otherwise after so many seconds."""
    with suppress(TimeoutError):
        await asyncio.wait_for(is_over.wait(), seconds)
    return is_over.is_set()
