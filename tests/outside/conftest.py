"""A database for all tests of a file."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from uuid import uuid4

import pytest

from piccolo_conf import DB
from server.migrate import migrate
from tests.conftest import ON_POSTGRES, point_at
from tests.postgres import PrivatePostgres


@pytest.fixture(scope="module")
def lasting_database_url(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> str:
    if not ON_POSTGRES:
        path = tmp_path_factory.mktemp("database") / "pws.sqlite"
        shutil.copy(template, path)
        return f"sqlite:///{path}"
    cluster: PrivatePostgres = request.getfixturevalue("postgres")
    url = cluster.create(f"lasting_{uuid4().hex}")
    point_at(url)

    async def build() -> None:
        await migrate()
        await DB.close_connection_pool()

    asyncio.run(build())
    return url
