"""What the bridge sees of ILUX's changes: all of them, each as the row is now, and forgets no others."""

from __future__ import annotations

import shutil
from decimal import Decimal
from typing import Any

import pytest

from ilux_bridge.outbox import capture, meta, rows
from tests.bridge.office import Office, save, values

SEQS = "SELECT SEQ FROM SYNC_OUTBOX ORDER BY SEQ"


def test_a_change_carries_the_row_as_it_is_now(office: Office) -> None:
    bridge, clerk = office.owner(), office.clerk()
    office.watch(connection=bridge)
    save(
        clerk,
        ("UPDATE ORDEM_SERVICO SET RELATO = ?, STATUS = 'P' WHERE COD_EMPRESA = 2 AND NUM_OS = 1", "“não” é"),
        "UPDATE CONTRATOS SET VALOR_MENSAL = 1234.56 WHERE COD_EMPRESA = 2 AND NUM_CONTRATO = 1",
    )
    save(clerk, ("INSERT INTO SUPRIMENTOS (COD_SUPRIMENTO, DESCRICAO) VALUES (?, 'x')", "Ç|a\\“b”"))
    save(clerk, "INSERT INTO LEITURAS (COD_EQUIPAMENTO, DT_LEITURA) VALUES (1, '2026-03-09 07:05:01.0203')")
    batch = capture.read(bridge, office.tables)
    by_key = {(change.table, change.key): change for change in batch.changes}
    order = by_key["ORDEM_SERVICO", "2|1"].values
    assert order is not None
    assert (order["RELATO"], order["STATUS"], order["NUM_OS"]) == ("“não” é", "P", 1)
    contract = by_key["CONTRATOS", "2|1"].values
    assert contract is not None
    assert contract["VALOR_MENSAL"] == Decimal("1234.56")
    supply = by_key["SUPRIMENTOS", "Ç\\|a\\\\“b”"].values
    assert supply is not None
    assert supply["COD_SUPRIMENTO"] == "Ç|a\\“b”"
    assert by_key["LEITURAS", "1|2026-03-09 07:05:01.0203"].values is not None
    assert not batch.unreadable


def test_many_changes_of_a_row_are_one_with_its_history(office: Office) -> None:
    bridge, clerk = office.owner(), office.clerk()
    office.watch("ORDEM_SERVICO", connection=bridge)
    for status in ("M", "P", "T"):
        save(clerk, f"UPDATE ORDEM_SERVICO SET STATUS = '{status}' WHERE COD_EMPRESA = 2 AND NUM_OS = 1")
    save(clerk, "UPDATE ORDEM_SERVICO SET SOLICITANTE = 'Zé' WHERE COD_EMPRESA = 2 AND NUM_OS = 1")
    (change,) = capture.read(bridge, office.tables).changes
    assert change.seqs == (1, 2, 3, 4)
    assert change.seq == 4
    assert [(step.column, step.old, step.new, step.seq) for step in change.transitions] == [
        ("STATUS", "E", "M", 1), ("STATUS", "M", "P", 2), ("STATUS", "P", "T", 3),
    ]  # fmt: skip


def test_a_new_row_s_history_begins_with_nothing(office: Office) -> None:
    bridge = office.owner()
    office.watch("ORDEM_SERVICO", connection=bridge)
    save(office.clerk(), "INSERT INTO ORDEM_SERVICO (COD_EMPRESA, NUM_OS, COD_CLIENTE) VALUES (1, 99, 1)")
    (change,) = capture.read(bridge, office.tables).changes
    assert [(step.old, step.new) for step in change.transitions] == [(None, "A")]


def test_outbox_and_rows_are_of_one_moment(one_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a row would say a status whose step is still to come."""
    bridge, clerk = one_office.owner(), one_office.clerk()
    one_office.watch("ORDEM_SERVICO", connection=bridge)
    where = "WHERE COD_EMPRESA = 2 AND NUM_OS = 1"
    save(clerk, f"UPDATE ORDEM_SERVICO SET STATUS = 'M' {where}")
    read_rows = rows.existing

    def and_somebody_is_faster(*arguments: Any) -> dict[str, rows.Values]:
        save(clerk, f"UPDATE ORDEM_SERVICO SET STATUS = 'P' {where}")
        return read_rows(*arguments)

    monkeypatch.setattr(rows, "existing", and_somebody_is_faster)
    (change,) = capture.read(bridge, one_office.tables).changes
    assert change.values is not None
    assert (change.values["STATUS"], [step.new for step in change.transitions]) == ("M", ["M"])


def test_a_row_of_a_full_batch_brings_its_later_steps_too(one_office: Office) -> None:
    """It is as it is now: without them the portal would see a change that nobody made."""
    bridge, clerk = one_office.owner(), one_office.clerk()
    one_office.watch("ORDEM_SERVICO", connection=bridge)
    for number in (1, 3):
        for status in "MPT":
            save(
                clerk,
                f"UPDATE ORDEM_SERVICO SET STATUS = '{status}' WHERE COD_EMPRESA = 2 AND NUM_OS = {number}",
            )
    batch = capture.read(bridge, one_office.tables, 2)
    (change,) = batch.changes
    assert batch.is_full
    assert batch.seqs == [1, 2]
    assert change.values is not None
    assert change.values["STATUS"] == "T"
    assert [(step.seq, step.new) for step in change.transitions] == [(1, "M"), (2, "P"), (3, "T")]


def test_a_deleted_row_has_no_values_and_a_new_key_is_two_changes(office: Office) -> None:
    bridge, clerk = office.owner(), office.clerk()
    office.watch("PECAS", connection=bridge)
    save(clerk, "UPDATE PECAS SET COD_PECA = 'ROLO/2' WHERE COD_PECA = 'ROLO|1'")
    save(clerk, "DELETE FROM PECAS WHERE COD_PECA = 'FUSOR-220'")
    seen = {change.key: change.values is not None for change in capture.read(bridge, office.tables).changes}
    assert seen == {"ROLO\\|1": False, "ROLO/2": True, "FUSOR-220": False}


def test_what_a_cascade_changes_is_noted_too(office: Office) -> None:
    bridge = office.owner()
    office.watch("ORDEM_SERVICO", "OS_HISTORICO", connection=bridge)
    clerk = office.clerk()
    save(clerk, "UPDATE ORDEM_SERVICO SET NUM_OS = 900 WHERE COD_EMPRESA = 2 AND NUM_OS = 1")
    save(clerk, "DELETE FROM ORDEM_SERVICO WHERE COD_EMPRESA = 2 AND NUM_OS = 3")
    seen = {
        (change.table, change.key): change.values is not None
        for change in capture.read(bridge, office.tables).changes
    }
    assert seen == {
        ("ORDEM_SERVICO", "2|1"): False, ("ORDEM_SERVICO", "2|900"): True, ("ORDEM_SERVICO", "2|3"): False,
        ("OS_HISTORICO", "2|1|1"): False, ("OS_HISTORICO", "2|900|1"): True, ("OS_HISTORICO", "2|3|3"): False,
    }  # fmt: skip


def test_the_row_decides_and_not_the_operation_that_was_noted(office: Office) -> None:
    bridge = office.owner()
    office.watch("DEFEITOS", connection=bridge)
    save(
        office.clerk(),
        "DELETE FROM DEFEITOS WHERE COD_DEFEITO = 1",
        "INSERT INTO DEFEITOS (COD_DEFEITO, DESCRICAO) VALUES (1, 'De volta')",
    )
    (change,) = capture.read(bridge, office.tables).changes
    assert change.values is not None
    assert change.values["DESCRICAO"] == "De volta"


def test_the_tag_of_the_last_write_tells_whose_row_it_is(office: Office) -> None:
    bridge = office.owner()
    office.watch("DEFEITOS", connection=bridge)
    with bridge.writing() as work:
        capture.tag(work, "msg-1")
        work.execute("UPDATE DEFEITOS SET DESCRICAO = 'da ponte' WHERE COD_DEFEITO IN (1, 2)")
    save(office.clerk(), "UPDATE DEFEITOS SET DESCRICAO = 'do balcão' WHERE COD_DEFEITO = 2")
    origins = {change.key: change.origin for change in capture.read(bridge, office.tables).changes}
    assert origins == {"1": "msg-1", "2": None}


def test_a_key_written_otherwise_is_another_key_whatever_the_collation_says(one_office: Office) -> None:
    bridge = one_office.owner()
    save(
        bridge,
        "CREATE TABLE MARCAS (NOME VARCHAR(20) CHARACTER SET WIN1252 NOT NULL COLLATE WIN_PTBR,"
        " PRIMARY KEY (NOME))",
    )
    save(bridge, "GRANT ALL ON MARCAS TO PUBLIC")
    one_office.watch("MARCAS", connection=bridge)
    clerk = one_office.clerk()
    save(clerk, "INSERT INTO MARCAS VALUES ('ricoh')")
    save(clerk, "UPDATE MARCAS SET NOME = 'RICOH'")
    changes = {change.key: change.values for change in capture.read(bridge, one_office.tables).changes}
    assert changes == {"ricoh": None, "RICOH": {"NOME": "RICOH"}}


def test_exactly_what_was_read_is_forgotten(office: Office) -> None:
    bridge, clerk = office.owner(), office.clerk()
    office.watch(connection=bridge)
    save(clerk, "UPDATE EQUIPAMENTOS SET CONTADOR_PB = 1")
    first = capture.read(bridge, office.tables, limit=20)
    assert first.is_full
    save(clerk, "UPDATE DEFEITOS SET DESCRICAO = 'entretanto'")
    gap = [seq for seq in first.seqs if seq not in (3, 4, 11)]
    capture.acknowledge(bridge, gap)
    assert values(bridge, SEQS) == [3, 4, 11, *range(21, 36)]
    capture.acknowledge(bridge, gap)  # a repeated acknowledgement is nothing
    rest = capture.read(bridge, office.tables)
    assert not rest.is_full
    capture.acknowledge(bridge, rest.seqs)
    assert values(bridge, SEQS) == []
    assert capture.waiting(bridge).count == 0
    with bridge.reading() as work:
        assert meta.read(work).acknowledged == 35


def test_what_was_not_acknowledged_comes_again(office: Office) -> None:
    bridge = office.owner()
    office.watch("DEFEITOS", connection=bridge)
    save(office.clerk(), "UPDATE DEFEITOS SET DESCRICAO = 'x' WHERE COD_DEFEITO = 1")
    first = capture.read(bridge, office.tables)
    bridge.close()  # before anything was sent
    assert capture.read(office.owner(), office.tables) == first


def test_an_entry_that_says_nothing_does_not_stop_the_others(office: Office) -> None:
    bridge = office.owner()
    office.watch("DEFEITOS", connection=bridge)
    insert = "INSERT INTO SYNC_OUTBOX (SEQ, TABELA, PK, OP) VALUES (GEN_ID(GEN_SYNC_OUTBOX, 1), ?, ?, 'U')"
    save(bridge, (insert, "OUTRA", "1"), (insert, "DEFEITOS", "um"), (insert, "DEFEITOS", "1|2"))
    save(office.clerk(), "UPDATE DEFEITOS SET DESCRICAO = 'x' WHERE COD_DEFEITO = 1")
    batch = capture.read(bridge, office.tables)
    assert [change.key for change in batch.changes] == ["1"]
    assert [entry.key for entry in batch.unreadable] == ["1", "um", "1|2"]
    assert batch.seqs == [1, 2, 3, 4]


def test_a_watermark_misses_the_transaction_that_commits_late(office: Office) -> None:
    """Why there is none: the other way is tried here beside, and loses a change."""
    bridge, slow, quick = office.owner(), office.clerk(), office.clerk()
    office.watch("DEFEITOS", connection=bridge)
    with slow.writing() as work:
        work.execute("UPDATE DEFEITOS SET DESCRICAO = 'devagar' WHERE COD_DEFEITO = 1")
        save(quick, "UPDATE DEFEITOS SET DESCRICAO = 'depressa' WHERE COD_DEFEITO = 2")
        early = capture.read(bridge, office.tables)
        watermark = max(early.seqs)
        assert [change.key for change in early.changes] == ["2"]
        capture.acknowledge(bridge, early.seqs)
    late = capture.read(bridge, office.tables)
    assert [change.key for change in late.changes] == ["1"]
    assert [seq for seq in late.seqs if seq > watermark] == []  # what a watermark would have seen


def test_a_killed_firebird_neither_loses_nor_repeats_an_acknowledgement(fragile_office: Office) -> None:
    bridge = fragile_office.owner()
    fragile_office.watch("DEFEITOS", connection=bridge)
    clerk = fragile_office.clerk()
    save(clerk, "UPDATE DEFEITOS SET DESCRICAO = 'um' WHERE COD_DEFEITO = 1")
    capture.acknowledge(bridge, capture.read(bridge, fragile_office.tables).seqs)
    save(clerk, "UPDATE DEFEITOS SET DESCRICAO = 'dois' WHERE COD_DEFEITO = 2")
    fragile_office.server.kill()
    fragile_office.server.start()
    again = fragile_office.owner()
    (change,) = capture.read(again, fragile_office.tables).changes
    assert (change.key, change.seqs) == ("2", (2,))


def test_a_base_restored_from_an_older_copy_is_told(fragile_office: Office) -> None:
    office = fragile_office
    bridge = office.owner()
    office.watch("DEFEITOS", connection=bridge)
    office.close()
    older = office.path.with_suffix(".copy")
    shutil.copy(office.path, older)

    bridge = office.owner()
    save(office.clerk(), "UPDATE DEFEITOS SET DESCRICAO = 'x'")
    capture.acknowledge(bridge, capture.read(bridge, office.tables).seqs)
    with bridge.reading() as work:
        known = meta.read(work)
    mark = meta.Mark(known.epoch, known.acknowledged)
    assert not meta.is_rewound(mark, known)
    office.close()
    shutil.copy(older, office.path)

    bridge = office.owner()
    # Even where people have changed more since than had been acknowledged.
    for _ in range(3):
        save(office.clerk(), "UPDATE DEFEITOS SET DESCRICAO = 'y'")
    with bridge.reading() as work:
        restored = meta.read(work)
    assert restored.sequence > mark.acknowledged
    assert meta.is_rewound(mark, restored)
    with bridge.writing() as work:
        epoch = meta.begin_epoch(work)
    with bridge.reading() as work:
        assert meta.read(work).epoch == epoch != mark.epoch
