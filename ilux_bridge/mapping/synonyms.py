"""How Brazilian office systems call things, for a first guess at which table is what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

ABBREVIATIONS = {
    "COD": "CODIGO", "CD": "CODIGO", "ID": "CODIGO", "NUM": "NUMERO", "NRO": "NUMERO", "NR": "NUMERO",
    "DT": "DATA", "DTA": "DATA", "HR": "HORA", "DESC": "DESCRICAO", "DS": "DESCRICAO", "NF": "NOTA",
    "NFE": "NOTA", "OS": "ORDEM", "FONE": "TELEFONE", "TEL": "TELEFONE", "END": "ENDERECO",
    "QTD": "QUANTIDADE", "QTDE": "QUANTIDADE", "CLI": "CLIENTE", "EQUIP": "EQUIPAMENTO", "TEC": "TECNICO",
    "EMP": "EMPRESA", "TRANSP": "TRANSPORTADORA", "SOLIC": "SOLICITACAO", "CONT": "CONTADOR",
    "OBS": "OBSERVACAO", "VLR": "VALOR", "VL": "VALOR", "SIT": "SITUACAO", "NM": "NOME",
    "TRANSPORTADOR": "TRANSPORTADORA", "FILIAL": "EMPRESA", "LOJA": "EMPRESA",
}  # fmt: skip
_DECORATION = {"TB", "TBL", "T", "CAD", "CADASTRO", "TAB", "DE", "DO", "DA", "FISCAL", "SERVICO"}

TABLES = {
    "company": ("EMPRESAS", "FILIAIS", "LOJAS"),
    "customer": ("CLIENTES", "PESSOAS", "CADCLI", "PARCEIROS"),
    "model": ("MODELOS", "MODELO_EQUIPAMENTO"),
    "contract": ("CONTRATOS", "CONTRATO_LOCACAO"),
    "equipment": ("EQUIPAMENTOS", "MAQUINAS", "PATRIMONIO", "IMPRESSORAS"),
    "technician": ("TECNICOS", "FUNCIONARIOS"),
    "carrier": ("TRANSPORTADORAS", "ENTREGADORES"),
    "defect": ("DEFEITOS", "PROBLEMAS"),
    "part": ("PECAS", "PRODUTOS"),
    "supply": ("SUPRIMENTOS", "TONERS", "INSUMOS"),
    "service_order": ("ORDEM_SERVICO", "OS", "CHAMADOS", "ATENDIMENTOS"),
    "meter_reading": ("LEITURAS", "LEITURA_CONTADOR", "MEDIDORES", "MEDICAO"),
    "invoice": ("NOTA_FISCAL", "NOTAS", "NF", "NFE", "FATURAS"),
    "supply_request": ("SOLICITACAO_SUPRIMENTO", "PEDIDO_SUPRIMENTO", "SOLICITACAO"),
    "supply_request_item": ("SOLICITACAO_ITENS", "ITENS_SOLICITACAO", "PEDIDO_ITENS"),
}

FIELDS = {
    "name": ("RAZAO_SOCIAL", "NOME", "DESCRICAO"),
    "trade_name": ("FANTASIA", "NOME_FANTASIA", "APELIDO"),
    "cnpj": ("CNPJ", "CGC", "CNPJ_CPF"),
    "cnpj_cpf": ("CNPJ_CPF", "CPF_CNPJ", "CGC_CPF", "CNPJ", "CPF", "CGC", "DOCUMENTO"),
    "street": ("ENDERECO", "LOGRADOURO", "RUA"),
    "number": ("NUMERO", "NUM_ENDERECO"),
    "complement": ("COMPLEMENTO",),
    "district": ("BAIRRO",),
    "city": ("CIDADE", "MUNICIPIO", "NOME_CIDADE"),
    "uf": ("UF", "ESTADO"),
    "cep": ("CEP",),
    "phone": ("FONE", "TELEFONE", "CELULAR", "FONE1"),
    "contact_name": ("CONTATO", "NOME_CONTATO"),
    "email": ("EMAIL", "E_MAIL"),
    "notes": ("OBS", "OBSERVACOES"),
    "is_active": ("ATIVO", "STATUS", "SITUACAO"),
    "is_headquarters": ("MATRIZ", "TIPO"),
    "manufacturer": ("FABRICANTE", "MARCA"),
    "is_color": ("COLORIDO", "COLOR"),
    "kind": ("TIPO", "TIPO_CONTRATO"),
    "started_on": ("DT_INICIO", "INICIO", "DATA_INICIAL"),
    "ended_on": ("DT_FIM", "DT_TERMINO", "VENCIMENTO", "DATA_FINAL"),
    "mono_allowance": ("FRANQUIA_PB", "FRANQUIA_MONO", "FRANQUIA"),
    "color_allowance": ("FRANQUIA_COR", "FRANQUIA_COLOR"),
    "serial_number": ("NUM_SERIE", "SERIE", "NUMERO_SERIE"),
    "asset_tag": ("PATRIMONIO", "NUM_PATRIMONIO"),
    "department": ("DEPARTAMENTO", "SETOR"),
    "install_location": ("LOCAL_INSTALACAO", "LOCAL"),
    "is_own_driver": ("ENTREGADOR", "PROPRIO"),
    "code": ("CODIGO",),
    "color": ("COR", "CONTADOR_COR", "COLOR"),
    "page_yield": ("RENDIMENTO", "CAPACIDADE"),
    "ilux_number": ("NUM_OS", "NUMERO"),
    "web_id": ("ID_WEB",),
    "status": ("STATUS", "SITUACAO"),
    "description": ("RELATO", "PROBLEMA", "DESCRICAO", "RECLAMACAO"),
    "requester_name": ("SOLICITANTE", "NOME_SOLICITANTE"),
    "requester_phone": ("FONE_SOLICITANTE",),
    "opened_at": ("DT_ABERTURA", "ABERTURA", "DATA", "DT_CHAMADO"),
    "due_at": ("DT_PREVISAO", "PREVISAO", "DT_AGENDAMENTO"),
    "closed_at": ("DT_FECHAMENTO", "FECHAMENTO", "DT_CONCLUSAO", "DT_ENCERRAMENTO"),
    "diagnosis": ("LAUDO", "DIAGNOSTICO"),
    "resolution": ("SOLUCAO", "SERVICO_EXECUTADO"),
    "mono": ("CONTADOR_PB", "CONTADOR_MONO", "CONTADOR"),
    "read_at": ("DT_LEITURA", "DATA_LEITURA", "DATA"),
    "source": ("ORIGEM",),
    "series": ("SERIE",),
    "access_key": ("CHAVE_NFE", "CHAVE_ACESSO", "CHAVE"),
    "issued_at": ("DT_EMISSAO", "EMISSAO", "DATA"),
    "total": ("VALOR_TOTAL", "TOTAL", "VALOR"),
    "tracking_code": ("RASTREIO", "CODIGO_RASTREIO"),
    "delivery_status": ("SIT_ENTREGA", "ENTREGA", "STATUS_ENTREGA"),
    "delivered_at": ("DT_ENTREGA", "DATA_ENTREGA"),
    "received_by": ("RECEBEDOR", "RECEBIDO_POR"),
    "invoice_number": ("NUM_NF", "NOTA"),
    "requested_at": ("DT_SOLICITACAO", "DATA_PEDIDO", "DATA"),
    "quantity": ("QUANTIDADE", "QTD"),
}
"""By the wire's name; the names that one entity alone gives to a field are in OWN_FIELDS."""

OWN_FIELDS = {
    ("contract", "number"): ("NUM_CONTRATO", "CONTRATO", "NUMERO"),
    ("invoice", "number"): ("NUM_NF", "NUMERO_NOTA", "NOTA", "NUMERO"),
    ("supply", "color"): ("COR",),
    ("supply_request", "ilux_number"): ("NUM_SOLIC", "NUM_SOLICITACAO", "NUMERO"),
}


def tokens(name: str, without: Iterable[str] = ()) -> tuple[str, ...]:
    """The words of a name, spelled out, in the singular, without decoration; never empty.

    >>> tokens("TB_CLIENTES"), tokens("DT_EMISSÃO_NF", without=("NOTA",))
    (('CLIENTE',), ('DATA', 'EMISSAO'))
    """
    plain = unicodedata.normalize("NFKD", name.upper()).encode("ascii", "ignore").decode()
    words = [_singular(word) for word in re.findall(r"[A-Z]+|[0-9]+", plain)]
    words = [ABBREVIATIONS.get(word, word) for word in words]
    kept = [word for word in words if word not in _DECORATION and word not in set(without)]
    return tuple(kept or words or [name])


def likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """From 0 to 1, which only the same words reach."""
    if one == other:
        return 1.0
    shared = len(set(one) & set(other)) / len(set(one) | set(other))
    spelled = SequenceMatcher(None, "".join(one), "".join(other), autojunk=False).ratio()
    return min(0.95, 0.6 * shared + 0.4 * spelled)


def names_of(entity: str, field: str) -> tuple[str, ...]:
    return OWN_FIELDS.get((entity, field)) or FIELDS.get(field, ())


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("OES", "AES")):
        return word[:-3] + "AO"
    if len(word) > 5 and word.endswith(("ORES",)):
        return word[:-2]
    if len(word) > 5 and word.endswith("IAIS"):
        return word[:-2] + "L"
    if len(word) > 4 and word.endswith("ENS"):
        return word[:-2] + "M"
    return word[:-1] if len(word) > 3 and word.endswith("S") else word
