"""Why a customer cannot be shown somebody's approach."""

from server.problems import ProblemType, register

register(
    ProblemType("not_travelling", 409, "Ninguém a caminho", "Só há link enquanto o técnico está em viagem."),
    ProblemType(
        "position_refused", 409, "Não compartilha a posição", "Este técnico não compartilha a posição."
    ),
    ProblemType(
        "too_many_views", 429, "Muitas consultas", "Esta página foi pedida vezes demais. Espere um minuto."
    ),
)
