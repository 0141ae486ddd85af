"""The sync's invariants over thousands of invented histories; `make soak` invents more of them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model import fieldwork, office, wire
from tests.model.arena import Arena
from tests.model.machine import EVENTS, SyncMachine
from tests.model.sabotage import ERRORS, MOMENTS

HISTORIES = 20
STEPS = 30
ROUNDS = 12
BOUNDED = settings(
    max_examples=HISTORIES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=False,  # each round has its seed; `make soak` has fresh ones
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.timeout(900)
def test_whatever_happens_the_seventeen_invariants_hold(the_arena: Arena) -> None:
    """Further rounds only for what chance has left out so far; what never comes is noticed."""
    missing = WANTED
    for number in range(ROUNDS):
        run_state_machine_as_test(seed(number)(SyncMachine), settings=BOUNDED)
        missing = WANTED - set(the_arena.seen)
        if not missing:
            return
    raise AssertionError(f"this run never got to: {sorted(missing)}")


WANTED = (
    {f"wire {fault}" for fault in wire.FAULTS}
    | {f"act {act}" for act in fieldwork.ACTS}
    | {f"office {act}" for act in office.ACTS}
    | {f"server {error} {moment}" for error in ERRORS for moment in MOMENTS}
    | {"data done", "data later", "data killed", "files done", "tracks done", "pull done", "old phone done"}
    | {"at once", "held request delivered", *EVENTS}
)
