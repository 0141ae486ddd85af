"""A base that nobody has mapped yet gets a draft: readable, modest, and marked where a person must look."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from ilux_bridge.mapping.base import Base, Column, ColumnType, Table
from ilux_bridge.mapping.check import check
from ilux_bridge.mapping.discover import discover
from ilux_bridge.mapping.file import Faulty, read
from ilux_bridge.mapping.finding import Code, Severity
from ilux_bridge.mapping.mapped import Direction
from ilux_bridge.mapping.synonyms import TABLES, likeness, tokens
from tests.bridge_mapping.bases import ALL_RIGHTS, ILUX, OTHER_SYSTEM, base, table
from tests.bridge_mapping.mappings import ILUX_TEXT, mapping


def test_the_draft_of_ilux_finds_the_tables_of_the_reference() -> None:
    drafted = {t.entity.word: t.name for t in mapping(discover(ILUX)).tables}
    reference = {t.entity.word: t.name for t in mapping(ILUX_TEXT).tables}
    assert drafted == reference


def test_the_draft_of_ilux_finds_nine_in_ten_columns_of_the_reference() -> None:
    drafted = {(t.name, f.field.word): f.columns for t in mapping(discover(ILUX)).tables for f in t.fields}
    reference = {(t.name, f.field.word): f.columns for t in mapping(ILUX_TEXT).tables for f in t.fields}
    missed = [at for at, columns in reference.items() if drafted.get(at) != columns]
    assert len(missed) <= len(reference) / 10, missed


def test_the_draft_of_ilux_has_no_error_but_values_to_fill_in() -> None:
    findings = check(mapping(discover(ILUX)), ILUX)
    assert [str(f) for f in findings if f.severity is Severity.ERROR] == []


def test_a_draft_only_sends() -> None:
    assert {t.direction for t in mapping(discover(ILUX)).tables} == {Direction.SEND}


def test_what_was_guessed_is_marked_and_what_is_certain_is_not() -> None:
    lines = discover(ILUX).splitlines()
    by_column = {line.strip().split("#")[0].strip(): line for line in lines}
    assert "VERIFIQUE" not in by_column['email = "EMAIL"']
    assert all("VERIFIQUE" in line for line in lines if "mapa = {" in line)
    assert any("OS_HISTORICO (90000)" in line for line in lines)
    assert any("# ORDEM_SERVICO: 51000 linhas" in line for line in lines)


def test_another_system_is_drafted_with_what_is_missing_said() -> None:
    text = discover(OTHER_SYSTEM, path="C:\\loja\\dados.fdb")
    drafted = mapping(text)
    assert drafted.firebird.path == "C:\\loja\\dados.fdb"
    assert {t.entity.word: t.name for t in drafted.tables} == {"cliente": "PESSOAS", "nota_fiscal": "FATURAS"}
    assert 'empresa = { valor = "1" }  # VERIFIQUE' in text
    wrong = {f.code for f in check(drafted, OTHER_SYSTEM) if f.severity is Severity.ERROR}
    assert wrong <= {Code.FIELD_REQUIRED, Code.REFERENCE_UNMAPPED}


def test_a_base_of_strangers_is_drafted_without_tables() -> None:
    text = discover(base(table("XYZZY", "A", "A integer")))
    found = read(text)
    assert isinstance(found, Faulty)
    assert [fault.place for fault in found.faults] == ["[[tabela]]"]
    assert "XYZZY (10)" in text


def test_an_unknown_charset_is_asked_about() -> None:
    text = discover(replace(ILUX, charset="KSC_5601"))
    assert mapping(text).firebird.charset == "WIN1252"
    assert "o banco diz KSC_5601" in text


def test_names_are_compared_by_their_words() -> None:
    assert tokens("TB_CLIENTES") == tokens("Cliente") == ("CLIENTE",)
    assert tokens("SOLICITAÇÕES") == ("SOLICITACAO",)
    assert tokens("NOME_CLIENTE", without=("CLIENTE",)) == ("NOME",)
    assert likeness(("DATA", "EMISSAO"), ("EMISSAO", "DATA")) < 1
    assert likeness(("CLIENTE",), ("BANANA",)) < 0.5


names = st.one_of(
    st.sampled_from([name for group in TABLES.values() for name in group]),
    st.sampled_from(
        ["NOME", "CNPJ", "COD_EMPRESA", "COD_CLIENTE", "STATUS", "DT_ABERTURA", "CEP", "TIPO", "SYNC_X"]
    ),
    st.text(min_size=1, max_size=12).filter(lambda name: not any("\ud800" <= c <= "\udfff" for c in name)),
)
columns = st.builds(
    Column,
    names,
    st.sampled_from(ColumnType),
    st.none() | st.integers(1, 300),
    st.integers(0, 4),
    st.booleans(),
)


@st.composite
def bases(draw: st.DrawFn) -> Base:
    found = {}
    for name in draw(st.lists(names, max_size=6, unique=True)):
        there = draw(st.lists(columns, min_size=1, max_size=10, unique_by=lambda c: c.name))
        key = tuple(c.name for c in there[: draw(st.integers(0, 2))])
        found[name] = Table(
            name, tuple(there), key, rights=ALL_RIGHTS, rows=draw(st.none() | st.integers(0, 9))
        )
    charset = draw(st.sampled_from(["UTF8", "NONE", "GB_2312", 'x"\n']))
    return Base((3, 0), draw(st.sampled_from([1, 3])), charset, found)


@settings(max_examples=150, deadline=None)
@given(bases(), st.text(min_size=1, max_size=20).filter(str.strip))
def test_every_draft_reads_back_whatever_the_base_is_called(whole: Base, path: str) -> None:
    found = read(discover(whole, path=path))
    if isinstance(found, Faulty):
        assert [fault.place for fault in found.faults] == ["[[tabela]]"], str(found)
    else:
        assert found.firebird.path == path
        check(found, whole)
