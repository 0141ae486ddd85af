"""A server under measurement: started as a user would, watched from outside, stopped at the end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

STARTS_WITHIN_S = 60
QUIET_WITHIN_S = 20
QUIET_LOOK_S = 0.15
QUIET_SHARE = 0.06  # of one core: what idle timers cost


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `database_pid` is PostgreSQL's postmaster, whose processes count too."""

    address: str
    pid: int
    database_pid: int | None

    def cpu_s(self) -> float:
        """CPU seconds that the whole tree has used, to the nanosecond."""
        return sum(cpu_of(process.pid) for process in self._tree())

    def peak_mib(self) -> float:
        """The highest resident size of the server's own processes, added up."""
        return sum(peak_mib_of(process.pid) for process in _with_children(self.pid))

    async def quiet(self) -> None:
        """Wait until the server has done what it was left with: jobs count as part of what caused them."""
        deadline = time.monotonic() + QUIET_WITHIN_S
        before = self.cpu_s()
        while time.monotonic() < deadline:
            await asyncio.sleep(QUIET_LOOK_S)
            now = self.cpu_s()
            if now - before < QUIET_LOOK_S * QUIET_SHARE:
                return
            before = now

    def _tree(self) -> list[psutil.Process]:
        return _with_children(self.pid) + (_with_children(self.database_pid) if self.database_pid else [])


@asynccontextmanager
async def serving(
    command: Sequence[str], environment: Mapping[str, str], database_pid: int | None, log: Path
) -> AsyncIterator[Server]:
    """`{port}` in the command becomes a free port."""
    port = _free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [word.replace("{port}", str(port)) for word in command],
            env=dict(environment) | {"PWS_BASE_URL": f"http://127.0.0.1:{port}"},
            stdout=output,
            stderr=output,
        )
        try:
            server = Server(f"http://127.0.0.1:{port}", process.pid, database_pid)
            await _ready(server.address, process)
            await server.quiet()
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()


@asynccontextmanager
async def working(environment: Mapping[str, str] | None, log: Path) -> AsyncIterator[Callable[[], float]]:
    """`pws worker` beside the portal, and the CPU seconds that it used; nothing without an environment."""
    if environment is None:
        yield lambda: 0.0
        return
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "worker"], env=environment, stdout=output, stderr=output
        )
        try:
            yield lambda: cpu_of(process.pid)
        finally:
            process.terminate()
            process.wait(timeout=15)


async def _ready(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError("the server did not start; see its log")
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"{address}/health") as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.1)
    raise RuntimeError("the server did not answer in time")


def _with_children(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def peak_mib_of(pid: int) -> float:
    """The highest resident size of one process."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def cpu_of(pid: int) -> float:
    """The CPU clock of another process: `clock_getcpuclockid(3)`; psutil counts in hundredths of a second."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
