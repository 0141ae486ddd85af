"""The manual of the bridge names every command, state, secret and exit code that there is."""

from __future__ import annotations

import argparse
from pathlib import Path

from ilux_bridge import cli, settings
from ilux_bridge.console import BAD_BACKUP
from ilux_bridge.heartbeat import State

MANUAL = (Path(__file__).parents[2] / "docs" / "bridge.md").read_text()


def test_the_manual_names_everything() -> None:
    (commands,) = (
        action for action in cli._parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    for name in (*commands.choices, *State, *settings.SECRETS, settings.SECRETS_FILE):
        assert f"`{name}`" in MANUAL or f"{name}=" in MANUAL, name
    for code in (
        cli.DONE,
        cli.MEND,
        2,
        cli.FIREBIRD_DOWN,
        cli.FAULTY,
        cli.RUNNING,
        cli.PEOPLE_INSIDE,
        BAD_BACKUP,
    ):
        assert f"\n| {code} | " in MANUAL
