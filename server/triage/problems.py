"""How the conversation before a visit can fail."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "triage_over",
        409,
        "Pré-atendimento encerrado",
        "O chamado está em {status}; o pré-atendimento só existe na abertura.",
    ),
)
