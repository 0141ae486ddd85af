"""How work on a requested part can fail."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "part_status_not_possible",
        409,
        "Mudança não permitida",
        "A peça está como {before} e não pode passar a {after}.",
    ),
    ProblemType("expected_date_required", 422, "Falta a previsão", "Diga para quando a peça está prevista."),
)
