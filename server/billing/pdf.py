"""Is this a PDF that a customer may be given? Looked at by its content; its name and type are only said.

A file of an invoice shows text and pictures. One that brings a script, another file, or a program to start is
refused, whatever the reason it has for it; so is one that is cut, locked, or followed by something else.
Objects are read as a reader reads them, names unescaped and object streams unpacked, because a search in the
bytes sees neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from server.accounts.documents import compact, is_cnpj, is_cpf

LARGEST = 10 * 1024 * 1024
MOST_PAGES = 500
MOST_OBJECTS = 100_000
_TEXT_PAGES = 20  # whose file it is stands on the first ones
_HEAD, _TAIL = b"%PDF-", b"%%EOF"
_ACTIVE = {
    "/JavaScript": "um programa (JavaScript)",
    "/JS": "um programa (JavaScript)",
    "/Launch": "um comando que abre outro programa",
    "/EmbeddedFile": "outro arquivo dentro dele",
    "/EmbeddedFiles": "outro arquivo dentro dele",
    "/Filespec": "outro arquivo dentro dele",
    "/EF": "outro arquivo dentro dele",
    "/GoToR": "um atalho para outro arquivo",
    "/GoToE": "um atalho para outro arquivo",
    "/RichMedia": "mídia que executa",
    "/XFA": "um formulário que executa",
    "/SubmitForm": "um formulário que envia dados",
    "/ImportData": "um formulário que busca dados",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF that may be given out; `text` is what its first pages say."""

    pages: int
    text: str


@dataclass(frozen=True, slots=True)
class Unfit:
    """`why` completes *O arquivo …*."""

    why: str


def inspect(content: bytes) -> Paper | Unfit:
    """Needs a thread of its own: a large file takes a second."""
    if not content:
        return Unfit("está vazio")
    if len(content) > LARGEST:
        return Unfit(f"passa de {LARGEST // 1024 // 1024} MB")
    if not content.startswith(_HEAD):
        return Unfit("não é um PDF")
    end = content.rfind(_TAIL)
    if end < 0:
        return Unfit("está cortado: falta o fim")
    if content[end + len(_TAIL) :].strip(b"\r\n\t \x00"):
        return Unfit("traz outra coisa depois do fim do PDF")
    try:
        return _read(content)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
        return Unfit("está estragado ou cortado")
    except (RecursionError, MemoryError):
        return Unfit("é complicado demais para ser conferido")


def _read(content: bytes) -> Paper | Unfit:
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted:
        return Unfit("está protegido por senha")
    for count, found in enumerate(_objects(reader)):
        if count > MOST_OBJECTS:
            return Unfit("é complicado demais para ser conferido")
        active = _active(found)
        if active:
            return Unfit(f"contém {active}")
    pages = len(reader.pages)
    if not pages:
        return Unfit("não tem páginas")
    if pages > MOST_PAGES:
        return Unfit(f"tem mais de {MOST_PAGES} páginas")
    for page in reader.pages:  # a page whose content is not there shows nothing
        page.get_contents()
    text = "\n".join(page.extract_text() for page in reader.pages[:_TEXT_PAGES])
    return Paper(pages, text)


def _objects(reader: PdfReader) -> Iterator[Any]:
    """The trailer and every object that the file's tables name, also those that nothing refers to."""
    yield reader.trailer
    for generation, places in reader.xref.items():
        for number in places:
            yield reader.get_object(IndirectObject(number, generation, reader))
    for number in reader.xref_objStm:
        yield reader.get_object(IndirectObject(number, 0, reader))


def _active(found: Any) -> str | None:
    """What it would do, of an object with all that stands in it directly."""
    open_ones = [found]
    while open_ones:
        one = open_ones.pop()
        if isinstance(one, DictionaryObject):
            for key, value in dict.items(one):  # as it stands there, nothing looked up
                if key in _ACTIVE:
                    return _ACTIVE[key]
                if key in ("/S", "/Type", "/Subtype") and str(value) in _ACTIVE:
                    return _ACTIVE[str(value)]
                open_ones.append(value)
        elif isinstance(one, ArrayObject):
            open_ones += list.__iter__(one)
    return None


_DOCUMENT = re.compile(
    r"(?<![\w.])(?:[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2}"  # CNPJ
    r"|\d{3}\.\d{3}\.\d{3}-\d{2}"  # CPF
    r"|\d{14})(?!\w)"
)


def documents_in(text: str) -> frozenset[str]:
    """The CNPJs and CPFs of a text, without their points. A bare CPF could be any number, and is left out."""
    found = {compact(one[0]) for one in _DOCUMENT.finditer(text)}
    return frozenset(one for one in found if is_cnpj(one) or is_cpf(one))
