"""A workbook (.xlsx) → the rows of the one sheet that is a product list. Runs in the cage only: a small file may unpack
to a very large one.

Cells become what a person sees in them: numbers without `.0`, dates as 2026-11-29. Of formulas the value counts that
was saved with them.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    XmlError,
    ZipError,
    load_workbook,
)

from runtime.refusal import Refused
from services.pim.columns import columns, plain

MAGIC = b"PK\x03\x04"
ROWS = "rows.jsonl"
LOOKED_AT = 20
"""So many rows are looked at for the heading: people write titles above it."""
Numbered = Iterator[tuple[int, list[str]]]
EXACT = 1e15
"""A spreadsheet keeps fifteen digits."""


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """One dict: which sheet was read, and which not. The rows lie in a file beside: its number, then its cells."""
    try:
        book = load_workbook(folder / job["input"])
        name, rows = _chosen(book, job.get("sheet"), job.get("column"))
        with (folder / ROWS).open("w", encoding="utf-8") as file:
            for number, cells in rows:
                file.write(json.dumps([number, *cells]) + "\n")
    except PasswordError as error:
        raise Refused("The workbook is locked by a password.", "Save it without one.") from error
    except (CalamineError, ZipError, XmlError, OSError) as error:
        raise Refused(
            f"The workbook cannot be read: {error}.", "Open it in Excel and save it again as .xlsx."
        ) from error
    yield {"sheet": name, "others": [other for other in _sheets(book) if other != name]}


def _sheets(book: CalamineWorkbook) -> list[str]:
    """Those that hold cells and are shown."""
    return [
        one.name
        for one in book.sheets_metadata
        if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
    ]


def _chosen(book: CalamineWorkbook, wanted: str | None, column: str | None) -> tuple[str, Numbered]:
    """The sheet that is named, else the first with a column of SKUs, else the first."""
    names = _sheets(book)
    if wanted is not None and wanted not in book.sheet_names:
        raise Refused(f"There is no sheet “{wanted}”.", f"The sheets are: {', '.join(names)}.")
    if not names and wanted is None:
        raise Refused("The workbook has no sheet with cells.", "Give a workbook with a list of products.")
    for name in names if wanted is None else [wanted]:
        rows = _rows(book, name)
        first = list(islice(rows, LOOKED_AT))
        heading = next((place for place, (_, cells) in enumerate(first) if _is_heading(cells, column)), None)
        if heading is not None or wanted is not None:
            return name, chain(first[heading or 0 :], rows)
    return names[0], _rows(book, names[0])


def _rows(book: CalamineWorkbook, name: str) -> Numbered:
    """Row numbers as Excel shows them. Rows without a word are left out."""
    for number, cells in enumerate(book.get_sheet_by_name(name).iter_rows(), 1):
        words = list(map(text, cells))
        if any(words):
            yield number, words


def _is_heading(cells: Sequence[str], column: str | None) -> bool:
    filled = [cell for cell in cells if cell]
    if column is not None:
        return any(plain(cell) == plain(column) for cell in filled)
    return len(filled) > 1 and "sku" in columns(filled)


def text(cell: Any) -> str:
    """What a person sees in it."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.15g}" if abs(cell) >= EXACT or not cell.is_integer() else str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).strip()
