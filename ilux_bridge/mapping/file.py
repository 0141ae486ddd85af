"""Read a mapping file: its whole text in, a mapping or every fault in it out. The base is not asked here."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import time
from urllib.parse import urlsplit

from ilux_bridge.mapping.charset import CHARSETS
from ilux_bridge.mapping.faults import Fault, Section
from ilux_bridge.mapping.file_backup import read_backup
from ilux_bridge.mapping.file_table import read_table
from ilux_bridge.mapping.mapped import NIGHT, Capture, Firebird, MappedTable, MappingFile, Portal
from ilux_bridge.mapping.zone import is_zone

DEFAULT_ZONE = "America/Sao_Paulo"


@dataclass(frozen=True, slots=True)
class Faulty:
    """A file that cannot be used: everything to mend in it, in the order of the file."""

    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def read(text: str) -> MappingFile | Faulty:
    try:
        values = tomllib.loads(text)
    except (
        ValueError,
        RecursionError,
    ) as error:  # TOMLDecodeError, and numbers or nesting beyond Python's limits
        return Faulty((_syntax_fault(str(error), text),))
    faults: list[Fault] = []
    root = Section(values, "", faults)
    firebird = _firebird(_required(root, "firebird"))
    portal = _portal(_required(root, "portal"))
    tables = _tables(root, firebird.zone)
    backup = read_backup(_required(root, "backup")) if "backup" in values else None
    for key in values:
        if key not in ("firebird", "portal", "backup", "tabela"):
            names = ("[firebird]", "[portal]", "[backup]", "[[tabela]]")
            faults.append(Fault(f"[{key}]", f"não conheço esta seção; aqui valem {', '.join(names)}."))
    return Faulty(tuple(faults)) if faults else MappingFile(firebird, portal, tables, backup)


def _required(root: Section, name: str) -> Section:
    value = root.take(name)
    if not isinstance(value, dict):
        text = "falta esta seção." if value is None else "deve ser uma seção do arquivo."
        root.faults.append(Fault(f"[{name}]", text))
        # What an absent section lacks has been said once; its own faults would only repeat it.
        return Section({}, f"[{name}]", [])
    return Section(value, f"[{name}]", root.faults)


def _firebird(section: Section) -> Firebird:
    section.refuse_secret("senha", "password")
    charset = section.word("charset", ("auto", *CHARSETS), "auto")
    dialect = section.word("dialeto", ("auto", "1", "3"), "auto")
    firebird = Firebird(
        host=section.text("host") or "localhost",
        port=section.whole("port", 1, 65535, 3050) or 3050,
        path=section.text("base", required=True) or "",
        user=section.text("usuario"),
        charset=None if charset == "auto" else charset,
        dialect=None if dialect == "auto" else int(dialect),
        capture=Capture(section.word("modo_captura", list(Capture), Capture.TRIGGER)),
        zone=_zone(section),
    )
    section.close()
    return firebird


def _zone(section: Section) -> str:
    zone = section.text("fuso") or DEFAULT_ZONE
    if not is_zone(zone):
        section.fault("fuso", f'não conheço o fuso "{zone}"; use um como "America/Sao_Paulo".')
        return DEFAULT_ZONE
    return zone


def _portal(section: Section) -> Portal:
    section.refuse_secret("token", "senha")
    url = section.text("url", required=True) or ""
    parts = urlsplit(url)
    is_local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if url and not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and is_local))):
        section.fault("url", f'"{url}" não serve; use o endereço do portal, começando por https://.')
    agent = section.text("agente", required=True) or ""
    if agent and not re.fullmatch(r"[A-Za-z0-9._-]{1,60}", agent):
        section.fault("agente", "use até 60 letras sem acento, números, ponto, hífen ou sublinhado.")
    portal = Portal(
        url=url.rstrip("/"),
        agent=agent,
        interval=section.seconds("intervalo_s", 0.2, 60, 1.0),
        batch=section.whole("lote", 1, 5000, 500) or 500,
        reconciles_at=_hour(section, "reconcilia_as"),
    )
    section.close()
    return portal


def _hour(section: Section, key: str) -> time:
    said = section.text(key)
    if said is None:
        return NIGHT
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", said):
        section.fault(key, f'"{said}" não é uma hora; escreva como "02:30".')
        return NIGHT
    return time.fromisoformat(said)


def _tables(root: Section, zone: str) -> tuple[MappedTable, ...]:
    values = root.take("tabela")
    if values is None or values == []:
        root.faults.append(Fault("[[tabela]]", "o arquivo não mapeia nenhuma tabela."))
        return ()
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        root.faults.append(Fault("[[tabela]]", "escreva cada tabela sob [[tabela]], com dois colchetes."))
        return ()
    tables = []
    for number, value in enumerate(values, 1):
        name = value.get("nome")
        place = f'[tabela {number} "{name}"]' if isinstance(name, str) else f"[tabela {number}]"
        table = read_table(Section(value, place, root.faults), zone)
        if table is not None:
            tables.append(table)
    _refuse_repetition(tables, root.faults)
    return tuple(tables)


def _refuse_repetition(tables: list[MappedTable], faults: list[Fault]) -> None:
    """One entity from two tables would mix keys that the portal cannot tell apart."""
    for at, table in enumerate(tables):
        first = next((other for other in tables[:at] if other.entity is table.entity), None)
        if first is not None:
            text = f'a entidade "{table.entity.word}" já vem de {first.place}; use uma tabela ou visão só.'
            faults.append(Fault(f"{table.place}.entidade", text))


def _syntax_fault(error: str, text: str) -> Fault:
    found = re.search(r"at line (\d+), column (\d+)", error)
    if found is None:
        return Fault("fim do arquivo", "o texto TOML acaba no meio: falta fechar aspas, colchete ou chave.")
    line, column = int(found[1]), int(found[2])
    lines = text.splitlines()
    said = lines[line - 1].strip() if line <= len(lines) else ""
    hint = ""
    if "\\" in said and '"' in said:
        hint = " Em caminhos do Windows use aspas simples: base = 'C:\\ILUX\\base.fdb'."
    elif "overwrite" in error or "twice" in error or "Cannot" in error:
        hint = " A mesma chave ou seção aparece duas vezes."
    return Fault(f"linha {line}, coluna {column}", f"o texto não é TOML válido: {said}.{hint}")
