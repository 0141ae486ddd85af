"""Values go from the wire into a row and back unharmed, whatever their kind; bad data is refused by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ilux_bridge.mapping.base import Column, ColumnType
from ilux_bridge.mapping.bound import BoundTable
from ilux_bridge.mapping.convert import history_to_wire, to_columns, to_guard, to_wire
from ilux_bridge.mapping.mapped import Direction, MappedField, MappedTable, Type, Unknown
from ilux_bridge.mapping.outcome import Alteration, ColumnValues, Reason, Refusal, WireRow
from ilux_bridge.mapping.vocabulary import BY_NAME, Field, Kind
from ilux_bridge.mapping.zone import format_instant
from tests.bridge_mapping.bases import ALL_RIGHTS, Table, column

ZONE = "America/Sao_Paulo"


def one_field(field: MappedField, *declared: str, charset: str = "WIN1252") -> BoundTable:
    """A table of a key ID and the columns of one field, called C0 and C1."""
    columns = (column("ID", "integer!"), *(column(f"C{at}", each) for at, each in enumerate(declared)))
    table = Table("T", columns, ("ID",), rights=ALL_RIGHTS)
    mapped = MappedTable("T", BY_NAME["customer"], "T", Direction.BOTH, (field,))
    return BoundTable(mapped, table, (columns[0],), charset, 3)


def mapped(
    kind: Kind,
    *,
    length: int | None = None,
    choices: tuple[str, ...] = (),
    is_required: bool = False,
    columns: int = 1,
    type: Type = Type.TEXT,
    values: dict[str, str | int | bool | None] | None = None,
    unknown: Unknown = Unknown.REFUSE,
    default: str | None = None,
    max: int | None = None,
) -> MappedField:
    field = Field("field", "campo", kind, length, is_required, choices, None)
    names = tuple(f"C{at}" for at in range(columns))
    return MappedField(field, "T.campo", names, type, values, unknown, ZONE, max, default)


def there_and_back(table: BoundTable, value: object) -> tuple[object, tuple[Alteration, ...]]:
    """What the portal would read after writing the value, and how it was altered on the way."""
    written = to_columns(table, table.mapped.fields, {"field": value})
    assert isinstance(written, ColumnValues), written
    read = to_wire(table, {"ID": 1, **written.values})
    assert isinstance(read, WireRow), read
    return read.data["field"], tuple(flag.code for flag in written.flags + read.flags)


def refusal(found: object) -> Refusal:
    assert isinstance(found, Refusal), found
    assert found.text.endswith(".")
    return found


def read(field: MappedField, *raw: object, declared: tuple[str, ...] = ("varchar(20)",)) -> WireRow | Refusal:
    row = {"ID": 1, **{f"C{at}": value for at, value in enumerate(raw)}}
    return to_wire(one_field(field, *declared), row)


def value(found: WireRow | Refusal) -> object:
    assert isinstance(found, WireRow), found
    return found.data["field"]


# --- the law: written and read, a value is itself ------------------------------------------------

portal_texts = st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"]), max_size=30)


@given(portal_texts)
def test_texts_come_back(text: str) -> None:
    for declared in ("varchar(30)", "char(30)", "text"):
        assert there_and_back(one_field(mapped(Kind.TEXT), declared), text) == (text.strip() or None, ())


@given(st.integers(-(2**31), 2**31 - 1) | st.none())
def test_whole_numbers_come_back(number: int | None) -> None:
    for declared in ("integer", "bigint", "numeric(15,2)", "double", "varchar(20)"):
        assert there_and_back(one_field(mapped(Kind.INTEGER), declared), number) == (number, ())


@given(st.decimals(-(10**12), 10**12, places=2))
def test_money_comes_back(amount: Decimal) -> None:
    for declared in ("numeric(15,2)", "numeric(18,4)", "double", "varchar(20)"):
        back, flags = there_and_back(one_field(mapped(Kind.DECIMAL), declared), f"{amount:f}")
        assert (Decimal(str(back)), flags) == (amount, ())


@given(st.booleans() | st.none())
def test_yes_and_no_come_back(truth: bool | None) -> None:
    for declared in ("boolean", "smallint", "char(1)", "double"):
        assert there_and_back(one_field(mapped(Kind.BOOLEAN), declared), truth) == (truth, ())
    for declared, yes, no in (("char(1)", "T", "F"), ("integer", "-1", "0"), ("boolean", "false", "true")):
        field = mapped(Kind.BOOLEAN, values={yes: True, no: False})
        assert there_and_back(one_field(field, declared), truth) == (truth, ())


@given(st.dates() | st.none())
def test_dates_come_back(day: date | None) -> None:
    if day == date(1899, 12, 30):
        return
    for declared in ("date", "timestamp"):
        written = None if day is None else day.isoformat()
        assert there_and_back(one_field(mapped(Kind.DATE), declared), written) == (written, ())


@settings(max_examples=400)
@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC)))
@example(datetime(2019, 2, 17, 1, 30, tzinfo=UTC))  # 23:30 of the last summer time
@example(datetime(2019, 2, 17, 2, 30, tzinfo=UTC))  # 23:30 again, in winter
def test_instants_come_back_but_for_the_hour_that_came_twice(moment: datetime) -> None:
    moment -= timedelta(microseconds=moment.microsecond % 100)
    for declared in (("timestamp",), ("date", "time"), ("timestamp", "timestamp")):
        table = one_field(mapped(Kind.INSTANT, columns=len(declared)), *declared)
        written = to_columns(table, table.mapped.fields, {"field": format_instant(moment)})
        if isinstance(written, Refusal):
            assert (moment - timedelta(hours=4)).date() in (date(1899, 12, 29), date(1899, 12, 30))
            continue
        back, flags = there_and_back(table, format_instant(moment))
        if Alteration.AMBIGUOUS_HOUR in flags:
            assert datetime.fromisoformat(str(back)) != moment
        else:
            assert (back, flags) == (format_instant(moment), ())


@given(st.sampled_from(["pending", "delivered", None]))
def test_choices_come_back(choice: str | None) -> None:
    choices = ("pending", "delivered")
    field = mapped(Kind.CHOICE, choices=choices, values={"0": "pending", "1": "delivered"})
    for declared in ("char(1)", "smallint", "numeric(15,2)", "double"):
        assert there_and_back(one_field(field, declared), choice) == (choice, ())
    assert there_and_back(one_field(mapped(Kind.CHOICE, choices=choices), "varchar(9)"), choice) == (
        choice,
        (),
    )


@given(st.integers(-(2**31), 2**31 - 1), st.text("aB|\\ é", min_size=1, max_size=9))
def test_references_come_back(number: int, text: str) -> None:
    text = text.strip() or "x"
    escaped = text.replace("\\", "\\\\").replace("|", "\\|")
    table = one_field(mapped(Kind.REFERENCE, columns=2), "integer", "varchar(9)")
    assert there_and_back(table, f"{number}|{escaped}") == (f"{number}|{escaped}", ())
    assert there_and_back(table, None) == (None, ())


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
