"""What a check finds in ILUX's mapping, changed."""

from __future__ import annotations

from ilux_bridge.mapping.base import Base
from ilux_bridge.mapping.check import check
from ilux_bridge.mapping.finding import Code, Finding
from tests.bridge_mapping.bases import ILUX
from tests.bridge_mapping.mappings import ILUX_TEXT, changed, mapping


def found(code: Code, *changes: tuple[str, str], base: Base = ILUX) -> list[Finding]:
    """The findings of one code, of ILUX's mapping with those changes."""
    findings = check(mapping(changed(ILUX_TEXT, *changes)), base)
    for finding in findings:
        assert finding.place.startswith("[")
        assert finding.text.endswith("."), finding.text
        assert finding.advice.endswith("."), finding.advice
    return [finding for finding in findings if finding.code is code]


def the_one(code: Code, *changes: tuple[str, str], base: Base = ILUX) -> Finding:
    findings = found(code, *changes, base=base)
    assert len(findings) == 1, [str(finding) for finding in findings]
    return findings[0]
