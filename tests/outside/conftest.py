"""A database for all tests of a file."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from piccolo_conf import DB
from server.migrate import migrate
from tests.conftest import NOWHERE, ON_POSTGRES, point_at
from tests.postgres import PrivatePostgres


@pytest.fixture(scope="module")
def lasting_database_url(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if ON_POSTGRES:
        cluster: PrivatePostgres = request.getfixturevalue("postgres")
        url = cluster.create(f"lasting_{uuid4().hex}")
        point_at(url)

        async def build() -> None:
            await migrate()
            await DB.close_connection_pool()

        asyncio.run(build())
    else:
        path = tmp_path_factory.mktemp("database") / "pws.sqlite"
        shutil.copy(template, path)
        url = f"sqlite:///{path}"
    yield url
    point_at(NOWHERE)
