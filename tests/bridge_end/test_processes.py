"""Portal, Firebird and bridge as processes of their own, the bridge's console, and kill -9 for all three."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bridge.office import Office as Ilux
from tests.bridge.office import save, values
from tests.bridge_end.process import Bridge, write_mapping
from tests.e2e.portal import ROOT, Portal, environment


@pytest.fixture
def portal(database_url: str, tmp_path: Path) -> Iterator[Portal]:
    portal = Portal(tmp_path)
    portal.start()
    yield portal
    portal.stop()


@pytest.fixture
def bridge(portal: Portal, one_ilux: Ilux, tmp_path: Path) -> Iterator[Bridge]:
    yield from _bridge(portal, one_ilux, tmp_path)


@pytest.fixture
def fragile(portal: Portal, fragile_office: Ilux, tmp_path: Path) -> Iterator[Bridge]:
    """Beside a Firebird of its own."""
    yield from _bridge(portal, fragile_office, tmp_path)


def _bridge(portal: Portal, one_ilux: Ilux, tmp_path: Path) -> Iterator[Bridge]:
    def pws(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "server.cli", *arguments],
            cwd=ROOT, env=environment(tmp_path), check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    pws(
        "reseller", "add", "Revenda Ilha", "--slug", "ilha", "--cnpj", "11222333000181",
        "--admin-name", "Ana", "--admin-email", "ana@ilha.example",
    )  # fmt: skip
    token = pws("bridge-account", "ilha").split()[-1]
    mapping = tmp_path / "ilux.toml"
    write_mapping(mapping, one_ilux, portal.url)
    shelf = Path(tempfile.mkdtemp(dir=one_ilux.path.parent))  # where Firebird may write
    with mapping.open("a") as end:
        end.write(f'\n[backup]\npasta = "{shelf}"\n')
    bridge = Bridge(mapping, token)
    yield bridge
    if bridge.process is not None:
        bridge.end(signal.SIGKILL)
    shutil.rmtree(shelf)


def until(true: Callable[[], bool], seconds: float, folder: Path) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError((folder / "bridge.log").read_text()[-3000:])
        time.sleep(0.2)


def test_the_console_says_what_is_missing_in_codes_and_words(bridge: Bridge) -> None:
    assert bridge.ask("verificar", ILUX_BRIDGE_SENHA="")[0] == 1
    assert "ILUX_BRIDGE_SENHA" in bridge.ask("verificar", ILUX_BRIDGE_SENHA="")[1]["message"]
    code, said = bridge.ask("verificar", ILUX_BRIDGE_SENHA="errada")
    assert (code, said["error"]) == (1, "LoginRefused")
    code, said = bridge.ask("verificar")
    assert (code, [one for one in said["findings"] if one["severity"] == "erro"]) == (0, [])
    assert bridge.ask("estado")[0] == 1
    text = bridge.mapping.read_text()
    bridge.mapping.write_text(text.replace('"RAZAO_SOCIAL"', '"RAZAO"'))
    assert bridge.ask("verificar")[0] == bridge.ask("instalar")[0] == 4
    bridge.mapping.write_text(text.replace(" port", "port").replace("port = ", "port = 1 # "))
    assert bridge.ask("verificar")[0] == 3


@pytest.mark.timeout(150)
def test_killing_bridge_and_portal_at_any_moment_loses_and_doubles_nothing(
    bridge: Bridge, portal: Portal, one_ilux: Ilux, tmp_path: Path
) -> None:
    assert bridge.ask("instalar")[0] == 0
    bridge.start()
    linked = "select count(*) from ilux_link where entity = 'service_order' and retired_at is null"
    clerk = one_ilux.clerk()
    count = values(clerk, "SELECT COUNT(*) FROM ORDEM_SERVICO")[0]
    until(lambda: portal.ask(linked)[0][0] == count, 40, tmp_path)
    assert bridge.ask("executar")[0] == 5
    chance = random.Random(5)
    for round_ in range(6):
        for _ in range(8):
            save(
                clerk,
                "INSERT INTO ORDEM_SERVICO (COD_EMPRESA, COD_CLIENTE, COD_EQUIPAMENTO, RELATO, DT_ABERTURA)"
                f" VALUES (1, 1, 1, 'Rodada {round_}', '2026-03-02 08:30:00')",
                ("UPDATE ORDEM_SERVICO SET RELATO = ? WHERE NUM_OS = ?", f"r{round_}", chance.randint(1, 40)),
            )
            time.sleep(chance.random() / 10)
        if round_ % 3 == 2:
            portal.kill()
            portal.start()
        else:
            bridge.end(signal.SIGKILL)
            bridge.start()
    owner = one_ilux.owner()
    until(lambda: values(owner, "SELECT COUNT(*) FROM SYNC_OUTBOX") == [0], 60, tmp_path)
    with clerk.reading() as work:
        there = sorted(work.fetch("SELECT NUM_OS, RELATO, STATUS FROM ORDEM_SERVICO"))
    here = portal.ask("select ilux_number, description, status from service_order")
    assert sorted((int(number), text, status) for number, text, status in here) == there
    until(lambda: bridge.ask("estado")[1]["upkeep"]["verified_at"] is not None, 30, tmp_path)
    assert bridge.ask("verificar-backup")[0] == 0
    code, said = bridge.ask("estado")
    assert (code, said["state"], said["upkeep"]["problem"]) == (0, "funcionando", "")
    loads = "select count(*) from ilux_load where ended_at is not null"
    before = portal.ask(loads)[0][0]
    assert bridge.ask("carga") == (0, {"requested": True})
    until(lambda: portal.ask(loads)[0][0] == before + 1, 30, tmp_path)
    assert len(portal.ask("select id from service_order where status = 'C'")) == sum(
        status == "C" for *_, status in there
    )
    for sql in ("ALTER TRIGGER SYNC_DEFEITOS INACTIVE", "DELETE FROM DEFEITOS WHERE COD_DEFEITO = 5",
                "ALTER TRIGGER SYNC_DEFEITOS ACTIVE"):  # fmt: skip
        save(owner, sql)
    code, said = bridge.ask("reconciliar", "--somente-comparar")
    assert (code, said["entities"]["defect"]["keys"]) == (8, {"5": "extra"})
    code, said = bridge.ask("reconciliar")
    assert (code, said["found"], said["repaired"], said["left"]) == (0, 1, 1, 0)
    assert bridge.ask("reconciliar", "--somente-comparar")[0] == 0
    assert portal.ask("select is_active from defect where code = '5'") == [(0,)]
    since = time.monotonic()
    assert bridge.end(signal.SIGTERM) == 0
    assert time.monotonic() - since < 5
    assert bridge.ask("reconciliar") == (0, {"requested": True})
    assert bridge.ask("estado")[1]["state"] == "parada"
    (heard,) = portal.ask("select firebird, queue from bridge_status")
    assert heard[0] == "3.0"


@pytest.mark.timeout(120)
def test_whoever_is_away_is_named_and_waited_for(
    fragile: Bridge, portal: Portal, fragile_office: Ilux, tmp_path: Path
) -> None:
    assert fragile.ask("instalar")[0] == 0
    fragile.start()

    def state() -> str:
        return str(fragile.ask("estado")[1].get("state"))

    until(lambda: state() == "funcionando", 40, tmp_path)
    fragile_office.server.kill()
    until(lambda: state() == "Firebird parado", 30, tmp_path)
    fragile_office.server.start()
    until(lambda: state() == "funcionando", 30, tmp_path)
    portal.kill()
    until(lambda: state() == "portal fora do ar", 30, tmp_path)
    portal.start()
    until(lambda: state() == "funcionando", 30, tmp_path)
    fragile.end(signal.SIGKILL)
    assert state() == "parada"


def test_what_was_installed_can_be_taken_out_again(bridge: Bridge, one_ilux: Ilux) -> None:
    assert bridge.ask("instalar")[0] == 0
    assert bridge.ask("instalar")[1]["armed"] == []
    assert bridge.ask("desinstalar")[1] == {"is_complete": True}
    left = "SELECT COUNT(*) FROM RDB$RELATIONS WHERE RDB$RELATION_NAME STARTING WITH 'SYNC_'"
    assert values(one_ilux.owner(), left) == [0]


def test_a_base_nobody_knows_gets_a_draft(bridge: Bridge, one_ilux: Ilux) -> None:
    command = [sys.executable, "-m", "ilux_bridge.cli", "descobrir", "--base", str(one_ilux.path)]
    done = subprocess.run(
        [*command, "--host", "127.0.0.1", "--porta", str(one_ilux.server.port)],
        cwd=ROOT, env=bridge.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert 'nome = "ORDEM_SERVICO"' in done.stdout
    assert "VERIFIQUE" in done.stdout
