"""How documents and requests can fail."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "terms_refused",
        428,
        "Termos de uso não aceitos",
        "Você não aceitou os termos de uso. O portal fica fechado até que aceite.",
    ),
    ProblemType(
        "same_text",
        409,
        "O texto é o mesmo",
        "Esta versão tem o mesmo texto da publicada; ninguém seria consultado.",
    ),
    ProblemType(
        "request_open", 409, "Pedido em andamento", "Já há um pedido igual em andamento para esta pessoa."
    ),
    ProblemType("request_closed", 409, "Pedido encerrado", "Este pedido já foi decidido."),
    ProblemType(
        "own_request", 409, "Outro administrador decide", "Outro administrador precisa decidir o seu pedido."
    ),
)
