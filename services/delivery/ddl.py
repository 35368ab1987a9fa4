"""The whole DDL of the schema `delivery`."""

from pathlib import Path

from runtime.standing import OFFSETS_DDL

SCHEMA = "delivery"


def ddl() -> str:
    """All tables; a changed text makes the view anew."""
    return OFFSETS_DDL + Path(__file__).with_name("schema.sql").read_text()
