"""How rating a visit can fail."""

from server.problems import ProblemType, register

register(
    ProblemType("rating_given", 409, "Já avaliado", "Você já respondeu sobre este atendimento. Obrigado!"),
    ProblemType("grade_required", 422, "Falta a nota", "Escolha uma das opções."),
)
