"""One row has one key: loaded, captured, or referred to by another; in every flavour of base."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ilux_bridge import metadata
from ilux_bridge.mapping.convert import row_key, to_wire
from ilux_bridge.mapping.outcome import WireRow
from ilux_bridge.outbox import capture, installation, rows
from ilux_bridge.watched import watch
from tests.bridge.conftest import Templates, _office
from tests.bridge.office import FLAVOURS, Office, save
from tests.bridge_end.bridge import reference


@pytest.fixture(params=FLAVOURS, ids=lambda flavour: flavour.name)
def office(request: pytest.FixtureRequest, templates: Templates) -> Iterator[Office]:
    yield from _office(templates, request.param)


def test_load_capture_and_references_spell_every_key_alike(office: Office) -> None:
    bridge, clerk = office.owner(), office.clerk()
    watched = watch(reference(), metadata.read(bridge))
    installation.install(bridge, list(watched.tables.values()))
    loaded: dict[str, set[str]] = {}
    refs: dict[str, set[str]] = {}
    with bridge.reading() as work:
        for bound in watched.bound:
            for key, values in rows.everything(bridge, work, watched.tables[bound.mapped.name]):
                assert row_key(bound, values) == key
                loaded.setdefault(bound.mapped.entity.name, set()).add(key)
                said = to_wire(bound, values)
                if isinstance(said, WireRow):
                    for mapped in bound.mapped.fields:
                        value = said.data[mapped.field.name]
                        if mapped.field.entity is not None and value is not None:
                            refs.setdefault(mapped.field.entity, set()).add(str(value))
    for entity, keys in refs.items():
        assert keys <= loaded[entity], entity
    assert "TN-301\\|K" in loaded["supply"], "a padded CHAR with the separator in it"
    for name, table in watched.tables.items():
        column = table.key[-1].name
        save(clerk, f"UPDATE {name} SET {column} = {column}")
    captured: dict[str, set[str]] = {}
    for change in capture.read(bridge, watched.tables, 100_000).changes:
        assert change.values is not None
        (entity,) = watched.fed[change.table]
        captured.setdefault(entity, set()).add(change.key)
    assert captured == loaded


def test_odd_keys_of_people_are_spelled_alike_too(office: Office) -> None:
    bridge = office.owner()
    with bridge.writing() as work:
        work.execute(
            "CREATE TABLE ESTRANHA (A CHAR(10) NOT NULL, B NUMERIC(15,2) NOT NULL, C TIMESTAMP NOT NULL,"
            " D DOUBLE PRECISION NOT NULL, PRIMARY KEY (A, B, C, D))"
        )
    office.watch("ESTRANHA", connection=bridge)
    for a, b, c, d in (
        ("a|b\\", "12.50", "2026-03-02 08:30:09.1234", "1000000"),
        (" x", "-0.10", "1899-12-30 00:00:00", "0.5"),
        ("É", "99999999.99", "2026-12-31 23:59:59.9999", "-3"),
    ):
        save(bridge, ("INSERT INTO ESTRANHA VALUES (?, CAST(? AS NUMERIC(15,2)), ?, ?)", a, b, c, float(d)))
    changes = capture.read(bridge, office.tables).changes
    assert all(change.values is not None for change in changes)
    with bridge.reading() as work:
        there = {key for key, _ in rows.everything(bridge, work, office.tables["ESTRANHA"])}
    assert {change.key for change in changes} == there
    assert "a\\|b\\\\|12.5|2026-03-02 08:30:09.1234|1000000" in there
