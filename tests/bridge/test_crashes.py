"""The bridge dies between any two steps, Firebird dies too, and still every change reaches the portal.

The portal is a file to which the bridge, a process of its own, appends what it read before it acknowledges.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ilux_bridge.outbox import capture
from ilux_bridge.problems import FirebirdDown
from tests.bridge.firebird import PASSWORD
from tests.bridge.office import Office, save, values

BRIDGE = """
import json, os, sys, time
from ilux_bridge import metadata
from ilux_bridge.firebird import Address, connect
from ilux_bridge.outbox import capture
from ilux_bridge.outbox.monitored import monitored
from ilux_bridge.problems import FirebirdProblem

database, port, password, portal = sys.argv[1:]
address = Address(database, "SYSDBA", password, "127.0.0.1", int(port))
while True:
    try:
        with connect(address) as connection:
            tables = {"EQUIPAMENTOS": monitored(metadata.read(connection), "EQUIPAMENTOS")}
            while True:
                batch = capture.read(connection, tables, limit=7)
                with open(portal, "a") as file:
                    for change in batch.changes:
                        row = [change.seq, change.key, change.values["CONTADOR_PB"]]
                        file.write(json.dumps(row) + "\\n")
                    file.flush()
                    os.fsync(file.fileno())
                capture.acknowledge(connection, batch.seqs)
                time.sleep(0.01)
    except FirebirdProblem as problem:
        if not problem.is_retryable:
            raise
        time.sleep(0.05)
"""


@pytest.mark.timeout(90)
def test_killing_the_bridge_and_firebird_at_any_moment_loses_nothing(
    fragile_office: Office, tmp_path: Path
) -> None:
    office, chance = fragile_office, random.Random(1)
    office.watch("EQUIPAMENTOS")
    portal = tmp_path / "portal.jsonl"
    portal.touch()
    command = [sys.executable, "-c", BRIDGE, str(office.path), str(office.server.port), PASSWORD, str(portal)]
    clerk = office.clerk()
    deaths = 0
    bridge = subprocess.Popen(command)
    try:
        for round_ in range(12):
            until = time.monotonic() + 0.3 + chance.random() / 2
            while time.monotonic() < until:
                with suppress(FirebirdDown):
                    machine = chance.randint(1, 9)
                    save(
                        clerk,
                        (
                            "UPDATE EQUIPAMENTOS SET CONTADOR_PB = CONTADOR_PB + 1 WHERE COD_EQUIPAMENTO = ?",
                            machine,
                        ),
                    )
            if round_ % 4 == 3:
                office.server.kill()
                office.server.start()
                clerk = office.clerk()
            else:
                bridge.kill()
                bridge.wait()
                bridge = subprocess.Popen(command)
            deaths += 1
        eye = office.owner()
        deadline = time.monotonic() + 30
        while capture.waiting(eye).count and time.monotonic() < deadline:
            assert bridge.poll() is None
            time.sleep(0.05)
    finally:
        bridge.kill()
        bridge.wait()

    assert deaths == 12
    assert capture.waiting(eye).count == 0
    newest: dict[str, tuple[int, int]] = {}
    sent = [json.loads(line) for line in portal.read_text().splitlines() if line.endswith("]")]
    for seq, key, count in sent:
        newest[key] = max(newest.get(key, (0, 0)), (seq, count))
    assert len(sent) > 50
    assert len(newest) == 9
    for key, (_, count) in newest.items():
        now = values(eye, "SELECT CONTADOR_PB FROM EQUIPAMENTOS WHERE COD_EQUIPAMENTO = ?", int(key))
        assert now == [count]
