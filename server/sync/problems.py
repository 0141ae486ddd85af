"""The sync's part of the catalogue: the codes of docs/sync-protocol.md."""

from __future__ import annotations

from server.problems import ProblemType, register

PROBLEMS = [
    ProblemType(
        "client_unknown", 404, "Aparelho desconhecido", "Este aparelho ainda não foi registrado no portal."
    ),
    ProblemType(
        "client_revoked",
        403,
        "Aparelho bloqueado",
        "O acesso deste aparelho foi revogado. O que não foi enviado continua guardado nele.",
    ),
    ProblemType(
        "client_taken",
        409,
        "Aparelho de outra pessoa",
        "Este aparelho está registrado para outra pessoa. Entre com o usuário dela.",
    ),
    ProblemType(
        "client_forked", 409, "Aparelho duplicado", "Os dados deste aparelho parecem copiados de outro."
    ),
    ProblemType("sequence_gap", 409, "Falta um registro", "O portal recebeu até o registro {lmid}."),
    ProblemType("epoch_changed", 409, "Portal restaurado", "O portal voltou de uma cópia de segurança."),
    ProblemType(
        "schema_unsupported",
        409,
        "Atualize o aplicativo",
        "Esta versão do aplicativo não conversa mais com o portal. Nada do que foi registrado se perde.",
    ),
    ProblemType("malformed", 422, "Pedido inválido", "O portal não entendeu o pedido em {where}."),
    ProblemType("body_too_large", 413, "Envio grande demais", "O limite é de {limit} bytes."),
    ProblemType("limit_exceeded", 422, "Limite ultrapassado", "O limite de {name} é {limit}."),
    ProblemType(
        "encoding_unsupported", 415, "Compressão não aceita", "Envie sem compressão, em gzip ou em zstd."
    ),
    ProblemType("page_unknown", 409, "Página vencida", "A sincronização deve recomeçar da primeira página."),
    ProblemType(
        "stream_unknown", 404, "Percurso desconhecido", "Este percurso não existe ou não é deste aparelho."
    ),
    ProblemType(
        "chunk_conflict", 409, "Trecho diferente", "O trecho {n} já foi recebido com outro conteúdo."
    ),
    ProblemType("tus_version", 412, "Versão não aceita", "O portal fala tus 1.0.0."),
    ProblemType("upload_unknown", 404, "Envio desconhecido", "Este envio não existe mais. Comece de novo."),
    ProblemType("upload_offset", 409, "Posição diferente", "O portal tem {offset} bytes deste arquivo."),
    ProblemType(
        "checksum_mismatch", 460, "Trecho corrompido", "O trecho chegou diferente do que foi enviado."
    ),
    ProblemType(
        "file_hash_mismatch", 422, "Arquivo corrompido", "O arquivo chegou diferente do que foi enviado."
    ),
    ProblemType(
        "file_type_refused", 415, "Tipo não aceito", "Arquivos do tipo {content_type} não são aceitos."
    ),
    ProblemType("file_too_large", 413, "Arquivo grande demais", "O limite é de {limit} bytes."),
    ProblemType("image_refused", 422, "Imagem não aceita", "A imagem não pôde ser aceita: {reason}."),
]

register(*PROBLEMS)
