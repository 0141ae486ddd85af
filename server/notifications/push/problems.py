"""How subscribing can fail."""

from __future__ import annotations

from server.problems import ProblemType, register

register(
    ProblemType(
        "push_off", 404, "Notificações desligadas", "Este portal não envia notificações para aparelhos."
    ),
    ProblemType(
        "push_refused",
        422,
        "Serviço de notificações desconhecido",
        "Este navegador usa um serviço de notificações que o portal não conhece.",
    ),
)
