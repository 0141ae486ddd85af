"""Why something from the field cannot be recorded, or an intent not carried out."""

from server.problems import ProblemType, register

register(
    ProblemType("order_unknown", 404, "Chamado desconhecido", "Este chamado não existe nesta revenda."),
    ProblemType(
        "visit_foreign", 409, "Atendimento de outro técnico", "Este atendimento pertence a outro técnico."
    ),
    ProblemType(
        "order_not_yours", 409, "Chamado não é seu", "O chamado {number} não está mais despachado para você."
    ),
    ProblemType("visit_closed", 409, "Atendimento encerrado", "O atendimento já foi concluído."),
    ProblemType("photo_unknown", 404, "Foto desconhecida", "Esta foto não é deste atendimento."),
    ProblemType("not_allowed", 403, "Sem permissão", "Você não tem permissão para isto."),
)
