"""Rows are read and written with what had to be altered flagged; bad data is refused by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilux_bridge.mapping.base import Column, ColumnType, Table
from ilux_bridge.mapping.bound import BoundTable
from ilux_bridge.mapping.convert import history_to_wire, to_columns, to_guard, to_wire
from ilux_bridge.mapping.mapped import Type, Unknown
from ilux_bridge.mapping.outcome import Alteration, ColumnValues, Reason, Refusal, WireRow
from ilux_bridge.mapping.vocabulary import Kind
from tests.bridge_mapping.single import mapped, one_field, read, refusal, there_and_back, value

# --- no data, however strange, raises -----------------------------------------------------------

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
ODD_TEXTS = ["1e999999999", "NaN", "0x10", "-1", "٣", "1" * 400, "9999-12-31T23:59:59-12:00", "1|", "\\"]
strange = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(max_size=8),
    st.binary(max_size=8), st.dates(), st.datetimes(), st.times(), st.lists(st.integers(), max_size=2),
    st.sampled_from([MIDNIGHT, object(), *ODD_TEXTS]),
)  # fmt: skip
DECLARED = (
    "varchar(5)",
    "text",
    "smallint",
    "numeric(15,2)",
    "double",
    "boolean",
    "date",
    "timestamp",
    "time",
)


@settings(max_examples=600, deadline=None)
@given(
    st.sampled_from(Kind), st.sampled_from(DECLARED), st.lists(strange, min_size=2, max_size=2), st.booleans()
)
def test_strange_data_is_answered_and_never_raises(
    kind: Kind, declared: str, raw: list[object], is_split: bool
) -> None:
    count = 2 if is_split and kind in (Kind.INSTANT, Kind.REFERENCE) else 1
    field = mapped(kind, choices=("a", "b"), columns=count, is_required=True)
    table = one_field(field, *[declared] * count, charset="UTF8")
    found = to_wire(table, {"ID": 1, "C0": raw[0], "C1": raw[1]})
    assert isinstance(found, (WireRow, Refusal))
    if isinstance(found, WireRow):
        assert isinstance(found.data["field"], (str, int, bool))
    assert isinstance(to_columns(table, (field,), {"field": raw[0]}), (ColumnValues, Refusal))


# --- texts --------------------------------------------------------------------------------------


def test_control_characters_go_and_line_ends_stay() -> None:
    found = read(mapped(Kind.TEXT), "a\x00b\x07\tc\r\nd\x9f\ud800 ")
    assert value(found) == "ab\tc\r\nd"
    assert isinstance(found, WireRow)
    assert [flag.code for flag in found.flags] == [Alteration.CONTROL_CHARACTERS]


def test_texts_are_cut_to_what_the_portal_holds_and_flagged() -> None:
    found = read(mapped(Kind.TEXT, length=4), "ção longa")
    assert value(found) == "ção"
    assert isinstance(found, WireRow)
    assert [(flag.code, flag.field) for flag in found.flags] == [(Alteration.TRUNCATED, "campo")]


@settings(deadline=None)
@given(st.text(max_size=40), st.integers(1, 20), st.sampled_from(["WIN1252", "NONE", "UTF8", "ASCII"]))
def test_what_is_written_always_fits_the_column(text: str, room: int, charset: str) -> None:
    table = one_field(mapped(Kind.TEXT), f"varchar({room})", charset=charset)
    written = to_columns(table, table.mapped.fields, {"field": text})
    assert isinstance(written, ColumnValues)
    stored = written.values["C0"]
    assert stored is None or (isinstance(stored, str) and len(stored) <= room)
    if isinstance(stored, str):
        stored.encode({"UTF8": "utf-8", "ASCII": "ascii"}.get(charset, "cp1252"))
        assert "\x00" not in stored


def test_a_column_of_its_own_charset_is_fitted_to_that() -> None:
    table = one_field(mapped(Kind.TEXT), "varchar(9)")
    own = Column("C0", ColumnType.VARCHAR, 9, charset="UTF8")
    table = BoundTable(
        table.mapped, Table("T", (table.key[0], own), ("ID",)), table.key, table.charset, table.dialect
    )
    assert there_and_back(table, "日本") == ("日本", ())


def test_masks_of_documents_are_taken_off() -> None:
    field = mapped(Kind.TEXT, length=14, type=Type.DOCUMENT)
    assert value(read(field, "12.345.678/0001-95")) == "12345678000195"
    assert value(read(field, " . / ")) is None


# --- empties, unknowns, oddities ----------------------------------------------------------------


def test_an_empty_required_field_is_refused_unless_the_mapping_stands_in() -> None:
    assert refusal(read(mapped(Kind.TEXT, is_required=True), "  ")).code == Reason.REQUIRED_EMPTY
    assert value(read(mapped(Kind.TEXT, is_required=True, default="Sem nome"), None)) == "Sem nome"


def test_a_value_that_the_map_lacks_is_refused_or_emptied_as_the_mapping_says() -> None:
    refused = refusal(read(mapped(Kind.CHOICE, choices=("a",), values={"A": "a"}), "Z"))
    assert (refused.code, refused.field) == (Reason.UNKNOWN_VALUE, "campo")
    assert '"Z"' in refused.text
    field = mapped(Kind.CHOICE, choices=("a",), values={"A": "a"}, unknown=Unknown.EMPTY)
    assert value(read(field, "Z")) is None


def test_an_empty_column_may_itself_be_in_the_map() -> None:
    field = mapped(Kind.CHOICE, choices=("a", "b"), values={"": "a", "B": "b"})
    assert value(read(field, None)) == "a"
    assert there_and_back(one_field(field, "char(1)"), "a") == ("a", ())


def test_the_zero_date_of_delphi_is_no_date() -> None:
    for kind in (Kind.DATE, Kind.INSTANT):
        found = read(mapped(kind), datetime(1899, 12, 30), declared=("timestamp",))
        assert value(found) is None
        assert isinstance(found, WireRow)
        assert [flag.code for flag in found.flags] == [Alteration.ZERO_DATE]


def test_a_double_of_dialect_1_is_rounded_to_cents_in_silence_and_a_decimal_is_flagged() -> None:
    found = read(mapped(Kind.DECIMAL), 1234.5649999, declared=("double",))
    assert isinstance(found, WireRow)
    assert (found.data["field"], found.flags) == ("1234.56", ())
    found = read(mapped(Kind.DECIMAL), Decimal("0.125"), declared=("numeric(15,3)",))
    assert isinstance(found, WireRow)
    assert found.data["field"] == "0.13"
    assert [flag.code for flag in found.flags] == [Alteration.ROUNDED]


def test_an_hour_apart_may_be_a_text() -> None:
    field = mapped(Kind.INSTANT, columns=2)
    assert (
        value(read(field, date(2026, 3, 2), "08:30", declared=("date", "varchar(5)")))
        == "2026-03-02T11:30:00Z"
    )
    assert value(read(field, date(2026, 3, 2), None, declared=("date", "time"))) == "2026-03-02T03:00:00Z"
    assert value(read(field, date(2026, 3, 2), time(8), declared=("date", "time"))) == "2026-03-02T11:00:00Z"
    table = one_field(field, "date", "varchar(5)")
    assert there_and_back(table, "2026-03-02T11:30:00Z")[0] == "2026-03-02T11:30:00Z"
    refused = refusal(read(field, date(2026, 3, 2), "manhã", declared=("date", "varchar(5)")))
    assert refused.code == Reason.NOT_A_DATE


def test_a_row_without_key_or_column_is_refused() -> None:
    table = one_field(mapped(Kind.TEXT), "varchar(5)")
    assert refusal(to_wire(table, {"ID": None, "C0": "x"})).field == "chave"
    assert refusal(to_wire(table, {"ID": 1})).code == Reason.COLUMN_MISSING


@pytest.mark.parametrize(
    ("kind", "declared", "sent", "reason"),
    [
        (Kind.INTEGER, "smallint", 40000, Reason.OUT_OF_RANGE),
        (Kind.INTEGER, "integer", "7", Reason.WRONG_TYPE),
        (Kind.INTEGER, "integer", True, Reason.WRONG_TYPE),
        (Kind.INTEGER, "varchar(2)", 777, Reason.TOO_LONG),
        (Kind.DECIMAL, "numeric(15,2)", "1e30", Reason.OUT_OF_RANGE),
        (Kind.DECIMAL, "numeric(15,2)", "muito", Reason.NOT_A_NUMBER),
        (Kind.INSTANT, "timestamp", "2026-01-01T08:00:00", Reason.NOT_A_DATE),
        (Kind.DATE, "date", "1899-12-30", Reason.OUT_OF_RANGE),
        (Kind.REFERENCE, "integer", "1|2", Reason.BAD_KEY),
        (Kind.CHOICE, "char(1)", "z", Reason.UNKNOWN_VALUE),
        (Kind.TEXT, "varchar(5)!", None, Reason.REQUIRED_EMPTY),
        (Kind.TEXT, "varchar(5)!", " \x00", Reason.REQUIRED_EMPTY),
    ],
)  # fmt: skip
def test_what_a_column_cannot_hold_is_refused(
    kind: Kind, declared: str, sent: object, reason: Reason
) -> None:
    field = mapped(kind, choices=("a",))
    refused = refusal(to_columns(one_field(field, declared), (field,), {"field": sent}))
    assert (refused.code, refused.field) == (reason, "campo")


def test_fields_left_out_are_left_alone_and_strangers_flagged() -> None:
    table = one_field(mapped(Kind.TEXT), "varchar(5)")
    found = to_columns(table, table.mapped.fields, {"other": "x", "empty": None})
    assert isinstance(found, ColumnValues)
    assert found.values == {}
    assert [(flag.code, flag.field) for flag in found.flags] == [(Alteration.NOT_WRITTEN, "other")]


def test_a_guard_may_ask_for_an_empty_column_that_a_write_may_not_leave_empty() -> None:
    table = one_field(mapped(Kind.TEXT), "varchar(5)!")
    guard = to_guard(table, table.mapped.fields, {"field": None})
    assert isinstance(guard, ColumnValues)
    assert guard.values == {"C0": None}


def test_fields_that_share_a_column_must_agree_and_an_absent_one_does_not_empty_it() -> None:
    company = mapped(Kind.REFERENCE)
    contract = replace(
        mapped(Kind.REFERENCE, columns=2), field=replace(company.field, name="contract", word="contrato")
    )
    table = one_field(contract, "integer!", "integer")
    fields = (company, contract)
    agreed = to_columns(table, fields, {"field": "1", "contract": "1|20"})
    assert isinstance(agreed, ColumnValues)
    assert agreed.values == {"C0": 1, "C1": 20}
    for data in ({"field": "1", "contract": None}, {"contract": None, "field": "1"}):
        absent = to_columns(table, fields, data)
        assert isinstance(absent, ColumnValues)
        assert absent.values == {"C0": 1, "C1": None}
    refused = refusal(to_columns(table, fields, {"field": "1", "contract": "2|20"}))
    assert (refused.code, refused.field) == (Reason.CONTRADICTION, "contrato")
    assert refusal(to_columns(table, fields, {"contract": None})).code == Reason.REQUIRED_EMPTY


def test_an_older_value_of_a_column_is_translated_as_the_row_is() -> None:
    table = one_field(
        mapped(Kind.CHOICE, choices=("open", "done"), values={"A": "open", "F": "done"}), "char(1)"
    )
    assert history_to_wire(table, "C0", "F ") == {"field": "done"}
    assert history_to_wire(table, "ID", "7") == {}
    assert refusal(history_to_wire(table, "C0", "Z")).code == Reason.UNKNOWN_VALUE
