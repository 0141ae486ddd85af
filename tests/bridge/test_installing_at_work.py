"""People save at any moment of an installation, of its end, and of one that is broken off."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import pytest

from ilux_bridge import metadata
from ilux_bridge.firebird import Connection
from ilux_bridge.outbox import capture, installation, meta
from ilux_bridge.outbox.installation import Installation
from ilux_bridge.problems import NotPermitted
from ilux_bridge.reference import schema
from tests.bridge.office import Office, save, values

OUTBOX = "SELECT SEQ FROM SYNC_OUTBOX"


@contextmanager
def busy_clerk(office: Office) -> Iterator[list[BaseException]]:
    """Saves as fast as it can; what it yields are the errors a person would have seen."""
    errors: list[BaseException] = []
    saved = 0
    is_over = threading.Event()

    def work() -> None:
        nonlocal saved
        clerk = office.clerk()
        try:
            while not is_over.is_set():
                save(
                    clerk,
                    "UPDATE ORDEM_SERVICO SET CONTADOR_PB = COALESCE(CONTADOR_PB, 0) + 1 WHERE NUM_OS = 1",
                    ("INSERT INTO LEITURAS (COD_EQUIPAMENTO, DT_LEITURA) VALUES (2, CAST('NOW' AS TIMESTAMP))"
                     " RETURNING COD_EQUIPAMENTO",),
                    "UPDATE DEFEITOS SET DESCRICAO = DESCRICAO || '' WHERE COD_DEFEITO = 1",
                    "DELETE FROM LEITURAS WHERE COD_EQUIPAMENTO = 2 AND ORIGEM IS NULL",
                )  # fmt: skip
                saved += 1
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    yield errors
    is_over.set()
    thread.join(30)
    assert saved > 20, errors


def test_people_save_before_during_and_after_installing_and_uninstalling(office: Office) -> None:
    bridge = office.owner()
    with busy_clerk(office) as errors:
        for _ in range(3):
            office.watch(connection=bridge)
            before = len(values(bridge, OUTBOX))
            deadline = time.monotonic() + 10
            while len(values(bridge, OUTBOX)) < before + 6 and time.monotonic() < deadline:
                time.sleep(0.02)
            assert len(values(bridge, OUTBOX)) >= before + 6, errors
            assert installation.uninstall(bridge)  # the clerk is still there: the tables stay
    assert errors == []
    office.close()
    bridge = office.owner()
    assert installation.uninstall(bridge) == []
    ours = "SELECT RDB$RELATION_NAME FROM RDB$RELATIONS WHERE RDB$RELATION_NAME STARTING WITH 'SYNC_'"
    assert values(bridge, ours) == []
    assert metadata.read(bridge).generators == set(schema.generators())
    assert installation.uninstall(bridge) == []  # nothing to do


def test_whoever_has_no_right_on_the_bridge_s_tables_saves_in_every_table_of_ilux(one_office: Office) -> None:
    """Each trigger has rights of its own, so each is asked."""
    bridge = one_office.owner()
    keys = {table.name: table.primary_key[0] for table in metadata.read(bridge).tables.values()}
    saving = [f"UPDATE {name} SET {key} = {key}" for name, key in keys.items()]
    assert set(keys) == set(schema.tables())
    save(one_office.clerk(), *saving)
    one_office.watch(connection=bridge)
    for table in ("SYNC_OUTBOX", "SYNC_INBOX", "SYNC_LEASE", "SYNC_META"):
        with pytest.raises(NotPermitted):
            values(one_office.clerk(), f"SELECT * FROM {table}")
    save(one_office.clerk(), *saving)
    heard = Counter(values(bridge, "SELECT TABELA FROM SYNC_OUTBOX"))
    assert heard == {name: values(bridge, f"SELECT COUNT(*) FROM {name}")[0] for name in keys}
    one_office.close()
    assert installation.uninstall(one_office.owner()) == []
    save(one_office.clerk(), *saving)


class _PowerCut(Exception):
    pass


@contextmanager
def power_for(statements: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets so many statements of an installation through."""
    run = installation._run
    left = statements

    def limited(connection: Connection, each: Iterable[str]) -> None:
        nonlocal left
        for statement in each:
            if not left:
                raise _PowerCut
            run(connection, [statement])
            left -= 1

    with monkeypatch.context() as patch:
        patch.setattr(installation, "_run", limited)
        yield


def test_an_installation_may_be_broken_off_anywhere(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    saving = "UPDATE DEFEITOS SET DESCRICAO = 'x' WHERE COD_DEFEITO = 1"
    for change in (lambda: office.watch("DEFEITOS", "PECAS"), lambda: installation.uninstall(office.owner())):
        for statements in range(30):
            with suppress(_PowerCut), power_for(statements, monkeypatch):
                result = change()
                break
            save(office.clerk(), saving)  # whatever is there, people go on
            office.close()
        if isinstance(result, Installation):
            assert statements > 5
            bridge = office.owner()
            assert installation.surprises(bridge, office.tables.values()) == []
            capture.acknowledge(bridge, capture.read(bridge, office.tables).seqs)
            save(office.clerk(), saving)
            assert [change.key for change in capture.read(bridge, office.tables).changes] == ["1"]
            office.close()
    assert result == []
    assert not meta.is_installed(office.owner())
