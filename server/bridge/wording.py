"""How people are told of the bridge: entities, fields, refusals and writes in their words."""

from __future__ import annotations

ENTITIES = {
    "company": "Empresa",
    "customer": "Cliente",
    "model": "Modelo",
    "contract": "Contrato",
    "equipment": "Equipamento",
    "technician": "Técnico",
    "carrier": "Transportador",
    "defect": "Defeito",
    "part": "Peça",
    "supply": "Suprimento",
    "service_order": "Chamado",
    "meter_reading": "Leitura de contador",
    "invoice": "Nota fiscal",
    "supply_request": "Solicitação de suprimentos",
    "supply_request_item": "Item de solicitação",
}
FIELDS = {
    **{name: word.lower() for name, word in ENTITIES.items()},
    "name": "nome",
    "trade_name": "nome fantasia",
    "cnpj": "CNPJ",
    "cnpj_cpf": "CNPJ ou CPF",
    "street": "logradouro",
    "number": "número",
    "complement": "complemento",
    "district": "bairro",
    "city": "cidade",
    "uf": "UF",
    "cep": "CEP",
    "phone": "telefone",
    "contact_name": "contato",
    "email": "e-mail",
    "notes": "observações",
    "is_active": "ativo",
    "is_headquarters": "matriz",
    "manufacturer": "fabricante",
    "is_color": "colorido",
    "kind": "tipo",
    "started_on": "início",
    "ended_on": "fim",
    "mono_allowance": "franquia mono",
    "color_allowance": "franquia cor",
    "serial_number": "série",
    "asset_tag": "patrimônio",
    "department": "departamento",
    "install_location": "local de instalação",
    "is_own_driver": "entregador",
    "code": "código",
    "color": "cor",
    "page_yield": "rendimento",
    "ilux_number": "nº ILUX",
    "web_id": "identificação web",
    "status": "status",
    "description": "relato",
    "requester_name": "solicitante",
    "requester_phone": "telefone do solicitante",
    "opened_at": "abertura",
    "due_at": "previsão",
    "closed_at": "fechamento",
    "diagnosis": "laudo",
    "resolution": "solução",
    "mono": "contador mono",
    "read_at": "data da leitura",
    "source": "origem",
    "series": "série",
    "access_key": "chave de acesso",
    "issued_at": "emissão",
    "total": "valor total",
    "tracking_code": "código de rastreio",
    "delivery_status": "entrega",
    "delivered_at": "data da entrega",
    "received_by": "recebedor",
    "volumes": "volumes",
    "invoice_number": "número da nota",
    "requested_at": "data da solicitação",
    "quantity": "quantidade",
}
REFUSALS = {
    "unknown_entity": "O portal não conhece este tipo de registro.",
    "bad_key": "A chave do registro está vazia ou é longa demais.",
    "missing": "Falta preencher {field}.",
    "too_long": "O texto de {field} é mais longo do que o portal guarda.",
    "bad_value": "O portal não entendeu o valor de {field}.",
    "unknown_reference": "Espera por {field} {wants}, que ainda não veio do ILUX.",
    "duplicate": "Outro registro do ILUX já usa o mesmo valor de {field}.",
    "not_storable": "O banco de dados do portal não aceitou o registro.",
}
WRITES = {
    ("service_order", "opened"): "Chamado aberto",
    ("service_order", "status"): "Status do chamado",
    ("service_order", "visit"): "Atendimento concluído",
    ("meter_reading", "taken"): "Leitura de contador",
    ("invoice", "delivered"): "Entrega da nota fiscal",
    ("supply_request", "requested"): "Solicitação de suprimentos",
    ("supply_request", "status"): "Status da solicitação",
    ("supply_request_item", "requested"): "Item de solicitação",
}


def refusal_text(code: str, field: str, wants_key: str | None) -> str:
    """Why a row waits, as a person reads it."""
    text = REFUSALS.get(code, "O portal não aceitou o registro.")
    return text.format(field=FIELDS.get(field, field or "um campo"), wants=wants_key or "")


def write_text(entity: str, write: str) -> str:
    return WRITES.get((entity, write), ENTITIES.get(entity, entity))
