"""How work on a service order can fail."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "status_not_possible",
        409,
        "Mudança de status não permitida",
        "O chamado está em {before} e não pode ir para {after} por aqui.",
    ),
    ProblemType(
        "order_closed",
        409,
        "Chamado encerrado",
        "O chamado está em {before}; abra um novo chamado de retorno.",
    ),
    ProblemType(
        "technician_unavailable",
        422,
        "Técnico indisponível",
        "Este técnico está inativo ou é de outra revenda.",
    ),
    ProblemType("reason_required", 422, "Falta o motivo", "Diga o motivo."),
    ProblemType("text_required", 422, "Falta o texto", "Escreva alguma coisa."),
    ProblemType("due_before_opening", 422, "Prazo impossível", "O prazo é anterior à abertura do chamado."),
    ProblemType(
        "scheduled_before_opening",
        422,
        "Agenda impossível",
        "A visita foi marcada para antes da abertura do chamado.",
    ),
    ProblemType(
        "equipment_elsewhere", 422, "Equipamento de outro cliente", "O equipamento não é deste cliente."
    ),
    ProblemType("discrepancy_settled", 409, "Já aceita", "Esta divergência já foi aceita."),
    ProblemType(
        "technician_busy",
        409,
        "Técnico com chamados abertos",
        "Este técnico ainda tem {count} chamado(s) em aberto; despache-os para outro antes.",
    ),
    ProblemType(
        "checklist_retired", 409, "Checklist inativo", "Este checklist está inativo; reative-o antes."
    ),
    ProblemType(
        "draft_overtaken",
        409,
        "Rascunho salvo por outra pessoa",
        "Outra pessoa salvou este rascunho enquanto você escrevia.",
    ),
    ProblemType("nothing_filtered", 422, "Nada filtrado", "Filtre ou ordene a lista antes de guardar."),
    ProblemType("too_many_filters", 422, "Filtros demais", "Você já guarda {most} filtros; remova um antes."),
)
