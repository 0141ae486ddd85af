"""What every command of the console shares: its exit codes, where things are, how it answers."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from ilux_bridge.settings import SECRETS_FILE, Settings, read_mapping, read_secrets
from ilux_bridge.store import Store

DONE, MEND, FIREBIRD_DOWN, FAULTY, RUNNING, PEOPLE_INSIDE, BAD_BACKUP, DIFFERENT = 0, 1, 3, 4, 5, 6, 7, 8

console = Console(highlight=False)
Options = argparse.Namespace


def settings_of(options: Options) -> Settings:
    folder = folder_of(options)
    return Settings(read_mapping(options.mapeamento), folder, secrets_of(options), options.login_antigo)


def secrets_of(options: Options) -> dict[str, str]:
    named = options.segredos or (Path(os.environ[SECRETS_FILE]) if SECRETS_FILE in os.environ else None)
    return read_secrets(named)


def folder_of(options: Options) -> Path:
    folder: Path = options.pasta or options.mapeamento.resolve().parent / "ponte"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def store_of(options: Options) -> Store:
    return Store(folder_of(options) / "bridge.sqlite")


def answer(options: Options, data: dict[str, Any], said: str) -> int:
    if options.json:
        print_json(data)
    else:
        console.print(said, markup=False)
    return DONE


def failed(options: Options, code: str, said: str, exit_code: int) -> int:
    if options.json:
        print_json({"error": code, "message": said})
    else:
        Console(stderr=True, highlight=False).print(said, markup=False)
    return exit_code


def print_json(data: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, default=str) + "\n")
