"""The report of a shoot as a list that a spreadsheet opens. Pure."""

import csv
import io
from collections.abc import Iterable

from services.catalog.shoots.lines import Line

COLUMNS = ("file", "status", "products", "roles", "why", "what to do")
MARK = "\ufeff"
"""By it spreadsheets know that it is UTF-8."""
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(text: str) -> str:
    """As text and never as a formula, whatever a file is called: spreadsheets run what begins so."""
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text


def rows(table: Iterable[Iterable[str]]) -> str:
    """The whole text of a list."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerows([cell(text) for text in row] for row in table)
    return MARK + made.getvalue()


def report(lines: Iterable[Line]) -> str:
    """A row a file; the same lines give the same text."""
    return rows([COLUMNS, *map(_row, lines)])


def _row(line: Line) -> tuple[str, ...]:
    skus, roles = dict.fromkeys(sku for sku, _ in line.links), dict.fromkeys(role for _, role in line.links)
    return (line.file, line.status, ", ".join(skus), ", ".join(roles), line.why, line.cure)
