"""The adapter against real servers: what is written is read again, and every failure has its own word."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from ilux_bridge import charset
from ilux_bridge.firebird import Address, connect
from ilux_bridge.problems import FirebirdDown, LockConflict, LoginRefused, NotPermitted, Refused
from tests.bridge.firebird import CLERK, PrivateFirebird
from tests.bridge.office import Office, save, values

PORTUGUESE = "São João – “aspas” d’água, ção ½ €… ÁÉÍÓÚ ãõ ç ñ"


def test_it_learns_charset_dialect_and_version_from_the_base(office: Office) -> None:
    connection = office.owner()
    assert connection.charset == office.flavour.charset
    assert connection.dialect == office.flavour.dialect
    assert connection.version == (3, 0)


def test_accents_and_curled_quotes_are_read_as_they_were_written(office: Office) -> None:
    connection = office.owner()
    long = PORTUGUESE * 2000  # a text longer than any VARCHAR
    save(connection, ("UPDATE CLIENTES SET FANTASIA = ?, OBS = ? WHERE COD_CLIENTE = 1", PORTUGUESE, long))
    with office.clerk().reading() as work:
        assert work.one("SELECT FANTASIA, OBS FROM CLIENTES WHERE COD_CLIENTE = 1") == (PORTUGUESE, long)
        row = work.one("SELECT OCTET_LENGTH(FANTASIA) FROM CLIENTES WHERE COD_CLIENTE = 1")
    is_utf8 = office.flavour.charset == "UTF8"
    assert row == (len(PORTUGUESE.encode("utf_8" if is_utf8 else "cp1252")),)


def test_a_byte_that_means_nothing_does_not_break_the_line(office: Office) -> None:
    connection = office.owner()
    statement = "UPDATE CLIENTES SET FANTASIA = x'41818D42' WHERE COD_CLIENTE = 1"
    if office.flavour.charset == "UTF8":
        with pytest.raises(Refused):  # there the server itself looks
            save(connection, statement)
    else:
        save(connection, statement)
        assert values(connection, "SELECT FANTASIA FROM CLIENTES WHERE COD_CLIENTE = 1") == ["AB"]
    assert values(connection, "SELECT COUNT(*) FROM CLIENTES") == [12]
    assert not connection.is_broken


def test_nul_and_control_characters_are_left_out_and_lines_kept(office: Office) -> None:
    connection = office.owner()
    typed = "um\x00dois\x01\x1f\r\n\ttrês"
    save(connection, ("UPDATE CLIENTES SET OBS = ?, FANTASIA = ? WHERE COD_CLIENTE = 1", typed, typed))
    with connection.reading() as work:
        read = work.one("SELECT OBS, FANTASIA FROM CLIENTES WHERE COD_CLIENTE = 1")
    assert read == ("umdois\r\n\ttrês",) * 2


def test_what_the_charset_lacks_becomes_a_question_mark_and_is_counted(office: Office) -> None:
    connection = office.owner()
    text = "ok 👍 ☎"
    save(connection, ("UPDATE CLIENTES SET FANTASIA = ? WHERE COD_CLIENTE = 1", text))
    read = values(connection, "SELECT FANTASIA FROM CLIENTES WHERE COD_CLIENTE = 1")
    is_utf8 = office.flavour.charset == "UTF8"
    assert read == ["ok 👍 ☎" if is_utf8 else "ok ? ?"]
    assert charset.lacking(text, connection.charset) == (0 if is_utf8 else 2)


def test_bytes_stay_bytes(office: Office) -> None:
    connection = office.owner()
    save(connection, "CREATE TABLE CRUS (ID INTEGER, FIXO CHAR(4) CHARACTER SET OCTETS, ANEXO BLOB)")
    raw = bytes(range(256))
    save(connection, ("INSERT INTO CRUS VALUES (1, ?, ?)", raw[126:130], raw))
    with connection.reading() as work:
        assert work.one("SELECT FIXO, ANEXO FROM CRUS") == (raw[126:130], raw)


def test_a_text_too_long_is_refused_and_the_connection_goes_on(office: Office) -> None:
    connection = office.owner()
    with pytest.raises(Refused) as refusal:
        save(connection, ("UPDATE CLIENTES SET UF = ? WHERE COD_CLIENTE = 1", "São Paulo"))
    assert 335544914 in refusal.value.codes
    assert not refusal.value.is_retryable
    assert values(connection, "SELECT UF FROM CLIENTES WHERE COD_CLIENTE = 1") != ["São Paulo"]


def test_a_reading_sees_one_moment_and_cannot_write(one_office: Office) -> None:
    bridge, clerk = one_office.owner(), one_office.clerk()
    with bridge.reading() as work:
        before = work.one("SELECT COUNT(*) FROM DEFEITOS")
        save(clerk, "INSERT INTO DEFEITOS (COD_DEFEITO, DESCRICAO) VALUES (99, 'Cheiro de queimado')")
        assert work.one("SELECT COUNT(*) FROM DEFEITOS") == before
        with pytest.raises(Refused):
            work.execute("DELETE FROM DEFEITOS")
    assert values(bridge, "SELECT DESCRICAO FROM DEFEITOS WHERE COD_DEFEITO = 99") == ["Cheiro de queimado"]


def test_a_failing_block_is_rolled_back_whole(one_office: Office) -> None:
    connection = one_office.owner()
    with pytest.raises(ZeroDivisionError), connection.writing() as work:
        work.execute("DELETE FROM DEFEITOS")
        raise ZeroDivisionError
    assert values(connection, "SELECT COUNT(*) FROM DEFEITOS") == [5]


def test_a_row_somebody_holds_is_a_lock_conflict_that_may_be_tried_again(one_office: Office) -> None:
    bridge, clerk = one_office.owner(), one_office.clerk()
    update = "UPDATE ORDEM_SERVICO SET STATUS = 'M' WHERE NUM_OS = 7"
    with clerk.writing() as theirs:
        theirs.execute("UPDATE ORDEM_SERVICO SET STATUS = 'P' WHERE NUM_OS = 7")
        with pytest.raises(LockConflict) as conflict:
            save(bridge, update)
        assert conflict.value.is_retryable
    save(bridge, update)
    assert values(clerk, "SELECT STATUS FROM ORDEM_SERVICO WHERE NUM_OS = 7") == ["M"]


def test_a_write_waits_for_a_short_one_and_then_goes_ahead(one_office: Office) -> None:
    bridge, clerk = one_office.owner(), one_office.clerk()
    with clerk.writing() as theirs:
        theirs.execute("UPDATE EQUIPAMENTOS SET CONTADOR_PB = 100 WHERE COD_EQUIPAMENTO = 1")
        waiting = threading.Thread(target=_count_up, args=(one_office,))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join(5)
    assert values(bridge, "SELECT CONTADOR_PB FROM EQUIPAMENTOS WHERE COD_EQUIPAMENTO = 1") == [101]


def _count_up(office: Office) -> None:
    save(office.owner(), "UPDATE EQUIPAMENTOS SET CONTADOR_PB = CONTADOR_PB + 1 WHERE COD_EQUIPAMENTO = 1")


def test_nothing_stays_open_behind_a_half_read_answer(one_office: Office) -> None:
    connection = one_office.owner()
    for _ in range(20):
        with connection.reading() as work:
            assert next(work.fetch("SELECT COD_CLIENTE FROM CLIENTES")) is not None
        with connection.writing():
            pass  # nobody asked for anything
    for kept in ("MON$TRANSACTIONS", "MON$STATEMENTS"):
        mine = f"SELECT COUNT(*) FROM {kept} WHERE MON$ATTACHMENT_ID = CURRENT_CONNECTION"
        assert values(connection, mine) == [1]  # the one that asks


def test_a_connection_belongs_to_one_thread(one_office: Office) -> None:
    connection = one_office.owner()
    caught: list[BaseException] = []

    def trespass() -> None:
        try:
            values(connection, "SELECT 1 FROM RDB$DATABASE")
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=trespass)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_a_wrong_password_is_refused_and_not_tried_again(office: Office) -> None:
    right = office.server.address(office.path)
    wrong = Address(
        right.database, right.user, "errada", right.host, right.port, has_legacy_login=right.has_legacy_login
    )
    with pytest.raises(LoginRefused) as refusal:
        connect(wrong)
    assert not refusal.value.is_retryable
    assert "errada" not in repr(wrong)


def test_a_missing_right_says_so(one_office: Office) -> None:
    save(one_office.owner(), "CREATE TABLE SEGREDOS (ID INTEGER)")
    with pytest.raises(NotPermitted):
        values(one_office.clerk(), "SELECT ID FROM SEGREDOS")


def test_a_server_that_insists_on_encryption_gets_it() -> None:
    server = PrivateFirebird(must_encrypt=True)
    server.start()
    try:
        with connect(server.address(server.create("cifrada", "WIN1252", 3))) as connection:
            assert values(connection, "SELECT 'ção' FROM RDB$DATABASE") == ["ção"]
    finally:
        server.stop()


def test_a_killed_firebird_is_down_and_comes_back_with_what_was_committed(fragile_office: Office) -> None:
    connection = fragile_office.owner()
    save(connection, "UPDATE EQUIPAMENTOS SET CONTADOR_PB = 4711 WHERE COD_EQUIPAMENTO = 1")
    with pytest.raises(FirebirdDown) as down, connection.writing() as work:
        work.execute("UPDATE EQUIPAMENTOS SET CONTADOR_PB = 1 WHERE COD_EQUIPAMENTO = 1")
        fragile_office.server.kill()
        work.execute("UPDATE EQUIPAMENTOS SET CONTADOR_PB = 2 WHERE COD_EQUIPAMENTO = 2")
    assert down.value.is_retryable
    assert connection.is_broken
    with pytest.raises(FirebirdDown):
        fragile_office.owner()  # nobody listens
    with pytest.raises(FirebirdDown):
        values(connection, "SELECT 1 FROM RDB$DATABASE")

    fragile_office.server.start()
    again = fragile_office.owner()
    assert values(again, "SELECT CONTADOR_PB FROM EQUIPAMENTOS WHERE COD_EQUIPAMENTO = 1") == [4711]


def test_a_firebird_that_says_nothing_is_down_after_the_time_limit(fragile_office: Office) -> None:
    server = fragile_office.server
    with connect(server.address(fragile_office.path, CLERK, timeout_s=0.5)) as connection:
        os.kill(server.pid, signal.SIGSTOP)
        try:
            with pytest.raises(FirebirdDown):
                values(connection, "SELECT 1 FROM RDB$DATABASE")
        finally:
            os.kill(server.pid, signal.SIGCONT)
        # The late answer would be taken for that of the next question.
        assert connection.is_broken
    assert values(fragile_office.owner(), "SELECT 1 FROM RDB$DATABASE") == [1]


def test_a_connection_interrupted_in_the_middle_of_an_answer_is_not_used_again(
    fragile_office: Office,
) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(*_: object) -> None:
        raise Interrupted

    server, connection = fragile_office.server, fragile_office.owner()
    before = signal.signal(signal.SIGALRM, interrupt)
    began = time.monotonic()
    try:
        with pytest.raises(Interrupted), connection.reading() as work:
            work.one("SELECT 1 FROM RDB$DATABASE")
            os.kill(server.pid, signal.SIGSTOP)
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            work.one("SELECT 2 FROM RDB$DATABASE")
        assert time.monotonic() - began < 5  # nor waited for, to end its transaction
    finally:
        os.kill(server.pid, signal.SIGCONT)
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(FirebirdDown):
        values(connection, "SELECT 3 FROM RDB$DATABASE")
