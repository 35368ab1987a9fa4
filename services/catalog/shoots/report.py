"""The report of a shoot as a list that a spreadsheet opens. Pure."""

from collections.abc import Iterable

from runtime.csv_lines import lines as csv_lines
from services.catalog.shoots.lines import Line

COLUMNS = ("file", "status", "products", "roles", "why", "what to do")
MARK = "\ufeff"
"""By it spreadsheets know that it is UTF-8."""


def report(lines: Iterable[Line]) -> str:
    """A row a file; the same lines give the same text."""
    return MARK + csv_lines([COLUMNS, *map(_row, lines)])


def _row(line: Line) -> tuple[str, ...]:
    skus, roles = dict.fromkeys(sku for sku, _ in line.links), dict.fromkeys(role for _, role in line.links)
    return (line.file, line.status, ", ".join(skus), ", ".join(roles), line.why, line.cure)
