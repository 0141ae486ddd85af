"""Read one `[[tabela]]` of a mapping file: which entity, which key, which rows, and what is written back."""

from __future__ import annotations

from ilux_bridge.mapping.faults import Section, listed, suggestion
from ilux_bridge.mapping.file_field import read_field
from ilux_bridge.mapping.filter import Expression, FilterError, parse
from ilux_bridge.mapping.mapped import Direction, MappedField, MappedTable, MappedWrite
from ilux_bridge.mapping.vocabulary import BY_WORD, Entity, Write


def read_table(section: Section, zone: str) -> MappedTable | None:
    """None where the section does not say which entity it is: nothing else of it can be judged then."""
    name, entity = section.text("nome", required=True), _entity(section)
    key, history = section.texts("chave"), section.texts("historico")
    condition = _filter(section)
    writes_section = section.section("escrita")
    by_default = Direction.SEND if writes_section is None else Direction.BOTH
    direction = Direction(section.word("sentido", list(Direction), by_default))
    fields_section = section.section("campos")
    section.close()
    if entity is None:
        return None
    fields = _fields(section, fields_section, entity, zone)
    writes = _writes(writes_section, entity, fields, set(fields_section.values) if fields_section else set())
    if writes_section is not None and not direction.receives:
        section.fault("sentido", '"envia" não combina com [tabela.escrita]; use "ambos" ou retire a escrita.')
    if writes_section is None and direction.receives:
        section.fault("sentido", f'"{direction}" pede ao menos uma seção [tabela.escrita.…].')
    return MappedTable(name or "", entity, section.place, direction, fields, key, condition, history, writes)


def _entity(section: Section) -> Entity | None:
    word = section.text("entidade", required=True)
    if word is None:
        return None
    entity = BY_WORD.get(word)
    if entity is None:
        near = suggestion(word, BY_WORD)
        section.fault("entidade", f'não conheço a entidade "{word}"; existem {listed(BY_WORD)}.{near}')
    return entity


def _filter(section: Section) -> Expression | None:
    text = section.text("filtro")
    if text is None:
        return None
    try:
        return parse(text)
    except FilterError as error:
        section.fault("filtro", str(error))
        return None


def _fields(table: Section, section: Section | None, entity: Entity, zone: str) -> tuple[MappedField, ...]:
    if section is None:
        table.fault("campos", "falta a seção [tabela.campos], que diz a coluna de cada campo.")
        return ()
    words = [field.word for field in entity.fields]
    found = []
    for word in section.values:
        field = entity.field(word)
        if field is None:
            allowed = f'"{entity.word}" tem {listed(words)}.{suggestion(word, words)}'
            section.fault(word, f"não existe este campo; {allowed}")
            continue
        mapped = read_field(section, field, zone)
        if mapped is not None:
            found.append(mapped)
    return tuple(found)


def _writes(
    section: Section | None, entity: Entity, fields: tuple[MappedField, ...], named: set[str]
) -> tuple[MappedWrite, ...]:
    if section is None:
        return ()
    by_word = {write.word: write for write in entity.writes}
    if not by_word:
        section.fault("", f'o portal não escreve em "{entity.word}"; retire esta seção.')
        return ()
    found = []
    for word in section.values:
        write, part = by_word.get(word), section.section(word)
        if write is None:
            allowed = f'em "{entity.word}" há {listed(by_word)}.{suggestion(word, by_word)}'
            section.fault(word, f"não existe esta escrita; {allowed}")
        elif part is not None:
            found.append(_write(part, write, entity, fields, named))
    if not section.values:
        section.fault("", f"diga ao menos uma escrita: {listed(by_word)}.")
    return tuple(found)


def _write(
    section: Section, write: Write, entity: Entity, fields: tuple[MappedField, ...], named: set[str]
) -> MappedWrite:
    by_word = {mapped.field.word: mapped for mapped in fields}
    may_write = [field.word for field in entity.fields if field.name in write.fields]

    def chosen(key: str, allowed: list[str]) -> tuple[MappedField, ...]:
        words = section.texts(key)
        found = []
        for word in words:
            if word not in allowed:
                text = f'"{word}" não vale nesta escrita; valem {listed(allowed)}.'
                section.fault(key, text + suggestion(word, allowed))
            elif word not in by_word and word in named:
                continue  # its own line is faulty, and said so
            elif word not in by_word:
                section.fault(key, f'"{word}" não está em [tabela.campos]; diga ali a coluna dele.')
            elif by_word[word].has_constant:
                section.fault(key, f'"{word}" tem valor fixo, sem coluna onde escrever.')
            else:
                found.append(by_word[word])
        return tuple(found)

    if "campos" in section.values:
        written = chosen("campos", may_write)
    else:
        section.take("campos")
        written = tuple(m for m in fields if m.field.word in may_write and not m.has_constant)
    if not written and not section.values.get("campos"):
        section.fault("campos", f"nada a escrever; mapeie ao menos um de {listed(may_write)}.")
    generator: str | None = None
    deduplicated_by: MappedField | None = None
    expected: tuple[MappedField, ...] = ()
    if write.is_new_row:
        generator = section.text("gerador")
        dedup = chosen("dedup", may_write)
        deduplicated_by = dedup[0] if dedup else None
        if len(dedup) > 1:
            section.fault("dedup", "use um campo só, de preferência id_web.")
        if deduplicated_by is not None and deduplicated_by not in written:
            section.fault("dedup", f'"{deduplicated_by.field.word}" deve estar também em campos.')
    else:
        expected = chosen("esperado", [field.word for field in entity.fields])
    section.close()
    return MappedWrite(write, section.place, written, expected, generator, deduplicated_by)
