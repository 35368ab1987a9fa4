"""The whole DDL of the schema `webhooks`."""

from pathlib import Path

from runtime.standing import OFFSETS_DDL

SCHEMA = "webhooks"


def ddl() -> str:
    """All tables; a changed text makes the view anew."""
    return OFFSETS_DDL + Path(__file__).with_name("schema.sql").read_text()
