"""Several people save at once, with transactions that take their time: nothing of it may be missed."""

from __future__ import annotations

import random
import threading
import time
from contextlib import suppress

import pytest

from ilux_bridge.firebird import Connection, connect
from ilux_bridge.outbox import capture, rows
from ilux_bridge.problems import LockConflict
from tests.bridge.firebird import CLERK
from tests.bridge.office import Office, values

SEQS = "SELECT SEQ FROM SYNC_OUTBOX ORDER BY SEQ"


@pytest.mark.timeout(60)
def test_nothing_is_missed_of_several_people_with_slow_transactions(one_office: Office) -> None:
    bridge = one_office.owner()
    one_office.watch("EQUIPAMENTOS", connection=bridge)
    people = [_Person(one_office, seed) for seed in range(5)]
    for person in people:
        person.thread.start()
    seen: dict[str, object] = {}
    all_seqs: set[int] = set()
    by_watermark: set[int] = set()
    watermark = 0
    is_over = False
    while not is_over:
        is_over = not any(person.thread.is_alive() for person in people)  # one more look after the last
        batch = capture.read(bridge, one_office.tables)
        for change in batch.changes:
            assert change.values is not None
            assert change.seqs[0] not in all_seqs
            seen[change.key] = change.values["CONTADOR_PB"]
        above = {seq for seq in batch.seqs if seq > watermark}
        by_watermark |= above
        watermark = max(above, default=watermark)
        all_seqs |= set(batch.seqs)
        capture.acknowledge(bridge, batch.seqs)
        time.sleep(0.05)

    committed = sum(person.committed for person in people)
    assert committed > 40
    assert len(all_seqs) == committed  # one change, one entry, each read once
    assert len(by_watermark) < committed, "the control missed nothing: were the transactions too quick?"
    with bridge.reading() as work:
        now = {
            str(key): count
            for key, count in work.fetch("SELECT COD_EQUIPAMENTO, CONTADOR_PB FROM EQUIPAMENTOS")
        }
    assert {key: now[key] for key in seen} == seen
    assert values(bridge, SEQS) == []


@pytest.mark.timeout(60)
def test_a_first_load_while_people_work_and_what_follows_make_up_the_base(one_office: Office) -> None:
    bridge = one_office.owner()
    one_office.watch("EQUIPAMENTOS", connection=bridge)
    people = [_Person(one_office, seed) for seed in range(3)]
    for person in people:
        person.thread.start()
    time.sleep(1)
    table = one_office.tables["EQUIPAMENTOS"]
    with bridge.reading() as work:
        copy: dict[str, rows.Values | None] = dict(rows.everything(bridge, work, table))
    loaded = dict(copy)
    for person in people:
        person.thread.join()
    batch = capture.read(bridge, one_office.tables)
    copy |= {change.key: change.values for change in batch.changes}
    with bridge.reading() as work:
        now = dict(rows.everything(bridge, work, table))
    assert copy == now
    assert loaded != now, "nobody worked"


class _Person:
    """Counts meters up for some seconds, in transactions of up to a second, and gives up on one in twenty."""

    def __init__(self, office: Office, seed: int) -> None:
        self.committed = 0
        self._office = office
        self._chance = random.Random(seed)
        self.thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        with connect(self._office.server.address(self._office.path, CLERK)) as connection:
            until = time.monotonic() + 5
            while time.monotonic() < until:
                with suppress(LockConflict, ZeroDivisionError):
                    self._save(connection)
                    self.committed += 1

    def _save(self, connection: Connection) -> None:
        with connection.writing() as work:
            work.execute(
                "UPDATE EQUIPAMENTOS SET CONTADOR_PB = CONTADOR_PB + 1 WHERE COD_EQUIPAMENTO = ?",
                self._chance.randint(1, 12),
            )
            time.sleep(self._chance.choice((0, 0.05, self._chance.random())))
            if self._chance.random() < 0.05:
                raise ZeroDivisionError
