"""One bridge for one base, also where two machines believe they are it."""

from __future__ import annotations

import time

import pytest

from ilux_bridge.outbox import capture, lease
from ilux_bridge.outbox.lease import Fenced
from ilux_bridge.problems import LockConflict
from tests.bridge.office import Office, save, values

SEQS = "SELECT SEQ FROM SYNC_OUTBOX ORDER BY SEQ"


def test_a_copy_of_the_bridge_that_slept_is_fenced(office: Office) -> None:
    asleep, other = office.owner(), office.owner()
    office.watch("DEFEITOS", connection=asleep)
    mine = lease.acquire(asleep, "máquina-1", 1)
    assert mine is not None
    assert lease.acquire(other, "máquina-2", 60) is None
    lease.renew(asleep, mine, 1)
    save(office.clerk(), "UPDATE DEFEITOS SET DESCRICAO = 'x' WHERE COD_DEFEITO = 1")
    batch = capture.read(asleep, office.tables)
    time.sleep(1.2)
    theirs = lease.acquire(other, "máquina-2", 60)
    assert theirs is not None
    assert theirs > mine
    with pytest.raises(Fenced):
        capture.acknowledge(asleep, batch.seqs, mine)
    with pytest.raises(Fenced):
        lease.renew(asleep, mine, 1)
    lease.release(asleep, mine)  # changes nothing: it is not its own any more
    assert lease.acquire(asleep, "máquina-1", 1) is None
    assert values(other, SEQS) == batch.seqs
    capture.acknowledge(other, batch.seqs, theirs)
    assert values(other, SEQS) == []
    lease.release(other, theirs)
    assert lease.acquire(asleep, "máquina-1", 1) is not None


def test_a_write_under_way_keeps_the_lease_from_being_taken_under_it(one_office: Office) -> None:
    bridge, other = one_office.owner(), one_office.owner()
    one_office.watch("DEFEITOS", connection=bridge)
    token = lease.acquire(bridge, "máquina-1", 0)
    assert token is not None
    with bridge.writing() as work:
        lease.fence(work, token)
        with pytest.raises(LockConflict):
            lease.acquire(other, "máquina-2", 60)
    assert lease.acquire(other, "máquina-2", 60) == token + 1
