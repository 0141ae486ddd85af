from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import point_at
from tests.model import arena
from tests.model.arena import Arena


@pytest.fixture
def the_arena(database_url: str, tmp_path: Path) -> Iterator[Arena]:
    point_at(database_url)
    with arena.opened(database_url, tmp_path) as opened:
        yield opened
