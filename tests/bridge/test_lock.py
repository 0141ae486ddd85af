"""One bridge on one machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ilux_bridge.lock import AlreadyRunning, only_one

HOLD = """
import pathlib, sys, time
from ilux_bridge.lock import only_one
with only_one(pathlib.Path(sys.argv[1])):
    print("tenho", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_turned_away_until_the_first_dies(tmp_path: Path) -> None:
    path = tmp_path / "ponte.lock"
    first = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == "tenho\n"
        with pytest.raises(AlreadyRunning, match="já está em execução"), only_one(path):
            pass
    finally:
        first.kill()
        first.communicate()
    with only_one(path):
        pass
