"""The document of the mapping names every entity, field, key and code that there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from ilux_bridge.mapping.finding import Code
from ilux_bridge.mapping.mapped import Capture, Direction, Unknown
from ilux_bridge.mapping.outcome import Alteration, Reason
from ilux_bridge.mapping.vocabulary import ENTITIES

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")


def codes(heading: str) -> list[str]:
    """What the first cells of a table name, of the table whose head begins so."""
    table = DOCUMENT.split(f"| {heading} | what |\n")[1].split("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines()[1:]]
    return [code for cell in cells for code in re.findall(r"`(\w+)`", cell)]


def test_every_code_is_documented_once() -> None:
    for heading, known in (("code", Code), ("flag", Alteration), ("refusal", Reason)):
        assert sorted(codes(heading)) == sorted(known)


def test_every_entity_is_documented_with_its_fields_and_writes() -> None:
    table = DOCUMENT.split("## Entities and fields")[1].split("\n## ")[0]
    for entity in ENTITIES:
        fields = ", ".join(f"`{f.word}`{'*' if f.is_required else ''}" for f in entity.fields)
        writes = ", ".join(f"`{write.word}`" for write in entity.writes)
        assert f"| `{entity.word}` | {fields} | {writes} |" in table


def test_every_word_of_a_setting_is_documented() -> None:
    for word in (*Capture, *Direction, *Unknown):
        assert f"`{word}`" in DOCUMENT
