"""All of it at once: the demo portal, ILUX with the same reseller's books, and the bridge between them.

Everything is made anew at each start, because the demo's times are relative to now, and ends with Ctrl+C.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from rich.console import Console

from ilux_bridge.demo.books import open_books
from ilux_bridge.demo.clerk import Clerk
from ilux_bridge.demo.movement import keep_moving
from ilux_bridge.demo.office import Office

HOME = Path("data/ilux")
MAPPING = HOME / "office" / "ilux.toml"
STARTS_WITHIN_S = 30

console = Console(highlight=False, soft_wrap=True)


def run(port: int, *, is_busy: bool) -> None:
    """Until Ctrl+C or SIGTERM. `is_busy` lets a clerk work in ILUX all the time."""
    signal.signal(signal.SIGTERM, _interrupt)
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    portal = _Portal(port)
    with ExitStack() as stack:
        try:
            _fill(stack, portal, is_busy=is_busy)
        except KeyboardInterrupt:
            console.print("Encerrando…")


def _fill(stack: ExitStack, portal: _Portal, *, is_busy: bool) -> None:
    portal.ask("demo", "--scale", "small", is_quiet=False)
    office = Office(MAPPING.parent, portal.url)
    stack.callback(office.close)
    office.open(partial(open_books, HOME / "pws.sqlite"))
    token = portal.ask("bridge-account", "ilha").split()[-1]
    stack.enter_context(portal.serving())
    office.bridge(token)
    connection = office.clerk()
    stack.callback(connection.close)
    clerk = Clerk(connection)
    _say_what_to_do(portal.url, office, clerk.newest()[0].number)
    if is_busy:
        keep_moving(clerk, lambda text: console.print(text, markup=False))
    signal.pause()


def _say_what_to_do(url: str, office: Office, number: int) -> None:
    here = Path(".venv/bin/python")
    python = here if here.exists() else sys.executable
    update = f"UPDATE ORDEM_SERVICO SET STATUS = 'P' WHERE NUM_OS = {number}; COMMIT;"
    counter = f"{python} -m ilux_bridge.demo"
    console.print(
        f"""Portal: {url} (balcão: atendimento@ilha.example; técnico, em /field/: tecnico@ilha.example)

No ILUX, como quem trabalha no balcão, em outro terminal:
  {counter} abrir "A impressora parou" --tecnico 1    o técnico 1 é Jonas, tecnico@ilha.example
  {counter} status {number} P                          pendente
  {counter} lista                                     as OS mais novas, como o ILUX as tem
  echo "{update}" | {office.isql}

Deixe a página Chamados aberta: o que muda no ILUX aparece nela em um segundo, e no aparelho.
De volta: despache um chamado no portal, ou atenda-o no aparelho, e veja a lista do ILUX.
A ponte: {python} -m ilux_bridge.cli estado {office.mapping}; no portal, Sincronização.
Ctrl+C encerra tudo.""",
        markup=False,
    )


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


class _Portal:
    """`pws` on a folder of its own, beside that of `make run`."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        own = {name: value for name, value in os.environ.items() if not name.startswith("PWS_")}
        self._environment = own | {
            "PWS_DATABASE_URL": f"sqlite:///{HOME.resolve() / 'pws.sqlite'}",
            "PWS_DATA_DIR": str(HOME.resolve()),
            "PWS_BASE_URL": self.url,
            "PWS_PORT": str(port),
        }

    def ask(self, *words: str, is_quiet: bool = True) -> str:
        """What a command of its console says."""
        done = subprocess.run(
            [sys.executable, "-m", "server.cli", *words],
            env=self._environment,
            check=True,
            text=True,
            stdout=subprocess.PIPE if is_quiet else None,
        )
        return done.stdout or ""

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Its log is a file: the terminal is for what to do."""
        log = HOME / "portal.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "server.cli", "serve"],
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl+C is for this program, which ends the others
            )
            try:
                self._wait_for(process, log)
                yield
            finally:
                process.terminate()
                process.wait()

    def _wait_for(self, process: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while True:
            try:
                with urlopen(f"{self.url}/ready", timeout=2) as answer:  # noqa: S310  # our own address
                    if answer.status == 200:
                        return
            except (URLError, ConnectionError, TimeoutError):
                pass
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"O portal não iniciou:\n{log.read_text()[-2000:]}")
            time.sleep(0.1)
