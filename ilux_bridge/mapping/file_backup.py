"""Read the `[backup]` of a mapping file: where backups of the base go, when, how many are kept."""

from __future__ import annotations

import re
from datetime import time
from pathlib import PurePosixPath, PureWindowsPath

from ilux_bridge.mapping.faults import Section, shown
from ilux_bridge.mapping.mapped import Backup

DEFAULT_TIMES = (time(12, 30), time(20, 0))
BUCKET = "s3://"


def read_backup(section: Section) -> Backup:
    section.refuse_secret("s3_chave", "s3_senha", "senha")
    backup = Backup(
        folder=_folder(section),
        times=_times(section),
        recent=section.whole("recentes", 1, 1000, 14) or 14,
        weekly=section.whole("semanais", 0, 520, 8) or 0,
        monthly=section.whole("mensais", 0, 120, 12) or 0,
        copy_to=_copy_to(section),
        copy_days=section.whole("copia_dias", 1, 31, 7) or 7,
        endpoint=section.text("s3_endereco"),
        region=section.text("s3_regiao"),
    )
    section.close()
    return backup


def _folder(section: Section) -> str:
    folder = section.text("pasta", required=True) or ""
    if folder and not _is_absolute(folder):
        section.fault("pasta", f"\"{folder}\" não é um caminho completo, como 'D:\\Backup'.")
    elif not folder.isascii():
        # Firebird takes the name of the file in the machine's own code page, which nobody knows from here.
        section.fault("pasta", "use um caminho sem acentos.")
    return folder


def _copy_to(section: Section) -> str | None:
    place = section.text("copia")
    if place is None:
        return None
    if place.startswith(BUCKET):
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?", place.removeprefix(BUCKET)):
            section.fault("copia", f'"{place}" não serve; use s3://balde ou s3://balde/pasta.')
    elif not _is_absolute(place):
        section.fault("copia", f'"{place}" não é um caminho completo, nem s3://balde/pasta.')
    return place


def _times(section: Section) -> tuple[time, ...]:
    times = []
    for text in section.texts("horarios"):
        found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text)
        if found is None:
            section.fault("horarios", f'{shown(text)} não é uma hora; use "HH:MM", como "12:30".')
        else:
            times.append(time(int(found[1]), int(found[2])))
    return tuple(sorted(set(times))) or DEFAULT_TIMES


def _is_absolute(path: str) -> bool:
    return PureWindowsPath(path).is_absolute() or PurePosixPath(path).is_absolute()
