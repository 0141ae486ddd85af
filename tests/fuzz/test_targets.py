"""Every fuzz target on a bounded number of broken messages; `make fuzz` goes on where this ends."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from server.sync.technician_mutations import MUTATIONS
from tests.fuzz import seeds
from tests.fuzz.targets import TARGETS, Target

EXAMPLES = 700  # of each target; a second or less


@st.composite
def broken(draw: st.DrawFn, target: Target) -> bytes:
    """A real message with some of it cut, overwritten or said twice; now and then pure noise."""
    data = draw(st.sampled_from(target.seeds))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from(seeds.TOKENS) | st.binary(max_size=12) | st.just(data[start:end] * 2))
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_no_message_breaks_its_reader(target: Target) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.one_of(broken(target), broken(target), st.binary(max_size=200)))
    @example(b"")
    def run(data: bytes) -> None:
        target.run(data)

    run()


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_whole_message_is_understood(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the first seed refused, the fuzzer would only ever see the door."""
    monkeypatch.setattr("tests.fuzz.targets.SyncProblem", _Never)
    target.run(target.seeds[0])


class _Never(Exception):
    """Nothing is caught as this."""


def test_every_mutation_of_a_technician_has_a_seed() -> None:
    assert set(seeds.ARGUMENTS) == {kind.name for kind in MUTATIONS.types}
