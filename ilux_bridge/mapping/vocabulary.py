"""What can travel between ILUX and the portal: entities, their fields, and the word for each in a mapping.

`name` is the word on the wire and in the portal, `word` the Portuguese one that a mapping file uses. The
portal holds the same list (`server/bridge/entities.py`); a test compares them. A reference carries the ILUX
key of another row.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"
    CHOICE = "choice"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Field:
    """`length` in characters; `choices` the words of the wire; `entity` what a reference leads to."""

    name: str
    word: str
    kind: Kind = Kind.TEXT
    length: int | None = None
    is_required: bool = False
    choices: tuple[str, ...] = ()
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """What the portal may ask to be written in ILUX: a new row, or named fields of one."""

    name: str
    word: str
    fields: tuple[str, ...]
    is_new_row: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    name: str
    word: str
    fields: tuple[Field, ...]
    writes: tuple[Write, ...] = ()

    def field(self, word: str) -> Field | None:
        return next((field for field in self.fields if field.word == word), None)


def _text(name: str, word: str, length: int, *, required: bool = False) -> Field:
    return Field(name, word, Kind.TEXT, length, required)


def _whole(name: str, word: str) -> Field:
    return Field(name, word, Kind.INTEGER)


def _flag(name: str, word: str) -> Field:
    return Field(name, word, Kind.BOOLEAN)


def _day(name: str, word: str) -> Field:
    return Field(name, word, Kind.DATE)


def _instant(name: str, word: str, *, required: bool = False) -> Field:
    return Field(name, word, Kind.INSTANT, is_required=required)


def _choice(name: str, word: str, *choices: str, required: bool = False) -> Field:
    return Field(name, word, Kind.CHOICE, is_required=required, choices=choices)


def _ref(name: str, word: str, entity: str, *, required: bool = False) -> Field:
    return Field(name, word, Kind.REFERENCE, is_required=required, entity=entity)


_ADDRESS = (
    _text("street", "logradouro", 120), _text("number", "numero", 20),
    _text("complement", "complemento", 60), _text("district", "bairro", 80),
    _text("city", "cidade", 80), _text("uf", "uf", 2), _text("cep", "cep", 8),
)  # fmt: skip
_ACTIVE = _flag("is_active", "ativo")
_STATUS = _choice("status", "status", "A", "E", "M", "P", "L", "S", "O", "T", "C", required=True)

ENTITIES = (
    Entity("company", "empresa", (
        _text("name", "razao_social", 120, required=True), _text("trade_name", "fantasia", 120),
        _text("cnpj", "cnpj", 14, required=True),
        *(field for field in _ADDRESS if field.name not in {"number", "complement"}),
        _text("phone", "telefone", 30), _flag("is_headquarters", "matriz"), _ACTIVE,
    )),
    Entity("customer", "cliente", (
        _ref("company", "empresa", "company", required=True), _text("name", "nome", 120, required=True),
        _text("trade_name", "fantasia", 120), _text("cnpj_cpf", "cnpj_cpf", 14), *_ADDRESS,
        _text("phone", "telefone", 30), _text("contact_name", "contato", 80), _text("email", "email", 200),
        Field("notes", "observacoes", Kind.TEXT), _ACTIVE,
    )),
    Entity("model", "modelo", (
        _text("name", "nome", 80, required=True), _text("manufacturer", "fabricante", 60),
        _flag("is_color", "colorido"), _ACTIVE,
    )),
    Entity("contract", "contrato", (
        _ref("company", "empresa", "company", required=True),
        _ref("customer", "cliente", "customer", required=True), _text("number", "numero", 30, required=True),
        _choice("kind", "tipo", "full", "light", "none"), _day("started_on", "inicio"),
        _day("ended_on", "fim"),
        _whole("mono_allowance", "franquia_mono"), _whole("color_allowance", "franquia_cor"), _ACTIVE,
    )),
    Entity("equipment", "equipamento", (
        _ref("company", "empresa", "company", required=True),
        _ref("customer", "cliente", "customer", required=True), _ref("contract", "contrato", "contract"),
        _ref("model", "modelo", "model"), _text("serial_number", "serie", 40, required=True),
        _text("asset_tag", "patrimonio", 30), _text("department", "departamento", 80),
        _text("install_location", "local_instalacao", 80), _ACTIVE,
    )),
    Entity("technician", "tecnico", (
        _ref("company", "empresa", "company", required=True), _text("name", "nome", 80, required=True),
        _text("phone", "telefone", 30), _ACTIVE,
    )),
    Entity("carrier", "transportador", (
        _text("name", "nome", 80, required=True), _flag("is_own_driver", "entregador"), _ACTIVE,
    )),
    Entity("defect", "defeito", (
        _text("code", "codigo", 20, required=True), _text("name", "nome", 120, required=True), _ACTIVE,
    )),
    Entity("part", "peca", (
        _text("code", "codigo", 30, required=True), _text("name", "nome", 120, required=True), _ACTIVE,
    )),
    Entity("supply", "suprimento", (
        _text("code", "codigo", 30, required=True), _text("name", "nome", 120, required=True),
        _choice("color", "cor", "K", "C", "M", "Y"), _whole("page_yield", "rendimento"), _ACTIVE,
    )),
    Entity("service_order", "chamado", (
        _ref("company", "empresa", "company", required=True),
        _ref("customer", "cliente", "customer", required=True), _ref("equipment", "equipamento", "equipment"),
        _ref("contract", "contrato", "contract"), _ref("technician", "tecnico", "technician"),
        _ref("defect", "defeito", "defect"), _text("ilux_number", "numero_ilux", 20),
        _text("web_id", "id_web", 36), _STATUS, Field("description", "relato", Kind.TEXT),
        _text("requester_name", "solicitante", 80), _text("requester_phone", "telefone_solicitante", 30),
        _instant("opened_at", "aberto_em", required=True), _instant("due_at", "previsto_para"),
        _instant("closed_at", "fechado_em"), Field("diagnosis", "laudo", Kind.TEXT),
        Field("resolution", "solucao", Kind.TEXT), _whole("mono", "contador_mono"),
        _whole("color", "contador_cor"),
    ), (
        Write("opened", "criar", (
            "company", "customer", "equipment", "contract", "technician", "defect", "status", "description",
            "requester_name", "requester_phone", "opened_at", "due_at", "web_id",
        ), is_new_row=True),
        Write("status", "status", ("status", "technician", "due_at", "closed_at")),
        Write("visit", "visita", ("status", "diagnosis", "resolution", "mono", "color", "closed_at")),
    )),
    Entity("meter_reading", "leitura", (
        _ref("equipment", "equipamento", "equipment", required=True), _whole("mono", "mono"),
        _whole("color", "cor"), _instant("read_at", "lida_em", required=True), _text("source", "origem", 10),
    ), (
        Write("taken", "criar", ("equipment", "mono", "color", "read_at", "source"), is_new_row=True),
    )),
    Entity("invoice", "nota_fiscal", (
        _ref("company", "empresa", "company", required=True),
        _ref("customer", "cliente", "customer", required=True), _ref("carrier", "transportador", "carrier"),
        _text("number", "numero", 20, required=True), _text("series", "serie", 5),
        _text("access_key", "chave_nfe", 44), _instant("issued_at", "emitida_em"),
        Field("total", "valor_total", Kind.DECIMAL), _text("tracking_code", "rastreio", 60),
        _choice("delivery_status", "entrega", "pending", "delivered"),
        _instant("delivered_at", "entregue_em"),
        _text("received_by", "recebedor", 60), _whole("volumes", "volumes"),
        Field("notes", "observacoes", Kind.TEXT),
    ), (
        Write("delivered", "entrega", ("delivery_status", "delivered_at", "received_by")),
    )),
    Entity("supply_request", "solicitacao", (
        _ref("company", "empresa", "company", required=True),
        _ref("customer", "cliente", "customer", required=True), _ref("equipment", "equipamento", "equipment"),
        _ref("carrier", "transportador", "carrier"), _text("web_id", "id_web", 36),
        _text("ilux_number", "numero_ilux", 20),
        _choice(
            "status", "status", "pending", "reviewed", "backorder", "released", "invoiced", "delivered",
            "cancelled", required=True,
        ),
        _text("invoice_number", "numero_nf", 20), _text("tracking_code", "rastreio", 60),
        _instant("requested_at", "solicitada_em", required=True),
        Field("notes", "observacao", Kind.TEXT),
    ), (
        Write("requested", "criar", (
            "company", "customer", "equipment", "status", "requested_at", "web_id", "notes",
        ), is_new_row=True),
        Write("status", "status", ("status", "carrier", "invoice_number", "tracking_code")),
    )),
    Entity("supply_request_item", "solicitacao_item", (
        _ref("supply_request", "solicitacao", "supply_request", required=True),
        _ref("supply", "suprimento", "supply", required=True), _whole("quantity", "quantidade"),
    ), (
        Write("requested", "criar", ("supply_request", "supply", "quantity"), is_new_row=True),
    )),
)  # fmt: skip

BY_WORD = {entity.word: entity for entity in ENTITIES}
BY_NAME = {entity.name: entity for entity in ENTITIES}
