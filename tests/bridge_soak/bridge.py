"""`ilux-bridge` with short pauses, as the soak runs it, and with a defect planted where that is asked for.

`python -m tests.bridge_soak.bridge [watermark] COMMAND …`
"""

from __future__ import annotations

import sys
from functools import partial

from ilux_bridge import cli
from ilux_bridge.agent import Agent
from ilux_bridge.firebird import Work
from ilux_bridge.outbox import capture
from ilux_bridge.outbox.capture import Entry
from ilux_bridge.outbox.names import META, OUTBOX

PACE = 0.2


def watermark() -> None:
    """Reads what is newer than the highest SEQ ever acknowledged: a slow transaction commits behind it."""

    def entries(work: Work, limit: int) -> list[Entry]:
        return [
            Entry(*row)
            for row in work.fetch(
                f"SELECT FIRST {limit} SEQ, TABELA, PK, OP, TX, ORIGEM, QUANDO, HISTORICO FROM {OUTBOX}"
                f" WHERE SEQ > (SELECT ULTIMO_SEQ_ACK FROM {META}) ORDER BY SEQ"
            )
        ]

    capture._entries = entries


PLANTED = {"watermark": watermark}


def main(arguments: list[str]) -> None:
    if arguments[0] in PLANTED:
        PLANTED[arguments[0]]()
        arguments = arguments[1:]
    cli.Agent = partial(Agent, pace=PACE)  # type: ignore[assignment,misc]
    cli.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
