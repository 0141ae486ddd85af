"""What a machine, a defect, a part and the office's reading of a counter may say; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.visits.readings import LARGEST, Counters


@dataclass(frozen=True, slots=True)
class EquipmentDetails:
    """What is written on a machine, and where it stands at the customer."""

    serial_number: str
    model: str
    asset_tag: str = ""
    manufacturer: str = ""
    is_color: bool = False
    department: str = ""
    install_location: str = ""


@dataclass(frozen=True, slots=True)
class DefectDetails:
    """The name, and which tabs of the customer list it."""

    name: str
    is_listed_with_contract: bool
    is_listed_without_contract: bool
    is_listed_for_contracts: bool


@dataclass(frozen=True, slots=True)
class PartDetails:
    code: str
    name: str


def equipment_faults(equipment: EquipmentDetails) -> dict[str, str]:
    """By field, what to mend; empty when all is well."""
    found = {}
    if not equipment.serial_number:
        found["serial_number"] = "Escreva o número de série."
    if not equipment.model:
        found["model"] = "Escreva o modelo."
    return found


def defect_faults(defect: DefectDetails) -> dict[str, str]:
    return {} if defect.name else {"name": "Escreva o nome do defeito."}


def part_faults(part: PartDetails) -> dict[str, str]:
    found = {}
    if not part.code:
        found["code"] = "Escreva o código da peça."
    if not part.name:
        found["name"] = "Escreva o nome da peça."
    return found


def reading_faults(counters: Counters, *, is_color: bool, now: datetime) -> dict[str, str]:
    """Whether it is a reading at all; one that merely looks wrong is kept and flagged."""
    found = {}
    if counters.mono is None and counters.color is None:
        found["mono"] = "Escreva ao menos um contador."
    for name in ("mono", "color"):
        value: int | None = getattr(counters, name)
        if value is not None and not 0 <= value <= LARGEST:
            found[name] = "Escreva o número que o contador mostra."
    if counters.color is not None and not is_color:
        found["color"] = "Este equipamento não tem contador colorido."
    if counters.read_at > now:
        found["read_at"] = "A leitura não pode ser no futuro."
    return found
