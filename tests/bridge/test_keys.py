"""One text for one key, whichever way it came."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilux_bridge.mapping.base import Column, ColumnType
from ilux_bridge.outbox import keys, names

TEXT = Column("T", ColumnType.VARCHAR, 50)
WHOLE = Column("N", ColumnType.INTEGER)


@given(st.lists(st.text(alphabet="a|\\ñ N").map(lambda text: text.rstrip(" ")), min_size=1, max_size=4))
def test_any_texts_come_back_from_their_canonical_key(texts: list[str]) -> None:
    assert keys.parse([TEXT] * len(texts), keys.canonical(texts)) == tuple(texts)


@given(st.lists(st.tuples(st.text("a|\\", max_size=3), st.text("a|\\", max_size=3)), min_size=2, max_size=2))
def test_different_keys_have_different_texts(pair: list[tuple[str, str]]) -> None:
    one, other = pair
    assert (keys.canonical(one) == keys.canonical(other)) == (one == other)


@pytest.mark.parametrize(
    ("kind", "written", "value", "canonical"),
    [
        (ColumnType.INTEGER, "-7", -7, "-7"),
        (ColumnType.DOUBLE, "123.0000000000000", Decimal(123), "123"),
        (ColumnType.NUMERIC, "12.50", Decimal("12.5"), "12.5"),
        (ColumnType.NUMERIC, "1000", Decimal(1000), "1000"),
        (ColumnType.DATE, "2026-3-2", dt.date(2026, 3, 2), "2026-03-02"),
        (ColumnType.TIME, "8:30:0.0000", dt.time(8, 30), "08:30:00.0000"),
        (
            ColumnType.TIMESTAMP,
            "2026-3-2 8:30:9.1234",
            dt.datetime(2026, 3, 2, 8, 30, 9, 123400),
            "2026-03-02 08:30:09.1234",
        ),
        (ColumnType.BOOLEAN, "TRUE", True, "true"),
        (ColumnType.CHAR, "a\\|b\\\\", "a|b\\", "a\\|b\\\\"),
    ],
)
def test_a_part_is_read_as_the_column_has_it(
    kind: ColumnType, written: str, value: Any, canonical: str
) -> None:
    column = Column("X", kind)
    assert keys.parse([column], written) == (value,)
    assert keys.canonical([value]) == canonical


@pytest.mark.parametrize("written", ["", "x", "1|2", "1|", "|"])
def test_a_key_that_says_nothing_is_no_key(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        keys.parse([WHOLE], written)


def test_names_of_triggers_fit_and_never_collide() -> None:
    tables = [
        "ORDEM_SERVICO",
        "OUTBOX",
        "Pedidos de Peça",
        *(f"SOLICITACAO_DE_SUPRIMENTO_{n}" for n in range(99)),
    ]
    triggers = [names.trigger(table) for table in tables]
    assert len(set(triggers)) == len(tables)
    assert max(len(trigger.encode()) for trigger in triggers) <= 31
    assert not set(triggers) & set(names.TABLES)
    assert triggers[0] == "SYNC_ORDEM_SERVICO"
