"""Draft a mapping file for a base that nobody has mapped yet, for a person to finish.

The draft only sends; every line that was guessed ends in `# VERIFIQUE`. `file.read` accepts it as it stands,
unless no table of the base looks like anything the portal knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ilux_bridge.mapping.base import Base, Column, ColumnType
from ilux_bridge.mapping.charset import CHARSETS
from ilux_bridge.mapping.choices import choice_words
from ilux_bridge.mapping.guess import GuessedField, GuessedTable, guess
from ilux_bridge.mapping.names import PREFIX
from ilux_bridge.mapping.vocabulary import BY_NAME, Field, Kind

CHECK = "  # VERIFIQUE"
_TEXTS = (ColumnType.CHAR, ColumnType.VARCHAR)
_DOCUMENTS = {"cnpj", "cnpj_cpf", "cep"}


def discover(
    base: Base,
    *,
    path: str = "nomeempresa.fdb",
    host: str = "localhost",
    port: int = 3050,
    url: str = "https://portal.exemplo.com.br",
) -> str:
    """The draft's TOML text; `path` is where the server finds the base."""
    guessed = guess(base)
    lines = [*_head(base, path, host, port, url)]
    for table in guessed:
        lines += ["", *_table(table)]
    lines += ["", *_rest(base, guessed)]
    return "\n".join(lines).rstrip() + "\n"


def _head(base: Base, path: str, host: str, port: int, url: str) -> Iterator[str]:
    version = ".".join(str(number) for number in base.version)
    yield "# Rascunho do mapeamento entre o banco e o portal."
    yield "# Confira tudo, sobretudo as linhas com VERIFIQUE, e rode a verificação antes de instalar."
    charset = _commented(base.charset)
    yield f"# Firebird {version}, dialeto {base.dialect}, charset {charset}, {len(base.tables)} tabelas."
    yield ""
    yield "[firebird]"
    yield f"host = {_text(host)}"
    yield f"port = {port}"
    yield f"base = {_text(path)}{CHECK}"
    if base.charset in CHARSETS:
        yield 'charset = "auto"'
    else:
        yield f'charset = "WIN1252"{CHECK}: o banco diz {_commented(base.charset)}'
    yield 'dialeto = "auto"'
    yield 'modo_captura = "gatilho"  # gatilho | record_version | hash'
    yield f'fuso = "America/Sao_Paulo"{CHECK}: onde ficam os relógios da revenda'
    yield ""
    yield "[portal]"
    yield f"url = {_text(url)}{CHECK}"
    yield f'agente = "revenda-01"{CHECK}'
    yield "intervalo_s = 1.0"
    yield "lote = 500"
    yield ""
    yield "# Para a ponte fazer o backup da base, tire o # e diga onde."
    yield "# [backup]"
    yield "# pasta = 'D:\\Backup\\ILUX'"


def _table(guessed: GuessedTable) -> Iterator[str]:
    table, entity = guessed.table, guessed.entity
    rows = "? linhas" if table.rows is None else f"{table.rows} linhas"
    yield f"# {_commented(table.name)}: {rows}"
    yield "[[tabela]]"
    yield f"nome = {_text(table.name)}{'' if guessed.is_sure else CHECK}"
    yield f'entidade = "{entity.word}"'
    if guessed.key:
        doubt = "" if table.primary_key else f"{CHECK}: não há chave primária, só índice único"
        yield f"chave = [{_texts(guessed.key)}]{doubt}"
    else:
        yield f'# chave = ["COLUNA"]{CHECK}: a tabela não tem chave; diga as colunas de um índice único'
    if entity.name == "invoice":
        yield f"# filtro = \"STATUS_NFE = 'A'\"{CHECK}: só as notas autorizadas"
    yield 'sentido = "envia"'
    status = next((g for g in guessed.fields if g.field.name == "status" and g.columns), None)
    if entity.name == "service_order" and status is not None:
        yield f"historico = [{_texts((status.columns[0].name,))}]"
    yield "  [tabela.campos]"
    for field in guessed.fields:
        yield from _field(field)
    for write in entity.writes:
        words = [f.word for f in entity.fields if f.name in write.fields]
        mapped = [g.field.word for g in guessed.fields if g.columns and g.field.word in words]
        if not mapped:
            continue
        yield '  # Para o portal escrever aqui: sentido = "ambos", e tire o # das linhas seguintes.'
        yield f"  # [tabela.escrita.{write.word}]"
        if write.is_new_row:
            yield '  # gerador = "trigger"'
        yield f"  # campos = [{_texts(tuple(mapped))}]"


def _field(guessed: GuessedField) -> Iterator[str]:
    field, doubt = guessed.field, "" if guessed.is_sure else CHECK
    if not guessed.columns:
        if field.kind is Kind.REFERENCE and field.entity == "company" and field.is_required:
            yield f'  {field.word} = {{ valor = "1" }}{CHECK}: a chave da empresa no portal'
        elif field.is_required:
            yield f'  # {field.word} = "COLUNA"{CHECK}: obrigatório, e não achei a coluna'
        return
    column = guessed.columns[0]
    name = _text(column.name)
    match field.kind:
        case Kind.REFERENCE:
            names = _texts(tuple(column.name for column in guessed.columns))
            ref = BY_NAME[field.entity or ""].word
            yield f'  {field.word} = {{ ref = "{ref}", col = [{names}] }}{doubt}'
        case Kind.CHOICE:
            yield f"  {field.word} = {{ col = {name}, mapa = {{ {_choice_map(field, column)} }} }}{CHECK}"
        case Kind.BOOLEAN if column.type is not ColumnType.BOOLEAN:
            truths = 'S = "sim", N = "nao"' if column.type in _TEXTS else '1 = "sim", 0 = "nao"'
            yield f"  {field.word} = {{ col = {name}, mapa = {{ {truths} }} }}{CHECK}"
        case Kind.TEXT if field.name in _DOCUMENTS:
            yield f'  {field.word} = {{ col = {name}, tipo = "documento" }}{doubt}'
        case Kind.TEXT if _is_too_long(field, column):
            yield f"  {field.word} = {{ col = {name}, max = {field.length} }}{doubt}"
        case Kind.INSTANT if column.type is ColumnType.DATE:
            yield f'  {field.word} = {{ col = {name}, tipo = "data" }}{CHECK}: a hora está noutra coluna?'
        case _:
            yield f"  {field.word} = {name}{doubt}"


def _is_too_long(field: Field, column: Column) -> bool:
    return field.length is not None and column.length is not None and column.length > field.length


def _choice_map(field: Field, column: Column) -> str:
    """By letter in a column of one character, else by word; whoever knows the base puts it right."""
    pairs: dict[str, str] = {}
    for choice, word in choice_words(field).items():
        is_letter = len(choice) == 1 or column.length == 1 or column.type not in _TEXTS
        key = choice if len(choice) == 1 else word[0].upper() if is_letter else word.upper()
        if column.type not in _TEXTS:
            key = str(len(pairs))
        pairs.setdefault(key, word)
    return ", ".join(f'{key} = "{word}"' for key, word in pairs.items())


def _rest(base: Base, guessed: tuple[GuessedTable, ...]) -> Iterator[str]:
    used = {table.table.name for table in guessed}
    absent = [
        word for word in (e.word for e in BY_NAME.values()) if word not in {g.entity.word for g in guessed}
    ]
    if absent:
        yield f"# Sem tabela no rascunho: {', '.join(absent)}."
    rest = [t for t in base.tables.values() if t.name not in used and not t.name.startswith(PREFIX)]
    if rest:
        yield "# Tabelas do banco que ficaram de fora, das maiores às menores:"
    for table in sorted(rest, key=lambda t: (-(t.rows or 0), t.name))[:100]:
        yield f"#   {_commented(table.name)} ({'?' if table.rows is None else table.rows})"


def _text(value: str) -> str:
    """As a TOML string; single quotes keep the backslashes of Windows paths readable."""
    if value.isprintable() and "'" not in value and "\\" in value:
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: tuple[str, ...]) -> str:
    return ", ".join(_text(value) for value in values)


def _commented(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)
