"""How values read on a page."""

from __future__ import annotations

import pytest

from server.web.rendering import tax_id


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("52998224725", "529.982.247-25"),
        ("11222333000181", "11.222.333/0001-81"),
        ("12ABC34501DE35", "12.ABC.345/01DE-35"),
        ("RG 4.123.456", "RG 4.123.456"),
        ("529.982.247-25", "529.982.247-25"),
        ("", ""),
    ],
)
def test_a_document_reads_with_its_points(stored: str, read: str) -> None:
    assert tax_id(stored) == read
