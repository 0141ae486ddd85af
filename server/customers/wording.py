"""How pages speak of where a customer is."""

from __future__ import annotations

from server.customers.views import PositionView, ProposalView
from server.geocoding.rules import Point, Quality
from server.positions.rules import Answer, Source
from server.web.rendering import number_br

SOURCE_NAMES = {
    Source.GEOCODER: "pelo endereço (geocodificador)",
    Source.HAND: "à mão",
    Source.VISITS: "pelos atendimentos",
}
_QUALITIES = {
    Quality.HOUSE: "número da rua",
    Quality.STREET: "rua",
    Quality.CITY: "cidade",
}
_ANSWERS = {
    Answer.NOTHING: "O geocodificador não encontrou este endereço.",
    Answer.ROUGH: "O geocodificador só encontrou a região: mostrada como aproximada, não usada para rotas.",
    Answer.INCOMPLETE: "O endereço não tem cidade: não há o que procurar.",
    Answer.OFF: "A busca automática pelo endereço está desligada.",
}


def how_known(position: PositionView) -> str:
    """`à mão, por Ana`; `pelo endereço (geocodificador), precisão: número da rua`."""
    if position.point is None or position.source is None:
        return ""
    parts = [SOURCE_NAMES[position.source]]
    if position.source is Source.GEOCODER and position.quality:
        parts.append(f"precisão: {_QUALITIES[position.quality]}")
    elif position.placed_by:
        parts.append(f"por {position.placed_by}")
    return ", ".join(parts)


def why_not(position: PositionView) -> str:
    """What to know where there is no position, or the address changed."""
    if position.is_awaited:
        return "O endereço será procurado automaticamente."
    return _ANSWERS.get(position.answer, "") if position.answer else ""


def reason(proposal: ProposalView) -> str:
    """Why another position is proposed."""
    if proposal.source is Source.GEOCODER:
        text = "O endereço mudou, e o geocodificador o encontra em outro lugar."
    else:
        agreeing = "chegadas registradas ficam" if proposal.visits != 1 else "chegada registrada fica"
        text = f"{proposal.visits} das últimas {len(proposal.points)} {agreeing} juntas neste ponto"
        text += "." if proposal.distance_m is None else f", a {metres(proposal.distance_m)} da posição atual."
    return text


def metres(distance: int) -> str:
    """`350 m`; `1,2 km`."""
    return f"{distance} m" if distance < 1000 else f"{number_br(distance / 1000, 1)} km"


def coordinates(point: Point | None) -> str:
    """`-27,594900; -48,548200`, as the fields take it."""
    if point is None:
        return "nenhuma"
    return "; ".join(f"{degrees:.6f}".replace(".", ",") for degrees in point)
