"""`ilux-bridge reconciliar`: what differs between ILUX and the portal, and the cure."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import httpx
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from ilux_bridge import firebird, metadata
from ilux_bridge.console import (
    DIFFERENT,
    DONE,
    Options,
    answer,
    console,
    folder_of,
    print_json,
    settings_of,
    store_of,
)
from ilux_bridge.lock import LOCK, AlreadyRunning, only_one
from ilux_bridge.mapping.vocabulary import ENTITIES
from ilux_bridge.reconciliation.comparison import Comparison
from ilux_bridge.reconciliation.portal import Portal
from ilux_bridge.reconciliation.reconciler import PROGRESS, REPORT
from ilux_bridge.reconciliation.report import WORDS, Kind, Report
from ilux_bridge.reconciliation.wanted import WANTED, want
from ilux_bridge.settings import Unusable
from ilux_bridge.store import Store
from ilux_bridge.watched import watch
from offline_sync.client import LoginRequired, Stopped, TryLater

LOOK_S = 0.5
_WORDS = {entity.name: entity.word for entity in ENTITIES}

Tell = Callable[[dict[str, int]], None]
Add = Callable[[str, Callable[[Options], int], str], argparse.ArgumentParser]


def register(add: Add) -> None:
    text = "compara o ILUX com o portal e envia de novo o que difere; a ponte continua trabalhando"
    parser = add("reconciliar", _run, text)
    text = "mostra o que difere e não envia nada"
    parser.add_argument("--somente-comparar", action="store_true", help=text)
    text = "quanto esperar pela ponte em execução"
    parser.add_argument("--espera", type=int, default=3600, metavar="SEGUNDOS", help=text)


def _run(options: Options) -> int:
    """Only to compare it works by itself; the cure is the running bridge's, which alone sends."""
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True, disable=options.json,
    ) as progress:  # fmt: skip
        task = progress.add_task("Comparando…")

        def tell(compared: dict[str, int]) -> None:
            if compared:
                last = list(compared)[-1]
                text = f"{sum(compared.values())} registros comparados; {_WORDS[last]}…"
                progress.update(task, description=text)

        report = _compared(options, tell) if options.somente_comparar else _asked(options, tell)
    if report is None:
        said = "Pedida. A ponte a faz assim que estiver em execução; acompanhe com ilux-bridge estado."
        return answer(options, {"requested": True}, said)
    return _answer(options, report)


def _compared(options: Options, tell: Tell) -> dict[str, Any]:
    settings = settings_of(options)
    headers = {"authorization": f"Bearer {settings.token}", "accept": "application/json"}

    async def work() -> Report:
        url = settings.mapping.portal.url
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as http:
            connect = partial(firebird.connect, settings.address)
            with connect() as connection:
                watched = watch(settings.mapping, metadata.read(connection))
            comparison = Comparison(
                connect,
                watched,
                Portal(http),
                Store(":memory:"),  # the running bridge keeps the dead letters
                tell=lambda so_far: tell({name: one.compared for name, one in so_far.entities.items()}),
            )
            await comparison.run()
            return comparison.report

    try:
        return asyncio.run(work()).as_fact()
    except LoginRequired:
        text = "O portal não aceita o token desta ponte; peça outro a quem cuida do portal."
        raise Unusable(text) from None
    except (TryLater, Stopped) as problem:
        raise Unusable(f"O portal não respondeu: {problem}") from None


def _asked(options: Options, tell: Tell) -> dict[str, Any] | None:
    """Of the bridge that is running, whose answer is awaited; None where none is."""
    store = store_of(options)
    try:
        want(store, "pedida")
        with suppress(AlreadyRunning), only_one(folder_of(options) / LOCK):
            return None
        deadline = time.monotonic() + options.espera
        while store.fact(WANTED) is not None:
            if time.monotonic() > deadline:
                raise Unusable(
                    "Pedida, mas ainda não feita: veja se a ponte está em execução (ilux-bridge estado)."
                )
            tell(store.fact(PROGRESS) or {})
            time.sleep(LOOK_S)
        report: dict[str, Any] = store.fact(REPORT)
        return report
    finally:
        store.close()


def _answer(options: Options, report: dict[str, Any]) -> int:
    code = DIFFERENT if (report["found"] if options.somente_comparar else report["left"]) else DONE
    if options.json:
        print_json(report)
        return code
    table = Table()
    for heading in ("", "comparados", *WORDS.values(), "precisam de correção", "a caminho"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, counts in report["entities"].items():
        names = ("compared", *Kind, "refused", "waiting")
        table.add_row(_WORDS[name], *(str(counts[column]) for column in names))
    console.print(table)
    for name, counts in report["entities"].items():
        for key, kind in counts["keys"].items():
            console.print(f"{_WORDS[name]} {key}: {WORDS[Kind(kind)]}", markup=False)
    if not report["found"]:
        console.print("ILUX e portal estão iguais.")
    elif options.somente_comparar:
        console.print(f"{report['found']} registros diferem. Sem --somente-comparar, são enviados de novo.")
    else:
        console.print(f"{report['repaired']} registros corrigidos; {report['left']} ainda diferem.")
    return code
