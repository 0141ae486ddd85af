"""PDFs to tell stories with: an honest one by typst, and what people with bad intentions make of it."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from io import BytesIO

import typst
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

SCHOOL, BAKERY, OWN = "11.444.777/0001-61", "45.997.418/0001-53", "11.222.333/0001-81"


@lru_cache
def invoice(text: str = f"Fatura de locação. Emitente {OWN}. Cliente {SCHOOL}.", pages: int = 1) -> bytes:
    source = "\n#pagebreak()\n".join([text.replace("/", "\\/")] * pages)
    made: bytes = typst.compile(source.encode(), format="pdf")
    return made


def _written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _script() -> DictionaryObject:
    return DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )


def _writer() -> PdfWriter:
    return PdfWriter(clone_from=PdfReader(BytesIO(invoice())))


def with_script() -> bytes:
    writer = _writer()
    writer.root_object[NameObject("/OpenAction")] = _script()
    return _written(writer)


def with_hidden_script() -> bytes:
    """Its name escaped, so that a search in the bytes sees nothing."""
    return with_script().replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS ", b"/#4aS ")


def with_unreferenced_script() -> bytes:
    writer = _writer()
    writer._add_object(_script())
    return _written(writer)


def with_launch() -> bytes:
    writer = _writer()
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
    )
    writer.root_object[NameObject("/OpenAction")] = action
    return _written(writer)


def with_attachment() -> bytes:
    writer = _writer()
    writer.add_attachment("nota.exe", b"MZ")
    return _written(writer)


def encrypted() -> bytes:
    writer = _writer()
    writer.encrypt("segredo", algorithm="RC4-128")
    return _written(writer)


def with_packed_script() -> bytes:
    """The script stands compressed in an object stream, which only a reader that unpacks it sees."""
    script = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    packed = zlib.compress(b"4 0 " + script)
    bodies = [
        (1, b"<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>"),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
        (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"),
        (5, b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
            % (len(packed), packed)),
    ]  # fmt: skip
    out, places = b"%PDF-1.7\n", {}
    for number, body in bodies:
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    entries = [(0, 0, 255)] + [(1, places[n], 0) if n in places else (2, 5, 0) for n in range(1, 6)]
    start = len(out)
    table = b"".join(struct.pack(">BIB", *entry) for entry in [*entries, (1, start, 0)])
    out += b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n" % len(table)
    return out + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
