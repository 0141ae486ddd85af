"""How a call of the API can fail beside what its subject knows."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "token_required",
        401,
        "Falta o token",
        "Envie o token da API no cabeçalho Authorization: Bearer.",
    ),
    ProblemType(
        "token_invalid",
        401,
        "Token inválido",
        "O token não existe, venceu, foi revogado ou quem o criou não é mais administrador.",
    ),
    ProblemType("scope_missing", 403, "Escopo insuficiente", "Este token não tem o escopo {scope}."),
    ProblemType(
        "query_unknown", 422, "Parâmetro desconhecido", "Este endereço não conhece o parâmetro {name}."
    ),
    ProblemType(
        "idempotency_key_missing",
        400,
        "Falta o Idempotency-Key",
        "Envie no cabeçalho Idempotency-Key um valor próprio deste pedido, de 1 a 100 caracteres.",
    ),
    ProblemType(
        "idempotency_key_reused",
        409,
        "Idempotency-Key repetido",
        "Este Idempotency-Key já foi usado com outro conteúdo.",
    ),
)
