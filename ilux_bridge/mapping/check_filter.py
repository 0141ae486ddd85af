"""Hold a filter against its table: a literal of the wrong type fails in Firebird at the first row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from ilux_bridge.mapping.base import Column, ColumnType, Table
from ilux_bridge.mapping.filter import Expression
from ilux_bridge.mapping.filter.sql import is_regular
from ilux_bridge.mapping.filter.tree import (
    Between,
    ColumnName,
    Comparison,
    In,
    Like,
    Literal,
    Operand,
    columns_of,
    parts,
)
from ilux_bridge.mapping.finding import Code, Findings
from ilux_bridge.mapping.mapped import MappedTable

_FAMILIES = {
    ColumnType.SMALLINT: "número",
    ColumnType.INTEGER: "número",
    ColumnType.BIGINT: "número",
    ColumnType.NUMERIC: "número",
    ColumnType.FLOAT: "número",
    ColumnType.DOUBLE: "número",
    ColumnType.CHAR: "texto",
    ColumnType.VARCHAR: "texto",
    ColumnType.DATE: "data",
    ColumnType.TIMESTAMP: "data",
    ColumnType.BOOLEAN: "lógico",
}


def family(column: Column) -> str | None:
    """What a column may be compared with; None for what no filter reads: BLOBs, times, the unknown."""
    return _FAMILIES.get(column.type)


def check_filter(
    mapped: MappedTable, expression: Expression, table: Table, dialect: int, findings: Findings
) -> None:
    place = f"{mapped.place}.filtro"
    for name in columns_of(expression):
        column = table.column(name)
        if dialect == 1 and not is_regular(name):
            text = f"no dialeto 1 não se escreve o nome {name}."
            findings.error(Code.FILTER_TYPE, place, text, "Filtre por outra coluna.")
        if column is not None and family(column) is None and not _only_null(expression, name):
            text = f"{name} é {column.type}, que um filtro não compara."
            findings.error(Code.FILTER_TYPE, place, text, "Com ela só vale IS NULL ou IS NOT NULL.")
    for part in parts(expression):
        _check_part(part, table, place, findings)


def _only_null(expression: Expression, name: str) -> bool:
    return all(name not in columns_of(part) for part in parts(expression) if _compares(part))


def _compares(part: Expression) -> bool:
    return isinstance(part, (Comparison, In, Between, Like))


def _check_part(part: Expression, table: Table, place: str, findings: Findings) -> None:
    match part:
        case Comparison(name, _, operand):
            operands: tuple[Operand, ...] = (operand,)
        case In(name, options):
            operands = options
        case Between(name, low, high):
            operands = (low, high)
        case Like(name, pattern):
            operands = (Literal(pattern),)
        case _:
            return
    column = table.column(name.name)
    if column is None or family(column) is None:
        return
    if isinstance(part, Like) and family(column) != "texto":
        text = f"LIKE só vale em texto, e {column.name} é {column.type}."
        findings.error(Code.FILTER_TYPE, place, text, "Use =, IN ou BETWEEN.")
        return
    for operand in operands:
        _check_operand(column, operand, table, place, findings)


def _check_operand(column: Column, operand: Operand, table: Table, place: str, findings: Findings) -> None:
    if isinstance(operand, ColumnName):
        other = table.column(operand.name)
        if other is not None and family(other) not in (None, family(column)):
            text = f"{column.name} ({column.type}) e {other.name} ({other.type}) não se comparam."
            findings.error(Code.FILTER_TYPE, place, text, "Compare colunas do mesmo tipo.")
        return
    value = operand.value
    if _family_of(value) != family(column):
        findings.error(
            Code.FILTER_TYPE,
            place,
            f"{column.name} é {column.type} e está comparada com {_family_of(value)}.",
            f"Compare com {_EXAMPLES[family(column) or 'texto']}.",
        )
    elif isinstance(value, str) and column.length is not None and len(value.rstrip(" ")) > column.length:
        findings.error(
            Code.FILTER_LENGTH,
            place,
            f"'{value}' não cabe em {column.name}, de {column.length} caractere(s); o Firebird recusaria.",
            "Encurte o texto do filtro.",
        )


_EXAMPLES = {
    "texto": "um texto entre aspas simples, como 'A'",
    "número": "um número, sem aspas",
    "data": "DATE '2026-01-31' ou TIMESTAMP '2026-01-31 08:30:00'",
    "lógico": "TRUE ou FALSE",
}


def _family_of(value: object) -> str:
    if isinstance(value, bool):
        return "lógico"
    if isinstance(value, (int, Decimal)):
        return "número"
    return "data" if isinstance(value, (date, datetime)) else "texto"
