"""How logging in, links and passwords can fail."""

from server.problems import ProblemType, register

register(
    ProblemType("wrong_login", 401, "Não foi possível entrar", "E-mail ou senha não conferem."),
    ProblemType(
        "link_spent",
        410,
        "Este link não vale mais",
        "Ele já foi usado ou passou do prazo. Peça um novo link.",
    ),
    ProblemType("weak_password", 422, "Escolha outra senha", "{reason}"),
    ProblemType("wrong_password", 422, "Senha atual não confere", "A senha atual não confere."),
    ProblemType(
        "own_account", 409, "Esta é a sua conta", "Outro administrador precisa fazer isso com a sua conta."
    ),
    ProblemType("email_taken", 409, "E-mail já usado", "Já existe uma pessoa com o e-mail {email}."),
    ProblemType(
        "last_admin",
        409,
        "Falta outro administrador",
        "A revenda precisa de ao menos um administrador ativo.",
    ),
    ProblemType("cnpj_taken", 409, "CNPJ já cadastrado", "Outra empresa da revenda tem este CNPJ."),
    ProblemType(
        "last_company", 409, "Falta outra empresa", "A revenda precisa de ao menos uma empresa ativa."
    ),
    ProblemType(
        "second_factor_required", 401, "Falta o código", "Digite o código do seu aplicativo autenticador."
    ),
    ProblemType("wrong_code", 401, "Código não confere", "O código não confere ou já foi usado."),
    ProblemType("challenge_spent", 410, "A entrada passou do prazo", "Digite o e-mail e a senha de novo."),
    ProblemType(
        "second_factor_missing",
        428,
        "Falta a verificação em duas etapas",
        "Seu perfil só entra com a verificação em duas etapas. Configure-a para continuar.",
    ),
    ProblemType(
        "second_factor_kept",
        409,
        "A verificação é obrigatória",
        "Seu perfil só entra com a verificação em duas etapas.",
    ),
    ProblemType(
        "second_factor_unreadable",
        409,
        "Verificação a refazer",
        "O portal não lê mais a sua verificação em duas etapas. Peça a outro administrador que a redefina.",
    ),
    ProblemType(
        "password_needed", 428, "Confirme a sua senha", "Para esta mudança, digite de novo a sua senha atual."
    ),
    ProblemType(
        "viewing_only",
        403,
        "Só para olhar",
        "Você está vendo o portal como {person}: nada pode ser alterado. Volte ao seu acesso para agir.",
    ),
)
