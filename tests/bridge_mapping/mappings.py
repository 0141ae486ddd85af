"""Mapping files to test with, and the way to change one line of them."""

from __future__ import annotations

from importlib.resources import files

from ilux_bridge.mapping.base import Base
from ilux_bridge.mapping.bound import BoundTable, bind
from ilux_bridge.mapping.file import Faulty, read
from ilux_bridge.mapping.mapped import MappingFile

ILUX_TEXT = (files("ilux_bridge") / "reference" / "ilux.toml").read_text(encoding="utf-8")

HEAD = """
[firebird]
base = 'C:\\dados\\loja.fdb'
[portal]
url = "https://portal.exemplo.com.br"
agente = "revenda-01"
"""

OTHER_TEXT = (
    HEAD
    + """
[[tabela]]
nome = "PESSOAS"
entidade = "cliente"
filtro = "EH_CLIENTE = 1"
  [tabela.campos]
  empresa = { valor = "1" }
  nome = { col = "NOME", max = 120 }
  cnpj_cpf = { col = "DOCUMENTO", tipo = "documento" }
  logradouro = "RUA"
  ativo = { col = "BLOQUEADO", mapa = { 0 = "sim", 1 = "nao" } }
[[tabela]]
nome = "FATURAS"
entidade = "nota_fiscal"
  [tabela.campos]
  empresa = { valor = "1" }
  cliente = "PESSOA_ID"
  numero = "NUMERO"
  emitida_em = { col = ["DATA", "HORA"], fuso = "America/Manaus" }
  valor_total = "TOTAL"
  entrega = { col = "SITUACAO", mapa = { 0 = "pendente", 1 = "entregue" } }
  entregue_em = { col = "ENTREGUE_EM", fuso = "America/Manaus" }
  recebedor = { col = "QUEM_RECEBEU", max = 30 }
  [tabela.escrita.entrega]
  campos = ["entrega", "entregue_em", "recebedor"]
  esperado = ["entrega"]
"""
)


def mapping(text: str) -> MappingFile:
    found = read(text)
    assert not isinstance(found, Faulty), str(found)
    return found


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text with each first part, which must occur, replaced by the second."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def bound(text: str, base: Base, table: str) -> BoundTable:
    return next(each for each in bind(mapping(text), base) if each.mapped.name == table)
