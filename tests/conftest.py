"""One suite, two databases: plain `pytest` runs on SQLite, `PWS_TEST_DATABASE=postgres pytest` on PostgreSQL.

Every test that asks for `database` gets a fresh, migrated one. A test that asks for none would say the same
again on PostgreSQL, and is left out there. That it needs none is sure: on SQLite it finds the engine pointed
at nothing.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.postgres import PrivatePostgres

ON_POSTGRES = os.environ.get("PWS_TEST_DATABASE", "sqlite") == "postgres"
os.environ["PWS_DATABASE_URL"] = "postgresql://unset/unset" if ON_POSTGRES else "sqlite:////nonexistent"

from piccolo_conf import DB  # noqa: E402
from server.database import Database  # noqa: E402
from server.migrate import migrate  # noqa: E402

DATABASE = "pws"
NOWHERE = "postgresql://unset/unset" if ON_POSTGRES else "sqlite:////dev/null/pws.sqlite"
# Every way to a database goes through one of these.
_DATABASES = {"template", "postgres"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Function]) -> None:
    """Who was given more time than others begins first, so that nobody waits for one at the end."""
    if ON_POSTGRES:
        config.hook.pytest_deselected(items=[item for item in items if not _needs_database(item)])
        items[:] = [item for item in items if _needs_database(item)]
    items.sort(key=_patience, reverse=True)


def _needs_database(item: pytest.Function) -> bool:
    return not _DATABASES.isdisjoint(item.fixturenames)


def _patience(item: pytest.Function) -> float:
    mark = item.get_closest_marker("timeout")
    return float(mark.args[0]) if mark is not None else 0


def point_at(url: str) -> None:
    """Let the one engine of the process use another database from its next connection on."""
    if ON_POSTGRES:
        DB.config["dsn"] = url
    else:
        DB.path = url.removeprefix("sqlite:///")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """The private cluster; only PostgreSQL runs start it."""
    cluster = PrivatePostgres()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database: a file to copy on SQLite, one to empty again and again on PostgreSQL."""
    path = tmp_path_factory.mktemp("template") / "pws.sqlite"
    if ON_POSTGRES:
        cluster: PrivatePostgres = request.getfixturevalue("postgres")
        point_at(cluster.create(DATABASE))
    else:
        point_at(f"sqlite:///{path}")

    asyncio.run(_migrated())
    point_at(NOWHERE)
    if ON_POSTGRES:
        cluster.remember(DATABASE)
    return path


async def _migrated() -> None:
    await migrate()
    if not ON_POSTGRES:
        await DB.run_ddl("PRAGMA wal_checkpoint(TRUNCATE)")
    await DB.close_connection_pool()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[str]:
    """A fresh database of this test's own, for a server process or for `database`."""
    if ON_POSTGRES:
        cluster: PrivatePostgres = request.getfixturevalue("postgres")
        cluster.empty(DATABASE)
        yield cluster.url(DATABASE)
    else:
        shutil.copy(template, tmp_path / "pws.sqlite")
        yield f"sqlite:///{tmp_path / 'pws.sqlite'}"
    point_at(NOWHERE)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The engine, pointed at a fresh database."""
    point_at(database_url)
    await DB.start_connection_pool()
    yield DB
    await DB.close_connection_pool()


@pytest.fixture(scope="module")
def lasting_database_url(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A database for all tests of a file; they point the engine at it, if they use one of their own."""
    if ON_POSTGRES:
        cluster: PrivatePostgres = request.getfixturevalue("postgres")
        url = cluster.create(f"lasting_{uuid4().hex}")
        point_at(url)

        asyncio.run(_migrated())
    else:
        path = tmp_path_factory.mktemp("database") / "pws.sqlite"
        shutil.copy(template, path)
        url = f"sqlite:///{path}"
    yield url
    point_at(NOWHERE)
