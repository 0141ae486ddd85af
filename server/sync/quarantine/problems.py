"""How running a kept mutation again can fail."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "owner_inactive",
        409,
        "Pessoa sem acesso",
        "O registro só se aplica em nome de quem o fez. Reative o acesso dessa pessoa e tente de novo.",
    ),
)
