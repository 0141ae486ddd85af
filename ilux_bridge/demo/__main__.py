"""`python -m ilux_bridge.demo` starts the trial; with a word it acts at ILUX's counter meanwhile."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from rich.console import Console
from rich.table import Table

from ilux_bridge.demo import trial
from ilux_bridge.demo.clerk import Clerk
from ilux_bridge.firebird import connect
from ilux_bridge.problems import FirebirdProblem
from ilux_bridge.reference.server import CLERK, PASSWORD
from ilux_bridge.settings import PASSWORD as PASSWORD_NAME
from ilux_bridge.settings import Settings, Unusable, read_mapping

PORT = 8010

console = Console(highlight=False)
Options = argparse.Namespace


def main() -> None:
    """A failure that a person can mend is one line and exit code 1."""
    options = _parser().parse_args()
    if options.act is None:
        trial.run(options.porta, is_busy=options.movimento)
        return
    try:
        _at_the_counter(options)
    except LookupError as missing:
        raise SystemExit(str(missing)) from missing
    except (FirebirdProblem, Unusable) as problem:
        raise SystemExit(f"{problem}\nA demonstração está em execução? make ilux") from problem


def _at_the_counter(options: Options) -> None:
    settings = Settings(read_mapping(trial.MAPPING), trial.MAPPING.parent, {PASSWORD_NAME: PASSWORD})
    with closing(connect(replace(settings.address, user=CLERK))) as connection:
        act: Callable[[Clerk, Options], str | Table] = options.act
        console.print(act(Clerk(connection), options))


def _open(clerk: Clerk, options: Options) -> str:
    number = clerk.open_order(options.relato, machine=options.equipamento, technician=options.tecnico)
    return f"OS {number} aberta no ILUX."


def _set_status(clerk: Clerk, options: Options) -> str:
    clerk.set_status(options.os, options.status)
    return f"OS {options.os} está em {options.status} no ILUX."


def _dispatch(clerk: Clerk, options: Options) -> str:
    clerk.dispatch(options.os, options.tecnico)
    return f"OS {options.os} despachada no ILUX para o técnico {options.tecnico}."


def _issue(clerk: Clerk, options: Options) -> str:
    number = clerk.issue_invoice(options.cliente, options.transportadora)
    return f"NF {number} autorizada no ILUX."


def _list(clerk: Clerk, _: Options) -> Table:
    table = Table("OS", "status", "técnico", "cliente", "relato")
    for order in clerk.newest():
        table.add_row(str(order.number), order.status, order.technician, order.customer, order.report)
    return table


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ilux_bridge.demo",
        description="Um ILUX de demonstração, ao lado do portal de demonstração.",
    )
    parser.set_defaults(act=None)
    parser.add_argument("--porta", type=int, default=PORT, help=f"do portal; {PORT}")
    parser.add_argument("--movimento", action="store_true", help="alguém trabalha no ILUX o tempo todo")
    acts = parser.add_subparsers(title="no balcão do ILUX", metavar="ATO")
    opening = acts.add_parser("abrir", help="abre uma OS")
    opening.add_argument("relato")
    opening.add_argument("--equipamento", type=int, default=1)
    opening.add_argument("--tecnico", type=int, help="despachada para ele; 1 é Jonas")
    opening.set_defaults(act=_open)
    status = acts.add_parser("status", help="muda o status de uma OS")
    status.add_argument("os", type=int)
    status.add_argument("status", choices=list("AEMPLSOTC"))
    status.set_defaults(act=_set_status)
    dispatch = acts.add_parser("despachar", help="dá uma OS a um técnico")
    dispatch.add_argument("os", type=int)
    dispatch.add_argument("tecnico", type=int)
    dispatch.set_defaults(act=_dispatch)
    invoice = acts.add_parser("nota", help="autoriza uma NF para um transportador")
    invoice.add_argument("--cliente", type=int, default=1)
    invoice.add_argument("--transportadora", type=int, default=1)
    invoice.set_defaults(act=_issue)
    acts.add_parser("lista", help="as OS mais novas").set_defaults(act=_list)
    return parser


if __name__ == "__main__":
    main()
