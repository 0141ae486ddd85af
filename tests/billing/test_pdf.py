"""Which PDFs a customer may be given, whatever they are called; and whose they say to be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.billing.pdf import LARGEST, Paper, Unfit, documents_in, inspect
from server.billing.rules import doubt, file_name, period_faults
from tests.billing import papers
from tests.billing.papers import BAKERY, OWN, SCHOOL, invoice
from tests.service_orders.world import NOW


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def test_an_honest_invoice_is_read_with_its_pages_and_documents() -> None:
    found = inspect(invoice(pages=2))
    assert isinstance(found, Paper)
    assert found.pages == 2
    assert documents_in(found.text) == {digits(SCHOOL), digits(OWN)}


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (papers.with_script, "JavaScript"),
        (papers.with_hidden_script, "JavaScript"),
        (papers.with_unreferenced_script, "JavaScript"),
        (papers.with_packed_script, "JavaScript"),
        (papers.with_launch, "abre outro programa"),
        (papers.with_attachment, "outro arquivo dentro"),
        (papers.encrypted, "senha"),
        (lambda: invoice()[: len(invoice()) // 2], "cortado"),
        (lambda: invoice()[:-9], "cortado"),
        (lambda: b"\xff\xd8\xff\xe0" + b"0" * 500, "não é um PDF"),
        (lambda: b"MZ" + invoice(), "não é um PDF"),
        (lambda: invoice() + b"PK\x03\x04" + b"0" * 50, "depois do fim"),
        (lambda: b"%PDF-1.7\nnada\n%%EOF", "estragado"),
        (lambda: b"", "vazio"),
        (lambda: b"%PDF-" + b"0" * LARGEST, "10 MB"),
    ],
)
def test_what_brings_more_than_pages_or_less_is_refused(make: Callable[[], bytes], why: str) -> None:
    found = inspect(make())
    assert isinstance(found, Unfit)
    assert why in found.why


def test_a_file_that_names_somebody_else_and_not_the_customer_is_doubted() -> None:
    school, bakery, own = digits(SCHOOL), digits(BAKERY), digits(OWN)
    branch = "11444777000242"
    assert doubt({school, own, bakery}, school, [own]) is None, "a bank stands beside the customer"
    assert doubt({branch}, school, [own]) is None, "another branch of the same firm"
    assert doubt({own}, school, [own]) is None, "nobody but the reseller"
    assert doubt(set(), school, [own]) is None, "a scanned page says nothing"
    said = doubt({bakery, own}, school, [own])
    assert said == f"mostra {BAKERY}, e o do cliente é {SCHOOL}"
    assert "não tem documento" in str(doubt({bakery}, "", [own]))


def test_only_numbers_whose_digits_hold_are_documents() -> None:
    text = f"CNPJ {SCHOOL}; CPF 529.982.247-25; 111.111.111-11; linha 37370000000100; {digits(BAKERY)}"
    assert documents_in(text) == {digits(SCHOOL), "52998224725", digits(BAKERY)}
    assert documents_in("42260311222333000181550010000009001123456785") == set(), "an access key is none"


def test_names_are_short_and_a_pdfs() -> None:
    assert file_name("C:\\Faturas\\08 Boleto.PDF") == "08 Boleto.pdf"
    assert file_name("../../etc/passwd") == "passwd.pdf"
    assert file_name("a\r\nSet-Cookie: x.pdf") == "a Set-Cookie: x.pdf"
    assert file_name("...") == "arquivo.pdf"
    assert len(file_name("ã" * 300)) == 120


def test_a_month_is_one_of_twelve_and_no_far_year() -> None:
    today = NOW.date()
    assert period_faults(8, 2026, today) == {}
    assert set(period_faults(13, 26, today)) == {"month", "year"}
    assert set(period_faults(None, 2030, today)) == {"month", "year"}
