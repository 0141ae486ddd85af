"""A mapping is held against the base before anything is installed, and every finding says what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ilux_bridge.mapping.base import Column, ColumnType
from ilux_bridge.mapping.check import check
from ilux_bridge.mapping.finding import Code, Severity
from ilux_bridge.mapping.names import name_limit, trigger_name
from tests.bridge_mapping.bases import ILUX, column, with_column, with_table, without_column
from tests.bridge_mapping.findings import found, the_one
from tests.bridge_mapping.mappings import ILUX_TEXT, mapping

# --- the server and the base --------------------------------------------------------------------


@pytest.mark.parametrize(("version", "expected"), [((2, 1), {Code.SERVER_TOO_OLD}), ((4, 0), set())])
def test_servers_before_2_5_are_refused(version: tuple[int, int], expected: set[Code]) -> None:
    findings = check(mapping(ILUX_TEXT), replace(ILUX, version=version))
    assert {f.code for f in findings if f.severity is Severity.ERROR} == expected


def test_firebird_2_5_is_taken_with_a_warning_and_without_record_version() -> None:
    old = replace(ILUX, version=(2, 5))
    assert the_one(Code.SERVER_OLD_LOGIN, base=old).severity is Severity.WARNING
    change = ('modo_captura = "gatilho" ', 'modo_captura = "record_version" ')
    assert the_one(Code.CAPTURE_UNSUPPORTED, change, base=old).severity is Severity.ERROR
    assert found(Code.CAPTURE_UNSUPPORTED, change) == []


def test_dialects_and_charsets_are_compared_with_the_bases() -> None:
    assert the_one(Code.DIALECT_UNSUPPORTED, base=replace(ILUX, dialect=2)).severity is Severity.ERROR
    assert the_one(Code.DIALECT_LIMITS, base=replace(ILUX, dialect=1)).severity is Severity.WARNING
    assert the_one(Code.DIALECT_DIFFERENT, ('dialeto = "auto"', "dialeto = 1")).severity is Severity.ERROR
    other = ('charset = "auto"', 'charset = "UTF8"')
    assert the_one(Code.CHARSET_DIFFERENT, other).severity is Severity.WARNING
    strange = replace(ILUX, charset="KSC_5601")
    assert the_one(Code.CHARSET_UNKNOWN, base=strange).severity is Severity.ERROR
    assert found(Code.CHARSET_UNKNOWN, ('charset = "auto"', 'charset = "WIN1252"'), base=strange) == []


def test_the_bridges_own_names_are_not_mapped_and_strangers_with_them_are_told() -> None:
    outbox = replace(ILUX.tables["MODELOS"], name="SYNC_OUTBOX")
    own = with_table(ILUX, outbox)
    assert found(Code.NAME_RESERVED, base=own) == []
    assert the_one(Code.NAME_RESERVED, ('"MODELOS"', '"SYNC_OUTBOX"'), base=own).severity is Severity.ERROR
    stranger = with_table(ILUX, replace(outbox, name="SYNC_LOJA"))
    assert "SYNC_LOJA" in the_one(Code.NAME_RESERVED, base=stranger).text


def test_names_are_no_longer_than_the_server_takes() -> None:
    long = "DESCRICAO_COMPLETA_DO_MODELO_DE_MAQUINA"
    base = with_table(
        ILUX,
        replace(
            ILUX.tables["MODELOS"],
            columns=(*ILUX.tables["MODELOS"].columns, column(long, "varchar(60)")),
        ),
    )
    change = ('nome       = "DESCRICAO"', f'nome = "{long}"')
    assert long in the_one(Code.NAME_TOO_LONG, change, base=base).text
    assert found(Code.NAME_TOO_LONG, change, base=replace(base, version=(4, 0))) == []


def test_two_tables_never_share_a_trigger() -> None:
    names = ["MOVIMENTACAO_DE_EQUIPAMENTOS_1", "MOVIMENTACAO_DE_EQUIPAMENTOS_2", "OS", "os", "É", "SYNC_OS"]
    triggers = [trigger_name(name) for name in names]
    assert len(set(triggers)) == len(names)
    assert all(len(trigger.encode()) <= name_limit((2, 5)) for trigger in triggers)
    assert trigger_name("OS") == "SYNC_OS"


# --- tables, keys, rights -----------------------------------------------------------------------


def test_a_table_or_column_that_is_not_there_is_told_with_what_is_alike() -> None:
    missing = the_one(Code.TABLE_MISSING, ('nome = "CLIENTES"', 'nome = "CLIENTE"'))
    assert missing.place == '[tabela 2 "CLIENTE"].nome'
    assert "CLIENTES" in missing.advice
    gone = the_one(Code.COLUMN_MISSING, base=without_column(ILUX, "CLIENTES", "FANTASIA"))
    assert gone.place == '[tabela 2 "CLIENTES"].campos.fantasia'
    lower = the_one(Code.COLUMN_MISSING, ('"NUM_SERIE"', '"num_serie"'))
    assert "NUM_SERIE" in lower.advice
    in_filter = the_one(Code.COLUMN_MISSING, ("STATUS_NFE = 'A'", "STATUS_NF = 'A'"))
    assert in_filter.place.endswith(".filtro")


@pytest.mark.parametrize(
    ("table", "letter", "right"),
    [("CLIENTES", "S", "SELECT"), ("ORDEM_SERVICO", "I", "INSERT"), ("NOTA_FISCAL", "U", "UPDATE")],
)
def test_a_missing_right_is_told_with_its_grant(table: str, letter: str, right: str) -> None:
    there = ILUX.tables[table]
    base = with_table(ILUX, replace(there, rights=there.rights - {letter}))
    assert f"GRANT {right} ON {table}" in the_one(Code.RIGHT_MISSING, base=base).advice


def test_reading_needs_no_right_to_write() -> None:
    there = ILUX.tables["CLIENTES"]
    assert found(Code.RIGHT_MISSING, base=with_table(ILUX, replace(there, rights=frozenset("S")))) == []


def test_a_key_is_the_primary_key_or_a_unique_index() -> None:
    there = ILUX.tables["DEFEITOS"]
    bare = with_table(ILUX, replace(there, primary_key=()))
    assert the_one(Code.KEY_NOT_UNIQUE, base=bare).severity is Severity.ERROR
    by_index = replace(there, primary_key=(), unique_keys=(("COD_DEFEITO",),))
    assert found(Code.KEY_NOT_UNIQUE, base=with_table(ILUX, by_index)) == []
    hashed = ('modo_captura = "gatilho" ', 'modo_captura = "hash" ')
    assert the_one(Code.KEY_NOT_UNIQUE, hashed, base=bare).severity is Severity.WARNING
    unsaid = ('chave = ["COD_DEFEITO"]\n', "")
    assert found(Code.KEY_MISSING, unsaid) == []
    assert the_one(Code.KEY_MISSING, unsaid, base=bare).severity is Severity.ERROR


def test_a_key_of_the_wrong_type_is_refused_and_a_nullable_one_told() -> None:
    blob = Column("COD_DEFEITO", ColumnType.TEXT, is_nullable=False)
    assert the_one(Code.KEY_TYPE, base=with_column(ILUX, "DEFEITOS", blob)).severity is Severity.ERROR
    there = ILUX.tables["DEFEITOS"]
    nullable = replace(there, primary_key=(), unique_keys=(("COD_DEFEITO",),))
    base = with_column(with_table(ILUX, nullable), "DEFEITOS", Column("COD_DEFEITO", ColumnType.INTEGER))
    assert the_one(Code.KEY_NULLABLE, base=base).severity is Severity.WARNING


def test_history_of_an_unmapped_column_is_told() -> None:
    change = ('historico = ["STATUS"]', 'historico = ["STATUS", "DT_ALTERACAO"]')
    assert "DT_ALTERACAO" in the_one(Code.HISTORY_UNMAPPED, change).text


# --- filters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("STATUS_NFE = 1", Code.FILTER_TYPE),
        ("NUM_NF = '1'", Code.FILTER_TYPE),
        ("NUM_NF LIKE '1%'", Code.FILTER_TYPE),
        ("DT_EMISSAO > '2026-01-01'", Code.FILTER_TYPE),
        ("NUM_NF = SERIE", Code.FILTER_TYPE),
        ("STATUS_NFE IN ('A', 'AUT')", Code.FILTER_LENGTH),
        ("DT_EMISSAO BETWEEN DATE '2026-01-01' AND 7", Code.FILTER_TYPE),
    ],
)
def test_a_filter_that_firebird_would_choke_on_is_refused(condition: str, code: Code) -> None:
    change = ("STATUS_NFE = 'A' AND COD_TRANSPORTADORA IS NOT NULL", condition)
    assert the_one(code, change).severity is Severity.ERROR


def test_a_blob_is_only_asked_whether_it_is_there() -> None:
    key = 'chave = ["COD_CLIENTE"]'
    assert the_one(Code.FILTER_TYPE, (key, key + "\nfiltro = \"OBS = 'x'\"")).severity is Severity.ERROR
    assert found(Code.FILTER_TYPE, (key, key + '\nfiltro = "OBS IS NOT NULL OR COD_CLIENTE > 5"')) == []
