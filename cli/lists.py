"""Product lists in all forms that they come in: text, JSON lines, workbooks; with a mapping file where one is given."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.apart import apart
from cli.say import say
from cli.trouble import Trouble
from runtime.csv_text import Row, UnreadableError, decoded, rows
from runtime.jobs import Cages, Limits, run_twice
from runtime.limits import GIB
from runtime.refusal import Refused
from services.pim import json_lines, mapping_file
from services.pim.csv_source import ANY, none, of_rows
from services.pim.list_mapping import ListMapping
from services.pim.mapping_file import MappingError
from services.pim.product import Problem, ProductList
from services.pim.workbook import MAGIC, ROWS

TEXT, JSON_LINES, WORKBOOKS = frozenset({".csv"}), frozenset({".jsonl", ".ndjson"}), frozenset({".xlsx", ".xlsm"})
Flat = Callable[[Mapping[str, Any]], dict[str, str]]
ENDINGS = TEXT | JSON_LINES | WORKBOOKS
LARGEST_WORKBOOK = 100_000_000
LIMITS = Limits(seconds=180, address_bytes=6 * GIB, rss_bytes=3 * GIB)
"""A workbook of 300,000 products in eight columns took 530 MB."""


def is_list(path: Path) -> bool:
    """Whether a file that is named itself is a product list."""
    return path.suffix.lower() in ENDINGS


def mapping_of(path: Path | None) -> ListMapping:
    """Raises Trouble with file, line and cure."""
    try:
        return mapping_file.read(path, ListMapping, "--mapping") if path else ANY
    except MappingError as error:
        raise Trouble(str(error), "`packshot submit --help` shows one.") from error


def read_list(path: Path, mapping: ListMapping = ANY) -> ProductList:
    """Raises Trouble where no product can be taken; single bad lines are in `problems`."""
    try:
        listed = _read(path, mapping)
    except OSError as error:
        raise Trouble(f"The product list {path} cannot be read: {error.strerror}.", "Check the path.") from error
    if not listed.products:
        raise Trouble(*_first(listed, path))
    return listed


def _read(path: Path, mapping: ListMapping) -> ProductList:
    try:
        found = table(path, mapping.sheet, mapping.sku)
    except UnreadableError as error:
        return none(path.name, error.cause, error.cure)
    return of_rows(found.file, found.rows, mapping, found.problems, ended=found.ended)


@dataclass(frozen=True)
class Table:
    """Any list: its name for messages, heading and rows, lines that are none, whether the last line has an end."""

    file: str
    rows: list[Row]
    problems: list[Problem]
    ended: bool = True


def table(path: Path, sheet: str | None, column: str | None, flat: Flat | None = None) -> Table:
    """`column`: what a workbook's heading is known by; SKUs where it is None. Raises UnreadableError, OSError."""
    with path.open("rb") as file:
        zipped = file.read(len(MAGIC)) == MAGIC
    if zipped or path.suffix.lower() in WORKBOOKS:
        return apart(_workbook(path, sheet, column))
    data = path.read_bytes()
    if path.suffix.lower() in JSON_LINES:
        return Table(path.name, *json_lines.rows(path.name, data, flat))
    text = decoded(data)
    return Table(path.name, list(rows(text)), [], text.endswith(("\n", "\r")))


async def _workbook(path: Path, sheet: str | None, column: str | None) -> Table:
    if path.stat().st_size > LARGEST_WORKBOOK:
        cause = f"The workbook has {path.stat().st_size / 1e6:.0f} MB; {LARGEST_WORKBOOK / 1e6:.0f} is the most."
        raise UnreadableError(cause, "Save it as “CSV UTF-8” and give that file.")
    try:
        about, found = await _caged(path, {"input": "input", "sheet": sheet, "column": column})
    except Refused as refused:
        raise UnreadableError(refused.cause, refused.cure.replace("drop it", "give it")) from refused
    others = f" (not read: {', '.join(about['others'])}; a mapping file can name one)" if about["others"] else ""
    say(f"{path.name}: reading the sheet “{about['sheet']}”{others}")
    return Table(f"{path.name}, sheet {about['sheet']}", found, [])


async def _caged(path: Path, job: dict[str, Any]) -> tuple[dict[str, Any], list[Row]]:
    async def fill(folder: Path) -> None:
        await asyncio.to_thread(shutil.copyfile, path, folder / "input")

    with tempfile.TemporaryDirectory(prefix="packshot-list-") as scratch:
        cages = Cages("services.pim.workbook:work", size=1, scratch=Path(scratch), limits=LIMITS)
        await cages.start()
        try:
            about, found = dict[str, Any](), list[Row]()
            async with aclosing(run_twice(cages, fill, job)) as values:
                async for cage, value in values:
                    about, found = value, _rows(cage.output(ROWS))
            return about, found
        finally:
            await cages.close()


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as file:
        return [Row(number, tuple(cells)) for number, *cells in map(json.loads, file)]


def _first(listed: ProductList, path: Path) -> tuple[str, str]:
    problem = listed.problems[0] if listed.problems else None
    if problem is None:
        return f"{path.name} is empty.", "Add a product."
    place = f"{problem.file}, line {problem.line}" if problem.line else problem.file
    return f"{place}: {problem.cause}", problem.cure
