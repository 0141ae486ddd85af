"""The documents are true: settings, files, commands and links exist as they say."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from server.cli import command_names
from server.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def read(name: str) -> str:
    return (ROOT / name).read_text()


def test_operations_lists_every_setting_with_its_default() -> None:
    listed = dict(re.findall(r"^\| `PWS_(\w+)` \| (.+?) \|", read("docs/operations.md"), flags=re.M))
    expected = {field.name.upper(): _shown(field.default) for field in fields(Settings)}
    assert all(field.default is not MISSING for field in fields(Settings))
    assert listed == expected


def test_architecture_names_files_that_exist() -> None:
    named = set(re.findall(r"`((?:pwa|server|offline_sync)/[\w./-]+)`", read("docs/architecture.md")))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", read("Makefile"), flags=re.M))
    named = {name for path in DOCUMENTS for name in re.findall(r"`make ([a-z]+)", path.read_text())}
    assert named >= {"run", "test", "check"}
    assert named <= targets


def test_every_console_command_that_is_named_exists() -> None:
    named = {name for path in DOCUMENTS for name in re.findall(r"`pws ([a-z][a-z-]*)", path.read_text())}
    assert named >= {"serve", "migrate", "rotate-epoch"}
    assert named <= set(command_names())


def test_no_file_names_a_package_registry() -> None:
    assert '"resolved"' not in read("pwa/package-lock.json")
    assert "://" not in read("requirements.lock")


def _shown(default: object) -> str:
    if default == "":
        return "*(empty)*"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
