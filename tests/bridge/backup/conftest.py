"""A folder beside an office's base, into which Firebird may write."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bridge.backup.shelf import Shelf
from tests.bridge.conftest import Templates, _office
from tests.bridge.office import FLAVOURS, Office

SOME = [one for one in FLAVOURS if one.name in ("win1252", "none_dialect_1", "legacy_login")]


@pytest.fixture(params=SOME, ids=lambda flavour: flavour.name)
def office(request: pytest.FixtureRequest, templates: Templates) -> Iterator[Office]:
    yield from _office(templates, request.param)


@pytest.fixture
def shelf(one_office: Office) -> Iterator[Shelf]:
    with Shelf(one_office) as shelf:
        yield shelf
