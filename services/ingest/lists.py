"""A folder's list (`.csv`): what its rows say of the files that they name. Pure; runs in the cage only."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from runtime.csv_text import Row, UnreadableError, decoded, rows
from runtime.refusal import Refused

MAX_BYTES = 10_000_000
MAX_ROWS = 20_000
MAX_TEXT = 500
MAX_LINES = 20
"""A cell that goes on for more lines has a quotation mark that nobody closed."""
_FILE = (
    *("file", "filename", "files", "filenames", "filepath", "path", "image", "imagename", "imagefile", "images"),
    *(
        "picture",
        "photo",
        "asset",
        "assetname",
        "media",
        "datei",
        "dateiname",
        "bild",
        "bilddatei",
        "fichier",
        "bestand",
    ),
)
_FIELDS: dict[str, tuple[str, ...]] = {
    "sku": (
        *("sku", "skus", "variantsku", "skucode", "articlenumber", "articleno", "artikelnummer", "artikelnr"),
        *("itemnumber", "itemno", "productcode", "productnumber", "reference", "ref", "productid"),
    ),
    "gtin": ("gtin", "gtin13", "ean", "ean13", "eancode", "upc", "barcode", "variantbarcode", "isbn"),
    "role": ("role", "view", "shot", "angle", "imagetype", "imagerole", "ansicht"),
    "campaign_category": ("campaigncategory", "linkcategory", "categorylink"),
    "campaign_collection": ("campaigncollection", "linkcollection", "collectionlink"),
    "market": ("market", "markets", "markt", "maerkte", "markte"),
    "locale": ("locale", "locales"),
    "channel": ("channel", "channels", "saleschannel", "kanal", "kanale"),
    "title": ("title", "headline", "imagetitle", "titel"),
    "alt": ("alt", "alttext", "imagealt", "imagealttext", "alternativetext"),
    "description": ("description", "caption", "beschreibung"),
    "keywords": ("keywords", "keyword", "tags", "stichworte", "schlagworte"),
    "copyright": ("copyright", "copyrightnotice", "rights"),
    "artist": ("artist", "photographer", "creator", "credit", "author", "fotograf"),
    "product_name": ("productname", "name", "product", "producttitle", "produktname"),
}
"""Field → the words over its column; the first that is there counts."""
_MANY = {
    **dict.fromkeys(("sku", "campaign_category", "campaign_collection"), re.compile(r"[;|\n]")),
    **dict.fromkeys(("keywords", "market", "locale", "channel"), re.compile(r"[;|,\n]")),
    "gtin": re.compile(r"[;|,\s]"),
}
"""Fields that may hold several values, and what stands between these."""


@dataclass
class Told:
    """What the rows say: name → (line, fields), and what is wrong with single rows."""

    rows: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the pipe."""
        return {"rows": [[name, line, fields] for name, (line, fields) in self.rows.items()], "problems": self.problems}


def read(data: bytes) -> Told:
    """The list. Raises Refused where it says nothing of any file."""
    try:
        found = list(rows(decoded(data)))
    except UnreadableError as error:
        raise Refused(error.cause, error.cure) from error
    if len(found) < 2:
        raise Refused("The list is empty.", "Give a heading line, and a line for each file.")
    if len(found) > MAX_ROWS + 1:
        raise Refused(f"The list has {len(found) - 1} rows; {MAX_ROWS} is the most.", "Make two lists of it.")
    heading = [_plain(cell) for cell in found[0].cells]
    at = next((heading.index(word) for word in _FILE if word in heading), None)
    places = {name: heading.index(word) for name, words in _FIELDS.items() for word in words[::-1] if word in heading}
    there = ", ".join(f"“{cell}”" for cell in found[0].cells if cell)
    if at is None:
        raise Refused(
            f"No column holds file names (line {found[0].line}): the columns are {there}.",
            "Call the column with the file names “file”. A list of products goes in with `packshot submit FILE.csv`.",
        )
    if not places:
        raise Refused(
            f"No column says anything of the files (line {found[0].line}): the columns are {there}.",
            "Add columns such as “sku”, “role”, “title”, “alt”, “keywords” or “copyright”.",
        )
    told = Told()
    for row in found[1:]:
        _row(row, at, places, len(heading), told)
    if not told.rows:
        raise Refused(f"No row of the list can be used. {' '.join(told.problems[:5])}", "Correct these lines.")
    return told


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold())
    return re.sub(r"[\W_]+", "", "".join(c for c in letters if not unicodedata.combining(c)))


def _row(row: Row, at: int, places: Mapping[str, int], width: int, told: Told) -> None:
    if any(cell.count("\n") > MAX_LINES for cell in row.cells):
        raise Refused(
            f"From line {row.line} on the list cannot be read.", "Close the quotation mark that is open there."
        )
    if any(row.cells[width:]):
        told.problems.append(
            f"Line {row.line} has more cells than the heading: text that holds the separator needs quotation marks."
        )
        return
    name = row.cells[at] if at < len(row.cells) else ""
    if not name or (path := _path(name)) is None:
        what = f"“{name[:80]}” is no name of a file in this folder" if name else "there is no file name"
        told.problems.append(f"Line {row.line}: {what}.")
        return
    fields = _fields(row.cells, places)
    line, known = told.rows.setdefault(path, (row.line, {}))
    for field_name, value in fields.items():
        if field_name in _MANY:
            known[field_name] = list(dict.fromkeys([*known.get(field_name, []), *value]))
        elif known.setdefault(field_name, value) != value:
            told.problems.append(
                f"Line {row.line}: “{path[:80]}” has another {field_name} than in line {line}; the first counts."
            )


def _path(name: str) -> str | None:
    """A path below the list's folder; None where it leads out of it."""
    path = PurePosixPath(name.replace("\\", "/").removeprefix("./"))
    bad = path.is_absolute() or ".." in path.parts or not path.name or "\n" in name or len(name) > 900 or ":" in name
    return None if bad else unicodedata.normalize("NFC", str(path))


def _fields(cells: Sequence[str], places: Mapping[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, place in places.items():
        text = cells[place].strip() if place < len(cells) else ""
        if name in _MANY:
            values = [part.strip()[:MAX_TEXT] for part in _MANY[name].split(text) if part.strip()][:100]
            if values:
                found[name] = values
        elif text:
            found[name] = text[:MAX_TEXT]
    return found
