"""docs/sync-protocol.md and the code say the same: codes, statuses, facts and limits."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from offline_sync.messages import Limits
from server.problems import CATALOGUE
from server.sync.problems import PROBLEMS

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "sync-protocol.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| (\d{3}) \|(.*?)\|", re.M)
RAISED = re.compile(r'SyncProblem\(\s*"(\w+)"((?:[^()]|\([^()]*\))*)\)')
PORTAL_WIDE = {"login_required", "rate_limited", "busy"}

documented = {
    code: (int(status), set(re.findall(r"`(\w+)`", facts))) for code, status, facts in ROW.findall(DOCUMENT)
}
sources = [*(ROOT / "offline_sync").rglob("*.py"), *(ROOT / "server" / "sync").rglob("*.py")]


def test_every_code_is_documented_with_its_status() -> None:
    codes = {entry.code for entry in PROBLEMS} | PORTAL_WIDE
    assert set(documented) == codes
    assert {code: status for code, (status, _) in documented.items()} == {
        code: CATALOGUE[code].status for code in codes
    }


def test_every_problem_is_raised_with_the_facts_that_are_documented() -> None:
    raised = [match for source in sources for match in RAISED.findall(source.read_text())]
    assert {code for code, _ in raised} >= set(documented) - PORTAL_WIDE - {"page_unknown"}
    for code, arguments in raised:
        facts = set(re.findall(r"(\w+)=", arguments))
        assert facts == documented[code][1], code


def test_every_limit_is_documented_with_its_value() -> None:
    for name, value in msgspec.to_builtins(Limits()).items():
        assert f"`{name}` {value}" in DOCUMENT


def test_every_step_that_the_code_cites_is_in_the_document() -> None:
    steps = {
        part: len(re.findall(r"^\d\. ", text, re.M))
        for part, text in re.findall(r"^### (Push|Pull): .*?\n(.*?)(?=^### )", DOCUMENT, re.M | re.S)
    }
    cited = re.findall(r"(push|pull) (\d)\b", "".join(source.read_text() for source in sources))
    assert cited
    assert all(int(step) <= steps[part.capitalize()] for part, step in cited)
