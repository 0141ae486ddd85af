"""How moving an order on the agenda can fail."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "order_moved",
        409,
        "O chamado mudou enquanto isso",
        "Enquanto isso {turned}. Nada foi alterado agora: confira e mova de novo.",
    ),
    ProblemType(
        "order_being_served",
        409,
        "Chamado em atendimento",
        "{technician} já está neste chamado. Para mandar outra pessoa, redespache na página do chamado.",
    ),
    ProblemType("day_over", 422, "Dia passado", "Esse dia já passou; escolha hoje ou um dia adiante."),
)
