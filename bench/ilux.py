"""A reseller's ILUX for the measurements: a private Firebird, a base of any size, and people at work in it.

A base is filled once for each size, kept under `data/bench/`, and copied for every run.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path

from bench.base import HOME
from ilux_bridge.firebird import Address, connect
from ilux_bridge.problems import LockConflict
from ilux_bridge.reference import fill, schema
from tests.bridge.firebird import CLERK, PrivateFirebird

ROWS_A_SIZE = 204  # of `fill`: what one more of `size` adds to all tables together
PAUSE_S = 0.05
_ORDERS = "INSERT INTO ORDEM_SERVICO (COD_EMPRESA, COD_CLIENTE, COD_EQUIPAMENTO, RELATO, DT_ABERTURA)"


@contextmanager
def filled(rows: int) -> Iterator[tuple[PrivateFirebird, Path]]:
    """A server and a fresh base of about so many rows in it."""
    server = PrivateFirebird()
    server.start()
    try:
        yield server, _base(server, rows)
    finally:
        server.stop()


def _base(server: PrivateFirebird, rows: int) -> Path:
    kept = HOME / f"ilux-{rows}.fdb"
    path = server.folder / "db" / "ilux.fdb"
    if kept.exists():
        shutil.copy(kept, path)
        return path
    fresh = server.create("fresh", "WIN1252", 3)
    with connect(server.address(fresh)) as connection:
        schema.create(connection)
        fill.fill(connection, max(rows // ROWS_A_SIZE, 1))
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(fresh, kept)
    fresh.rename(path)
    return path


@contextmanager
def people_at_work(server: PrivateFirebird, path: Path, count: int) -> Iterator[None]:
    """Each a process that saves some twenty times a second: new orders, changes, now and then a deletion."""
    context = multiprocessing.get_context("spawn")
    stopping = context.Event()
    address = server.address(path, CLERK)
    people = [context.Process(target=_work, args=(address, n, stopping)) for n in range(count)]
    for person in people:
        person.start()
    try:
        yield
    finally:
        stopping.set()
        for person in people:
            person.join()


def _work(address: Address, number: int, stopping: Event) -> None:
    chance = random.Random(number)
    with connect(address) as connection:
        with connection.reading() as work:
            row = work.one("SELECT MAX(NUM_OS), MAX(COD_CLIENTE), MAX(COD_EQUIPAMENTO) FROM ORDEM_SERVICO")
        assert row is not None
        orders, customers, machines = row
        saves = (
            lambda: (f"{_ORDERS} VALUES (1, ?, ?, ?, '2026-03-02 08:30:00')",
                     chance.randint(1, customers), chance.randint(1, machines), "Não liga – de novo"),
            lambda: ("UPDATE ORDEM_SERVICO SET RELATO = ? WHERE NUM_OS = ?",
                     f"Mudou {chance.random()}", chance.randint(1, orders)),
            lambda: ("UPDATE CLIENTES SET FONE = ? WHERE COD_CLIENTE = ?",
                     f"(16) 3{chance.randrange(10**7):07}", chance.randint(1, customers)),
            lambda: ("DELETE FROM LEITURAS WHERE COD_EQUIPAMENTO = ?", chance.randint(1, machines)),
        )  # fmt: skip
        while not stopping.is_set():
            (save,) = chance.choices(saves, (4, 8, 6, 1))
            try:
                with connection.writing() as work:
                    work.execute(*save())
            except LockConflict:
                pass  # the other one has that row; people try again
            time.sleep(PAUSE_S)
