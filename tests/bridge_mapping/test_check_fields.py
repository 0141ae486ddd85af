"""Every field and every write of a mapping must suit the columns that it names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ilux_bridge.mapping.base import Column, ColumnType, Table
from ilux_bridge.mapping.check import check, has_errors
from ilux_bridge.mapping.finding import Code, Severity
from tests.bridge_mapping.bases import ILUX, with_column
from tests.bridge_mapping.findings import found, the_one
from tests.bridge_mapping.mappings import ILUX_TEXT, changed, mapping

# --- fields -------------------------------------------------------------------------------------


def test_a_required_field_without_column_is_told() -> None:
    missing = the_one(Code.FIELD_REQUIRED, ('  nome        = "RAZAO_SOCIAL"\n', ""))
    assert 'falta "nome"' in missing.text


@pytest.mark.parametrize(
    ("table", "changed_column"),
    [
        ("CLIENTES", Column("RAZAO_SOCIAL", ColumnType.DATE)),
        ("CLIENTES", Column("RAZAO_SOCIAL", ColumnType.BINARY)),
        ("SUPRIMENTOS", Column("RENDIMENTO", ColumnType.TIMESTAMP)),
        ("CONTRATOS", Column("DT_INICIO", ColumnType.VARCHAR, 10)),
        ("NOTA_FISCAL", Column("VALOR_TOTAL", ColumnType.TEXT)),
        ("NOTA_FISCAL", Column("DT_EMISSAO", ColumnType.INTEGER)),
        ("MODELOS", Column("COLORIDO", ColumnType.DATE)),
    ],
)
def test_a_column_of_the_wrong_type_is_refused(table: str, changed_column: Column) -> None:
    wrong = the_one(Code.TYPE_INCOMPATIBLE, base=with_column(ILUX, table, changed_column))
    assert wrong.severity is Severity.ERROR
    assert changed_column.name in wrong.text


def test_numbers_kept_as_text_and_instants_kept_as_days_are_told() -> None:
    base = with_column(ILUX, "SUPRIMENTOS", Column("RENDIMENTO", ColumnType.VARCHAR, 10))
    assert the_one(Code.TYPE_DOUBTFUL, base=base).severity is Severity.WARNING
    base = with_column(ILUX, "NOTA_FISCAL", Column("DT_EMISSAO", ColumnType.DATE))
    assert "só o dia" in the_one(Code.TYPE_DOUBTFUL, base=base).text


def test_texts_that_will_be_cut_are_told_and_an_impossible_max_refused() -> None:
    wide = with_column(ILUX, "DEFEITOS", Column("DESCRICAO", ColumnType.VARCHAR, 500))
    (cut,) = [f for f in found(Code.LENGTH_CUT, base=wide) if "DESCRICAO" in f.text]
    assert "max = 120" in cut.advice
    agreed = ('  codigo = "COD_DEFEITO"\n  nome   = "DESCRICAO"',
              '  codigo = "COD_DEFEITO"\n  nome = { col = "DESCRICAO", max = 120 }')  # fmt: skip
    assert not [f for f in found(Code.LENGTH_CUT, agreed, base=wide) if "DESCRICAO" in f.text]
    narrow = with_column(ILUX, "ORDEM_SERVICO", Column("RELATO", ColumnType.VARCHAR, 200))
    beyond = the_one(Code.LENGTH_BEYOND_COLUMN, base=narrow)
    assert (beyond.severity, beyond.place) == (
        Severity.ERROR,
        '[tabela 11 "ORDEM_SERVICO"].campos.relato.max',
    )


def test_a_map_that_is_written_must_turn_round() -> None:
    ambiguous = the_one(
        Code.MAP_AMBIGUOUS,
        ('P = "pendente", E = "entregue"', 'P = "pendente", X = "pendente", E = "entregue"'),
    )
    assert "P, X" in ambiguous.text
    incomplete = the_one(Code.MAP_INCOMPLETE, (', T = "atendido", C = "cancelado" }', ', T = "atendido" }'))
    assert '"cancelado"' in incomplete.text


def test_a_map_that_is_only_read_may_lead_many_values_to_one() -> None:
    change = ('M = "sim", F = "nao"', 'M = "sim", F = "nao", X = "nao"')
    assert found(Code.MAP_AMBIGUOUS, change) == []
    assert found(Code.MAP_INCOMPLETE, ('M = "sim", F = "nao"', 'M = "sim"')) == []


def test_a_map_value_that_the_column_cannot_hold_is_refused() -> None:
    assert "não cabe" in the_one(Code.MAP_VALUE_TYPE, ('M = "sim", F', 'MATRIZ = "sim", F')).text
    base = with_column(ILUX, "EMPRESAS", Column("TIPO", ColumnType.SMALLINT))
    assert {f.place for f in found(Code.MAP_VALUE_TYPE, base=base)} == {
        '[tabela 1 "EMPRESAS"].campos.matriz.mapa'
    }


def test_references_lead_to_mapped_entities_with_as_many_columns() -> None:
    short = the_one(
        Code.REFERENCE_KEY, ('col = ["COD_EMPRESA", "NUM_CONTRATO"] }', 'col = ["NUM_CONTRATO"] }')
    )
    assert "COD_EMPRESA, NUM_CONTRATO" in short.text
    swapped = with_column(ILUX, "TECNICOS", Column("COD_TECNICO", ColumnType.CHAR, 6, is_nullable=False))
    assert "COD_TECNICO" in the_one(Code.REFERENCE_KEY, base=swapped).text
    start, end = (
        ILUX_TEXT.index('[[tabela]]\nnome = "MODELOS"'),
        ILUX_TEXT.index('[[tabela]]\nnome = "CONTRATOS"'),
    )
    without_models = ILUX_TEXT[:start] + ILUX_TEXT[end:]
    (dangling,) = [f for f in check(mapping(without_models), ILUX) if f.code is Code.REFERENCE_UNMAPPED]
    assert dangling.severity is Severity.ERROR
    constant = changed(without_models, ('{ ref = "modelo", col = ["COD_MODELO"] }', '{ valor = "1" }'))
    (told,) = [f for f in check(mapping(constant), ILUX) if f.code is Code.REFERENCE_UNMAPPED]
    assert told.severity is Severity.WARNING


# --- writes -------------------------------------------------------------------------------------


def test_a_generator_must_exist_and_leave_no_other_part_of_the_key_open() -> None:
    real = ('gerador = "trigger"           #', 'gerador = "GEN_ORDEM_SERVICO" #')
    assert not has_errors(check(mapping(changed(ILUX_TEXT, real)), ILUX))
    unknown = the_one(Code.GENERATOR_MISSING, ('gerador = "trigger"           #', 'gerador = "GEN_OS" #'))
    assert "GEN_ORDEM_SERVICO" in unknown.advice
    two_open = the_one(Code.GENERATOR_KEY, real, ('campos = ["empresa", "cliente"', 'campos = ["cliente"'))
    assert "COD_EMPRESA, NUM_OS" in two_open.text
    nobody = the_one(Code.KEY_NOT_WRITTEN, ('gerador = "trigger"           #', "#"))
    assert "NUM_OS" in nobody.text


def test_a_change_never_touches_the_key_and_a_blind_one_is_told() -> None:
    change = ('contador_mono = "CONTADOR_PB"', 'contador_mono = "NUM_OS"')
    assert "contador_mono" in the_one(Code.KEY_CHANGED, change).text
    assert the_one(Code.EXPECTED_ABSENT, ('  esperado = ["entrega"]\n', "")).severity is Severity.WARNING


def test_computed_and_twice_written_columns_are_told() -> None:
    computed = Column("RECEBEDOR", ColumnType.VARCHAR, 60, is_computed=True)
    assert (
        the_one(Code.COLUMN_COMPUTED, base=with_column(ILUX, "NOTA_FISCAL", computed)).severity
        is Severity.ERROR
    )
    twice = ('contador_cor = "CONTADOR_COR"', 'contador_cor = "CONTADOR_PB"')
    assert "CONTADOR_PB" in the_one(Code.COLUMN_WRITTEN_TWICE, twice).text


def test_a_column_that_nobody_fills_in_a_new_row_is_told() -> None:
    needed = Column("DT_ALTERACAO", ColumnType.TIMESTAMP, is_nullable=False)
    base = with_column(ILUX, "ORDEM_SERVICO", needed)
    assert "DT_ALTERACAO" in the_one(Code.COLUMN_NOT_FILLED, base=base).text


def test_a_web_number_must_fit_whole() -> None:
    base = with_column(ILUX, "ORDEM_SERVICO", Column("ID_WEB", ColumnType.VARCHAR, 20))
    assert "VARCHAR(36)" in the_one(Code.LENGTH_BEYOND_COLUMN, base=base).advice


def test_an_empty_base_is_told_table_by_table_and_never_raises() -> None:
    findings = check(mapping(ILUX_TEXT), replace(ILUX, tables={}, generators=frozenset()))
    assert {finding.code for finding in findings} == {Code.TABLE_MISSING}
    bare = {name: Table(name, ()) for name in ILUX.tables}
    assert has_errors(check(mapping(ILUX_TEXT), replace(ILUX, tables=bare)))
