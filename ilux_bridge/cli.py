"""The bridge's console, for the reseller's IT person: look, check, install, run, and see how it is.

Every command answers people in Portuguese, and programs with `--json`. Exit codes: 0 done, 1 something a
person must mend, 2 wrong usage, 3 Firebird is stopped, 4 the mapping has errors, 5 the bridge is already
running, 6 people must leave ILUX first, 7 a backup cannot be relied on, 8 ILUX and the portal differ.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
from rich.table import Table

from ilux_bridge import firebird, metadata
from ilux_bridge.agent import Agent
from ilux_bridge.backup import command as backups
from ilux_bridge.backup import summary
from ilux_bridge.console import (
    DONE,
    FAULTY,
    FIREBIRD_DOWN,
    MEND,
    PEOPLE_INSIDE,
    RUNNING,
    Options,
    answer,
    console,
    failed,
    folder_of,
    print_json,
    secrets_of,
    settings_of,
    store_of,
)
from ilux_bridge.cycle import LOADED
from ilux_bridge.firebird import Address
from ilux_bridge.heartbeat import State
from ilux_bridge.lock import LOCK, AlreadyRunning, only_one
from ilux_bridge.mapping.check import check, has_errors
from ilux_bridge.mapping.discover import discover
from ilux_bridge.outbox import attachments, installation
from ilux_bridge.outbox.attachments import Attachment
from ilux_bridge.outbox.monitored import NotMonitorable
from ilux_bridge.problems import FirebirdDown, FirebirdProblem
from ilux_bridge.reconciliation import command as reconciliation
from ilux_bridge.service import command as services
from ilux_bridge.service import log
from ilux_bridge.service.watchdog import Watchdog
from ilux_bridge.settings import (
    DEFAULT_USER,
    PASSWORD,
    SECRETS_FILE,
    Unusable,
)
from ilux_bridge.watched import watch

# SIGBREAK is what Windows sends a program of a console that is to end.
STOP_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name)]
TIMEOUT = httpx.Timeout(60, connect=10)


def main(arguments: list[str] | None = None) -> None:
    """Runs one command and exits with its code."""
    options = _parser().parse_args(arguments)
    command: Callable[[Options], int] = options.command
    try:
        code = command(options)
    except FirebirdDown as down:
        code = failed(options, "firebird_down", str(down), FIREBIRD_DOWN)
    except AlreadyRunning as running:
        code = failed(options, "already_running", str(running), RUNNING)
    except (Unusable, FirebirdProblem, NotMonitorable, LookupError) as problem:
        code = failed(options, type(problem).__name__, str(problem), MEND)
    raise SystemExit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ilux-bridge", description="A ponte entre o ILUX e o portal.")
    commands = parser.add_subparsers(title="comandos", metavar="COMANDO", required=True)

    def add(name: str, command: Callable[[Options], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        sub.add_argument("--json", action="store_true", help="responde em JSON, para programas")
        sub.add_argument("--segredos", type=Path, help=f"arquivo de segredos; ou {SECRETS_FILE} no ambiente")
        sub.add_argument("--login-antigo", action="store_true", help="Firebird 2.5 ou Legacy_Auth")
        return sub

    draft = add("descobrir", _discover, "escreve um rascunho do mapeamento para um banco")
    draft.add_argument("--host", default="localhost")
    draft.add_argument("--porta", type=int, default=3050)
    draft.add_argument("--base", required=True, help="caminho do banco, como o servidor o vê")
    draft.add_argument("--usuario", default=DEFAULT_USER)
    draft.add_argument("--saida", type=Path, help="arquivo a escrever; sem ele, a tela")

    def add_for_mapping(name: str, command: Callable[[Options], int], text: str) -> argparse.ArgumentParser:
        sub = add(name, command, text)
        sub.add_argument("mapeamento", type=Path)
        sub.add_argument("--pasta", type=Path, help="onde a ponte guarda seus arquivos")
        return sub

    for name, command, text in (
        ("verificar", _verify, "confere o mapeamento com o banco; não muda nada"),
        ("instalar", _install, "cria os gatilhos e as tabelas da ponte no banco; pode ser repetido"),
        ("desinstalar", _uninstall, "tira do banco tudo o que é da ponte"),
        ("estado", _status, "mostra como está a ponte"),
        ("carga", _load, "pede que tudo seja enviado de novo ao portal"),
        ("executar", _run, "põe a ponte para trabalhar, até ser parada"),
    ):
        add_for_mapping(name, command, text)
    reconciliation.register(add_for_mapping)
    backups.register(add_for_mapping)
    services.register(add_for_mapping)
    return parser


def _discover(options: Options) -> int:
    password = secrets_of(options).get(PASSWORD, "")
    if not password:
        raise Unusable(f"Falta {PASSWORD}: ponha-o no ambiente ou no arquivo de segredos.")
    address = Address(
        options.base,
        options.usuario,
        password,
        options.host,
        options.porta,
        has_legacy_login=options.login_antigo,
    )
    with firebird.connect(address) as connection:
        base = metadata.read(connection, with_rows=True)
    text = discover(base, path=options.base, host=options.host, port=options.porta)
    if options.saida is not None:
        options.saida.write_text(text, encoding="utf-8")
        said = f"Rascunho em {options.saida}. Confira as linhas com VERIFIQUE e rode ilux-bridge verificar."
        return answer(options, {"file": str(options.saida)}, said)
    sys.stdout.write(text)
    return DONE


def _verify(options: Options) -> int:
    settings = settings_of(options)
    with firebird.connect(settings.address) as connection:
        found = check(settings.mapping, metadata.read(connection))
    code = FAULTY if has_errors(found) else DONE
    if options.json:
        print_json({"findings": [asdict(each) for each in found]})
        return code
    for each in found:
        console.print(str(each), markup=False)
    console.print("O mapeamento serve para este banco." if code == DONE else "Corrija os erros acima.")
    return code


def _install(options: Options) -> int:
    settings = settings_of(options)
    with firebird.connect(settings.address) as connection:
        base = metadata.read(connection)
        found = check(settings.mapping, base)
        if has_errors(found):
            return _verify(options)
        tables = list(watch(settings.mapping, base).tables.values())
        done = installation.install(connection, tables)
        inside = attachments.older(connection)
    said = f"Instalada: {len(tables)} tabelas vigiadas, {len(done.armed)} delas desde agora."
    data = {"epoch": done.epoch, "armed": done.armed, "dropped": done.dropped}
    return _with_people(options, data, said, inside)


def _uninstall(options: Options) -> int:
    with firebird.connect(settings_of(options).address) as connection:
        inside = installation.uninstall(connection)
    said = "Os gatilhos saíram." if inside else "Nada da ponte ficou no banco."
    return _with_people(options, {"is_complete": not inside}, said, inside)


def _with_people(options: Options, data: dict[str, Any], said: str, inside: list[Attachment]) -> int:
    if inside:
        who = [f"{each.user} ({each.address or 'neste servidor'})" for each in inside]
        data["inside"] = who
        said += f"\nPeça para saírem do ILUX e entrarem de novo: {', '.join(who)}."
    answer(options, data, said)
    return PEOPLE_INSIDE if inside else DONE


def _status(options: Options) -> int:
    """Of the folder alone: works also while Firebird or the portal is away."""
    store = store_of(options)
    health, letters, count = store.fact("health"), store.letters(100), store.count_letters()
    store.close()
    if health is None:
        raise Unusable("Esta ponte ainda não rodou: ilux-bridge executar.")
    with suppress(AlreadyRunning), only_one(folder_of(options) / LOCK):
        health["state"] = State.STOPPED  # whatever it said last: nobody is there
    if options.json:
        print_json({**health, "letters": [asdict(letter) for letter in letters], "letter_count": count})
        return DONE
    table = Table(show_header=False)
    for name, value in (
        ("Estado", f"{health['state']} {health['why']}".strip()),
        ("Última sincronização completa", health["last_cycle_at"]),
        ("Último sinal ouvido pelo portal", health["heard_at"]),
        ("Na fila do banco", health["queue"]),
        ("Mais antigo na fila", health["oldest_at"]),
        ("Registros que precisam de correção", count),
        *summary.lines(health),
    ):
        table.add_row(name, str("-" if value is None else value))
    console.print(table)
    for letter in letters:
        console.print(f"{letter.at} {letter}", markup=False)
    return DONE


def _load(options: Options) -> int:
    store = store_of(options)
    store.note(LOADED, "")
    store.close()
    said = "Pedida. A ponte a faz assim que estiver em execução; acompanhe com ilux-bridge estado."
    return answer(options, {"requested": True}, said)


def _run(options: Options) -> int:
    settings = settings_of(options)
    headers = {"authorization": f"Bearer {settings.token}", "accept": "application/json"}
    log.begin(settings.folder)

    async def work() -> None:
        url = settings.mapping.portal.url
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=TIMEOUT) as http:
            agent = Agent(settings, http)
            for number in STOP_SIGNALS:  # Windows has no add_signal_handler
                signal.signal(number, lambda *_: agent.stop())
            watchdog = Watchdog(agent.pulses)
            watchdog.start()
            try:
                await agent.run()
            finally:
                watchdog.stop()

    asyncio.run(work())
    return DONE


if __name__ == "__main__":
    main()
