"""How attaching a file can fail."""

from server.problems import ProblemType, register

register(
    ProblemType("attachment_empty", 422, "Arquivo vazio", "“{file}” está vazio."),
    ProblemType(
        "attachment_too_large", 422, "Arquivo grande demais", "“{file}” passa de {most} MB. Envie um menor."
    ),
    ProblemType(
        "attachment_refused",
        422,
        "Tipo de arquivo recusado",
        "“{file}” não é uma imagem (JPEG, PNG, WebP) nem um PDF. Envie em um destes formatos.",
    ),
    ProblemType(
        "attachment_unreadable",
        422,
        "Arquivo ilegível",
        "“{file}” chegou danificado ou é grande demais em pixels.",
    ),
    ProblemType("too_many_attachments", 422, "Anexos demais", "No máximo {most} anexos de cada vez."),
)
