"""How work with the bridge can fail."""

from server.problems import ProblemType, register

LOAD_UNKNOWN = "load_unknown"
MESSAGE_UNKNOWN = "message_unknown"
MESSAGE_SETTLED = "message_settled"

register(
    ProblemType(LOAD_UNKNOWN, 409, "Carga desconhecida", "Esta carga não foi iniciada no portal."),
    ProblemType(MESSAGE_UNKNOWN, 404, "Mensagem desconhecida", "O portal não conhece esta mensagem."),
    ProblemType(
        MESSAGE_SETTLED, 409, "Já resolvida", "Esta escrita no ILUX já foi aplicada ou já foi repetida."
    ),
)
