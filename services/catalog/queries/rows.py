"""What the view answers, as plain records: column name → value, JSON columns decoded."""

import json
from typing import Any

import asyncpg

Row = dict[str, Any]
JSON = {
    "own",
    "data",
    "axes",
    "attributes",
    "asins",
    "model_attributes",
    "items",
    "fields",
    "refused",
    "evidence",
    "changed",
    "limits",
    "closed",
}


def row_of(record: asyncpg.Record) -> Row:
    """One record."""
    return {name: json.loads(value) if name in JSON and value else value for name, value in record.items()}


def rows_of(records: list[asyncpg.Record]) -> list[Row]:
    """All records."""
    return [row_of(record) for record in records]
