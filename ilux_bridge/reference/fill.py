"""A reseller's year in the reference base: the same for the same size, in the Portuguese people really type.

That is with accents, and with the curled quotes and long dashes that come from Word.
"""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from ilux_bridge.firebird import Connection, Row, Work

CUSTOMERS, MACHINES, ORDERS, INVOICES, REQUESTS = 12, 30, 40, 20, 10

_TODAY = dt.datetime(2026, 3, 2, 8, 30)
_TRADES = ("Padaria", "Papelaria", "Farmácia", "Clínica", "Escritório", "Colégio", "Transportes", "Gráfica")
_SAINTS = ("São João", "Santo Antônio", "Conceição", "Três Irmãos", "Bom Jesus", "Araçá", "Açucena", "Ipê")
_CITIES = (("Ribeirão Preto", "SP"), ("Uberlândia", "MG"), ("Goiânia", "GO"), ("Jundiaí", "SP"))
_STREETS = ("Rua XV de Novembro", "Avenida Brasil", "Rua Conceição", "Travessa Açaí", "Alameda dos Ipês")
_PEOPLE = ("João Antônio", "Conceição Araújo", "José Inácio", "Márcia Gonçalves", "Luís Sant’Anna", "Ângela")
_ROOMS = ("Recepção", "Financeiro – 2º andar", "Direção", "Expedição", "Secretaria", "Caixa")
_FAULTS = ("Atolamento de papel", "Mancha na impressão", "Não liga", "Ruído na fusão", "Erro de comunicação")
_REPORTS = (
    "Cliente diz: “a máquina engole 2 folhas” – desde ontem.",
    "Sai uma risca preta à esquerda, só nas cópias; não na impressão.",
    "Visor mostra ‘chamar técnico’ e pára. Já foi desligada 3×…",
    "Impressão 50% mais clara <urgente> & sem previsão; pedido #4711!",
)
_MODELS = (
    ("MP 301", "Ricoh", "N"),
    ("IM C2000", "Ricoh", "S"),
    ("Laserjet M428", "HP", "N"),
    ("ECOSYS M2040", "Kyocera", "N"),
    ("bizhub C258", "Konica Minolta", "S"),
)
_SUPPLIES = (
    ("TN-301|K", "Toner MP 301 preto", "K", 8000),
    ("TN-C2000\\K", "Toner IM C2000 preto", "K", 16500),
    ("TN-C2000\\C", "Toner IM C2000 ciano", "C", 10500),
    ("TN-M428", "Toner “CF258A” compatível", "K", 3000),
)
_PARTS = (("ROLO|1", "Rolo de tração"), ("FUSOR-220", "Unidade de fusão 220V"), ("AÇO-Ø8", "Eixo de aço Ø8"))


def fill(connection: Connection, size: int = 1) -> None:
    """`size` multiplies customers, machines, orders, invoices and requests."""
    chance = random.Random(2026)  # noqa: S311  # the same reseller each time
    with connection.writing() as work:
        _houses(work)
        _customers(work, chance, size)
        _machines(work, chance, size)
        _orders(work, chance, size)
        _invoices(work, chance, size)
        _requests(work, chance, size)


def _houses(work: Work) -> None:
    _insert(work, "EMPRESAS COD_EMPRESA RAZAO_SOCIAL FANTASIA CNPJ TIPO COD_MATRIZ CIDADE UF CEP FONE", [
        (1, "Copiadora São José Ltda.", "São José", "11.222.333/0001-81", "M", None,
         "Ribeirão Preto", "SP", "14010-000", "(16) 3610-0000"),
        (2, "Copiadora São José Ltda. – Filial", "São José Uberlândia", "11.222.333/0002-62", "F", 1,
         "Uberlândia", "MG", "38400-000", "(34) 3210-0000"),
    ])  # fmt: skip
    _insert(work, "MODELOS COD_MODELO DESCRICAO FABRICANTE COLORIDO",
            [(number, *model) for number, model in enumerate(_MODELS, 1)])  # fmt: skip
    _insert(work, "TECNICOS COD_TECNICO COD_EMPRESA NOME FONE",
            [(n, 1 + n % 2, name, f"(16) 99999-{n:04}") for n, name in enumerate(_PEOPLE, 1)])  # fmt: skip
    _insert(work, "TRANSPORTADORAS COD_TRANSPORTADORA NOME ENTREGADOR",
            [(1, "Entrega própria – Zé", "S"), (2, "Expresso Araçatuba", "N")])  # fmt: skip
    _insert(work, "DEFEITOS COD_DEFEITO DESCRICAO", list(enumerate(_FAULTS, 1)))
    _insert(work, "PECAS COD_PECA DESCRICAO", list(_PARTS))
    _insert(work, "SUPRIMENTOS COD_SUPRIMENTO DESCRICAO COR RENDIMENTO", list(_SUPPLIES))


def _customers(work: Work, chance: random.Random, size: int) -> None:
    rows: list[Row] = []
    for number in range(1, CUSTOMERS * size + 1):
        name = f"{chance.choice(_TRADES)} {chance.choice(_SAINTS)} {number}"
        city, uf = chance.choice(_CITIES)
        rows.append((
            number, 1 + number % 2, f"{name} Ltda.", name, "J", f"{number:08}/0001-{number % 100:02}",
            chance.choice(_STREETS), str(number * 7), "Centro", "14010-000", city, uf,
            f"(16) 3600-{number % 10000:04}", chance.choice(_PEOPLE), f"contato{number}@exemplo.com.br",
            f"Horário: 8h às 18h – falar com “{chance.choice(_PEOPLE)}”.", _TODAY - dt.timedelta(days=number),
        ))  # fmt: skip
    _insert(
        work,
        "CLIENTES COD_CLIENTE COD_EMPRESA RAZAO_SOCIAL FANTASIA TIPO_PESSOA CNPJ_CPF ENDERECO NUMERO BAIRRO"
        " CEP CIDADE UF FONE CONTATO EMAIL OBS DT_CADASTRO",
        rows,
    )
    _insert(
        work,
        "CONTRATOS COD_EMPRESA NUM_CONTRATO COD_CLIENTE DT_INICIO TIPO VALOR_MENSAL FRANQUIA_PB FRANQUIA_COR",
        [
            (1 + n % 2, n, n, _TODAY.date().replace(day=1), "FLN"[n % 3], Decimal(n * 1999) / 100, 2000, 100)
            for n in range(1, len(rows) + 1)
        ],
    )
    _advance(work, "GEN_CLIENTES", len(rows))
    _advance(work, "GEN_CONTRATOS", len(rows))


def _machines(work: Work, chance: random.Random, size: int) -> None:
    machines: list[Row] = []
    readings: list[Row] = []
    for number in range(1, MACHINES * size + 1):
        customer = 1 + number % (CUSTOMERS * size)
        mono, color = chance.randrange(1000, 90000), chance.randrange(5000)
        machines.append((
            number, f"W{number:07}BR", f"P-{number}", 1 + number % len(_MODELS), customer, 1 + customer % 2,
            customer, chance.choice(_ROOMS), chance.choice(_ROOMS), mono, color, _TODAY,
        ))  # fmt: skip
        readings.append((number, _TODAY - dt.timedelta(days=30), mono - 900, color, "PORTAL"))
        readings.append((number, _TODAY + dt.timedelta(microseconds=123400), mono, color, "OS"))
    _insert(
        work,
        "EQUIPAMENTOS COD_EQUIPAMENTO NUM_SERIE PATRIMONIO COD_MODELO COD_CLIENTE COD_EMPRESA NUM_CONTRATO"
        " DEPARTAMENTO LOCAL_INSTALACAO CONTADOR_PB CONTADOR_COR DT_LEITURA",
        machines,
    )
    _insert(work, "LEITURAS COD_EQUIPAMENTO DT_LEITURA CONTADOR_PB CONTADOR_COR ORIGEM", readings)
    _advance(work, "GEN_EQUIPAMENTOS", len(machines))


def _orders(work: Work, chance: random.Random, size: int) -> None:
    rows: list[Row] = []
    for number in range(1, ORDERS * size + 1):
        machine = 1 + number % (MACHINES * size)
        customer = 1 + machine % (CUSTOMERS * size)
        status = "AEMPTC"[number % 6]
        opened = _TODAY - dt.timedelta(hours=number)
        rows.append((
            1 + customer % 2, number, customer, machine, customer, 1 + number % len(_PEOPLE),
            1 + number % len(_FAULTS), status, opened, opened + dt.timedelta(hours=8),
            opened + dt.timedelta(hours=3) if status == "T" else None, chance.choice(_PEOPLE),
            chance.choice(_REPORTS), "Trocado o rolo de tração – testado e “ok”." if status == "T" else None,
        ))  # fmt: skip
    _insert(
        work,
        "ORDEM_SERVICO COD_EMPRESA NUM_OS COD_CLIENTE COD_EQUIPAMENTO NUM_CONTRATO COD_TECNICO COD_DEFEITO"
        " STATUS DT_ABERTURA DT_PREVISAO DT_FECHAMENTO SOLICITANTE RELATO LAUDO",
        rows,
    )
    _advance(work, "GEN_ORDEM_SERVICO", len(rows))


def _invoices(work: Work, chance: random.Random, size: int) -> None:
    rows: list[Row] = []
    for number in range(1, INVOICES * size + 1):
        customer = 1 + number % (CUSTOMERS * size)
        rows.append((
            1 + customer % 2, number, "1", customer, 1 + number % 2, _TODAY - dt.timedelta(days=number),
            f"3526031122233300018155001{number:09}1{number:08}7", "AAADP"[number % 5],
            Decimal(chance.randrange(1000, 900000)) / 100, "PE"[number % 2],
        ))  # fmt: skip
    _insert(
        work,
        "NOTA_FISCAL COD_EMPRESA NUM_NF SERIE COD_CLIENTE COD_TRANSPORTADORA DT_EMISSAO CHAVE_NFE STATUS_NFE"
        " VALOR_TOTAL SIT_ENTREGA",
        rows,
    )
    _advance(work, "GEN_NOTA_FISCAL", len(rows))


def _requests(work: Work, chance: random.Random, size: int) -> None:
    requests: list[Row] = []
    items: list[Row] = []
    for number in range(1, REQUESTS * size + 1):
        machine = 1 + number % (MACHINES * size)
        customer = 1 + machine % (CUSTOMERS * size)
        requests.append((1 + customer % 2, number, customer, machine, "PCFX"[number % 4], _TODAY))
        items += [
            (1 + customer % 2, number, item, _SUPPLIES[(number + item) % 4][0], chance.randrange(1, 4))
            for item in (1, 2)
        ]
    _insert(
        work,
        "SOLICITACAO_SUPRIMENTO COD_EMPRESA NUM_SOLIC COD_CLIENTE COD_EQUIPAMENTO STATUS DT_SOLICITACAO",
        requests,
    )
    _insert(work, "SOLICITACAO_ITENS COD_EMPRESA NUM_SOLIC ITEM COD_SUPRIMENTO QUANTIDADE", items)
    _advance(work, "GEN_SOLICITACAO", len(requests))


def _insert(work: Work, heading: str, rows: list[Row]) -> None:
    """`heading` is the table and its columns."""
    table, *columns = heading.split()
    places = ", ".join("?" * len(columns))
    work.execute_each(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)


def _advance(work: Work, generator: str, value: int) -> None:
    work.execute(f"SET GENERATOR {generator} TO {value}")
