"""Hold one mapped field against its column: type, length, value map, and where a reference leads."""

from __future__ import annotations

from ilux_bridge.mapping.base import Base, Column, ColumnType, Table
from ilux_bridge.mapping.bound import key_names
from ilux_bridge.mapping.check_filter import family
from ilux_bridge.mapping.choices import choice_words
from ilux_bridge.mapping.finding import Code, Findings
from ilux_bridge.mapping.keys import key_values
from ilux_bridge.mapping.mapped import MappedField, MappedTable, MappingFile, Type, WireValue
from ilux_bridge.mapping.outcome import Refused
from ilux_bridge.mapping.value_write import stored_as
from ilux_bridge.mapping.vocabulary import BY_NAME, Kind

_WHOLE = {ColumnType.SMALLINT, ColumnType.INTEGER, ColumnType.BIGINT}
_NUMBERS = _WHOLE | {ColumnType.NUMERIC, ColumnType.FLOAT, ColumnType.DOUBLE}
_CHARS = {ColumnType.CHAR, ColumnType.VARCHAR}
_DAYS = {ColumnType.DATE, ColumnType.TIMESTAMP}

FIT: dict[Kind, set[ColumnType]] = {
    Kind.TEXT: _CHARS | _NUMBERS | {ColumnType.TEXT},
    Kind.INTEGER: _NUMBERS,
    Kind.DECIMAL: _NUMBERS,
    Kind.BOOLEAN: _CHARS | _NUMBERS | {ColumnType.BOOLEAN},
    Kind.DATE: _DAYS,
    Kind.INSTANT: _DAYS,
    Kind.CHOICE: _CHARS | _NUMBERS | {ColumnType.BOOLEAN},
    Kind.REFERENCE: _CHARS | _NUMBERS | _DAYS,
}
"""The columns that can hold each kind of field."""

DOUBTFUL: dict[Kind, set[ColumnType]] = {Kind.INTEGER: _CHARS, Kind.DECIMAL: _CHARS}
"""Columns that can as long as nobody types a word into them."""


def check_field(
    field: MappedField,
    mapped: MappedTable,
    table: Table,
    mapping: MappingFile,
    base: Base,
    findings: Findings,
) -> None:
    columns = [column for name in field.columns if (column := table.column(name)) is not None]
    if field.field.kind is Kind.REFERENCE:
        _check_reference(field, columns, mapping, base, findings)
    if field.has_constant:
        return
    fits = _check_types(field, columns, findings)
    if not fits:
        return
    is_written = any(field in write.fields for write in mapped.writes)
    if field.field.kind is Kind.TEXT:
        _check_length(field, columns[0], is_written, findings)
    if field.values is not None or field.field.kind is Kind.CHOICE:
        is_compared = any(field in write.expected for write in mapped.writes)
        _check_map(field, columns[0], is_written or is_compared, is_written, findings)


def _check_types(field: MappedField, columns: list[Column], findings: Findings) -> bool:
    kind = field.field.kind
    is_split = kind is Kind.INSTANT and len(columns) == 2
    for column in columns:
        fit, doubtful = FIT[kind], DOUBTFUL.get(kind, set())
        if is_split and column is columns[1]:
            fit, doubtful = {ColumnType.TIME, ColumnType.TIMESTAMP}, _CHARS
        if column.type in doubtful:
            findings.warning(
                Code.TYPE_DOUBTFUL,
                field.place,
                f"{column.name} é {column.type}; linhas com outra coisa escrita serão recusadas.",
                "Se houver, prefira uma coluna do tipo certo.",
            )
        elif column.type not in fit:
            findings.error(
                Code.TYPE_INCOMPATIBLE,
                field.place,
                f'{column.name} é {column.type}, que não serve para "{field.field.word}" ({_KINDS[kind]}).',
                f"Escolha uma coluna {' ou '.join(sorted(fit))}.",
            )
            return False
    is_whole_instant = kind is Kind.INSTANT and not is_split and field.type is not Type.DATE
    if is_whole_instant and columns[0].type is ColumnType.DATE:
        findings.warning(
            Code.TYPE_DOUBTFUL,
            field.place,
            f"{columns[0].name} guarda só o dia; a hora será 00:00.",
            'Se a hora está noutra coluna use col = ["DATA", "HORA"]; se não há hora, tipo = "data".',
        )
    return True


def _check_length(field: MappedField, column: Column, is_written: bool, findings: Findings) -> None:
    if column.type not in _CHARS or column.length is None:
        return
    asked = field.length or field.field.length
    if field.length is not None and field.length > column.length and is_written:
        findings.error(
            Code.LENGTH_BEYOND_COLUMN,
            f"{field.place}.max",
            f"max = {field.length}, mas {column.name} só guarda {column.length} caracteres.",
            f"Use max = {column.length}.",
        )
    elif is_written and field.length is None and (asked is None or asked > column.length):
        size = "qualquer tamanho" if asked is None else f"até {asked}"
        findings.warning(
            Code.LENGTH_CUT,
            field.place,
            f"o portal manda {size}, e {column.name} guarda {column.length}; o resto será cortado.",
            f"Se concordar, diga-o: max = {column.length}.",
        )
    if field.type is Type.DOCUMENT:
        if is_written:
            findings.warning(
                Code.MASK_LOST,
                f"{field.place}.tipo",
                "o documento será gravado sem pontos nem traços.",
                "Confira se o ILUX aceita assim.",
            )
        return
    if asked is not None and column.length > asked and field.length is None:
        findings.warning(
            Code.LENGTH_CUT,
            field.place,
            f"{column.name} guarda até {column.length} caracteres, e o portal {asked}; o resto será cortado.",
            f"Se concordar, diga-o: max = {asked}.",
        )


def _check_map(
    field: MappedField, column: Column, must_invert: bool, is_written: bool, findings: Findings
) -> None:
    place = f"{field.place}.mapa"
    values: dict[str, WireValue] = dict(field.values or {word: word for word in field.field.choices})
    for word in values:
        problem = _unstorable(word, column)
        if problem and (field.values is not None or is_written):
            findings.error(Code.MAP_VALUE_TYPE, place, problem, "Escreva o valor como está no banco.")
    if not must_invert:
        return
    for wire in dict.fromkeys(values.values()):
        sources = [word for word, meant in values.items() if meant == wire]
        if len(sources) > 1:
            findings.error(
                Code.MAP_AMBIGUOUS,
                place,
                f"{_said(wire, field)} vem de {', '.join(sources)}; na escrita não se sabe qual gravar.",
                "Deixe um valor só para cada opção, ou retire o campo da escrita e de esperado.",
            )
    wanted: tuple[WireValue, ...] = field.field.choices
    if field.field.kind is Kind.BOOLEAN:
        wanted = (True, False)
    missing = [_said(wire, field) for wire in wanted if wire not in values.values()]
    if missing and is_written:
        findings.error(
            Code.MAP_INCOMPLETE,
            place,
            f"falta o valor do banco para {', '.join(missing)}, que o portal pode mandar.",
            "Complete o mapa.",
        )


def _unstorable(word: str, column: Column) -> str | None:
    try:
        stored_as(word, column)
    except Refused as refused:
        return refused.text
    return None


def _said(wire: WireValue, field: MappedField) -> str:
    if isinstance(wire, bool):
        return '"sim"' if wire else '"nao"'
    return f'"{choice_words(field.field).get(str(wire), wire)}"'


def _check_reference(
    field: MappedField, columns: list[Column], mapping: MappingFile, base: Base, findings: Findings
) -> None:
    entity = BY_NAME[field.field.entity or ""]
    target = mapping.table_of(entity.name)
    if target is None:
        if field.has_constant:
            findings.warning(
                Code.REFERENCE_UNMAPPED,
                field.place,
                f'"{entity.word}" não vem deste banco.',
                f'Cadastre no portal "{entity.word}" com a chave ILUX "{field.constant}".',
            )
        else:
            findings.error(
                Code.REFERENCE_UNMAPPED,
                field.place,
                f'aponta para "{entity.word}", que nenhuma tabela do arquivo traz.',
                f'Mapeie a tabela de "{entity.word}", ou use {{ valor = "…" }}, ou retire o campo.',
            )
        return
    table = base.tables.get(target.name)
    if table is None:
        return
    names = key_names(target, table)
    key = [column for name in names if (column := table.column(name)) is not None]
    if field.has_constant:
        if key_values(str(field.constant), key) is None:
            text = f'"{field.constant}" não é uma chave de {target.name} ({", ".join(names)}).'
            findings.error(Code.REFERENCE_KEY, f"{field.place}.valor", text, 'Use algo como "1" ou "1|20".')
        return
    if len(key) != len(columns):
        findings.error(
            Code.REFERENCE_KEY,
            field.place,
            f"a chave de {target.name} é {', '.join(names)}, e col tem {len(columns)} coluna(s).",
            "Diga em col uma coluna para cada parte daquela chave, na mesma ordem.",
        )
        return
    for mine, theirs in zip(columns, key, strict=True):
        if family(mine) != family(theirs):
            findings.error(
                Code.REFERENCE_KEY,
                field.place,
                f"{mine.name} ({mine.type}) não é do tipo de {target.name}.{theirs.name} ({theirs.type}).",
                "Confira a ordem das colunas em col.",
            )


_KINDS = {
    Kind.TEXT: "texto",
    Kind.INTEGER: "número inteiro",
    Kind.DECIMAL: "número",
    Kind.BOOLEAN: "sim ou não",
    Kind.DATE: "data",
    Kind.INSTANT: "data e hora",
    Kind.CHOICE: "opção",
    Kind.REFERENCE: "referência",
}
