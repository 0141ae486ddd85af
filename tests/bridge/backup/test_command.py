"""`ilux-bridge backup` and `verificar-backup`, as a person and as a program ask."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ilux_bridge import cli
from ilux_bridge.console import BAD_BACKUP, DONE, FIREBIRD_DOWN, MEND, RUNNING
from ilux_bridge.settings import PASSWORD as PASSWORD_NAME
from tests.bridge.backup.shelf import Shelf
from tests.bridge.firebird import PASSWORD
from tests.bridge_end.bridge import MAPPING

Ask = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def mapping(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(PASSWORD_NAME, PASSWORD)
    (tmp_path / "nas").mkdir()
    text = MAPPING.read_text()
    for before, after in (
        (r"C:\ILUX\ILUXEmpresarial\Dados\nomeempresa.fdb", str(shelf.office.path)),
        ('host = "localhost"', 'host = "127.0.0.1"'),
        ("port = 3050", f"port = {shelf.office.server.port}"),
    ):
        assert before in text
        text = text.replace(before, after)
    path = tmp_path / "ilux.toml"
    path.write_text(f'{text}\n[backup]\npasta = "{shelf.path}"\ncopia = "{tmp_path}/nas"\n')
    return path


@pytest.fixture
def ask(mapping: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    def asked(command: str, *more: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main([command, str(mapping), *more, "--json"])
        assert isinstance(ended.value.code, int)
        return ended.value.code, json.loads(capsys.readouterr().out)

    return asked


def test_a_backup_is_made_copied_and_verified_by_hand(
    shelf: Shelf, ask: Ask, mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask("verificar-backup")[0] == MEND
    code, made = ask("backup", "--copiar")
    assert code == DONE, made
    assert Path(made["path"]).read_bytes() == (mapping.parent / "nas" / made["file"]).read_bytes()
    code, said = ask("verificar-backup", made["path"], "--ensaio")
    assert (code, said["bad"], said["good"][0]["sha256"]) == (DONE, {}, made["sha256"])
    with pytest.raises(SystemExit):
        cli.main(["backup", str(mapping)])
    assert "Backup feito e ensaiado" in capsys.readouterr().out
    Path(made["path"]).write_bytes(b"rotten")
    code, said = ask("verificar-backup", "--todos")
    assert (code, list(said["bad"]), len(said["good"])) == (BAD_BACKUP, [made["file"]], 1)
    assert ask("verificar-backup", "outro.fbk")[0] == BAD_BACKUP


def test_what_cannot_be_done_has_its_code(
    shelf: Shelf, ask: Ask, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shelf.making().folder.alone():
        code, said = ask("backup")
    assert (code, said["error"]) == (RUNNING, "already_running")
    monkeypatch.setattr("ilux_bridge.backup.gbak.is_whole_restore", lambda _: False)
    code, said = ask("backup")
    assert (code, said["error"]) == (BAD_BACKUP, "refused")
    assert "parou no meio" in said["message"]
    text = mapping.read_text()
    mapping.write_text(text.replace(f'"{shelf.path}"', f'"{mapping.parent}"'))
    assert ask("backup")[0] == MEND
    mapping.write_text(text.replace(f"port = {shelf.office.server.port}", "port = 1"))
    assert ask("backup")[0] == FIREBIRD_DOWN
    mapping.write_text(text.split("\n[backup]")[0])
    assert "[backup]" in ask("backup")[1]["message"]
