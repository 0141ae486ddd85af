"""Keys of rows travel as one text and come back as the same key."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilux_bridge.mapping.base import Column, ColumnType
from ilux_bridge.mapping.keys import format_key, key_values, parse_key

COLUMNS = {
    "whole": Column("A", ColumnType.INTEGER),
    "text": Column("B", ColumnType.VARCHAR, 20),
    "moment": Column("C", ColumnType.TIMESTAMP),
    "day": Column("D", ColumnType.DATE),
    "amount": Column("E", ColumnType.NUMERIC, scale=2),
}
VALUES: dict[str, st.SearchStrategy[object]] = {
    "whole": st.integers(-(2**31), 2**31 - 1),
    "text": st.text(max_size=20).map(lambda text: text.rstrip(" ")),
    "moment": st.datetimes().map(lambda m: m.replace(microsecond=m.microsecond // 100 * 100)),
    "day": st.dates(),
    "amount": st.decimals(-1000, 1000, places=2),
}


@st.composite
def typed_keys(draw: st.DrawFn) -> tuple[tuple[Column, ...], tuple[object, ...]]:
    kinds = draw(st.lists(st.sampled_from(list(COLUMNS)), min_size=1, max_size=4))
    return tuple(COLUMNS[kind] for kind in kinds), tuple(draw(VALUES[kind]) for kind in kinds)


@settings(deadline=None)
@given(typed_keys())
def test_a_key_written_and_read_is_the_same_key(key: tuple[tuple[Column, ...], tuple[object, ...]]) -> None:
    columns, values = key
    written = format_key(values)
    assert written is not None
    assert key_values(written, columns) == values


@settings(deadline=None)
@given(st.lists(st.text("a|\\", max_size=4), min_size=1, max_size=4).map(tuple))
def test_separators_inside_a_part_do_not_split_it(parts: tuple[str, ...]) -> None:
    written = format_key(parts)
    assert written is not None
    assert parse_key(written) == parts


@settings(deadline=None)
@given(typed_keys())
def test_what_a_trigger_spelled_becomes_the_key_of_the_row(
    key: tuple[tuple[Column, ...], tuple[object, ...]],
) -> None:
    columns, values = key
    spelled = [f"{v:.6f}" if isinstance(v, Decimal) else format_key((v,)) or "" for v in values]
    padded = [
        part + "  " if column.name == "B" and len(part) < 18 else part
        for part, column in zip(spelled, columns, strict=True)
    ]
    read = key_values("|".join(padded), columns)
    assert read is not None
    assert format_key(read) == format_key(values)


@settings(deadline=None)
@given(st.text("a1|\\ ", max_size=8), st.text("a1|\\ ", max_size=8))
def test_two_texts_never_name_one_key(one: str, other: str) -> None:
    if one != other and parse_key(one) is not None:
        assert parse_key(one) != parse_key(other)


def test_every_part_has_one_spelling() -> None:
    assert format_key((1, "A|B  ", datetime(2026, 3, 2, 8, 30))) == "1|A\\|B|2026-03-02 08:30:00.0000"
    assert format_key((date(2026, 3, 2), Decimal("1.50"), 12.0)) == "2026-03-02|1.5|12"
    assert format_key((True, time(8, 30, 1, 500))) == "true|08:30:01.0005"
    assert format_key((datetime(33, 3, 2),)) == "0033-03-02 00:00:00.0000"


@pytest.mark.parametrize("parts", [(), (None,), (1, None), (b"x",), (float("nan"),)])
def test_what_has_no_key_is_said_to_have_none(parts: tuple[object, ...]) -> None:
    assert format_key(parts) is None


@pytest.mark.parametrize("text", ["1\\", "1\\2", "x", "1|2", "", "1.0", "2147483648", " 1"])
def test_a_text_that_is_no_key_of_the_table_is_refused(text: str) -> None:
    assert key_values(text, (COLUMNS["whole"],)) is None
