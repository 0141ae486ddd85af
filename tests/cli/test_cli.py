"""The console, as the person who runs the server meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from server.settings import DEMO_SECRET

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PWS_ENVIRONMENT": "production",
    "PWS_SECRET": "a-secret-of-one-installation-alone-0123456789",
    "PWS_BASE_URL": "https://portal.example",
    "PWS_SMTP_URL": "smtp://mail.example",
}


def pws(*arguments: str, settings: dict[str, str], typed: str = "") -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PWS_")}
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *arguments],
        cwd=ROOT, env=inherited | settings, input=typed, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_without_a_command_it_says_which_there_are() -> None:
    asked = pws(settings={})
    assert asked.returncode == 2
    assert "COMMAND" in asked.stderr


def test_a_wrong_setting_is_named_with_what_would_do() -> None:
    asked = pws("check-settings", settings={"PWS_PORT": "many", "PWS_COLOUR": "red"})
    assert asked.returncode == 1
    assert "PWS_PORT='many'" in asked.stderr
    assert "PWS_COLOUR: no such setting" in asked.stderr


def test_production_refuses_the_demo_secret() -> None:
    asked = pws("check-settings", settings=PRODUCTION | {"PWS_SECRET": DEMO_SECRET})
    assert asked.returncode == 1
    assert "PWS_SECRET" in asked.stderr


def test_production_refuses_the_demo(database_url: str, tmp_path: Path) -> None:
    asked = pws("demo", settings=PRODUCTION | where(database_url, tmp_path))
    assert asked.returncode == 1
    assert "not loaded in production" in asked.stderr


def test_sqlite_refuses_several_processes(tmp_path: Path) -> None:
    asked = pws("serve", "--workers", "2", settings=where(f"sqlite:///{tmp_path / 'pws.sqlite'}", tmp_path))
    assert asked.returncode == 1
    assert "PostgreSQL" in asked.stderr


def test_the_demo_is_loaded_once_and_its_logins_are_printed_each_time(
    database_url: str, tmp_path: Path
) -> None:
    settings = where(database_url, tmp_path)
    first = pws("demo", "--scale", "small", settings=settings)
    assert first.returncode == 0, first.stderr
    assert "Ilha Office: chamados" in first.stdout
    assert "tecnico@ilha.example" in first.stdout
    second = pws("demo", "--scale", "small", settings=settings)
    assert second.returncode == 0, second.stderr
    assert "chamados ━" not in second.stdout
    assert "tecnico@ilha.example" in second.stdout


def test_a_new_reseller_gets_a_link_for_its_admin(database_url: str, tmp_path: Path) -> None:
    arguments = ["reseller", "add", "Vale Cópias", "--slug", "vale", "--cnpj", "11.222.333/0001-81"]
    arguments += ["--admin-name", "Rita Klein", "--admin-email", "rita@vale.example"]
    added = pws(*arguments, settings=where(database_url, tmp_path))
    assert added.returncode == 0, added.stderr
    assert "http://127.0.0.1:8000/" in added.stdout
    again = pws(*arguments, settings=where(database_url, tmp_path))
    assert again.returncode == 1
    assert "slug" in again.stderr


def test_staff_are_added_on_the_console_with_a_password_that_holds(database_url: str, tmp_path: Path) -> None:
    settings = where(database_url, tmp_path)
    weak = pws("staff", "add", "ana@plataforma.example", "Ana", settings=settings, typed="12345\n")
    assert weak.returncode == 1
    good = pws(
        "staff", "add", "ana@plataforma.example", "Ana", settings=settings, typed="gaivota sobre a ponte\n"
    )
    assert good.returncode == 0, good.stderr


def test_a_restored_database_gets_a_new_epoch(database_url: str, tmp_path: Path) -> None:
    rotated = pws("rotate-epoch", settings=where(database_url, tmp_path))
    assert rotated.returncode == 0, rotated.stderr
    assert "new epoch" in rotated.stdout


def test_health_says_when_nobody_answers(tmp_path: Path) -> None:
    asked = pws("health", settings={"PWS_PORT": "9"})
    assert asked.returncode == 1
    assert "does not answer" in asked.stderr


def where(database_url: str, folder: Path) -> dict[str, str]:
    return {"PWS_DATABASE_URL": database_url, "PWS_DATA_DIR": str(folder)}
