"""How work with billing files can fail."""

from server.problems import ProblemType, register

register(
    ProblemType("files_missing", 422, "Faltam os arquivos", "Escolha ao menos um arquivo PDF."),
    ProblemType("too_many_files", 422, "Arquivos demais", "Envie no máximo {most} arquivos de uma vez."),
    ProblemType("contract_of_another", 422, "Contrato de outro cliente", "O contrato não é deste cliente."),
    ProblemType("file_withdrawn", 409, "Arquivo recolhido", "Este arquivo já foi recolhido."),
)
