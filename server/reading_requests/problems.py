"""Why readings cannot be asked for or answered."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "readings_not_asked",
        409,
        "Nada a pedir",
        "Este cliente está inativo ou não tem equipamento com contrato.",
    ),
    ProblemType(
        "readings_over", 409, "Pedido encerrado", "Este pedido de leituras já foi respondido ou encerrado."
    ),
    ProblemType("readings_link_over", 410, "Link encerrado", "Este link de leituras está encerrado."),
)
