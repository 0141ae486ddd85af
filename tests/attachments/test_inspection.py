"""What may be attached is decided by what it is."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from server.attachments.inspection import inspect
from server.attachments.rules import MAX_BYTES, MAX_FILES, check_count, check_size, tidy_name
from server.problems import Problem

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(kind: str) -> bytes:
    data = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(data, kind)
    return data.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_known_by_its_content_whatever_its_name(kind: str) -> None:
    assert inspect("sem-nome.bin", picture(kind)) == f"image/{kind.lower()}"


def test_a_document_is_known_by_its_beginning_and_its_end() -> None:
    assert inspect("nota.jpg", PDF) == "application/pdf"
    with pytest.raises(Problem, match="attachment_unreadable"):
        inspect("nota.pdf", PDF[:-10])


@pytest.mark.parametrize(
    "content",
    [b"<html><script>alert(1)</script>", b"<svg xmlns='x'/>", b"GIF89a" + bytes(40), b"MZ" + bytes(90)],
)
def test_what_only_calls_itself_a_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Problem, match="attachment_refused"):
        inspect("foto.jpg", content)


def test_half_a_picture_is_refused() -> None:
    with pytest.raises(Problem, match="attachment_unreadable"):
        inspect("foto.jpg", picture("JPEG")[:-40])


def test_a_name_loses_its_path_and_ends_as_the_content_is() -> None:
    assert tidy_name("C:\\fotos\\../erro.exe", "image/jpeg") == "erro.jpg"
    assert tidy_name("laudo\u202egpj.pdf", "application/pdf") == "laudogpj.pdf"
    assert tidy_name("...", "image/png") == "anexo.png"
    assert len(tidy_name("a" * 400, "image/png")) <= 120


def test_size_and_number_are_limited() -> None:
    check_size("x", MAX_BYTES)
    check_count(MAX_FILES)
    with pytest.raises(Problem, match="attachment_too_large"):
        check_size("x", MAX_BYTES + 1)
    with pytest.raises(Problem, match="attachment_empty"):
        check_size("x", 0)
    with pytest.raises(Problem, match="too_many_attachments"):
        check_count(MAX_FILES + 1)
