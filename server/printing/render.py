"""Setting a report with typst: no network, no fonts of the system, no file but the report's own."""

from __future__ import annotations

import asyncio
import re
import tempfile
import unicodedata
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import typst

_PAPER = (Path(__file__).parent / "paper.typ").read_bytes()
_STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
# Setting a report keeps a core busy for some hundredths of a second: two at a time leave room for pages.
_PRESS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="report")
_LONGEST_WORD = 26  # fits the narrowest column
_WORD_BREAK = "\u200b"


async def render(report: Any, files: Mapping[str, bytes], template: bytes) -> bytes:
    """The PDF. `files` are the pictures that the report names, by their names; `template` sets its texts
    on `paper.typ`."""
    return await asyncio.get_running_loop().run_in_executor(_PRESS, _set, report, files, template)


def _set(report: Any, files: Mapping[str, bytes], template: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="pws-report-") as folder:
        for name, content in {**files, "paper.typ": _PAPER}.items():
            (Path(folder) / name).write_bytes(content)
        text = msgspec.json.encode(printable(msgspec.to_builtins(report))).decode()
        try:
            return _compile(folder, text, template, _STANDARDS)
        except typst.TypstError as error:
            # PDF/A refuses a character that no embedded font can draw (an emoji, a foreign script). The
            # report is worth more than its archival mark: it is set without, and shows an empty box there.
            if "could not be displayed" not in error.message:
                raise
            return _compile(folder, text, template, [])


def _compile(folder: str, text: str, template: bytes, standards: list[typst.PDFStandard]) -> bytes:
    compiler = typst.Compiler(
        template,
        root=folder,
        ignore_system_fonts=True,
        package_path=folder,
        package_cache_path=folder,
        sys_inputs={"report": text},
    )
    pdf = compiler.compile(format="pdf", pdf_standards=standards)
    assert isinstance(pdf, bytes)
    return pdf


def printable(value: Any) -> Any:
    """The same value with texts that paper can hold: no control characters, no reversed reading, no word
    longer than a line."""
    if isinstance(value, str):
        return _printable_text(value)
    if isinstance(value, list | tuple):
        return [printable(one) for one in value]
    if isinstance(value, dict):
        return {key: printable(one) for key, one in value.items()}
    return value


def _printable_text(text: str) -> str:
    unified = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ")
    kept = "".join(sign for sign in unified if sign == "\n" or not unicodedata.category(sign).startswith("C"))
    return re.sub(
        rf"\S{{{_LONGEST_WORD},}}",
        lambda word: _WORD_BREAK.join(
            word[0][start : start + _LONGEST_WORD] for start in range(0, len(word[0]), _LONGEST_WORD)
        ),
        kept,
    )
