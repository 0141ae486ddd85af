"""Coverage-guided fuzzing of one target: `python -m tests.fuzz.run TARGET SECONDS`; `make fuzz` runs each.

What was learned stays in test-results/fuzz/<target>, so that the next run goes on from there. An input that
breaks something is left in test-results/fuzz/ as <target>-crash-…, -timeout-… or -oom-….
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

from tests.fuzz.dictionary import write_dictionary

FOLDER = Path("test-results/fuzz")
SECONDS_AN_INPUT, MEGABYTES, LONGEST = 5, 1024, 16_384

with atheris.instrument_imports(include=["offline_sync", "server.sync", "json", "uuid", "base64", "gzip"]):
    from tests.fuzz.targets import TARGETS


def main(name: str, seconds: int) -> None:
    target = next(target for target in TARGETS if target.name == name)
    corpus = FOLDER / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    atheris.Setup(
        [
            f"fuzz-{name}",
            str(corpus),
            f"-max_total_time={seconds}",
            f"-timeout={SECONDS_AN_INPUT}",
            f"-rss_limit_mb={MEGABYTES}",
            f"-max_len={LONGEST}",
            f"-dict={write_dictionary(FOLDER / 'dictionary')}",
            f"-artifact_prefix={FOLDER}/{name}-",
            "-print_final_stats=1",
        ],
        target.run,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
