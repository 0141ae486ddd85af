"""The `[backup]` of a mapping: what it means when little is said, and what is wrong in it."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path

import pytest

from ilux_bridge.mapping import file
from ilux_bridge.mapping.file import Faulty
from ilux_bridge.mapping.mapped import Backup, MappingFile
from tests.bridge_mapping.mappings import ILUX_TEXT

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")


def read(lines: str) -> MappingFile | Faulty:
    return file.read(f"{ILUX_TEXT}\n[backup]\n{lines}\n")


def test_a_folder_is_enough() -> None:
    mapping = read(r"pasta = 'D:\Backup\ILUX'")
    assert isinstance(mapping, MappingFile)
    assert mapping.backup == Backup(r"D:\Backup\ILUX", (time(12, 30), time(20)), 14, 8, 12)
    without = file.read(ILUX_TEXT)
    assert isinstance(without, MappingFile)
    assert without.backup is None


def test_everything_can_be_said() -> None:
    mapping = read(
        'pasta = "/srv/backup"\nhorarios = ["23:15", "7:00"]\nrecentes = 4\nsemanais = 0\nmensais = 2\n'
        'copia = "s3://balde/ilux"\ncopia_dias = 3\ns3_endereco = "https://s3.exemplo"\ns3_regiao = "sul"'
    )
    assert isinstance(mapping, MappingFile)
    times = (time(7), time(23, 15))
    place = ("s3://balde/ilux", 3, "https://s3.exemplo", "sul")
    assert mapping.backup == Backup("/srv/backup", times, 4, 0, 2, *place)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("", "[backup].pasta: falta preencher"),
        ("pasta = 'backup'", "não é um caminho completo"),
        (r"pasta = 'D:\Cópias'", "sem acentos"),
        ("pasta = '/b'\nhorarios = ['25:00']", '"25:00" não é uma hora'),
        ("pasta = '/b'\nhorarios = ['7:00', '7:00']", "repete"),
        ("pasta = '/b'\nrecentes = 0", "número inteiro de 1 a 1000"),
        ("pasta = '/b'\ncopia = 'nas'", "[backup].copia"),
        ("pasta = '/b'\ncopia = 's3://'", "s3://balde"),
        ("pasta = '/b'\ns3_senha = 'x'", "segredos não ficam neste arquivo"),
        ("pasta = '/b'\nhorario = ['12:00']", 'Você quis dizer "horarios"?'),
    ],
)
def test_a_fault_is_named_at_its_place(lines: str, fault: str) -> None:
    said = read(lines)
    assert isinstance(said, Faulty)
    assert fault in str(said)


def test_a_backup_that_is_no_section_is_a_fault() -> None:
    said = file.read(f'backup = "D:"\n{ILUX_TEXT}')
    assert "[backup]: deve ser uma seção" in str(said)


def test_every_key_is_documented() -> None:
    said = read("nada = 1")
    (known,) = re.findall(r"nada: não conheço esta chave; aqui valem (.*?)\.", str(said))
    for key in re.findall(r'"(\w+)"', known):
        if key not in ("s3_chave", "s3_senha", "senha"):
            assert f"`{key}`" in DOCUMENT, key
