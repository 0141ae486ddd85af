from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.push.service import PushService


@pytest.fixture
def service() -> Iterator[PushService]:
    service = PushService()
    yield service
    service.stop()
