"""The bridge keeps the backups by itself: what is due, what was missed, what went wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ilux_bridge.backup import manifest
from ilux_bridge.backup.keeper import STOP_S, Keeper, growth
from ilux_bridge.backup.place import FolderPlace
from ilux_bridge.services import Services
from ilux_bridge.settings import PASSWORD as PASSWORD_NAME
from ilux_bridge.settings import Settings
from tests.bridge.backup.shelf import Shelf, plan
from tests.bridge.backup.test_rotation import BEGIN, made
from tests.bridge.firebird import PASSWORD
from tests.bridge_end.bridge import reference


def settings(shelf: Shelf, **changes: Any) -> Settings:
    mapping = reference()
    address = shelf.office.server.address(shelf.office.path)
    firebird = replace(mapping.firebird, host=address.host, port=address.port, path=address.database)
    backup = plan(shelf.path, **changes)
    return Settings(replace(mapping, firebird=firebird, backup=backup), shelf.path, {PASSWORD_NAME: PASSWORD})


@contextmanager
def keeping(shelf: Shelf, **changes: Any) -> Iterator[Keeper]:
    keeper = Keeper(settings(shelf, **changes), pace=0.01)
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.stop()


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_was_missed_is_made_once_and_copied_once(shelf: Shelf, tmp_path: Path) -> None:
    with keeping(shelf, copy_to=str(tmp_path)) as keeper:
        assert keeper.upkeep.is_planned
        until(lambda: keeper.upkeep.copied_at is not None)
        said = keeper.upkeep
        time.sleep(1)  # some turns more
        assert keeper.upkeep == replace(said, free_bytes=keeper.upkeep.free_bytes)
    (name,) = shelf.names(".fbk")
    assert (tmp_path / name).read_bytes() == (shelf.path / name).read_bytes()
    assert (said.problem, said.is_validated, said.backup_bytes) == (
        "",
        True,
        (tmp_path / name).stat().st_size,
    )
    assert said.free_bytes


def test_one_made_by_hand_counts_and_an_old_one_does_not(shelf: Shelf) -> None:
    making = shelf.making()
    by_hand = making.make()
    with keeping(shelf) as keeper:
        until(lambda: keeper.upkeep.backup_at is not None)
        time.sleep(0.7)
    assert making.folder.manifests() == [by_hand]
    manifest.write(replace(by_hand, made_at=by_hand.made_at - timedelta(days=2)), shelf.path)
    with keeping(shelf) as keeper:
        until(lambda: len(making.folder.manifests()) == 2 and making.folder.manifests()[1].is_good)


def test_what_goes_wrong_is_said_and_not_tried_at_once_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def failing(_: Services, file: str, __: object) -> None:
        tried.append(file)
        raise RuntimeError("coisa estranha")

    monkeypatch.setattr(Services, "back_up", failing)
    with keeping(shelf) as keeper:
        until(lambda: keeper.upkeep.problem != "")
        time.sleep(1)
    assert keeper.upkeep.problem == "coisa estranha"
    assert keeper.upkeep.backup_at is None
    assert len(tried) == 1


def test_it_ends_in_the_middle_of_a_backup_within_seconds(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []
    real = Services.restore

    def slow(services: Services, file: str, database: str, said: Callable[[str], None]) -> None:
        def line(text: str) -> None:
            begun.append(text)
            time.sleep(0.05)
            said(text)

        real(services, file, database, line)

    monkeypatch.setattr(Services, "restore", slow)
    with keeping(shelf) as keeper:
        until(lambda: bool(begun))
        since = time.monotonic()
        keeper.stop()
        assert time.monotonic() - since < STOP_S
    assert shelf.names(".ensaio", ".parcial") == []
    assert keeper.upkeep.problem == ""


def test_stopping_does_not_wait_for_a_word_of_a_silent_firebird(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says nothing for minutes while it builds a large index."""
    asked = []
    # Nothing is asked, so that nothing is answered.
    monkeypatch.setattr("ilux_bridge.services._Driver._op_service_info", lambda *_: asked.append(1))
    with keeping(shelf) as keeper:
        until(lambda: bool(asked))
        since = time.monotonic()
        keeper.stop()
        assert not keeper._thread.is_alive()
        assert time.monotonic() - since < STOP_S


def test_it_ends_in_the_middle_of_a_copy_over_a_slow_line(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.making().make()
    sent = []

    def slow(_: FolderPlace, __: str, chunks: Iterator[bytes]) -> None:
        for chunk in chunks:
            sent.append(chunk)
            time.sleep(0.1)

    monkeypatch.setattr("ilux_bridge.backup.place.CHUNK", 1000)
    monkeypatch.setattr(FolderPlace, "put", slow)
    with keeping(shelf, copy_to=str(tmp_path)) as keeper:
        until(lambda: bool(sent))
        keeper.stop()
        assert not keeper._thread.is_alive()
    assert keeper.upkeep.copied_at is None


def test_growth_is_of_the_base_over_the_last_month() -> None:
    sizes = [(0, 100), (40, 1000), (50, 3000)]
    backups = [replace(made(BEGIN + timedelta(days=day)), base_bytes=size) for day, size in sizes]
    assert growth(backups) == 200
    assert growth(backups[:1]) is None
    assert growth([]) is None
