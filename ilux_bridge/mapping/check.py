"""Hold a mapping against the base that it speaks of, before anything is installed there."""

from __future__ import annotations

from ilux_bridge.mapping.base import Base
from ilux_bridge.mapping.charset import CHARSETS
from ilux_bridge.mapping.check_table import check_table
from ilux_bridge.mapping.finding import Code, Finding, Findings, Severity
from ilux_bridge.mapping.mapped import Capture, Firebird, MappingFile
from ilux_bridge.mapping.names import OWN_TABLES, PREFIX, trigger_name


def check(mapping: MappingFile, base: Base) -> tuple[Finding, ...]:
    """Everything found, in the order of the file. Without errors among it, `bound.bind` will not raise."""
    findings = Findings()
    _check_server(mapping.firebird, base, findings)
    _check_charset(mapping.firebird, base, findings)
    _check_names(mapping, base, findings)
    for table in mapping.tables:
        check_table(table, mapping, base, findings)
    return tuple(findings.found)


def has_errors(findings: tuple[Finding, ...]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _check_server(firebird: Firebird, base: Base, findings: Findings) -> None:
    version = ".".join(str(number) for number in base.version)
    if base.version < (2, 5):
        findings.error(
            Code.SERVER_TOO_OLD,
            "[firebird]",
            f"o servidor é o Firebird {version}; a ponte precisa do 2.5 ou mais novo.",
            "Combine com o suporte do ILUX a atualização do Firebird.",
        )
    elif base.version < (3, 0):
        findings.warning(
            Code.SERVER_OLD_LOGIN,
            "[firebird]",
            "o Firebird 2.5 só confere as 8 primeiras letras da senha e não cifra a conexão.",
            "Instale a ponte na mesma máquina do servidor.",
        )
    if firebird.capture is Capture.RECORD_VERSION and base.version < (3, 0):
        findings.error(
            Code.CAPTURE_UNSUPPORTED,
            "[firebird].modo_captura",
            f'o Firebird {version} não tem "record_version".',
            'Use "gatilho", ou "hash" se nada puder ser criado no banco.',
        )
    if base.dialect not in (1, 3):
        findings.error(
            Code.DIALECT_UNSUPPORTED,
            "[firebird].dialeto",
            f"o banco está no dialeto {base.dialect}, que só serve para migração.",
            "Conclua a migração para o dialeto 3 com o suporte do ILUX.",
        )
    if base.dialect == 1 and firebird.capture is Capture.TRIGGER:
        findings.warning(
            Code.DIALECT_LIMITS,
            "[firebird].dialeto",
            "no dialeto 1 a fila de mudanças conta até 2.147.483.647.",
            "Nada a fazer agora; a ponte avisa quando chegar perto.",
        )
    if firebird.dialect is not None and firebird.dialect != base.dialect:
        findings.error(
            Code.DIALECT_DIFFERENT,
            "[firebird].dialeto",
            f"o arquivo diz dialeto {firebird.dialect}, mas o banco é do dialeto {base.dialect}.",
            'Use dialeto = "auto".',
        )


def _check_charset(firebird: Firebird, base: Base, findings: Findings) -> None:
    if base.charset not in CHARSETS and firebird.charset is None:
        findings.error(
            Code.CHARSET_UNKNOWN,
            "[firebird].charset",
            f"o banco usa o conjunto de caracteres {base.charset}, que a ponte não conhece.",
            f"Escolha o mais próximo em charset: {', '.join(CHARSETS)}.",
        )
    if firebird.charset is not None and firebird.charset != base.charset:
        findings.warning(
            Code.CHARSET_DIFFERENT,
            "[firebird].charset",
            f"o arquivo diz {firebird.charset}, mas o banco é {base.charset}; acentos podem sair trocados.",
            'Use charset = "auto", a não ser que já tenha conferido os acentos.',
        )


def _check_names(mapping: MappingFile, base: Base, findings: Findings) -> None:
    strangers = sorted(n for n in base.tables if n.startswith(PREFIX) and n not in OWN_TABLES)
    if strangers:
        findings.warning(
            Code.NAME_RESERVED,
            "[firebird].base",
            f"o banco já tem tabelas com nomes como os da ponte: {', '.join(strangers)}.",
            "Confira se são de uma instalação antiga da ponte.",
        )
    if mapping.firebird.capture is not Capture.TRIGGER:
        return
    taken: dict[str, str] = {}
    for name in dict.fromkeys(table.name for table in mapping.tables if table.direction.sends):
        other = taken.setdefault(trigger_name(name), name)
        if other != name:
            findings.error(
                Code.TRIGGER_NAME_CLASH,
                "[[tabela]]",
                f"os gatilhos de {other} e {name} teriam o mesmo nome, {trigger_name(name)}.",
                "Retire uma das duas do arquivo, ou crie uma visão com outro nome.",
            )
