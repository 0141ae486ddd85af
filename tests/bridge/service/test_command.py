"""`instalar-servico` writes what a service manager takes, whatever the paths are called."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ilux_bridge import cli
from ilux_bridge.console import DONE, MEND
from ilux_bridge.service import command, systemd, task
from tests.bridge_end.bridge import MAPPING

TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    folder = tmp_path / "Ponte do ILUX 100%"
    folder.mkdir()
    path = folder / "ilux.toml"
    path.write_text(MAPPING.read_text())
    (folder / "segredos").write_text("")
    return path


def run(mapping: Path, *more: str) -> object:
    with pytest.raises(SystemExit) as ended:
        cli.main(["instalar-servico", str(mapping), "--segredos", str(mapping.with_name("segredos")), *more])
    return ended.value.code


def test_systemd_takes_the_unit(mapping: Path, tmp_path: Path) -> None:
    unit = tmp_path / systemd.UNIT
    assert run(mapping, "--tipo", "systemd", "--usuario", "root", "--saida", str(unit)) == DONE
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if systemd.UNIT in line]
    assert (done.returncode, ours) == (0, [])


def test_the_unit_says_how_the_bridge_is_run_and_watched(
    mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(mapping, "--tipo", "systemd", "--usuario", "ponte", "--login-antigo") == DONE
    text = capsys.readouterr().out
    path = str(mapping).replace("%", "%%")
    for said in (
        f'executar "{path}" --segredos', "--login-antigo\n", "Type=notify", "Restart=always",
        "WatchdogSec=60", "After=network-online.target", "User=ponte",
    ):  # fmt: skip
        assert said in text, said
    assert "firebird" not in text.lower()


def test_the_task_is_what_windows_reads(mapping: Path, tmp_path: Path) -> None:
    file = tmp_path / "tarefa.xml"
    assert run(mapping, "--tipo", "tarefa", "--saida", str(file)) == DONE
    content = file.read_bytes()
    assert content[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert content.decode("utf-16").startswith('<?xml version="1.0" encoding="UTF-16"?>')
    root = ElementTree.fromstring(content)
    order = ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]
    assert [child.tag for child in root] == [TASK + name for name in order]

    def text(path: str) -> str | None:
        found = root.find("/".join(TASK + name for name in path.split("/")))
        assert found is not None, path
        return found.text

    assert text("Triggers/BootTrigger/Repetition/Interval") == "PT1M"
    assert text("Principals/Principal/UserId") == "S-1-5-18"
    assert text("Settings/MultipleInstancesPolicy") == "IgnoreNew"
    assert text("Settings/RestartOnFailure/Interval") == "PT1M"
    assert text("Settings/ExecutionTimeLimit") == "PT0S"
    assert text("Actions/Exec/Command") == sys.executable
    assert f'executar "{mapping}"' in (text("Actions/Exec/Arguments") or "")


def test_it_is_switched_on_only_when_asked(
    mapping: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "systemctl").write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/said\n')
    (tools / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    monkeypatch.setattr(systemd, "FOLDER", tmp_path)
    assert run(mapping, "--tipo", "systemd", "--saida", str(tmp_path / "unit")) == DONE
    assert not (tmp_path / "said").exists()
    assert run(mapping, "--tipo", "systemd", "--ativar") == DONE
    assert (tmp_path / systemd.UNIT).read_bytes() == (tmp_path / "unit").read_bytes()
    assert (tmp_path / "said").read_text() == f"daemon-reload\nenable --now {systemd.UNIT}\n"
    (tools / "systemctl").write_text("#!/bin/sh\necho sem direito >&2\nexit 1\n")
    capsys.readouterr()
    assert run(mapping, "--tipo", "systemd", "--ativar", "--json") == MEND
    assert "sem direito" in json.loads(capsys.readouterr().out)["message"]
    assert run(mapping, "--tipo", "tarefa", "--ativar") == MEND
    assert command._activation("tarefa", tmp_path / "t.xml")[0][:4] == [
        "schtasks",
        "/Create",
        "/TN",
        task.NAME,
    ]


def test_a_service_without_its_secrets_or_with_a_broken_mapping_is_not_written(
    mapping: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ILUX_BRIDGE_SEGREDOS", raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.main(["instalar-servico", str(mapping), "--json"])
    assert ended.value.code == MEND
    assert "--segredos" in json.loads(capsys.readouterr().out)["message"]
    mapping.write_text("[firebird]")
    assert run(mapping) == MEND
