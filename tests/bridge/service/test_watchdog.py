"""The service manager hears the bridge while its loops beat, and is left alone when one hangs."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ilux_bridge.service.notify import ALIVE, notify
from ilux_bridge.service.pulse import Pulse
from ilux_bridge.service.watchdog import STUCK, Watchdog


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    line.bind(str(tmp_path / "notify"))
    line.settimeout(5)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    return line


def test_the_manager_hears_every_look_while_the_loops_beat(manager: socket.socket) -> None:
    ended = threading.Event()
    watchdog = Watchdog([Pulse("um", 60), Pulse("dois", 60)], look_s=0.02, end=ended.set)
    watchdog.start()
    assert {manager.recv(100).decode() for _ in range(3)} == {ALIVE}
    watchdog.stop()
    assert not ended.is_set()
    manager.close()


def test_a_loop_that_hangs_is_not_told_to_be_alive_and_ends_the_bridge(manager: socket.socket) -> None:
    hung, beating, ended = Pulse("presa", 0.05), Pulse("viva", 60), threading.Event()
    watchdog = Watchdog([beating, hung], look_s=0.1, end=ended.set)
    watchdog.start()
    assert ended.wait(5)
    watchdog.stop()
    manager.settimeout(0.1)
    with pytest.raises(TimeoutError):
        manager.recv(100)
    manager.close()


def test_it_ends_a_process_whose_main_thread_hangs() -> None:
    program = (
        "import time\n"
        "from ilux_bridge.service.pulse import Pulse\n"
        "from ilux_bridge.service.watchdog import Watchdog\n"
        "Watchdog([Pulse('presa', 0.05)], look_s=0.1).start()\n"
        "time.sleep(60)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], timeout=20, capture_output=True, text=True)
    assert done.returncode == STUCK
    assert "parou de responder (presa)" in done.stderr


def test_a_name_of_linux_and_nobody_who_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("\0pws-notify-test")
        monkeypatch.setenv("NOTIFY_SOCKET", "@pws-notify-test")
        notify("READY=1")
        assert line.recv(100) == b"READY=1"
    notify("READY=1")
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify("READY=1")
