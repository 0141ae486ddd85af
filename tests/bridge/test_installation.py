"""Putting the triggers in and taking them out, while people who have heard of neither go on saving."""

from __future__ import annotations

import pytest
from firebirdsql.fbcore import Cursor, PreparedStatement

from ilux_bridge import metadata
from ilux_bridge.driver import WRITING, TimedTransaction
from ilux_bridge.outbox import attachments, ddl, installation, meta
from ilux_bridge.outbox.monitored import NotMonitorable, monitored
from ilux_bridge.problems import NotPermitted
from ilux_bridge.reference import schema
from tests.bridge.office import Office, save, values

OUTBOX = "SELECT TABELA || ' ' || PK || ' ' || OP FROM SYNC_OUTBOX ORDER BY SEQ"


def test_an_ordinary_user_s_changes_are_noted_by_their_key(office: Office) -> None:
    bridge, clerk = office.owner(), office.clerk()
    office.watch(connection=bridge)
    save(clerk, "INSERT INTO DEFEITOS (COD_DEFEITO, DESCRICAO) VALUES (77, 'Ação lenta')")
    save(clerk, "UPDATE DEFEITOS SET DESCRICAO = 'Lenta' WHERE COD_DEFEITO = 77")
    save(clerk, "UPDATE DEFEITOS SET COD_DEFEITO = 78 WHERE COD_DEFEITO = 77")
    save(clerk, "DELETE FROM DEFEITOS WHERE COD_DEFEITO = 78")
    assert values(bridge, OUTBOX) == [
        "DEFEITOS 77 U", "DEFEITOS 77 U", "DEFEITOS 77 D", "DEFEITOS 78 U", "DEFEITOS 78 D",
    ]  # fmt: skip


def test_texts_and_moments_in_keys_are_told_apart(office: Office) -> None:
    bridge, clerk = office.owner(), office.clerk()
    office.watch(connection=bridge)
    save(clerk, ("INSERT INTO SUPRIMENTOS (COD_SUPRIMENTO, DESCRICAO) VALUES (?, 'x')", "Ç|a\\“b”"))
    save(clerk, "INSERT INTO LEITURAS (COD_EQUIPAMENTO, DT_LEITURA) VALUES (1, '2026-03-09 07:05:01.0203')")
    assert values(bridge, OUTBOX) == [
        "SUPRIMENTOS Ç\\|a\\\\“b” U", "LEITURAS 1|2026-3-9 7:5:1.0203 U",
    ]  # fmt: skip


def test_what_is_rolled_back_leaves_nothing(office: Office) -> None:
    bridge, clerk = office.owner(), office.clerk()
    office.watch(connection=bridge)
    with pytest.raises(ZeroDivisionError), clerk.writing() as work:
        work.execute("INSERT INTO DEFEITOS (COD_DEFEITO, DESCRICAO) VALUES (77, 'x')")
        raise ZeroDivisionError
    assert values(bridge, OUTBOX) == []


def test_a_broken_outbox_never_stops_ilux_and_is_counted(office: Office) -> None:
    bridge, clerk = office.owner(), office.clerk()
    office.watch(connection=bridge)
    save(bridge, "ALTER TABLE SYNC_OUTBOX ADD CONSTRAINT NADA CHECK (1 = 0)")
    clerk.close()  # a new attachment sees the constraint
    clerk = office.clerk()
    save(clerk, "INSERT INTO DEFEITOS (COD_DEFEITO, DESCRICAO) VALUES (77, 'x')")
    save(clerk, "UPDATE DEFEITOS SET COD_DEFEITO = 78 WHERE COD_DEFEITO = 77")
    assert values(clerk, "SELECT COD_DEFEITO FROM DEFEITOS WHERE COD_DEFEITO > 70") == [78]
    assert values(bridge, OUTBOX) == []
    with bridge.reading() as work:
        assert meta.read(work).errors == 2


def test_a_write_of_the_bridge_bears_its_tag_and_the_next_one_does_not(office: Office) -> None:
    bridge = office.owner()
    office.watch(connection=bridge)
    tag = "SELECT RDB$SET_CONTEXT('USER_TRANSACTION', 'SYNC_ORIGEM', ?) FROM RDB$DATABASE"
    with bridge.writing() as work:
        work.one(tag, "msg-1")
        work.execute("UPDATE ORDEM_SERVICO SET STATUS = 'C' WHERE NUM_OS = 1")
    save(bridge, "UPDATE DEFEITOS SET DESCRICAO = 'y' WHERE COD_DEFEITO = 1")
    # ILUX's own history of the order bears it too: it is what the bridge's write brought about.
    assert values(bridge, "SELECT ORIGEM FROM SYNC_OUTBOX ORDER BY SEQ") == ["msg-1", "msg-1", None]


def test_an_active_trigger_without_its_rights_would_stop_the_company(office: Office) -> None:
    """Why the order of an installation is what it is: `WHEN ANY` does not catch this."""
    bridge = office.owner()
    office.watch("PECAS", connection=bridge)
    table = monitored(metadata.read(bridge), "DEFEITOS")
    body = ddl.body(table, bridge.dialect, bridge.quoted)
    save(bridge, ddl.head("SYNC_DEFEITOS", "DEFEITOS", "ACTIVE", bridge.quoted) + body)
    with pytest.raises(NotPermitted):
        save(office.clerk(), "UPDATE DEFEITOS SET DESCRICAO = 't' WHERE COD_DEFEITO = 1")


def test_an_open_transaction_does_not_hold_the_installation_up(office: Office) -> None:
    bridge, clerk = office.owner(), office.clerk()
    with clerk.writing() as work:
        work.execute("UPDATE DEFEITOS SET DESCRICAO = 'antes' WHERE COD_DEFEITO = 1")
        office.watch("DEFEITOS", connection=bridge)
        work.execute("UPDATE DEFEITOS SET DESCRICAO = 'depois' WHERE COD_DEFEITO = 2")
    assert values(bridge, OUTBOX) == ["DEFEITOS 2 U"]
    assert [who.user for who in attachments.older(bridge)] == ["BALCAO"]  # so the first is waited for


def test_installing_again_changes_nothing(office: Office) -> None:
    bridge = office.owner()
    first = office.watch(connection=bridge)
    with bridge.reading() as work:
        before = meta.read(work)
    again = office.watch(connection=bridge)
    with bridge.reading() as work:
        assert meta.read(work) == before
    assert set(first.armed) == set(schema.tables())
    assert (again.epoch, again.armed, again.dropped) == (first.epoch, (), ())


def test_a_table_no_longer_watched_loses_its_trigger(office: Office) -> None:
    bridge = office.owner()
    office.watch("DEFEITOS", "PECAS", connection=bridge)
    changed = office.watch("PECAS", "MODELOS", connection=bridge)
    assert (changed.armed, changed.dropped) == (("MODELOS",), ("DEFEITOS",))
    save(office.clerk(), "UPDATE DEFEITOS SET DESCRICAO = 'z'", "UPDATE MODELOS SET DESCRICAO = 'z'")
    assert {str(line).split()[0] for line in values(bridge, OUTBOX)} == {"MODELOS"}


@pytest.mark.parametrize(
    "tidying",
    [
        "ALTER TRIGGER SYNC_DEFEITOS INACTIVE",
        "DROP TRIGGER SYNC_DEFEITOS",
        "REVOKE INSERT ON SYNC_OUTBOX FROM TRIGGER SYNC_DEFEITOS",
        "REVOKE USAGE ON GENERATOR GEN_SYNC_ERROS FROM TRIGGER SYNC_DEFEITOS",
        "CREATE OR ALTER TRIGGER SYNC_DEFEITOS FOR DEFEITOS ACTIVE AFTER INSERT OR UPDATE OR DELETE"
        " POSITION 32000 AS BEGIN END",
    ],
)
def test_a_trigger_somebody_tidied_away_is_noticed_and_mended(one_office: Office, tidying: str) -> None:
    bridge = one_office.owner()
    one_office.watch("DEFEITOS", "PECAS", connection=bridge)
    assert installation.surprises(bridge, one_office.tables.values()) == []
    save(bridge, tidying)
    assert installation.surprises(bridge, one_office.tables.values()) == ["DEFEITOS"]
    assert one_office.watch("DEFEITOS", "PECAS", connection=bridge).armed == ("DEFEITOS",)
    save(one_office.clerk(), "UPDATE DEFEITOS SET DESCRICAO = 'w' WHERE COD_DEFEITO = 1")
    assert values(bridge, OUTBOX) == ["DEFEITOS 1 U"]


def test_a_base_restored_from_a_backup_goes_on_as_it_was(office: Office) -> None:
    bridge = office.owner()
    installed = office.watch(connection=bridge)
    save(office.clerk(), "UPDATE DEFEITOS SET DESCRICAO = 'antes' WHERE COD_DEFEITO = 1")
    office.path = office.server.restore(office.path)

    restored = office.owner()
    assert installation.surprises(restored, office.tables.values()) == []
    again = office.watch(connection=restored)
    assert (again.epoch, again.armed) == (installed.epoch, ())
    save(office.clerk(), "UPDATE DEFEITOS SET DESCRICAO = 'depois' WHERE COD_DEFEITO = 2")
    assert values(restored, "SELECT SEQ FROM SYNC_OUTBOX ORDER BY SEQ") == [1, 2]


def test_who_was_there_before_the_triggers_is_named_until_gone(office: Office) -> None:
    """Their prepared statements go on without the trigger: this is what has to be waited for."""
    bridge, early = office.owner(), office.clerk()
    transaction = TimedTransaction(early._driver, isolation_level=WRITING)
    cursor = Cursor(transaction)
    prepared = PreparedStatement(cursor, "UPDATE DEFEITOS SET DESCRICAO = 'q' WHERE COD_DEFEITO = 1")
    cursor.execute(prepared, ())
    transaction.commit()

    office.watch("DEFEITOS", connection=bridge)
    cursor.execute(prepared, ())
    transaction.commit()
    assert values(bridge, OUTBOX) == []  # missed
    assert [who.user for who in attachments.older(bridge)] == ["BALCAO"]

    early.close()
    late = office.clerk()
    save(late, "UPDATE DEFEITOS SET DESCRICAO = 'r' WHERE COD_DEFEITO = 1")
    assert attachments.older(bridge) == []
    assert values(bridge, OUTBOX) == ["DEFEITOS 1 U"]


def test_an_ordinary_login_cannot_tell_who_was_there(office: Office) -> None:
    office.watch("DEFEITOS")
    with pytest.raises(NotPermitted):
        attachments.older(office.clerk())


def test_the_bridge_may_run_as_an_ordinary_login_with_rights_of_its_own(office: Office) -> None:
    owner = office.owner()
    tables = [monitored(metadata.read(owner), "DEFEITOS")]
    installation.install(owner, tables, login="BALCAO")
    clerk = office.clerk()
    save(clerk, "UPDATE DEFEITOS SET DESCRICAO = 's' WHERE COD_DEFEITO = 1")
    assert values(clerk, OUTBOX) == ["DEFEITOS 1 U"]
    with clerk.reading() as work:
        assert meta.read(work).sequence == 1


def test_a_table_without_a_key_takes_a_unique_one_that_is_named(office: Office) -> None:
    bridge = office.owner()
    save(bridge, "CREATE TABLE AVULSA (NOME VARCHAR(10), FOTO BLOB, TEXTO VARCHAR(300), N INTEGER)")
    save(bridge, "GRANT ALL ON AVULSA TO PUBLIC")
    base = metadata.read(bridge)
    for wrong in ({}, {"key": ("NADA",)}, {"key": ("FOTO",)}, {"key": ("TEXTO",)}):
        with pytest.raises(NotMonitorable, match="AVULSA"):
            monitored(base, "AVULSA", **wrong)
    with pytest.raises(NotMonitorable, match="histórico"):
        monitored(base, "AVULSA", key=["NOME"], history=["TEXTO"])
    installation.install(bridge, [monitored(base, "AVULSA", key=["NOME"])])
    save(office.clerk(), "INSERT INTO AVULSA (NOME) VALUES ('joão')", "INSERT INTO AVULSA (N) VALUES (1)")
    assert values(bridge, OUTBOX) == ["AVULSA joão U"]
    with bridge.reading() as work:
        assert meta.read(work).errors == 1  # a row without its key cannot be named
