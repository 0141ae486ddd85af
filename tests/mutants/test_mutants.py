"""The list of defects does not rot: `make mutants` is not part of `make test`, this is."""

from __future__ import annotations

import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import ROOT, DoesNotApplyError, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_applies_and_its_tests_exist(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text()
    assert mutant.planted(text) != text
    for test in mutant.tests:
        name, _, function = test.partition("::")
        file = ROOT / ("pwa" if mutant.is_phones else "") / name
        assert f"def {function}" in file.read_text() if function else file.exists()


def test_no_two_have_one_name() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


def test_a_text_that_is_gone_or_there_twice_is_an_error() -> None:
    mutant = Mutant("x", "x.py", "old", "new", ())
    assert mutant.planted("an old hat") == "an new hat"
    for text in ("", "old and old"):
        with pytest.raises(DoesNotApplyError):
            mutant.planted(text)
