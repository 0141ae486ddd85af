"""What a contact message may say, and how it stands; pure."""

from __future__ import annotations

from enum import StrEnum

from server.accounts.documents import address_faults


class ContactKind(StrEnum):
    CONTACT = "contact"
    LEAD = "lead"


class ContactState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


KIND_NAMES = {ContactKind.CONTACT: "Contato", ContactKind.LEAD: "Oportunidade comercial"}
STATE_NAMES = {
    ContactState.OPEN: "Aberta",
    ContactState.ANSWERED: "Respondida",
    ContactState.CLOSED: "Encerrada",
}
LONGEST_SUBJECT = 120
LONGEST_BODY = 4000


def message_faults(subject: str, body: str, phone: str) -> dict[str, str]:
    """By field, what to mend; empty when all is well."""
    found = {}
    if not subject.strip():
        found["subject"] = "Escreva o assunto."
    elif len(subject) > LONGEST_SUBJECT:
        found["subject"] = f"No máximo {LONGEST_SUBJECT} caracteres."
    if not body.strip():
        found["body"] = "Escreva a mensagem."
    return found | address_faults(uf="", cep="", phone=phone[:31])
