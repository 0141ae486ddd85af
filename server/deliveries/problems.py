"""Why a delivery cannot be recorded where it says, or a discrepancy not accepted."""

from server.problems import ProblemType, register

register(
    ProblemType("invoice_unknown", 404, "Nota desconhecida", "Esta nota fiscal não existe nesta revenda."),
    ProblemType("delivery_unknown", 404, "Entrega desconhecida", "Esta entrega não está no portal."),
    ProblemType(
        "delivery_foreign", 409, "Entrega de outra pessoa", "Esta entrega foi registrada por outra pessoa."
    ),
)
