"""The bridge as a process of its own, which a test can ask, kill and start again; and its mapping file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bridge.firebird import PASSWORD
from tests.bridge.office import Office as Ilux
from tests.bridge_end.bridge import MAPPING
from tests.e2e.portal import ROOT


@dataclass
class Bridge:
    """`program` is the module that runs, with what it needs before the command's name."""

    mapping: Path
    token: str
    program: tuple[str, ...] = ("ilux_bridge.cli",)
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"ILUX_BRIDGE_SENHA": PASSWORD, "ILUX_BRIDGE_TOKEN": self.token}

    def command(self, name: str, *more: str) -> list[str]:
        return [sys.executable, "-m", *self.program, name, *more, str(self.mapping)]

    def ask(self, name: str, *more: str, **changes: str) -> tuple[int, dict[str, Any]]:
        """Exit code and what it said to a program."""
        done = subprocess.run(
            self.command(name, "--json", *more), cwd=ROOT, env=self.environment | changes, capture_output=True
        )
        return done.returncode, json.loads(done.stdout) if done.stdout else {"message": done.stderr.decode()}

    def start(self) -> None:
        log = (self.mapping.parent / "bridge.log").open("ab")
        self.process = subprocess.Popen(
            self.command("executar"), cwd=ROOT, env=self.environment, stdout=log, stderr=log
        )

    def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(20)
        self.process = None
        return code


def write_mapping(file: Path, ilux: Ilux, url: str, *, interval: float = 0.2) -> None:
    """The reference mapping, for this base and portal."""
    text = MAPPING.read_text()
    for before, after in (
        (r"C:\ILUX\ILUXEmpresarial\Dados\nomeempresa.fdb", str(ilux.path)),
        ('host = "localhost"', 'host = "127.0.0.1"'),
        ("port = 3050", f"port = {ilux.server.port}"),
        ("https://portal.exemplo.com.br", url),
        ("intervalo_s = 1.0", f"intervalo_s = {interval}"),
    ):
        assert before in text
        text = text.replace(before, after)
    file.write_text(text)
