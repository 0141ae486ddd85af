"""How deciding on a position can fail."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "proposal_decided",
        409,
        "Proposta já decidida",
        "Esta posição proposta já foi decidida ou substituída.",
    ),
)
