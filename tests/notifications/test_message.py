"""What goes over the wire: headers that other programs read, and the words as they were written."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from server.mail.letters import Letter
from server.mail.message import write_message
from tests.web.portal import settings_for

LINK = f"https://portal.revenda.example/mail/unsubscription?token={'a1B2' * 40}.{'x_-9' * 11}"
TEXT = "Olá, João.\n\n.uma linha que começa por um ponto\n" + "ção " * 400
WORD = rb"=\?[^?]*\?[bqBQ]\?[^?]*\?="


def written(tmp_path: Path, subject: str = "Chamado 1042", mail_from: str = "P <p@r.test>") -> bytes:
    letter = Letter("ana@ilha.test", subject, TEXT, f"<p>{TEXT}</p>", unsubscribe=LINK)
    message = write_message(letter, settings_for(tmp_path, mail_from=mail_from), "7")
    assert (message.sender, message.recipient) == ("p@r.test", "ana@ilha.test")
    return message.content


def read(content: bytes) -> EmailMessage:
    mail: EmailMessage = email.message_from_bytes(content, policy=email.policy.default)
    return mail


def test_the_way_out_is_an_address_that_a_mail_program_can_read(tmp_path: Path) -> None:
    """RFC 8058: in the clear, however long it is."""
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", written(tmp_path))
    assert re.search(rb"^List-Unsubscribe: +<" + re.escape(LINK.encode()) + rb">$", unfolded, re.M)


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_the_words_arrive_as_they_were_written(tmp_path: Path, kind: str) -> None:
    content = written(tmp_path)
    part = read(content).get_body((kind,))
    assert part is not None
    assert TEXT in part.get_content()
    assert content.isascii()
    assert max(len(line) for line in content.splitlines()) < 998


@pytest.mark.parametrize(
    "subject",
    ["Chamado 1042: despachado", "Conclusão – " + "açúcar e " * 30 + "fim", "a " * 200 + "fim"],
    ids=["short", "accents", "long"],
)
def test_a_subject_is_read_as_it_was_written(tmp_path: Path, subject: str) -> None:
    content = written(tmp_path, subject)
    assert read(content)["Subject"] == subject
    assert all(len(word) <= 75 for word in re.findall(WORD, content))


def test_a_subject_begins_no_other_header(tmp_path: Path) -> None:
    mail = read(written(tmp_path, "Oi\r\nBcc: todos@ilha.test\n\nção"))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Oi Bcc: todos@ilha.test ção"


def test_a_sender_may_have_an_accent(tmp_path: Path) -> None:
    mail = read(written(tmp_path, mail_from="Assistência Ilha <p@r.test>"))
    assert str(mail["From"]) == "Assistência Ilha <p@r.test>"
    assert mail["Message-ID"] == "<7@r.test>"
