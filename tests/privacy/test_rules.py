"""Which documents are put before whom, and how long an answer may take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from server.accounts.actor import Role
from server.privacy.defaults import default_text
from server.privacy.rules import (
    ANSWER_WITHIN,
    CHOICES,
    REQUIRED,
    Answer,
    Document,
    Kind,
    RequestState,
    blocks_of,
    choices_for,
    hash_of_text,
    is_granted,
    is_overdue,
    open_documents,
    tidy_text,
)

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def document(kind: Kind, sha256: str = "a") -> Document:
    number = list(Kind).index(kind)
    return Document(UUID(int=number), kind, kind.value, UUID(int=100 + number), 1, sha256, "", NOW)


def test_a_document_is_asked_again_only_when_its_text_changes() -> None:
    terms = document(Kind.TERMS)
    yes = {terms.id: Answer(terms.id, "a", True, NOW)}
    assert open_documents([terms], {}) == [terms]
    assert open_documents([terms], yes) == []
    changed = document(Kind.TERMS, "b")
    assert open_documents([changed], yes) == [changed]
    assert not is_granted(changed, yes[terms.id])


def test_each_required_document_is_open_on_its_own_and_choices_never_are() -> None:
    documents = [document(kind) for kind in Kind]
    answers = {documents[0].id: Answer(documents[0].id, "a", True, NOW)}
    assert [one.kind for one in open_documents(documents, answers)] == [Kind.PRIVACY, Kind.CONSENT]


def test_only_who_works_in_the_field_is_asked_about_positions() -> None:
    assert Kind.LOCATION in choices_for(Role.TECHNICIAN)
    assert Kind.LOCATION not in choices_for(Role.CUSTOMER)


def test_a_request_is_overdue_after_fifteen_days_unless_it_is_decided() -> None:
    due_at = NOW + ANSWER_WITHIN
    assert not is_overdue(RequestState.ASKED, due_at, NOW + timedelta(days=15))
    assert is_overdue(RequestState.ASKED, due_at, NOW + timedelta(days=15, seconds=1))
    assert not is_overdue(RequestState.HELD, due_at, NOW + timedelta(days=30))


def test_line_ends_do_not_make_another_text() -> None:
    assert hash_of_text(tidy_text("Um \r\ndois\r\n\r\n")) == hash_of_text(tidy_text("Um\ndois"))
    assert hash_of_text(tidy_text("Um dois")) != hash_of_text(tidy_text("Um\ndois"))


def test_every_default_text_reads_as_headings_paragraphs_and_lists() -> None:
    for kind in (*REQUIRED, *CHOICES):
        blocks = blocks_of(default_text(kind, "Copiadora Ilha"))
        assert blocks[0].kind == "heading"
        assert "{" not in default_text(kind, "Copiadora Ilha")
    kinds = [block.kind for block in blocks_of(default_text(Kind.TERMS, "X"))]
    assert {"heading", "text", "list"} == set(kinds)
