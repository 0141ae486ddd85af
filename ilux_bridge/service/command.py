"""`ilux-bridge instalar-servico`: writes what starts the bridge with the machine; switches it on if asked."""

from __future__ import annotations

import argparse
import getpass
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from ilux_bridge.console import DONE, Options, answer, folder_of
from ilux_bridge.service import systemd, task
from ilux_bridge.settings import SECRETS_FILE, Unusable, read_mapping

SYSTEMD, TASK = "systemd", "tarefa"
_HERE = TASK if sys.platform == "win32" else SYSTEMD
_TASK_FILE = "tarefa.xml"

Add = Callable[[str, Callable[[Options], int], str], argparse.ArgumentParser]


def register(add: Add) -> None:
    sub = add("instalar-servico", _install, "escreve o que inicia a ponte com a máquina")
    sub.add_argument("--tipo", choices=(SYSTEMD, TASK), default=_HERE)
    sub.add_argument("--saida", type=Path, help="arquivo a escrever; sem ele, a tela")
    sub.add_argument("--usuario", help="com que usuário a ponte roda no Linux; sem ele, o atual")
    sub.add_argument("--ativar", action="store_true", help="instala no sistema e inicia")


def _install(options: Options) -> int:
    read_mapping(options.mapeamento)  # what does not begin by hand does not begin by itself either
    command, folder = _command(options), folder_of(options).resolve()
    if options.tipo == SYSTEMD:
        content = systemd.unit(command, folder, options.usuario or getpass.getuser()).encode()
    else:
        content = task.task(command, folder)
    if options.ativar:
        return _activate(options, content, folder)
    if options.saida is None:
        sys.stdout.write(content.decode("utf-16" if options.tipo == TASK else "utf-8"))
        return DONE
    options.saida.write_bytes(content)
    return answer(options, {"file": str(options.saida)}, f"Escrito em {options.saida}.")


def _activate(options: Options, content: bytes, folder: Path) -> int:
    if options.tipo != _HERE:
        raise Unusable(f"Esta máquina não tem o tipo {options.tipo}: escreva o arquivo com --saida e leve-o.")
    file = folder / _TASK_FILE if options.tipo == TASK else systemd.FOLDER / systemd.UNIT
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Unusable(
            f"Não consegui escrever {file} ({error.strerror}): rode como administrador."
        ) from error
    for command in _activation(options.tipo, file):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Unusable(f"{' '.join(command)} falhou: {(done.stderr or done.stdout).strip()}")
    return answer(options, {"file": str(file)}, "Instalada e iniciada; acompanhe com ilux-bridge estado.")


def _activation(kind: str, file: Path) -> list[list[str]]:
    if kind == SYSTEMD:
        return [["systemctl", "daemon-reload"], ["systemctl", "enable", "--now", systemd.UNIT]]
    return [
        ["schtasks", "/Create", "/TN", task.NAME, "/XML", str(file), "/F"],
        ["schtasks", "/Run", "/TN", task.NAME],
    ]


def _command(options: Options) -> list[str]:
    """As this very command was called, with whole paths: a service has another folder and no environment."""
    command = [sys.executable, "-m", "ilux_bridge.cli", "executar", str(options.mapeamento.resolve())]
    secrets = options.segredos or os.environ.get(SECRETS_FILE)
    if not secrets:
        raise Unusable(
            f"Um serviço precisa do arquivo de segredos: --segredos, ou {SECRETS_FILE} no ambiente."
        )
    command += ["--segredos", str(Path(secrets).resolve()), "--pasta", str(folder_of(options).resolve())]
    return command + (["--login-antigo"] if options.login_antigo else [])
