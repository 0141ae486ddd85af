"""A filter is read, written as safe SQL, and decided in Python exactly as a database decides it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilux_bridge.mapping.filter import FilterError, as_sql, as_text, columns_of, holds, parse, truth
from ilux_bridge.mapping.filter.tree import (
    And,
    Between,
    ColumnName,
    Comparison,
    Expression,
    In,
    IsNull,
    Like,
    Literal,
    Not,
    Operator,
    Or,
)

# --- any filter ---------------------------------------------------------------------------------

numbers = st.integers(-5, 5) | st.decimals("-5", "5", places=1)
texts = st.text("ab%_'ção ", max_size=3).map(str.rstrip)
days = st.dates(date(2026, 1, 1), date(2026, 1, 4))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 2)).map(lambda m: m.replace(microsecond=0))
VALUES: Mapping[str, st.SearchStrategy[object]] = {
    "N1": numbers, "N2": numbers, "T1": texts, "T2": texts, "D1": days, "M1": moments,
}  # fmt: skip
names = st.sampled_from(list(VALUES))


def operand(draw: st.DrawFn, name: str) -> ColumnName | Literal:
    alike = [other for other in VALUES if other[0] == name[0]]
    if draw(st.booleans()):
        return ColumnName(draw(st.sampled_from(alike)))
    return Literal(draw(VALUES[name]))  # type: ignore[arg-type]


@st.composite
def any_test(draw: st.DrawFn) -> Expression:
    name, is_negated = draw(names), draw(st.booleans())
    column = ColumnName(name)
    match draw(st.sampled_from(["compare", "in", "between", "null", "like"])):
        case "compare":
            return Comparison(column, draw(st.sampled_from(Operator)), operand(draw, name))
        case "in":
            options = draw(st.lists(VALUES[name].map(Literal), min_size=1, max_size=3))  # type: ignore[arg-type]
            return In(column, tuple(options), is_negated)
        case "between":
            return Between(column, operand(draw, name), operand(draw, name), is_negated)
        case "like":
            pattern, escape = draw(st.text("ab%_", max_size=4)), draw(st.sampled_from([None, "!"]))
            if escape:
                pattern += draw(st.sampled_from(["!%", "!_a", "!!"]))
            return Like(ColumnName(draw(st.sampled_from(["T1", "T2"]))), pattern, escape, is_negated)
        case _:
            return IsNull(column, is_negated)


expressions = st.recursive(
    any_test(),
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, min_size=2, max_size=3).map(tuple).map(And)
        | st.lists(inner, min_size=2, max_size=3).map(tuple).map(Or)
    ),
    max_leaves=6,
)
rows = st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()})


@pytest.fixture(scope="module")
def sqlite() -> Iterator[sqlite3.Connection]:
    """SQLite as oracle. It has no dates: as ISO texts they order alike."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE r (N1 REAL, N2 REAL, T1 TEXT, T2 TEXT, D1 TEXT, M1 TEXT)")
    connection.execute("PRAGMA case_sensitive_like = ON")
    yield connection
    connection.close()


def stored(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value) if isinstance(value, date) else value


@settings(max_examples=600, deadline=None)
@given(expressions, rows)
def test_python_decides_as_a_database_does(
    sqlite: sqlite3.Connection, expression: Expression, row: dict[str, object]
) -> None:
    sql, parameters = as_sql(expression)
    sqlite.execute("DELETE FROM r")
    sqlite.execute("INSERT INTO r VALUES (?, ?, ?, ?, ?, ?)", [stored(row[name]) for name in VALUES])
    decided = sqlite.execute(f"SELECT ({sql}) FROM r", [stored(value) for value in parameters]).fetchone()[0]
    assert truth(expression, row) == (None if decided is None else bool(decided))
    let_through = sqlite.execute(f"SELECT 1 FROM r WHERE {sql}", [stored(value) for value in parameters])
    assert holds(expression, row) == (let_through.fetchone() is not None)


@settings(max_examples=400, deadline=None)
@given(expressions)
def test_a_filter_written_as_text_reads_back_as_itself(expression: Expression) -> None:
    assert parse(as_text(expression)) == expression


@settings(deadline=None)
@given(expressions)
def test_no_value_of_a_filter_ever_enters_the_sql(expression: Expression) -> None:
    sql, parameters = as_sql(expression)
    without_escapes = sql.replace(" ESCAPE '!'", "")
    assert without_escapes.count("?") == len(parameters)
    assert "'" not in without_escapes
    for name in columns_of(expression):
        assert f'"{name}"' in sql


@settings(deadline=None)
@given(st.text("abAN1 '\"()=<>,.%!-;\n", max_size=40))
def test_any_text_is_either_a_filter_or_says_where_it_is_not(text: str) -> None:
    found = parsed(text)
    if isinstance(found, FilterError):
        assert 1 <= found.position <= len(text) + 1
        assert str(found).endswith(".")
    else:
        assert parse(as_text(found)) == found


def parsed(text: str) -> Expression | FilterError:
    try:
        return parse(text)
    except FilterError as error:
        return error


# --- what a person writes -----------------------------------------------------------------------


def test_not_binds_before_and_and_and_before_or() -> None:
    a, b, c = (Comparison(ColumnName(n), Operator.EQUAL, Literal(1)) for n in "ABC")
    assert parse("not a = 1 and b = 1 or c = 1") == Or((And((Not(a), b)), c))
    assert parse("A=1 AND (B=1 OR C=1)") == And((a, Or((b, c))))


def test_bare_names_fold_to_capitals_and_quoted_ones_stay() -> None:
    assert columns_of(parse('cod_empresa in (1, 2) and "Nome Fantasia" is not null')) == (
        "COD_EMPRESA",
        "Nome Fantasia",
    )
    assert as_sql(parse('"Aspas""aqui" = 1'))[0] == '"Aspas""aqui" = ?'


def test_a_value_on_the_left_is_turned_round() -> None:
    assert parse("10 < N") == parse("N > 10")
    assert parse("'A' = T") == parse("T = 'A'")


def test_dates_are_dates_and_a_column_may_still_be_called_date() -> None:
    assert parse("D >= DATE '2026-01-31'") == Comparison(
        ColumnName("D"), Operator.AT_LEAST, Literal(date(2026, 1, 31))
    )
    assert columns_of(parse("DATE IS NULL")) == ("DATE",)


def test_dialect_1_takes_bare_names_and_refuses_the_others() -> None:
    assert as_sql(parse("cod = 1"), dialect=1) == ("COD = ?", (1,))
    with pytest.raises(ValueError, match="dialect 1"):
        as_sql(parse('"a b" = 1'), dialect=1)


def test_a_day_compares_with_a_moment_as_its_midnight() -> None:
    condition = parse("M >= DATE '2026-01-31'")
    assert truth(condition, {"M": datetime(2026, 1, 31)}) is True
    assert truth(condition, {"M": datetime(2026, 1, 30, 23, 59)}) is False


def test_trailing_blanks_of_a_char_column_do_not_count() -> None:
    assert holds(parse("T = 'A'"), {"T": "A    "})
    assert holds(parse("N = 0.1"), {"N": 0.1})


def test_a_table_without_filter_shows_every_row() -> None:
    assert holds(None, {})


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("STATUS = NULL", 10, "IS NULL"),
        ("STATUS == 'A'", 9, "coluna ou um valor"),
        ("1 = 1", 1, "compare uma coluna"),
        ("STATUS = 'A'; DROP TABLE X", 13, "ponto e vírgula"),
        ("STATUS = 'A", 10, "abrem e não fecham"),
        ("STATUS IN ()", 12, 'não ")"'),
        ("(A = 1", 7, "o filtro acaba"),
        ("A = 1 B = 2", 7, "AND ou OR"),
        ("A = DATE '31/01/2026'", 5, "não é uma data"),
        ("UPPER(A) = 'X'", 6, "depois de UPPER espero"),
        ("A LIKE '%x' ESCAPE '!!'", 8, "um só caractere"),
        ("A LIKE 'x!' ESCAPE '!'", 8, "só vale %"),
        ("A = 1 -- fim", 7, "não entendo"),
        ("A IN (" + "1," * 1500 + "1)", 6, "1500"),
        ("(" * 40 + "A = 1" + ")" * 40, 31, "simplifique"),
    ],
)
def test_a_faulty_filter_says_where_and_what(text: str, position: int, said: str) -> None:
    with pytest.raises(FilterError) as error:
        parse(text)
    assert error.value.position == position
    assert said in str(error.value)
