"""The whole DDL of the schema `catalog`."""

from pathlib import Path

from runtime.standing import OFFSETS_DDL

SCHEMA = "catalog"
GROUP = "catalog"
CHANNEL = "catalog_live"
"""PostgreSQL's NOTIFY channel: which assets a committed batch has changed; which shoot has settled."""


def ddl() -> str:
    """Tables of the view and the table of offsets."""
    return (Path(__file__).parent / "schema.sql").read_text() + OFFSETS_DDL
