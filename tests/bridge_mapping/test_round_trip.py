"""Written into a row and read again, a value of the wire is itself, whatever its kind and column."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ilux_bridge.mapping.convert import to_columns
from ilux_bridge.mapping.outcome import Alteration, Refusal
from ilux_bridge.mapping.vocabulary import Kind
from ilux_bridge.mapping.zone import format_instant
from tests.bridge_mapping.single import mapped, one_field, there_and_back

portal_texts = st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"]), max_size=30)


@settings(deadline=None)
@given(portal_texts)
def test_texts_come_back(text: str) -> None:
    for declared in ("varchar(30)", "char(30)", "text"):
        assert there_and_back(one_field(mapped(Kind.TEXT), declared), text) == (text.strip() or None, ())


@settings(deadline=None)
@given(st.integers(-(2**31), 2**31 - 1) | st.none())
def test_whole_numbers_come_back(number: int | None) -> None:
    for declared in ("integer", "bigint", "numeric(15,2)", "double", "varchar(20)"):
        assert there_and_back(one_field(mapped(Kind.INTEGER), declared), number) == (number, ())


@settings(deadline=None)
@given(st.decimals(-(10**12), 10**12, places=2))
def test_money_comes_back(amount: Decimal) -> None:
    for declared in ("numeric(15,2)", "numeric(18,4)", "double", "varchar(20)"):
        back, flags = there_and_back(one_field(mapped(Kind.DECIMAL), declared), f"{amount:f}")
        assert (Decimal(str(back)), flags) == (amount, ())


@settings(deadline=None)
@given(st.booleans() | st.none())
def test_yes_and_no_come_back(truth: bool | None) -> None:
    for declared in ("boolean", "smallint", "char(1)", "double"):
        assert there_and_back(one_field(mapped(Kind.BOOLEAN), declared), truth) == (truth, ())
    for declared, yes, no in (("char(1)", "T", "F"), ("integer", "-1", "0"), ("boolean", "false", "true")):
        field = mapped(Kind.BOOLEAN, values={yes: True, no: False})
        assert there_and_back(one_field(field, declared), truth) == (truth, ())


@settings(deadline=None)
@given(st.none() | st.dates().filter(lambda day: day != date(1899, 12, 30)))
def test_dates_come_back(day: date | None) -> None:
    for declared in ("date", "timestamp"):
        written = None if day is None else day.isoformat()
        assert there_and_back(one_field(mapped(Kind.DATE), declared), written) == (written, ())


@settings(max_examples=400, deadline=None)
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


@settings(deadline=None)
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


@settings(deadline=None)
@given(st.integers(-(2**31), 2**31 - 1), st.text("aB|\\ é", min_size=1, max_size=9))
def test_references_come_back(number: int, text: str) -> None:
    text = text.strip() or "x"
    escaped = text.replace("\\", "\\\\").replace("|", "\\|")
    table = one_field(mapped(Kind.REFERENCE, columns=2), "integer", "varchar(9)")
    assert there_and_back(table, f"{number}|{escaped}") == (f"{number}|{escaped}", ())
    assert there_and_back(table, None) == (None, ())
