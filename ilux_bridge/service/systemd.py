"""The unit of systemd that keeps the bridge running on Linux."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

UNIT = "ilux-bridge.service"
FOLDER = Path("/etc/systemd/system")

# Not bound to Firebird's own unit: who stops Firebird for a copy would stop the bridge, and nobody starts it
# again. What it waits for at the start it also waits for later.
_TEXT = """[Unit]
Description=Ponte entre o ILUX e o portal
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={command}
WorkingDirectory={folder}
User={user}
Restart=always
RestartSec=10
WatchdogSec=60
TimeoutStopSec=20
UMask=0027
NoNewPrivileges=yes

[Install]
WantedBy=multi-user.target
"""


def unit(command: Sequence[str], folder: Path, user: str) -> str:
    """`command` begins with an absolute path, as systemd asks."""
    return _TEXT.format(command=" ".join(map(_quoted, command)), folder=_escaped(str(folder)), user=user)


def _quoted(word: str) -> str:
    text = _escaped(word).replace("$", "$$")
    if text and not any(character in text for character in " \t\"'\\;"):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
