"""The weekly copy: it counts when it was read back, and takes nothing's place."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from ilux_bridge.backup.bucket import Bucket
from ilux_bridge.backup.place import FolderPlace, Place, deposit, place_of
from ilux_bridge.backup.problems import BackupProblem, Interrupted
from ilux_bridge.settings import S3_KEY, S3_SECRET, Settings, Unusable
from tests.bridge.backup.shelf import Shelf, plan
from tests.bridge_end.bridge import reference

CONTENT = b"x" * 9_000_000
HASH = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "base.fbk"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "bucket":
        return Bucket("s3://balde", MemoryStore())
    elsewhere = tmp_path / "outro"
    elsewhere.mkdir()
    return FolderPlace(str(elsewhere))


def test_a_copy_is_read_back_and_repeating_it_is_harmless(backup: Path, place: Place) -> None:
    for _ in range(2):
        deposit(backup, HASH, place, lambda: None)
    assert b"".join(place.get("base.fbk")) == backup.read_bytes()


def test_what_is_there_already_stays_and_is_not_taken_for_a_copy(backup: Path, place: Place) -> None:
    place.put("base.fbk", iter([b"hers"]))
    with pytest.raises(BackupProblem, match="não serve"):
        deposit(backup, HASH, place, lambda: None)
    assert b"".join(place.get("base.fbk")) == b"hers"


def test_a_copy_that_arrives_changed_is_no_copy(backup: Path, place: Place) -> None:
    @dataclass
    class Lossy:
        name: str = "rede ruim"

        def holds(self, file: str) -> bool:
            return place.holds(file)

        def put(self, file: str, chunks: Iterator[bytes]) -> None:
            place.put(file, (chunk[:-1] + b"y" for chunk in chunks))

        def get(self, file: str) -> Iterator[bytes]:
            return place.get(file)

    with pytest.raises(BackupProblem, match="é diferente do backup"):
        deposit(backup, HASH, Lossy(), lambda: None)


def test_one_that_is_broken_off_leaves_nothing_half_made(backup: Path, tmp_path: Path) -> None:
    def stop() -> None:
        raise Interrupted

    (tmp_path / "outro").mkdir()
    with pytest.raises(Interrupted):
        deposit(backup, HASH, FolderPlace(str(tmp_path / "outro")), stop)
    assert list((tmp_path / "outro").iterdir()) == []
    with pytest.raises(BackupProblem, match=r"\\\\servidor"):
        deposit(backup, HASH, FolderPlace(str(tmp_path / "nenhuma")), stop)


def test_the_newest_good_one_goes_and_its_manifest_says_so(shelf: Shelf, place: Place) -> None:
    making = shelf.making()
    with pytest.raises(BackupProblem, match="Ainda não há"):
        making.copy_out(place)
    made = making.make()
    copied = making.copy_out(place)
    assert copied.copied_at is not None
    assert making.folder.manifests() == [copied]
    assert place.holds(made.file + ".json")
    (shelf.path / made.file).write_bytes(b"rotten")
    with pytest.raises(BackupProblem, match="bytes em vez de"):
        making.copy_out(place)


def test_a_bucket_needs_its_secrets_and_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mapping = replace(reference(), backup=plan(tmp_path, copy_to="s3://balde/ilux"))
    with pytest.raises(Unusable, match=S3_KEY):
        place_of(Settings(mapping, tmp_path, {}))
    settings = Settings(mapping, tmp_path, {S3_KEY: "k", S3_SECRET: "s"})
    assert place_of(settings).name == "s3://balde/ilux"
    monkeypatch.delitem(sys.modules, "ilux_bridge.backup.bucket")
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(BackupProblem, match="bridge-s3"):
        place_of(settings)
