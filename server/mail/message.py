"""A letter as it goes over the wire.

Written with the standard library's older classes: the newer ones take four times as long, and write a long
`List-Unsubscribe` as an encoded word (RFC 2047), which no mail program reads as an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate, parseaddr

from server.mail.letters import Letter
from server.settings import Settings

LONGEST_WORD = 75  # characters of an encoded word, RFC 2047
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP  # a person can read the source of it, and no line is too long for SMTP


@dataclass(frozen=True, slots=True)
class Message:
    """`sender` and `recipient` are bare addresses, `content` is header and body."""

    sender: str
    recipient: str
    content: bytes


def write_message(letter: Letter, settings: Settings, message_id: str) -> Message:
    """Text with an HTML alternative, under the one Message-ID that its repetition will have, too."""
    name, sender = parseaddr(settings.mail_from)
    mail = MIMEMultipart("alternative")
    mail["From"] = formataddr((name, sender))
    mail["To"] = letter.to
    mail["Subject"] = _subject(letter.subject)
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2] or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.attach(MIMEText(letter.text, "plain", _UTF8))  # type: ignore[arg-type]
    mail.attach(MIMEText(letter.html, "html", _UTF8))  # type: ignore[arg-type]
    return Message(sender, parseaddr(letter.to)[1], mail.as_bytes())


def _subject(text: str) -> str:
    """As one line: what somebody typed must not begin another header."""
    line = " ".join(text.split())
    return (
        line if line.isascii() else Header(line, _UTF8, header_name="Subject").encode(maxlinelen=LONGEST_WORD)
    )
