"""Bases as Firebird would describe them: ILUX's as it comes, and another system's."""

from __future__ import annotations

import re
from dataclasses import replace

from ilux_bridge.mapping.base import Base, Column, ColumnType, Table

ALL_RIGHTS = frozenset("SIUD")

_TYPE = re.compile(r"(?P<type>[a-z]+)(?:\((?P<size>\d+)(?:,(?P<scale>\d+))?\))?(?P<filled>!)?")


def column(name: str, declared: str) -> Column:
    """`varchar(60)`, `numeric(15,2)`, `date`; with `!` for NOT NULL."""
    match = _TYPE.fullmatch(declared)
    assert match is not None, declared
    kind = ColumnType(match["type"])
    length = int(match["size"]) if match["size"] and kind is not ColumnType.NUMERIC else None
    return Column(name, kind, length, int(match["scale"] or 0), match["filled"] is None)


def table(name: str, key: str, columns: str, rows: int = 10) -> Table:
    """`columns` as lines or pieces `NAME type`, the key's first, which are never NULL."""
    pairs = [piece.split() for piece in columns.replace("\n", ";").split(";") if piece.strip()]
    keys = tuple(key.split())
    found = [column(name, declared) for name, declared in pairs]
    found = [replace(each, is_nullable=each.is_nullable and each.name not in keys) for each in found]
    return Table(name, tuple(found), keys, rights=ALL_RIGHTS, rows=rows)


def base(*tables: Table, generators: str = "", charset: str = "WIN1252", dialect: int = 3) -> Base:
    return Base((3, 0), dialect, charset, {t.name: t for t in tables}, frozenset(generators.split()))


def with_table(whole: Base, changed: Table) -> Base:
    return replace(whole, tables={**whole.tables, changed.name: changed})


def with_column(whole: Base, table_name: str, changed: Column) -> Base:
    """The base with one column described otherwise."""
    there = whole.tables[table_name]
    columns = tuple(changed if each.name == changed.name else each for each in there.columns)
    assert columns != there.columns, f"{table_name} already has {changed}"
    return with_table(whole, replace(there, columns=columns))


def without_column(whole: Base, table_name: str, name: str) -> Base:
    there = whole.tables[table_name]
    return with_table(whole, replace(there, columns=tuple(c for c in there.columns if c.name != name)))


ILUX = base(
    table("EMPRESAS", "COD_EMPRESA", """
        COD_EMPRESA integer; RAZAO_SOCIAL varchar(80)!; FANTASIA varchar(60); CNPJ varchar(18); IE varchar(20)
        TIPO char(1); COD_MATRIZ integer; CIDADE varchar(60); UF char(2); ATIVO char(1)
    """),
    table("CLIENTES", "COD_CLIENTE", """
        COD_CLIENTE integer; COD_EMPRESA integer!; RAZAO_SOCIAL varchar(80); FANTASIA varchar(60)
        TIPO_PESSOA char(1); CNPJ_CPF varchar(18); ENDERECO varchar(80); NUMERO varchar(10)
        BAIRRO varchar(40); CEP varchar(9); CIDADE varchar(60); UF char(2); FONE varchar(20)
        CONTATO varchar(40); EMAIL varchar(100); OBS text; ATIVO char(1)
        DT_CADASTRO timestamp; DT_ALTERACAO timestamp
    """, rows=4200),
    table("MODELOS", "COD_MODELO", """
        COD_MODELO integer; DESCRICAO varchar(60)!; FABRICANTE varchar(40); COLORIDO char(1)
    """),
    table("CONTRATOS", "COD_EMPRESA NUM_CONTRATO", """
        COD_EMPRESA integer; NUM_CONTRATO integer; COD_CLIENTE integer!; DT_INICIO date; DT_FIM date
        TIPO char(1); VALOR_MENSAL numeric(15,2); FRANQUIA_PB integer; FRANQUIA_COR integer; STATUS char(1)
    """),
    table("EQUIPAMENTOS", "COD_EQUIPAMENTO", """
        COD_EQUIPAMENTO integer; NUM_SERIE varchar(40); PATRIMONIO varchar(20); COD_MODELO integer
        COD_CLIENTE integer; COD_EMPRESA integer; NUM_CONTRATO integer; DEPARTAMENTO varchar(60)
        LOCAL_INSTALACAO varchar(80); CONTADOR_PB integer; CONTADOR_COR integer; DT_LEITURA timestamp
        ATIVO char(1)
    """),
    table("TECNICOS", "COD_TECNICO", """
        COD_TECNICO integer; COD_EMPRESA integer; NOME varchar(60); FONE varchar(20); ATIVO char(1)
    """),
    table("TRANSPORTADORAS", "COD_TRANSPORTADORA", """
        COD_TRANSPORTADORA integer; NOME varchar(60); ENTREGADOR char(1); ATIVO char(1)
    """),
    table("DEFEITOS", "COD_DEFEITO", "COD_DEFEITO integer; DESCRICAO varchar(60)"),
    table("PECAS", "COD_PECA", "COD_PECA varchar(30); DESCRICAO varchar(120)!; ATIVO char(1)"),
    table("SUPRIMENTOS", "COD_SUPRIMENTO", """
        COD_SUPRIMENTO integer; DESCRICAO varchar(60); COR char(1); RENDIMENTO integer
    """),
    table("ORDEM_SERVICO", "COD_EMPRESA NUM_OS", """
        COD_EMPRESA integer; NUM_OS integer; ID_WEB varchar(36); COD_CLIENTE integer!
        COD_EQUIPAMENTO integer; COD_TECNICO integer; COD_DEFEITO integer; STATUS char(1)!
        DT_ABERTURA timestamp; DT_PREVISAO timestamp; DT_FECHAMENTO timestamp; SOLICITANTE varchar(60)
        FONE_SOLICITANTE varchar(30); RELATO varchar(1000); LAUDO text; SOLUCAO text
        CONTADOR_PB integer; CONTADOR_COR integer; DT_ALTERACAO timestamp
    """, rows=51000),
    table("LEITURAS", "COD_EQUIPAMENTO DT_LEITURA", """
        COD_EQUIPAMENTO integer; DT_LEITURA timestamp; CONTADOR_PB integer; CONTADOR_COR integer
        ORIGEM varchar(10)
    """),
    table("NOTA_FISCAL", "COD_EMPRESA NUM_NF SERIE", """
        COD_EMPRESA integer; NUM_NF integer; SERIE varchar(3); COD_CLIENTE integer!
        COD_TRANSPORTADORA integer; DT_EMISSAO timestamp; CHAVE_NFE char(44); STATUS_NFE char(1)
        VALOR_TOTAL numeric(15,2); SIT_ENTREGA char(1); DT_ENTREGA timestamp; RECEBEDOR varchar(60)
        RASTREIO varchar(40)
    """),
    table("SOLICITACAO_SUPRIMENTO", "COD_EMPRESA NUM_SOLIC", """
        COD_EMPRESA integer; NUM_SOLIC integer; ID_WEB varchar(36); COD_CLIENTE integer!
        COD_EQUIPAMENTO integer; STATUS char(1); NUM_NF integer; SERIE varchar(3)
        COD_TRANSPORTADORA integer; RASTREIO varchar(60); DT_SOLICITACAO timestamp; OBS varchar(1000)
    """),
    table("SOLICITACAO_ITENS", "COD_EMPRESA NUM_SOLIC ITEM", """
        COD_EMPRESA integer; NUM_SOLIC integer; ITEM integer; COD_SUPRIMENTO integer; QUANTIDADE integer
    """),
    table("OS_HISTORICO", "COD_EMPRESA NUM_OS SEQ", """
        COD_EMPRESA integer; NUM_OS integer; SEQ integer; STATUS char(1); QUANDO timestamp
        USUARIO varchar(20)
    """, rows=90000),
    generators="GEN_ORDEM_SERVICO GEN_SOLICITACAO_SUPRIMENTO",
)  # fmt: skip

OTHER_SYSTEM = base(
    table("PESSOAS", "ID", """
        ID varchar(8); NOME varchar(200)!; DOCUMENTO varchar(20); RUA varchar(60); BLOQUEADO smallint
        EH_CLIENTE smallint
    """),
    table("FATURAS", "ID", """
        ID bigint; PESSOA_ID varchar(8)!; NUMERO varchar(12); DATA date; HORA time; TOTAL double
        SITUACAO smallint; ENTREGUE_EM timestamp; QUEM_RECEBEU varchar(30)
    """),
    charset="ISO8859_1",
    dialect=1,
)  # fmt: skip
