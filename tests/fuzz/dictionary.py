"""The seeds' words and the treacherous tokens, in libFuzzer's format."""

from __future__ import annotations

import re
from pathlib import Path

from tests.fuzz import seeds


def write_dictionary(path: Path) -> Path:
    messages = seeds.encoded(seeds.ENROLMENT, seeds.PUSH, seeds.PULL, seeds.TRACKS, *seeds.MUTATIONS)
    words = {word for message in messages for word in re.findall(rb'"\w+":?', message)}
    lines = (
        '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"' for word in sorted(words | {*seeds.TOKENS})
    )
    path.write_text("\n".join(lines) + "\n")
    return path
