"""A product list in any of its dialects → products and problems. Pure: bytes in, the same answer each time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from runtime.csv_text import Row, UnreadableError, decoded, rows
from services.pim import gtin, magento
from services.pim.columns import MODEL_WORDS, plain
from services.pim.families import with_families
from services.pim.files import files_in
from services.pim.list_mapping import ListMapping, Unknown
from services.pim.patch import attribute_key
from services.pim.product import Columns, Kind, Problem, Product, ProductList

ANY = ListMapping()
"""By usual names alone."""
FIELDS = ("gtin", "name", "category", "kind", "parent", "variations")
EMPTY_CURE = "Give a heading line and a line a product."


def read_products(file: str, data: bytes, mapping: ListMapping = ANY) -> ProductList:
    """`file` names the list in problems. Nothing is raised: what cannot be taken is told as a problem."""
    try:
        text = decoded(data)
        found = list(rows(text))
    except UnreadableError as error:
        return none(file, error.cause, error.cure)
    return of_rows(file, found, mapping, ended=text.endswith(("\n", "\r")))


def none(file: str, cause: str, cure: str, line: int = 0, before: Sequence[Problem] = ()) -> ProductList:
    """A list of which nothing can be taken. before: what was wrong with it until then, which may be why."""
    return ProductList((), (*before, Problem(file, line, cause, cure)))


def of_rows(
    file: str, found: Sequence[Row], mapping: ListMapping = ANY, problems: Sequence[Problem] = (), *, ended: bool = True
) -> ProductList:
    """A heading and a row a product. `problems`: of lines that are no rows; `ended`: the last line has an end."""
    if not found:
        return ProductList((), tuple(problems)) if problems else none(file, "The list is empty.", EMPTY_CURE)
    heading = found[0].cells
    there = ", ".join(cell for cell in heading if cell) or "none"
    try:
        places, pictures = mapping.places(heading), mapping.file_places(heading)
    except Unknown as error:
        cure = f"Correct the mapping file. Columns found: {there}."
        cause = f"The mapping file names the column “{error}”, which is not there."
        return none(file, cause, cure, found[0].line, problems)
    if "sku" not in places:
        cure = f"Call the column with your article numbers “sku”. Columns found: {there}."
        return none(file, "No column holds the SKU.", cure, found[0].line, problems)
    if len(found) == 1:
        return none(file, "The list has a heading but no product.", "Add a line a product.")
    last = found[-1]
    if not ended and len(last.cells) < len(heading):
        cause = f"The list breaks off in this line: it has {len(last.cells)} of {len(heading)} cells and no line end."
        return none(file, cause, "Export it again. Nothing of it was taken.", last.line)
    reading = _Reading(file, heading, places, pictures, mapping, list(problems))
    products = [product for row in found[1:] for product in reading.product(row)]
    listed = with_families(file, products, reading.children, reading.lines, reading.problems)
    unended = "" if ended or not products else products[-1].sku
    return replace(listed, columns=reading.columns(), unended=unended)


@dataclass
class _Reading:
    """One pass over the rows: what was seen so far, for the questions that need the rows before."""

    file: str
    heading: Sequence[str]
    places: dict[str, int]
    pictures: Sequence[int]
    mapping: ListMapping
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    gtins: dict[str, str] = field(default_factory=dict)
    children: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)
    """Names within Magento's cell of attributes."""

    def columns(self) -> Columns:
        """What the list says something of, after all rows."""
        fields = {name for name in FIELDS if name in self.places} | ({"files"} if self.pictures else set())
        axes = {axis for axis in ("color", "size", *self.mapping.axes) if axis in self.places} | self.inside
        axes |= {axis for variants in self.children.values() for said in variants.values() for axis in said}
        names = {*filter(None, self.heading), *self.inside}
        return Columns(frozenset(fields), frozenset(axes), frozenset(map(attribute_key, names)))

    def product(self, row: Row) -> Iterator[Product]:
        """The product of one row, or nothing and a problem."""
        sku = self._cell(row, "sku")
        if not self._takes(row, sku):
            return
        self.lines[sku] = row.line
        extra = magento.pairs(self._cell(row, "additional"))
        self.inside |= extra.keys()
        variations = magento.children(self._cell(row, "variations"))
        if variations:
            self.children[sku] = variations
        word = plain(self._cell(row, "kind"))
        kind: Kind = "model" if variations or word in MODEL_WORDS else "product"
        axes = {axis: self._cell(row, axis) or extra.get(axis, "") for axis in ("color", "size", *self.mapping.axes)}
        yield Product(
            system="csv",
            kind=kind,
            id=sku,
            sku=sku,
            gtin=self._gtin(row, sku),
            name=magento.words(self._cell(row, "name")),
            parent=self._cell(row, "parent"),
            axes={axis: value for axis, value in axes.items() if value},
            category=magento.category(magento.words(self._cell(row, "category"))),
            attributes=self._unnamed(row) | extra,
            files=tuple(files_in(row.cells[at] for at in self.pictures if at < len(row.cells))),
        )

    def _takes(self, row: Row, sku: str) -> bool:
        spare = [cell for cell in row.cells[len(self.heading) :] if cell]
        if spare:
            cause = f"The line has {len(row.cells)} cells, the heading {len(self.heading)}."
            self._problem(row, cause, "Put cells that hold the delimiter in quotation marks. The line is left out.")
        elif not sku:
            self._problem(row, "The line has no SKU.", "Fill the SKU in. The line is left out.")
        elif sku in self.lines:
            cause = f"The SKU {sku} stands in lines {self.lines[sku]} and {row.line}."
            self._problem(row, cause, "Keep one of them. The first was taken.")
        else:
            return True
        return False

    def _gtin(self, row: Row, sku: str) -> str:
        digits, cause, cure = gtin.checked(self._cell(row, "gtin"))
        if cause:
            self._problem(row, cause, cure)
        elif digits and self.gtins.setdefault(digits.zfill(14), sku) != sku:
            other = self.gtins[digits.zfill(14)]
            cause = f"The GTIN {digits} belongs to {other} (line {self.lines[other]}) and to {sku}."
            self._problem(row, cause, "A GTIN names one product: correct one of them. Both are taken as they are.")
        return digits

    def _unnamed(self, row: Row) -> dict[str, str]:
        named = set(self.places.values())
        cells = enumerate(zip(self.heading, row.cells, strict=False))
        return {
            heading: cell for at, (heading, cell) in cells if self._is_attribute(heading) and cell and at not in named
        }

    def _is_attribute(self, heading: str) -> bool:
        return bool(heading) and self.mapping.takes(heading)

    def _cell(self, row: Row, column: str) -> str:
        at = self.places.get(column, -1)
        return row.cells[at] if 0 <= at < len(row.cells) else ""

    def _problem(self, row: Row, cause: str, cure: str) -> None:
        self.problems.append(Problem(self.file, row.line, cause, cure))
