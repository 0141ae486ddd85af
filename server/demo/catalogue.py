"""What a reseller's books list: machines, defects, parts, and the questions of a checklist."""

# ruff: noqa: E501 - a table reads best with a line for a row

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Model:
    """A machine on the market; `volume` is in pages a month, `serial` how its numbers begin."""

    manufacturer: str
    name: str
    is_color: bool
    volume: int
    serial: str


MODELS: tuple[Model, ...] = (
    Model("Brother", "DCP-L5652DN", False, 2_500, "U64"),
    Model("Brother", "HL-L6402DW", False, 4_000, "U63"),
    Model("Brother", "MFC-L8900CDW", True, 2_200, "E78"),
    Model("HP", "LaserJet Pro M428fdw", False, 1_800, "BRBS"),
    Model("HP", "LaserJet Managed E52645dn", False, 5_500, "BRCF"),
    Model("HP", "Color LaserJet Managed E57540", True, 4_200, "BRCM"),
    Model("Kyocera", "ECOSYS M3655idn", False, 6_000, "R4B"),
    Model("Kyocera", "ECOSYS M2040dn", False, 2_000, "VCG"),
    Model("Kyocera", "TASKalfa 3253ci", True, 7_500, "RH9"),
    Model("Ricoh", "IM 430F", False, 4_500, "3359"),
    Model("Ricoh", "MP 501SPF", False, 5_000, "G866"),
    Model("Ricoh", "IM C3000", True, 8_000, "3139"),
    Model("Lexmark", "MX521ade", False, 3_500, "7018"),
    Model("Lexmark", "CX625ade", True, 2_800, "7529"),
    Model("Samsung", "ProXpress SL-M4080FX", False, 3_000, "08HR"),
    Model("Canon", "imageRUNNER 1643iF", False, 3_200, "2TQ"),
    Model("Konica Minolta", "bizhub 4050i", False, 4_000, "ACF"),
    Model("Konica Minolta", "bizhub C258", True, 9_000, "A7R"),
    Model("Epson", "WorkForce Pro WF-C5790", True, 2_400, "X3B"),
    Model("Xerox", "VersaLink B405", False, 2_600, "9HB"),
)

# code, name, listed for: with contract, without contract, whole contracts
DEFECTS: tuple[tuple[str, str, bool, bool, bool], ...] = (
    ("001", "Atolamento de papel", True, True, False),
    ("002", "Impressão clara ou falhada", True, True, False),
    ("003", "Manchas ou riscos na impressão", True, True, False),
    ("004", "Não liga", True, True, False),
    ("005", "Sem comunicação com a rede", True, True, False),
    ("006", "Erro no visor", True, True, False),
    ("007", "Scanner não envia", True, True, False),
    ("008", "Ruído anormal", True, True, False),
    ("009", "Não puxa papel da bandeja", True, True, False),
    ("010", "Troca de suprimento", True, False, False),
    ("011", "Instalação de equipamento", False, False, True),
    ("012", "Retirada de equipamento", False, False, True),
    ("013", "Mudança de local", True, False, True),
    ("014", "Manutenção preventiva", True, False, True),
    ("015", "Configuração de usuário ou senha", True, True, False),
    ("016", "Vazamento de toner", True, True, False),
    ("017", "Duplex não funciona", True, True, False),
    ("018", "Leitura de contadores", True, False, True),
)

PARTS: tuple[tuple[str, str], ...] = tuple(
    (f"{1000 + number * 7}", name)
    for number, name in enumerate(
        (
            "Rolo de captação da bandeja 1", "Separador de papel", "Unidade fusora 220 V", "Película do fusor",
            "Rolo pressor", "Cilindro fotocondutor", "Unidade de imagem preta", "Unidade de imagem colorida",
            "Lâmina de limpeza", "Rolo de carga primária", "Rolo de transferência", "Cinta de transferência",
            "Toner preto", "Toner ciano", "Toner magenta", "Toner amarelo", "Reservatório de resíduos",
            "Placa principal", "Placa de rede", "Placa fonte", "Painel de operação", "Cabo flat do scanner",
            "Lâmpada do scanner", "Vidro de exposição", "Rolo de captação do ADF", "Separador do ADF",
            "Kit de manutenção 100 mil", "Kit de manutenção 200 mil", "Engrenagem do fusor", "Motor principal",
            "Embreagem da bandeja", "Solenoide da bandeja 2", "Sensor de papel", "Termistor",
            "Unidade laser", "Bandeja de papel 550 folhas", "Tampa traseira", "Cabo de rede 2 m",
            "Filtro de ozônio", "Dobradiça do ADF",
        )
    )
)  # fmt: skip

_YES_NO: dict[str, Any] = {"type": "yes_no", "options": []}
CHECKLISTS: tuple[tuple[str, tuple[tuple[dict[str, Any], ...], ...]], ...] = (
    (
        "Atendimento corretivo",
        (
            (
                {"key": "test_page", "label": "Página de teste impressa?", "is_required": True, **_YES_NO},
                {"key": "cleaned", "label": "Equipamento limpo?", "is_required": True, **_YES_NO},
            ),
            (
                {"key": "test_page", "label": "Página de teste impressa?", "is_required": True, "bad": ["no"], **_YES_NO},
                {
                    "key": "cleaned", "label": "Equipamento limpo por dentro e por fora?", "is_required": True, **_YES_NO,
                    "bad": ["no"], "photo": "when_bad", "help": "Vidro, rolos e tampa.",
                },
                {
                    "key": "supplies", "label": "Suprimento de reserva no local", "type": "choice",
                    "is_required": True, "options": ["Sim", "Não", "Acaba esta semana"],
                },
                {"key": "remark", "label": "Observação do local", "type": "text", "is_required": False, "options": []},
            ),
        ),
    ),
    (
        "Manutenção preventiva",
        (
            (
                {
                    "key": "fuser_life", "label": "Vida do fusor", "type": "number", "is_required": True, "options": [],
                    "unit": "%", "minimum": 25,
                },
                {"key": "rollers", "label": "Rolos limpos?", "is_required": True, **_YES_NO, "bad": ["no"], "photo": "when_bad"},
                {"key": "firmware", "label": "Firmware atualizado?", "is_required": False, **_YES_NO},
                {
                    "key": "voltage", "label": "Tensão da tomada", "type": "choice", "is_required": True,
                    "options": ["110 V", "220 V"],
                },
            ),
        ),
    ),
)  # fmt: skip
PREVENTIVE_DEFECTS = ("014", "018")
# What somebody is still writing: nobody is asked it yet.
CHECKLIST_DRAFT: tuple[str, tuple[dict[str, Any], ...]] = (
    "Manutenção preventiva",
    (
        {"key": "fuser_life", "label": "Vida do fusor", "kind": "number", "unit": "%", "minimum": "25"},
        {"key": "rollers", "label": "Rolos limpos?", "kind": "yes_no", "bad": "no", "photo": "when_bad"},
        {
            "key": "plate", "label": "Plaqueta de patrimônio", "kind": "ok", "photo": "always",
            "help": "Número legível na foto.",
        },
        {"key": "voltage", "label": "Tensão da tomada", "kind": "number", "unit": "V", "minimum": "200", "maximum": "240"},
    ),
)  # fmt: skip
