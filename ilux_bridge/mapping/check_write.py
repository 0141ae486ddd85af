"""Hold what the portal writes against the base: columns that take it, and a key for every new row."""

from __future__ import annotations

from ilux_bridge.mapping.base import Base, ColumnType, Table
from ilux_bridge.mapping.bound import key_names
from ilux_bridge.mapping.finding import Code, Findings
from ilux_bridge.mapping.mapped import TRIGGER, MappedTable, MappedWrite


def check_write(
    write: MappedWrite, mapped: MappedTable, table: Table, base: Base, findings: Findings
) -> None:
    _check_columns(write, table, findings)
    if write.write.is_new_row:
        _check_new_row(write, mapped, table, base, findings)
    else:
        _check_change(write, mapped, table, findings)


def _check_columns(write: MappedWrite, table: Table, findings: Findings) -> None:
    place, taken = f"{write.place}.campos", dict[str, str]()
    for field in write.fields:
        for name in field.columns:
            column = table.column(name)
            if column is not None and column.is_computed:
                text = f"{name} é calculada pelo banco e não aceita escrita."
                findings.error(Code.COLUMN_COMPUTED, place, text, f'Retire "{field.field.word}" de campos.')
            other = taken.setdefault(name, field.field.word)
            # Composite references may well share a column (the company in the key of everything).
            if other != field.field.word and len(field.columns) == 1:
                text = f'"{other}" e "{field.field.word}" escrevem ambos em {name}.'
                findings.warning(Code.COLUMN_WRITTEN_TWICE, place, text, "Confira se é a mesma informação.")


def _check_new_row(
    write: MappedWrite, mapped: MappedTable, table: Table, base: Base, findings: Findings
) -> None:
    written = {name for field in write.fields for name in field.columns}
    open_parts = [name for name in key_names(mapped, table) if name not in written]
    place = f"{write.place}.gerador"
    if write.generator is None and open_parts:
        findings.error(
            Code.KEY_NOT_WRITTEN,
            place,
            f"nada preenche {', '.join(open_parts)}, da chave de {table.name}.",
            f'Diga o gerador, ou "{TRIGGER}" se um gatilho do ILUX preenche a chave.',
        )
    elif write.generator not in (None, TRIGGER):
        if write.generator not in base.generators:
            near = ", ".join(sorted(base.generators)[:30]) or "nenhum"
            findings.error(
                Code.GENERATOR_MISSING,
                place,
                f"o banco não tem o gerador {write.generator}.",
                f'Existem: {near}. Se um gatilho preenche a chave, use "{TRIGGER}".',
            )
        if len(open_parts) != 1:
            findings.error(
                Code.GENERATOR_KEY,
                place,
                f"o gerador preenche uma coluna da chave, e faltam {len(open_parts)}"
                f"{': ' if open_parts else ''}{', '.join(open_parts)}.",
                "Inclua em campos os que formam o resto da chave, ou retire o gerador.",
            )
    _check_filled(write, table, written | set(open_parts), findings)
    _check_dedup(write, table, findings)


def _check_filled(write: MappedWrite, table: Table, filled: set[str], findings: Findings) -> None:
    """Defaults and triggers are not seen from here, hence a warning."""
    rest = [c.name for c in table.columns if not c.is_nullable and not c.is_computed and c.name not in filled]
    if rest:
        findings.warning(
            Code.COLUMN_NOT_FILLED,
            f"{write.place}.campos",
            f"{', '.join(rest)} não aceita(m) vazio e a escrita não preenche.",
            "Confira se o banco tem valor padrão ou gatilho para isso.",
        )


def _check_dedup(write: MappedWrite, table: Table, findings: Findings) -> None:
    field = write.deduplicated_by
    if field is None:
        findings.warning(
            Code.NOT_DEDUPLICATED,
            f"{write.place}.dedup",
            "se o banco voltar de um backup, um pedido já feito pode ser gravado de novo.",
            "Se a tabela tem coluna para o número da web, diga dedup.",
        )
        return
    column = table.column(field.columns[0])
    length = field.field.length
    is_short = (
        column is not None and column.length is not None and length is not None and column.length < length
    )
    is_text = column is not None and column.type in (ColumnType.CHAR, ColumnType.VARCHAR)
    if is_short or not is_text:
        findings.error(
            Code.LENGTH_BEYOND_COLUMN,
            f"{write.place}.dedup",
            f'{field.columns[0]} não guarda os {length} caracteres de "{field.field.word}" por inteiro.',
            f"Use uma coluna VARCHAR({length}).",
        )


def _check_change(write: MappedWrite, mapped: MappedTable, table: Table, findings: Findings) -> None:
    key = set(key_names(mapped, table))
    for field in write.fields:
        if key & set(field.columns):
            findings.error(
                Code.KEY_CHANGED,
                f"{write.place}.campos",
                f'"{field.field.word}" faz parte da chave de {table.name}.',
                "Retire-o: a chave de uma linha não muda.",
            )
    if not write.expected:
        findings.warning(
            Code.EXPECTED_ABSENT,
            f"{write.place}.esperado",
            "a escrita passa por cima do que alguém mudou no ILUX ao mesmo tempo.",
            'Diga em esperado o que deve estar como o portal viu, como esperado = ["status"].',
        )
