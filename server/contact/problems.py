"""How work on a contact message can fail."""

from server.problems import ProblemType, register

register(
    ProblemType("contact_closed", 409, "Mensagem encerrada", "Esta mensagem já foi encerrada."),
)
