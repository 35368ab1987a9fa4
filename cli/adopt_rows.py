"""An export of another library and the files of a bucket → what is to be moved, and what is wrong. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from cli.adopt_mapping import FACTS, AdoptMapping, usual
from runtime.csv_text import Row
from schemas.curation import AVAILABLE_UNTIL
from services.ingest.meant import Names
from services.ingest.names import is_list, is_nothing
from services.pim.list_mapping import at
from services.pim.product import Problem

MOST_TAGS, LONGEST_TAG = 100, 200
YES = frozenset({"1", "true", "yes", "y", "ja", "oui", "archived"})
_SEVERAL = re.compile(r"[;|,\n]")


@dataclass(frozen=True)
class Move:
    """One file. `key`: in its bucket, below the prefix; `line`: of its row, 0 where there is none."""

    key: str
    line: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    focal: tuple[float, float] | None = None

    @property
    def said(self) -> dict[str, object]:
        """What is decided about it by who moves it. The last day of its rights is one of them."""
        found: dict[str, object] = {f"tag:{tag}": "confirmed" for tag in self.tags}
        if self.focal:
            found["focal"] = {"x": self.focal[0], "y": self.focal[1]}
        if ends := self.meta.get("expires"):
            after = datetime.fromisoformat(ends).replace(tzinfo=UTC) + timedelta(days=1)
            found[AVAILABLE_UNTIL] = after.isoformat()
        return found


@dataclass(frozen=True)
class Plan:
    """What would be done. `out`: keys that stay where they are, because their rights have ended."""

    moves: tuple[Move, ...]
    problems: tuple[Problem, ...]
    out: tuple[str, ...] = ()


def planned(
    file: str, rows: Sequence[Row], mapping: AdoptMapping | None, keys: Iterable[str], *, expired: bool = False
) -> Plan:
    """`keys`: of the bucket; `expired`: whether files whose rights have ended are moved, too. Raises Unknown."""
    taken = [key for key in keys if not is_nothing(key) and not is_list(key)]
    if not rows:
        return Plan(tuple(map(Move, taken)), (Problem(file, 0, "The list is empty.", "Export it again."),))
    own = mapping or usual(rows[0].cells)
    places = {column: at(rows[0].cells, column) for column in own.columns}
    reading = _Reading(file, own, places, _Files(taken), expired)
    for row in rows[1:]:
        reading.row(row)
    left = [reading.moves.get(key, Move(key)) for key in taken if key not in reading.out]
    return Plan(tuple(left), tuple(reading.problems), tuple(sorted(reading.out)))


class _Files:
    """Which file a name means: by its whole key, else by the name without folders, where only one is called so."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._there, self._whole = frozenset(keys), Names(keys)
        self._bare = defaultdict[str, list[str]](list)
        for key in keys:
            name = PurePosixPath(key).name.casefold()
            for called in {name, PurePosixPath(name).stem}:
                self._bare[called].append(key)

    def named(self, name: str) -> list[str]:
        """Its keys: one, or none, or several where it is not clear."""
        key = self._whole.key_of(name)
        return [key] if key in self._there else self._bare.get(PurePosixPath(name).name.casefold(), [])


@dataclass
class _Reading:
    """One pass over the rows."""

    file: str
    mapping: AdoptMapping
    places: Mapping[str, int]
    files: _Files
    expired: bool
    moves: dict[str, Move] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    out: set[str] = field(default_factory=set)

    def row(self, row: Row) -> None:
        """What it says of its file."""
        key = self._key(row)
        if key is None:
            return
        if key in self.moves:
            cause = f"The file {key} stands in lines {self.moves[key].line} and {row.line}."
            self._wrong(row, cause, "Keep one of them. The first was taken.")
            return
        facts = {name: text for name in FACTS if (text := self._cell(row, getattr(self.mapping, name)))}
        meta = {"moved-from": self._cell(row, self.mapping.id), "rights": self._cell(row, self.mapping.rights)}
        meta["expires"] = self._ends(row)
        kept = {name: text for name, text in meta.items() if text}
        self.moves[key] = Move(key, row.line, facts, kept, self._tags(row), self._focal(row))
        ended = meta["expires"] and meta["expires"] < f"{datetime.now(UTC):%Y-%m-%d}"
        if (ended or self._cell(row, self.mapping.archived).casefold() in YES) and not self.expired:
            self.out.add(key)

    def _key(self, row: Row) -> str | None:
        name = self.mapping.template
        for column in {column for column in self.places if f"{{{column}}}" in name}:
            name = name.replace(f"{{{column}}}", self._cell(row, column))
        name = name.strip("/. ")
        found = self.files.named(name) if name else []
        if len(found) == 1:
            return found[0]
        if not name:
            self._wrong(row, "The line names no file.", "Fill the name in. The line is left out.")
        elif found:
            cause = f"“{name}” may be {', '.join(sorted(found)[:3])}."
            self._wrong(row, cause, "Name the file with its folder. The line is left out.")
        else:
            self._wrong(row, f"There is no file “{name}” in the bucket.", "Copy it there, or correct the name.")
        return None

    def _tags(self, row: Row) -> tuple[str, ...]:
        words = [word.strip() for word in _SEVERAL.split(self._cell(row, self.mapping.tags)) if word.strip()]
        fine = [word for word in dict.fromkeys(words) if len(word) <= LONGEST_TAG and "\0" not in word]
        if len(fine) < len(set(words)):
            self._wrong(row, f"A tag is longer than {LONGEST_TAG} letters.", "Shorten it. The others are taken.")
        if len(fine) > MOST_TAGS:
            self._wrong(row, f"The file has {len(fine)} tags.", f"The first {MOST_TAGS} are taken.")
        return tuple(fine[:MOST_TAGS])

    def _ends(self, row: Row) -> str:
        text = self._cell(row, self.mapping.expires)
        try:
            return datetime.fromisoformat(text).date().isoformat() if text else ""
        except ValueError:
            self._wrong(row, f"“{text}” is no date.", "Write it as 2027-01-31. The file is moved without it.")
            return ""

    def _focal(self, row: Row) -> tuple[float, float] | None:
        own = self.mapping.focal
        if own is None or not (self._cell(row, own.x) and self._cell(row, own.y)):
            return None
        try:
            sides = [self._number(row, side) if side else 1.0 for side in (own.width, own.height)]
            x, y = (self._number(row, name) / side for name, side in zip((own.x, own.y), sides, strict=True))
        except (ValueError, ZeroDivisionError):
            x = y = -1.0
        if 0 <= x <= 1 and 0 <= y <= 1:
            return round(x, 4), round(y, 4)
        cure = "Give x and y as shares from 0 to 1, or name the width and height columns. The file is moved without it."
        self._wrong(row, f"The focal point {self._cell(row, own.x)}, {self._cell(row, own.y)} is none.", cure)
        return None

    def _number(self, row: Row, column: str) -> float:
        return float(self._cell(row, column).replace(",", "."))

    def _cell(self, row: Row, column: str | None) -> str:
        place = self.places.get(column, -1) if column else -1
        return row.cells[place] if 0 <= place < len(row.cells) else ""

    def _wrong(self, row: Row, cause: str, cure: str) -> None:
        self.problems.append(Problem(self.file, row.line, cause, cure))
