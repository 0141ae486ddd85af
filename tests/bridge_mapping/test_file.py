"""A mapping file is read whole, or says everything that is wrong in it, where, and what is allowed."""

from __future__ import annotations

import tomllib
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilux_bridge.mapping.file import Faulty, read
from ilux_bridge.mapping.mapped import Capture, Direction, MappingFile, Type, Unknown
from tests.bridge_mapping.mappings import HEAD, ILUX_TEXT, OTHER_TEXT, changed, mapping

ORDERS = (
    HEAD
    + """
[[tabela]]
nome = "OS"
entidade = "chamado"
chave = ["NUM"]
  [tabela.campos]
  empresa = { valor = "1" }
  cliente = { col = "CLI", ref = "cliente" }
  aberto_em = { col = "ABERTA", fuso = "America/Manaus" }
  relato = { col = "RELATO", max = 500 }
  id_web = "ID_WEB"
  status = { col = "ST", mapa = { 1 = "aberto", 9 = "C" }, desconhecido = "vazio" }
  [tabela.escrita.criar]
  gerador = "trigger"
  campos = ["cliente", "status", "relato", "id_web"]
  dedup = "id_web"
  [tabela.escrita.status]
  campos = ["status"]
  esperado = ["status"]
"""
)


def faults(text: str) -> list[str]:
    found = read(text)
    assert isinstance(found, Faulty), found
    return [str(fault) for fault in found.faults]


# --- what a file says ---------------------------------------------------------------------------


def test_what_a_file_leaves_out_has_a_default() -> None:
    found = mapping(ORDERS)
    firebird, portal = found.firebird, found.portal
    assert (firebird.host, firebird.port, firebird.path) == ("localhost", 3050, "C:\\dados\\loja.fdb")
    assert (firebird.charset, firebird.dialect, firebird.user) == (None, None, None)
    assert (firebird.capture, firebird.zone) == (Capture.TRIGGER, "America/Sao_Paulo")
    assert (portal.interval, portal.batch, portal.reconciles_at) == (1.0, 500, time(2, 30))
    text = ORDERS.replace("[portal]", '[portal]\nreconcilia_as = "23:05"')
    assert mapping(text).portal.reconciles_at == time(23, 5)


def test_fields_are_read_in_short_and_long_form() -> None:
    orders = mapping(ORDERS).tables[0]
    by_word = {field.field.word: field for field in orders.fields}
    assert by_word["id_web"].columns == ("ID_WEB",)
    assert (by_word["empresa"].constant, by_word["empresa"].has_constant) == ("1", True)
    assert by_word["cliente"].type is Type.REFERENCE
    assert by_word["aberto_em"].zone == "America/Manaus"
    assert by_word["relato"].length == 500
    assert by_word["status"].values == {"1": "A", "9": "C"}
    assert by_word["status"].unknown is Unknown.EMPTY
    assert by_word["status"].place == '[tabela 1 "OS"].campos.status'


def test_writes_name_their_fields_their_guard_and_their_key() -> None:
    opened, status = mapping(ORDERS).tables[0].writes
    assert opened.generator == "trigger"
    assert opened.deduplicated_by is not None
    assert opened.deduplicated_by.field.name == "web_id"
    assert [field.field.name for field in opened.fields] == ["customer", "status", "description", "web_id"]
    assert [field.field.name for field in status.expected] == ["status"]


def test_a_write_without_fields_writes_all_that_it_may() -> None:
    found = mapping(changed(ORDERS, ('  campos = ["cliente", "status", "relato", "id_web"]\n', "")))
    names = {field.field.name for field in found.tables[0].writes[0].fields}
    assert names == {"customer", "opened_at", "description", "web_id", "status"}


def test_a_table_without_writes_sends_and_one_with_writes_does_both() -> None:
    people, bills = mapping(OTHER_TEXT).tables
    assert people.direction is Direction.SEND
    assert bills.direction is Direction.BOTH


def test_values_in_the_file_are_taken_to_the_wires_form() -> None:
    lines = {
        "padrao = 2026-03-02T08:30:00": ("aberto_em", "ABERTA", "2026-03-02T11:30:00Z"),
        "padrao = 7": ("contador_mono", "PB", 7),
        'padrao = "aberto"': ("status", "ST", "A"),
    }
    for line, (word, column, wire) in lines.items():
        field = f'[tabela.campos]\n{word} = {{ col = "{column}", {line} }}'
        text = HEAD + f'[[tabela]]\nnome = "OS"\nentidade = "chamado"\n{field}'
        assert mapping(text).tables[0].fields[0].default == wire


# --- what is wrong, where, and what is allowed --------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ('entidade = "chamado"', 'entidade = "chamados"', ".entidade", 'Você quis dizer "chamado"?'),
        ('chave = ["NUM"]', "chave = 7", ".chave", "deve ser uma lista de textos"),
        ('chave = ["NUM"]', 'chave = ["A", "A"]', ".chave", "repete um nome"),
        ('chave = ["NUM"]', 'chaves = ["NUM"]', ".chaves", 'Você quis dizer "chave"?'),
        ('chave = ["NUM"]', 'sentido = "vai"', ".sentido", '"envia", "recebe", "ambos"'),
        ('chave = ["NUM"]', 'sentido = "envia"', ".sentido", "não combina com [tabela.escrita]"),
        ('chave = ["NUM"]', 'filtro = "A = "', ".filtro", "na posição 5"),
        ("relato = {", 'relatos = "R"\n  relato = {', ".campos.relatos", 'Você quis dizer "relato"?'),
        ('id_web = "ID_WEB"', "id_web = 7", ".campos.id_web", "nome de uma coluna"),
        ('col = "RELATO", ', "", ".campos.relato.col", "falta dizer a coluna"),
        ("max = 500", "max = 0", ".campos.relato.max", "de 1 a"),
        ("max = 500", "tamanho = 500", ".campos.relato.tamanho", "não conheço esta chave"),
        ("max = 500", 'mapa = { A = "x" }, valor = "y"', ".campos.relato.valor", "dispensa col"),
        ("max = 500", 'ref = "cliente"', ".campos.relato.ref", "não aponta"),
        ("max = 500", 'desconhecido = "erro"', ".campos.relato.desconhecido", "junto com mapa"),
        ('ref = "cliente"', 'ref = "empresa"', ".campos.cliente.ref", 'aponta para "cliente"'),
        ('ref = "cliente"', "max = 3", ".campos.cliente.max", "só vale em campos de texto"),
        ('valor = "1"', "valor = 1", ".campos.empresa.valor", "a chave do outro registro"),
        ('"America/Manaus"', '"Brasil/Manaus"', ".campos.aberto_em.fuso", "não conheço o fuso"),
        ('fuso = "America/Manaus"', 'tipo = "texto"', ".campos.aberto_em.tipo", '"datahora", "data"'),
        ('col = "ABERTA"', 'col = ["A", "B", "C"]', ".campos.aberto_em.col", "até 2 coluna"),
        ('1 = "aberto"', '1 = "abertos"', ".campos.status.mapa.1", 'Você quis dizer "aberto"?'),
        ('1 = "aberto"', "1 = true", ".campos.status.mapa.1", "true não vale"),
        ('desconhecido = "vazio"', 'desconhecido = "nada"', ".desconhecido", '"erro", "vazio"'),
        ("[tabela.escrita.status]", "[tabela.escrita.estado]", ".escrita.estado", "não existe esta escrita"),
        ('esperado = ["status"]', 'esperado = ["laudo"]', ".status.esperado", "não está em [tabela.campos]"),
        ('campos = ["status"]', 'campos = ["relato"]', ".status.campos", 'valem "tecnico", "status"'),
        ('["cliente", "status"', '["empresa", "status"', ".criar.campos", "tem valor fixo"),
        ('dedup = "id_web"', 'dedup = "aberto_em"', ".criar.dedup", "deve estar também em campos"),
        ('campos = ["status"]', 'gerador = "G"', ".escrita.status.gerador", "não conheço esta chave"),
    ],
)  # fmt: skip
def test_one_mistake_is_told_at_its_place(old: str, new: str, place: str, said: str) -> None:
    found = faults(changed(ORDERS, (old, new)))
    assert len(found) == 1, found
    assert found[0].startswith('[tabela 1 "OS"]')
    assert f"{place}: " in found[0]
    assert said in found[0]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[firebird]", "[fogo]", "[firebird]: falta esta seção."),
        (
            "[firebird]",
            "[firebird]\nport = 99999",
            "[firebird].port: deve ser um número inteiro de 1 a 65535",
        ),
        ("[firebird]", '[firebird]\nsenha = "x"', "[firebird].senha: segredos não ficam neste arquivo"),
        ("[firebird]", '[firebird]\ncharset = "LATIN1"', '[firebird].charset: "LATIN1" não vale; use "auto"'),
        ("[firebird]", "[firebird]\ndialeto = 2", '[firebird].dialeto: 2 não vale; use "auto", "1", "3"'),
        ("https://", "http://", "[portal].url: "),
        ("revenda-01", "revenda um", "[portal].agente: "),
        ("[portal]", "[portal]\nintervalo_s = 0.0", "[portal].intervalo_s: "),
        ("[portal]", '[portal]\nreconcilia_as = "24:00"', "[portal].reconcilia_as: "),
        ("[portal]", '[portal]\ntoken = "x"', "[portal].token: segredos"),
        ("[portal]", "[extra]\n[portal]", "[extra]: não conheço esta seção"),
        ('nome = "OS"\n', "", "[tabela 1].nome: falta preencher"),
    ],
)
def test_a_mistake_in_the_head_is_told_too(old: str, new: str, fault: str) -> None:
    assert any(each.startswith(fault) for each in faults(changed(ORDERS, (old, new))))


def test_every_mistake_is_told_at_once() -> None:
    text = changed(
        ORDERS,
        ("[portal]", "[portal]\nlote = -1"),
        ('chave = ["NUM"]', 'filtro = "?"'),
        ("max = 500", "max = 'x'"),
        ('gerador = "trigger"', "gerador = 5"),
    )
    places = [line.split(": ")[0] for line in faults(text)]
    assert places == [
        "[portal].lote",
        '[tabela 1 "OS"].filtro',
        '[tabela 1 "OS"].campos.relato.max',
        '[tabela 1 "OS"].escrita.criar.gerador',
    ]


def test_windows_paths_in_double_quotes_are_explained() -> None:
    (fault,) = faults('[firebird]\nbase = "C:\\ILUX\\base.fdb"')
    assert fault.startswith("linha 2, coluna ")
    assert "aspas simples" in fault


def test_a_text_that_stops_half_way_is_explained() -> None:
    assert "acaba no meio" in faults("[firebird]\nx = [")[0]


def test_one_entity_comes_from_one_table() -> None:
    table = ORDERS.removeprefix(HEAD)
    assert 'já vem de [tabela 1 "OS"]' in faults(ORDERS + table)[0]


def test_a_file_without_tables_maps_nothing() -> None:
    assert faults(HEAD) == ["[[tabela]]: o arquivo não mapeia nenhuma tabela."]
    assert "dois colchetes" in faults(HEAD + '[tabela]\nnome = "X"')[0]


lines = st.sampled_from([line for line in (ILUX_TEXT + OTHER_TEXT + ORDERS).splitlines() if line.strip()])


@settings(deadline=None)
@given(st.lists(lines | st.text("[]{}=\"'a1\\\n", max_size=8), max_size=40))
def test_any_text_is_a_mapping_or_has_faults_that_name_a_place(pieces: list[str]) -> None:
    found = read("\n".join(pieces))
    if isinstance(found, MappingFile):
        assert found.tables
    else:
        assert found.faults
        assert all(fault.place and fault.text.endswith((".", "?")) for fault in found.faults), str(found)


scalars = st.one_of(
    st.booleans(), st.integers(), st.floats(), st.text(max_size=4), st.dates(), st.datetimes()
)
values = st.recursive(
    scalars,
    lambda v: st.lists(v, max_size=2) | st.dictionaries(st.text(max_size=3), v, max_size=2),
    max_leaves=4,
)
PATHS = [
    ("firebird",), ("firebird", "port"), ("firebird", "charset"), ("firebird", "fuso"), ("portal", "url"),
    ("portal", "intervalo_s"), ("tabela",), ("tabela", 0), ("tabela", 0, "nome"), ("tabela", 0, "entidade"),
    ("tabela", 0, "filtro"), ("tabela", 0, "chave"), ("tabela", 0, "sentido"), ("tabela", 0, "campos"),
    ("tabela", 0, "campos", "status"), ("tabela", 0, "campos", "status", "mapa"),
    ("tabela", 0, "campos", "status", "mapa", "1"), ("tabela", 0, "campos", "relato", "col"),
    ("tabela", 0, "campos", "aberto_em", "padrao"), ("tabela", 0, "campos", "empresa", "valor"),
    ("tabela", 0, "escrita"), ("tabela", 0, "escrita", "criar"), ("tabela", 0, "escrita", "criar", "dedup"),
    ("tabela", 0, "escrita", "status", "campos"),
]  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(PATHS), values)
def test_a_value_of_any_type_anywhere_is_taken_or_told(path: tuple[str | int, ...], value: object) -> None:
    tree = tomllib.loads(ORDERS)
    node: object = tree
    for step in path[:-1]:
        node = node[step]  # type: ignore[index]
    node[path[-1]] = value  # type: ignore[index]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", lambda _: tree)
        found = read("")
    assert isinstance(found, (MappingFile, Faulty))
