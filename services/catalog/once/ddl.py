"""The schema `catalog_once`: apart from the view, which is dropped whenever its own changes."""

from pathlib import Path

SCHEMA = "catalog_once"


def ddl() -> str:
    """Its tables."""
    return (Path(__file__).parent / "schema.sql").read_text()
