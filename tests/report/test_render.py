"""Setting a report: archival and accessible, and no text can break it or be run."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from server.printing.document import Fact, Letterhead, Picture
from server.printing.render import printable, render
from server.visits.report import TEMPLATE
from server.visits.report.document import Report, Signing

HOSTILE = (
    '#import "@preview/evil:1.0.0": * \\ $x$ ] #panic("!") [ <a> @b `c` *d* _e_ // /*',
    '#read("/etc/passwd") #eval("1 +") #image("/etc/passwd")',
    '{"a": 1} \\u{0} \x00\x07\x1b[31m \u202ereversed\u2066 \ufeff \ud83d',
    "W" * 5000,
    "a\nb\r\nc\td\u2028e\n\n\n",
    "= Título\n- item\n+ item\n/ a: b\n---",
)


def report(**changes: object) -> Report:
    values: dict[str, object] = {
        "title": "Relatório de atendimento OS 653",
        "number": "OS 653 / 1415195",
        "subtitle": "Concluído por Tiago em 02/03/2026",
        "issued_at": "02/03/2026 12:00",
        "letterhead": Letterhead("Ilha Copiadoras", ("CNPJ 11.222.333/0001-81",), "#0b4f5c"),
        "customer": (Fact("Cliente", "Escola São João"),),
        "machine": (),
        "call": (Fact("Defeito", "Atola papel"), Fact("Descrição", "Atola na saída", is_wide=True)),
    }
    return Report(**{**values, **changes})  # type: ignore[arg-type]


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(data, "JPEG")
    return data.getvalue()


async def test_it_is_made_for_the_archive_and_for_being_read_aloud() -> None:
    pdf = await render(
        report(
            pictures=(Picture("photo-1.jpg", "Foto: antes", "Antes"),),
            signing=Signing("Rosa Lima", "012", "hoje", ("a" * 32, "b" * 32), file="signature.jpg"),
        ),
        {"photo-1.jpg": picture(), "signature.jpg": picture()},
        TEMPLATE,
    )
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"pt-BR" in pdf


async def test_a_logo_heads_the_paper_and_it_stays_made_for_the_archive() -> None:
    logo = io.BytesIO()
    Image.new("RGBA", (320, 80), (255, 255, 255, 120)).save(logo, "PNG")
    plain = await render(report(), {}, TEMPLATE)
    letterhead = Letterhead("Ilha Copiadoras", (), "#0b4f5c", logo="logo.png")
    headed = await render(report(letterhead=letterhead), {"logo.png": logo.getvalue()}, TEMPLATE)
    assert b"/Subtype/Image" not in plain.replace(b" ", b"")
    assert b"/Subtype/Image" in headed.replace(b" ", b"")
    assert b"<pdfaid:part>2</pdfaid:part>" in headed


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_hostile_text_is_printed_and_not_run(text: str) -> None:
    """Were it run, `#panic` and `#read` of a file outside would fail the report."""
    pdf = await render(
        report(
            title=text,
            customer=(Fact("Cliente", text), Fact(text, text)),
            call=(Fact("Descrição", text, is_wide=True),),
            pictures=(Picture("photo-1.jpg", text, text),),
            signing=Signing(text, text, "hoje", refused_reason=text),
            remarks=(text,),
        ),
        {"photo-1.jpg": picture()},
        TEMPLATE,
    )
    assert b"pdfaid:part" in pdf


async def test_a_text_that_no_font_can_draw_costs_the_archival_mark_and_not_the_report() -> None:
    pdf = await render(report(customer=(Fact("Cliente", "日本 😀"),)), {}, TEMPLATE)
    assert pdf.startswith(b"%PDF-")
    assert b"pdfaid:part" not in pdf


async def test_a_report_cannot_name_a_file_outside_its_folder() -> None:
    with pytest.raises(Exception, match="photo"):
        await render(report(pictures=(Picture("../photo.jpg", "Foto", "Foto"),)), {}, TEMPLATE)


def test_what_paper_cannot_hold_is_left_out() -> None:
    assert printable({"a": ["x\x00y\u202ez\tw"], "b": 1, "c": None}) == {"a": ["xyz w"], "b": 1, "c": None}
    assert printable(("linha 1\r\nlinha 2",)) == ["linha 1\nlinha 2"]


def test_a_word_longer_than_a_line_may_break() -> None:
    assert printable("W" * 60) == "\u200b".join(["W" * 26, "W" * 26, "W" * 8])
