"""`ilux-bridge backup` and `verificar-backup`: what the running bridge does by itself, by hand."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from ilux_bridge.backup import gbak
from ilux_bridge.backup.making import SILENT, Making, Progress, making_of
from ilux_bridge.backup.manifest import Manifest
from ilux_bridge.backup.place import place_of
from ilux_bridge.backup.problems import BackupProblem, BadBackup
from ilux_bridge.console import BAD_BACKUP, DONE, MEND, Options, answer, console, failed, settings_of

Add = Callable[[str, Callable[[Options], int], str], argparse.ArgumentParser]


def register(add: Add) -> None:
    made = add("backup", _back_up, "faz agora um backup do banco e o ensaia")
    made.add_argument("--copiar", action="store_true", help="depois copia para o outro lugar")
    checked = add("verificar-backup", _check, "confere backups com os seus manifestos")
    which = checked.add_mutually_exclusive_group()
    which.add_argument("arquivo", nargs="?", help="um deles; sem nada, o mais novo")
    which.add_argument("--todos", action="store_true", help="todos os que estão na pasta")
    checked.add_argument("--ensaio", action="store_true", help="restaura também uma cópia, que é apagada")


def _back_up(options: Options) -> int:
    settings = settings_of(options)
    making = making_of(settings)
    place = place_of(settings) if options.copiar else None
    try:
        with _progress(options) as progress:
            made = making.make(progress)
            if not made.refused and place is not None:
                made = making.copy_out(place, progress)
    except BackupProblem as problem:
        return _failed(options, problem)
    if made.refused:
        said = f"O backup {made.file} não passou no ensaio e não serve: {made.refused}."
        return failed(options, "refused", said, BAD_BACKUP)
    said = f"Backup feito e ensaiado: {making.folder.path / made.file}, {made.bytes / 1_000_000:.1f} MB."
    if not made.is_validated:
        said += "\nEste Firebird não valida a cópia; as linhas de cada tabela foram conferidas."
    if made.copies and place is not None:
        said += f"\nCopiado para {place.name}, relido e conferido."
    return answer(options, _described(made, making), said)


def _check(options: Options) -> int:
    making = making_of(settings_of(options))
    files = [one.file for one in making.folder.manifests()]
    if options.arquivo:
        files = [Path(options.arquivo).name]
    elif not options.todos:
        files = files[-1:]
    if not files:
        return failed(options, "no_backup", "Ainda não há backup nesta pasta: ilux-bridge backup.", MEND)
    good: list[Manifest] = []
    bad: dict[str, str] = {}
    try:
        with _progress(options) as progress:
            for file in files:
                try:
                    good.append(making.check(file, progress, with_trial=options.ensaio))
                except BadBackup as problem:
                    bad[file] = str(problem)
    except BackupProblem as problem:
        return _failed(options, problem)
    lines = [f"{one.file}: {_state(one)}" for one in good] + list(bad.values())
    answer(options, {"good": [_described(one, making) for one in good], "bad": bad}, "\n".join(lines))
    return BAD_BACKUP if bad else DONE


def _state(known: Manifest) -> str:
    return (
        "está como foi feito e ensaiado."
        if known.is_good
        else "está como foi feito; falta o ensaio (--ensaio)."
    )


def _failed(options: Options, problem: BackupProblem) -> int:
    return failed(options, type(problem).__name__, str(problem), MEND)


def _described(made: Manifest, making: Making) -> dict[str, Any]:
    return {**asdict(made), "path": str(making.folder.path / made.file)}


@contextmanager
def _progress(options: Options) -> Iterator[Progress]:
    """A line that moves, for a person who waits."""
    if options.json or not console.is_terminal:
        yield SILENT
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.fields[table]}")
    with Bar(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", table="")

        def step(text: str) -> None:
            bar.update(task, description=text, table="")

        def line(text: str) -> None:
            if table := gbak.table_named(text):
                bar.update(task, table=table)

        yield Progress(step, line)
