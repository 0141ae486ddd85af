"""A counter on a busy day: calls come in, are given to technicians and change, a few a minute."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from ilux_bridge.demo.clerk import Clerk

REPORTS = (
    "Atolando papel na bandeja 2.",
    "Risca preta à esquerda, só nas cópias.",
    "Visor mostra “chamar técnico” e para.",
    "Toner trocado ontem e a impressão segue clara.",
    "Não liga depois da queda de energia.",
)
TECHNICIANS, MACHINES = 12, 150
PAUSE_S = (4.0, 12.0)


def keep_moving(clerk: Clerk, say: Callable[[str], None]) -> None:
    """For ever; each act is told."""
    chance = random.Random()  # noqa: S311  # no two days are alike
    while True:
        time.sleep(chance.uniform(*PAUSE_S))
        open_orders = [order.number for order in clerk.newest() if order.status in "AEP"]
        match chance.choice(("open", "dispatch", "pending")):
            case "dispatch" if open_orders:
                number, technician = chance.choice(open_orders), chance.randint(1, TECHNICIANS)
                clerk.dispatch(number, technician)
                say(f"ILUX: OS {number} despachada para o técnico {technician}")
            case "pending" if open_orders:
                number = chance.choice(open_orders)
                clerk.set_status(number, "P")
                say(f"ILUX: OS {number} pendente")
            case _:
                number = clerk.open_order(chance.choice(REPORTS), machine=chance.randint(1, MACHINES))
                say(f"ILUX: OS {number} aberta")
