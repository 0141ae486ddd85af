"""How work on a supply request can fail."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "supply_request_cancelled",
        409,
        "Solicitação cancelada",
        "Esta solicitação foi cancelada; peça de novo.",
    ),
    ProblemType(
        "supply_request_under_way",
        409,
        "Solicitação em andamento",
        "A revenda já cuida desta solicitação ({status}); fale com ela para cancelar.",
    ),
    ProblemType(
        "supplies_missing", 422, "Falta o suprimento", "Diga a quantidade de ao menos um suprimento."
    ),
    ProblemType(
        "repeat_unconfirmed",
        422,
        "Confirme o pedido",
        "Leia os avisos e confirme que quer pedir assim mesmo.",
    ),
)
