"""The portal and the bridge speak of the same entities, fields and writes; and every one has a word."""

from __future__ import annotations

from ilux_bridge.mapping import vocabulary
from server.bridge import entities, wording


def said(field: object) -> tuple[object, ...]:
    names = ("name", "kind", "length", "is_required", "choices", "entity")
    return tuple(getattr(field, name) for name in names)


def test_the_portal_and_the_bridge_hold_the_same_list() -> None:
    assert entities.BY_NAME.keys() == vocabulary.BY_NAME.keys()
    for name, theirs in vocabulary.BY_NAME.items():
        ours = entities.BY_NAME[name]
        assert [said(field) for field in ours.fields] == [said(field) for field in theirs.fields], name
        assert [(one.name, one.fields, one.is_new_row) for one in ours.writes] == [
            (one.name, one.fields, one.is_new_row) for one in theirs.writes
        ], name


def test_parents_stand_before_what_refers_to_them() -> None:
    seen: set[str] = set()
    for entity in entities.ENTITIES:
        assert {field.entity for field in entities.REFERENCES[entity.name]} <= seen
        seen.add(entity.name)


def test_every_entity_field_and_write_has_a_word_for_people() -> None:
    for entity in entities.ENTITIES:
        assert entity.name in wording.ENTITIES
        assert {field.name for field in entity.fields} <= wording.FIELDS.keys()
        assert {(entity.name, write.name) for write in entity.writes} <= wording.WRITES.keys()
