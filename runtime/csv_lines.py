"""Rows → lines of CSV that a spreadsheet opens without running anything that stands in them."""

import csv
import io
from collections.abc import Iterable

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(rows: Iterable[Iterable[object]]) -> str:
    """Each row ends with CRLF, as RFC 4180 has it; None is an empty cell."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([[safe(cell) for cell in row] for row in rows])
    return buffer.getvalue()


def safe(cell: object) -> object:
    """Text that would be a formula is told as text; numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(STARTS_FORMULA):
        return f"'{cell}"
    return cell
