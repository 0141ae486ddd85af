"""Dona Célia's server: a backup is one only if it can be restored, and nothing less is called one."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ilux_bridge.backup import manifest
from ilux_bridge.backup.folder import LOCK, TRIAL, Folder
from ilux_bridge.backup.making import Progress
from ilux_bridge.backup.problems import BackupProblem, Interrupted
from ilux_bridge.backup.trial import Trial
from ilux_bridge.lock import AlreadyRunning, only_one
from ilux_bridge.problems import FirebirdDown
from ilux_bridge.services import Line, Services
from tests.bridge.backup.shelf import Shelf
from tests.bridge.office import Office, save, values


def test_a_backup_made_at_work_is_restored_for_a_trial_in_every_kind_of_base(office: Office) -> None:
    with Shelf(office) as shelf:
        if office.flavour.dialect == 3:
            save(office.owner(), 'CREATE TABLE "PEÇAS À MÃO" (ID INTEGER)')
            save(office.owner(), 'INSERT INTO "PEÇAS À MÃO" VALUES (1)')
        save(office.owner(), "CREATE GLOBAL TEMPORARY TABLE RASCUNHO (ID INTEGER)")
        made = shelf.making().make()
        assert made.is_good, made.refused
        assert made.is_validated
        assert made.bytes == (shelf.path / made.file).stat().st_size
        assert made.rows["CLIENTES"] == values(office.clerk(), "SELECT COUNT(*) FROM CLIENTES")[0]
        assert made.rows.get("PEÇAS À MÃO", 1) == 1
        assert shelf.names() == [made.file, made.file + ".json"]
        assert re.fullmatch(r"\w+_\d{4}-\d\d-\d\d_\d\dh\d\dm\d\d_sem-ponte\.fbk", made.file)
        assert shelf.making().folder.manifests() == [made]


def test_the_name_carries_the_epoch_and_nothing_is_written_over(shelf: Shelf) -> None:
    shelf.office.watch("CLIENTES")
    (epoch,) = values(shelf.office.owner(), "SELECT EPOCA FROM SYNC_META")
    making = shelf.making()
    made = making.make()
    assert made.epoch == epoch
    assert made.file.endswith(f"_{str(epoch)[:8]}.fbk")
    other = shelf.path / "outro.parcial"
    other.write_bytes(b"x")
    with pytest.raises(BackupProblem, match="Já existe"):
        making.folder.publish(other, made)
    assert making.check(made.file) == made


def test_a_truncated_backup_is_refused_though_firebird_restores_it_without_an_error(shelf: Shelf) -> None:
    making = shelf.making()
    made = making.make()
    path = shelf.path / made.file
    cut = shelf.path / "cortado.fbk"
    for part in (0.9, 0.5, 0.02):
        cut.write_bytes(path.read_bytes()[: int(made.bytes * part)])
        verdict = Trial(making.services, making.folder, lambda _: None).of(cut, made.rows)
        assert verdict.faults[:2] == (
            "a restauração parou no meio",
            "a cópia restaurada não ficou pronta para o uso",
        )
    shutil.move(cut, path)
    with pytest.raises(BackupProblem, match="bytes em vez de"):
        making.check(made.file)
    assert shelf.names(TRIAL) == []


def test_flipped_bytes_are_caught_by_the_hash_and_the_file_is_trusted_no_more(shelf: Shelf) -> None:
    making = shelf.making()
    made = making.make()
    path = shelf.path / made.file
    content = bytearray(path.read_bytes())
    for at in range(made.bytes // 2, made.bytes // 2 + 4):
        content[at] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(BackupProblem, match="SHA-256"):
        making.check(made.file)
    (known,) = making.folder.manifests()
    assert not known.is_good


def test_a_copy_with_other_rows_is_refused(shelf: Shelf) -> None:
    making = shelf.making()
    made = making.make()
    trial = Trial(making.services, making.folder, lambda _: None)
    more = {**made.rows, "CLIENTES": made.rows["CLIENTES"] + 1, "SUMIDA": 0}
    verdict = trial.of(shelf.path / made.file, more)
    assert len(verdict.faults) == 2
    assert "CLIENTES tem" in verdict.faults[0]
    assert "SUMIDA" in verdict.faults[1]


def test_a_copy_with_a_broken_page_is_refused_though_every_row_is_there(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore = Services.restore

    def broken(services: Services, file: str, database: str, said: Line) -> None:
        restore(services, file, database, said)
        page_size, index_page = 8192, 7
        content = bytearray(Path(database).read_bytes())
        for at in range(0, len(content), page_size):
            if content[at] == index_page:
                content[at + 60 : at + 90] = b"\xff" * 30
        Path(database).write_bytes(content)

    monkeypatch.setattr(Services, "restore", broken)
    made = shelf.making().make()
    assert not made.is_good
    assert "ndex" in made.refused
    assert "linhas" not in made.refused


def test_a_file_that_is_not_ours_is_neither_checked_nor_touched(shelf: Shelf) -> None:
    (shelf.path / "celia.fbk").write_bytes(b"hers")
    (shelf.path / "celia.fbk.json").write_text('{"file": "celia.fbk"}')
    making = shelf.making(recent=1, weekly=0, monthly=0)
    with pytest.raises(BackupProblem, match="não tem manifesto"):
        making.check("celia.fbk")
    making.make()
    made = making.make()
    assert shelf.names(".fbk") == ["celia.fbk", made.file]


def test_without_room_nothing_is_written(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    making = shelf.making()
    made = making.make()
    usage = shutil.disk_usage(shelf.path)
    need = shelf.office.path.stat().st_size * 2.2
    for free, fits in ((need + 100_000, True), (need - 100_000, False)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: usage._replace(free=int(free)))
        if fits:
            making.folder.check_space(shelf.office.path.stat().st_size)
            continue
        with pytest.raises(BackupProblem, match="Falta espaço"):
            making.make()
    assert shelf.names(".fbk") == [made.file]


def test_a_folder_that_somebody_may_not_write_in_is_named_beforehand(shelf: Shelf, tmp_path: Path) -> None:
    elsewhere = shelf.making()
    elsewhere.folder = replace(elsewhere.folder, path=tmp_path)
    with pytest.raises(BackupProblem, match=r"O Firebird não pode criar.*DatabaseAccess"):
        elsewhere.make()
    elsewhere.folder = replace(elsewhere.folder, path=tmp_path / "nenhuma")
    with pytest.raises(BackupProblem, match="não existe"):
        elsewhere.make()


def test_two_are_never_made_at_once(shelf: Shelf) -> None:
    making = shelf.making()
    with only_one(shelf.path / LOCK), pytest.raises(AlreadyRunning, match="Outro backup"):
        making.make()
    with making.folder.alone(), pytest.raises(AlreadyRunning):
        shelf.making().make()


def test_whoever_stops_it_finds_nothing_half_made(shelf: Shelf) -> None:
    making = shelf.making()
    good = making.make()

    def stop(at: str) -> Progress:
        def line(text: str) -> None:
            if at in text:
                raise Interrupted

        return Progress(lambda _: None, line)

    with pytest.raises(Interrupted):
        making.make(stop("writing data for table CLIENTES"))
    assert shelf.names(".fbk", ".parcial", ".ensaio") == [good.file]
    with pytest.raises(Interrupted):
        making.make(stop("restoring data for table CLIENTES"))
    assert shelf.names(".ensaio", ".parcial") == []
    assert [one.is_good for one in making.folder.manifests()] == [True, False]


def test_what_a_kill_left_is_swept_at_the_next_start(shelf: Shelf) -> None:
    making = shelf.making()
    made = making.make()
    for name in ("x_1.ensaio", "x.fbk.parcial", "x.fbk.json.novo"):
        (shelf.path / name).write_bytes(b"half")
    manifest.write(replace(made, file="x.fbk"), shelf.path)
    with making.folder.alone():
        making.folder.sweep()
    assert shelf.names() == [made.file, made.file + ".json"]


def test_firebird_killed_in_the_middle_leaves_the_former_backups(fragile_office: Office) -> None:
    with Shelf(fragile_office) as shelf:
        making = shelf.making()
        made = making.make()

        def line(text: str) -> None:
            if "restoring data for table CLIENTES" in text:
                fragile_office.server.kill()

        with pytest.raises(FirebirdDown):
            making.make(Progress(lambda _: None, line))
        fragile_office.server.start()
        again = making.make()
        assert again.is_good
        assert shelf.names(".fbk")[0] == made.file
        assert shelf.names(".ensaio", ".parcial") == []
        # The one whose trial was cut short is no backup, and went.
        assert [one.file for one in making.folder.manifests()] == [made.file, again.file]


def test_a_full_disk_is_told_and_takes_nothing_with_it(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    making = shelf.making()
    made = making.make()
    monkeypatch.setattr(Folder, "name", lambda *_: "cheio.fbk")

    def step(text: str) -> None:
        if text == "Fazendo o backup":
            (shelf.path / "cheio.fbk.parcial").symlink_to("/dev/full")

    with pytest.raises(BackupProblem, match="os anteriores estão como estavam"):
        making.make(Progress(step, lambda _: None))
    assert shelf.names() == [made.file, made.file + ".json"]
    assert making.check(made.file) == made
