"""Where histories happen: one event loop, one open database, and the count of what has happened so far."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import structlog

from piccolo_conf import DB
from tests.model.backup import FileVault, RowVault, Vault
from tests.model.recording import create_table
from tests.model.sabotage import Saboteur

T = TypeVar("T")


@dataclass
class Arena:
    """`folder` is for the phones' files. Each history founds its own resellers, and so disturbs no other."""

    vault: Vault
    folder: Path
    runner: asyncio.Runner
    saboteur: Saboteur
    seen: Counter[str] = field(default_factory=Counter)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)


_current: list[Arena] = []


def current() -> Arena:
    return _current[-1]


def vault_for(url: str) -> Vault:
    if url.startswith("sqlite:///"):
        return FileVault(Path(url.removeprefix("sqlite:///")))
    return RowVault(url.replace("//pws@", "//postgres@"))


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Arena]:
    """On a migrated database that the engine of this process already points at."""
    with asyncio.Runner() as runner, _silence():
        saboteur = Saboteur(DB)
        runner.run(DB.start_connection_pool())
        runner.run(create_table())
        _current.append(Arena(vault_for(url), folder, runner, saboteur))
        try:
            with saboteur.at_work():
                yield _current[-1]
        finally:
            _current.pop()
            runner.run(DB.close_connection_pool())


@contextmanager
def _silence() -> Iterator[None]:
    """Thousands of tracebacks of what is meant to fail would hide the one that is not.

    No logger keeps the silence for the tests after: one that is first used here must not be cached.
    """
    before = structlog.get_config()
    logging.disable(logging.CRITICAL)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        structlog.configure(**before)
