"""How keeping customers and contracts can fail."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "contract_over", 409, "Contrato encerrado", "Este contrato já foi encerrado; assine um novo contrato."
    ),
    ProblemType(
        "customer_retired", 409, "Cliente inativo", "Este cliente está inativo; reative o cadastro antes."
    ),
    ProblemType(
        "company_retired", 409, "Empresa inativa", "Esta empresa está inativa; escolha outra ou reative-a."
    ),
)
