"""Rows as PostgreSQL takes them."""

import json
from datetime import UTC, datetime

from schemas.facet import Facet
from services.catalog.rows import TABLES

ASSET = "6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"


def test_a_nul_in_what_a_file_says_spoils_no_row() -> None:
    """jsonb refuses it, and the facet would be buried."""
    data = {"barcodes": [{"text": "a\0b", "gs1": {"10\0": "L"}}], "language": None, "text": [{"text": r"C:\u0000"}]}
    facet = Facet(
        asset_id=ASSET, version=1, facet="tags.later", revision=1, status="done", written=datetime.now(UTC), data=data
    )
    row = TABLES[Facet].values(facet)
    assert json.loads(row[-1]) == {
        "barcodes": [{"text": "ab", "gs1": {"10": "L"}}], "language": None, "text": [{"text": r"C:\u0000"}],
    }  # fmt: skip
