"""What a kept mutation was and why it was not applied, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.visits.states import EVENT_NAMES, EventKind
from server.visits.wording import MUTATION_NAMES

_REASONS = {
    "malformed": "O portal não entendeu um campo do registro.",
    "unknown_mutation": "O portal ainda não conhece este tipo de registro, ou esta versão dele.",
    "args_too_large": "O registro é maior do que o portal aceita.",
    "failed": "O portal falhou ao aplicar o registro.",
}
_OF_THE_BRIDGE = {
    "ilux_rows": "Registros do ILUX",
    "ilux_load_begun": "Início de carga do ILUX",
    "ilux_load_ended": "Fim de carga do ILUX",
    "ilux_receipt": "Recibo do ILUX",
}
_OF_DRIVERS = {
    "confirm_delivery": "Entrega",
    "report_failed_delivery": "Não entregue",
    "withdraw_delivery": "Retirada de entrega",
}
_EVENT_KINDS = frozenset(EventKind)


def what(name: str, args: Mapping[str, Any]) -> str:
    """`Etapa do atendimento: Chegada no cliente`; never fails, whatever was sent."""
    if not name:
        return "Registro ilegível"
    known = MUTATION_NAMES.get(name) or _OF_DRIVERS.get(name) or _OF_THE_BRIDGE.get(name)
    if known is None:
        return f"Registro desconhecido ({name[:60]})"
    kind = args.get("kind")
    if name == "record_visit_event" and isinstance(kind, str) and kind in _EVENT_KINDS:
        return f"{known}: {EVENT_NAMES[EventKind(kind)]}"
    return known


def why(code: str | None) -> str:
    """A refused fact has the code of the refusal: what happened cannot be refused, so it is kept."""
    return _REASONS.get(code or "", "O portal recusou um fato que já aconteceu.")
