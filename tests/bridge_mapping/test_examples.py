"""The examples in the docstrings are true."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from ilux_bridge.mapping import charset, keys, names, prose, synonyms


@pytest.mark.parametrize(
    "module", [charset, keys, names, prose, synonyms], ids=lambda module: module.__name__
)
def test_examples_are_true(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
