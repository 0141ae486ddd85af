"""Hold one mapped table against the base: is it there, may it be read, does its key name one row."""

from __future__ import annotations

from difflib import get_close_matches

from ilux_bridge.mapping.base import Base, Column, ColumnType, Table
from ilux_bridge.mapping.bound import key_names
from ilux_bridge.mapping.check_field import check_field
from ilux_bridge.mapping.check_filter import check_filter
from ilux_bridge.mapping.check_write import check_write
from ilux_bridge.mapping.filter import columns_of
from ilux_bridge.mapping.finding import Code, Findings
from ilux_bridge.mapping.mapped import Capture, MappedTable, MappingFile
from ilux_bridge.mapping.names import PREFIX, name_limit

KEY_TYPES = frozenset(
    {
        ColumnType.SMALLINT,
        ColumnType.INTEGER,
        ColumnType.BIGINT,
        ColumnType.NUMERIC,
        ColumnType.CHAR,
        ColumnType.VARCHAR,
        ColumnType.DATE,
        ColumnType.TIMESTAMP,
        ColumnType.DOUBLE,  # dialect 1 keeps whole numbers past 32 bits so; a fraction is refused row by row
    }
)


def check_table(mapped: MappedTable, mapping: MappingFile, base: Base, findings: Findings) -> None:
    if mapped.name.startswith(PREFIX):
        findings.error(
            Code.NAME_RESERVED,
            f"{mapped.place}.nome",
            f"nomes que começam por {PREFIX} são da própria ponte.",
            "Mapeie uma tabela do ILUX.",
        )
    table = base.tables.get(mapped.name)
    if table is None:
        findings.error(
            Code.TABLE_MISSING,
            f"{mapped.place}.nome",
            f"o banco não tem a tabela {mapped.name}.",
            _near(mapped.name, list(base.tables)),
        )
        return
    _check_names(mapped, table, base, findings)
    if not _check_columns(mapped, table, findings):
        # Judging types of columns that are not there would only bury what is to be mended first.
        return
    _check_rights(mapped, table, findings)
    _check_key(mapped, table, mapping.firebird.capture, findings)
    if mapped.filter is not None:
        check_filter(mapped, mapped.filter, table, base.dialect, findings)
    _check_history(mapped, findings)
    _check_required(mapped, findings)
    for field in mapped.fields:
        check_field(field, mapped, table, mapping, base, findings)
    for write in mapped.writes:
        check_write(write, mapped, table, base, findings)


def _check_names(mapped: MappedTable, table: Table, base: Base, findings: Findings) -> None:
    limit = name_limit(base.version)
    names = {mapped.name, *mapped.key, *(name for field in mapped.fields for name in field.columns)}
    for name in sorted(name for name in names if len(name.encode()) > limit):
        findings.error(
            Code.NAME_TOO_LONG,
            mapped.place,
            f"o nome {name} passa dos {limit} caracteres que este Firebird aceita.",
            "Confira o nome no banco.",
        )


def _check_columns(mapped: MappedTable, table: Table, findings: Findings) -> bool:
    """Whether every column that the mapping names is there."""
    wanted = [(f"{mapped.place}.chave", name) for name in mapped.key]
    wanted += [(field.place, name) for field in mapped.fields for name in field.columns]
    wanted += [(f"{mapped.place}.historico", name) for name in mapped.history]
    if mapped.filter is not None:
        wanted += [(f"{mapped.place}.filtro", name) for name in columns_of(mapped.filter)]
    known = [column.name for column in table.columns]
    missing = [(place, name) for place, name in wanted if name not in known]
    for place, name in missing:
        text = f"a tabela {table.name} não tem a coluna {name}."
        findings.error(Code.COLUMN_MISSING, place, text, _near(name, known))
    return not missing


def _check_rights(mapped: MappedTable, table: Table, findings: Findings) -> None:
    needed = {"S": "SELECT"}
    for write in mapped.writes:
        needed.update({"I": "INSERT"} if write.write.is_new_row else {"U": "UPDATE"})
    for letter, right in needed.items():
        if letter not in table.rights:
            findings.error(
                Code.RIGHT_MISSING,
                f"{mapped.place}.nome",
                f"o usuário da ponte não tem {right} em {table.name}.",
                f"Como dono do banco: GRANT {right} ON {table.name} TO o usuário da ponte.",
            )


def _check_key(mapped: MappedTable, table: Table, capture: Capture, findings: Findings) -> None:
    place, names = f"{mapped.place}.chave", key_names(mapped, table)
    if not names:
        findings.error(
            Code.KEY_MISSING,
            place,
            f"{table.name} não tem chave primária.",
            "Diga em chave as colunas de um índice único.",
        )
        return
    unique = {frozenset(key) for key in (table.primary_key, *table.unique_keys) if key}
    if frozenset(names) not in unique:
        text = f"{', '.join(names)} não é chave primária nem índice único de {table.name}."
        advice = "Use as colunas da chave primária, ou crie um índice único com estas."
        # Comparing whole rows works on a view too, which has no index to show.
        note = findings.error if capture is Capture.TRIGGER or mapped.direction.receives else findings.warning
        note(Code.KEY_NOT_UNIQUE, place, text, advice)
    for column in _columns(table, names):
        if column.type not in KEY_TYPES:
            findings.error(
                Code.KEY_TYPE,
                place,
                f"{column.name} é {column.type}, que não serve de chave.",
                "Escolha outra chave única.",
            )
        elif column.is_nullable and column.name not in table.primary_key:
            findings.warning(
                Code.KEY_NULLABLE,
                place,
                f"{column.name} aceita vazio; linhas sem chave não serão enviadas.",
                "Preencha a coluna em todas as linhas.",
            )


def _check_history(mapped: MappedTable, findings: Findings) -> None:
    known = {name for field in mapped.fields for name in field.columns}
    for name in mapped.history:
        if name not in known:
            findings.warning(
                Code.HISTORY_UNMAPPED,
                f"{mapped.place}.historico",
                f"{name} não está em [tabela.campos]; o portal não saberia o que é.",
                "Mapeie a coluna ou retire-a do histórico.",
            )


def _check_required(mapped: MappedTable, findings: Findings) -> None:
    if not mapped.direction.sends:
        return
    for field in mapped.entity.fields:
        if field.is_required and mapped.field(field.name) is None:
            findings.error(
                Code.FIELD_REQUIRED,
                f"{mapped.place}.campos",
                f'falta "{field.word}", sem o qual o portal não aceita "{mapped.entity.word}".',
                f'Acrescente {field.word} = "COLUNA", ou um valor fixo: {field.word} = {{ valor = … }}.',
            )


def _columns(table: Table, names: tuple[str, ...]) -> list[Column]:
    return [column for column in table.columns if column.name in names]


def _near(name: str, known: list[str]) -> str:
    near = get_close_matches(name.upper(), known, n=3, cutoff=0.6)
    if near:
        return f"Nomes parecidos: {', '.join(near)}."
    return (
        f"Existem {', '.join(sorted(known)[:30])}." if known else "O usuário talvez não tenha acesso a ela."
    )
