"""The mapping file of a product list: which of its columns is what here. What it leaves out goes by usual names."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from services.pim.columns import SYNONYMS, columns, file_columns, plain
from services.pim.flat import Name
from services.pim.places import Code, Part

FIELDS = ("sku", "gtin", "name", "parent", "category", "kind")


class Unknown(ValueError):
    """A column that the mapping names is not in the list."""


class ListMapping(Part):
    """The file."""

    sheet: Name | None = None
    sku: Name | None = None
    gtin: Name | None = None
    name: Name | None = None
    parent: Name | None = None
    category: Name | None = None
    kind: Name | None = None
    axes: dict[Code, Name] = Field(default_factory=dict)
    attributes: list[Name] | Literal["all", "none"] = "all"
    files: list[Name] | None = None

    @model_validator(mode="after")
    def _axes_of_their_own(self) -> Self:
        if taken := [axis for axis in self.axes if axis in SYNONYMS and axis not in ("color", "size")]:
            raise ValueError(f"axes: {taken[0]} is no axis: write it without “axes”")
        return self

    def places(self, heading: Sequence[str]) -> dict[str, int]:
        """Our name of a field or axis → the position of its column. Raises Unknown."""
        named = {field: getattr(self, field) for field in FIELDS if getattr(self, field)} | self.axes
        return columns(heading) | {ours: at(heading, column) for ours, column in named.items()}

    def file_places(self, heading: Sequence[str]) -> list[int]:
        """The positions of the columns that name files. Raises Unknown."""
        return file_columns(heading) if self.files is None else [at(heading, column) for column in self.files]

    def takes(self, column: str) -> bool:
        """Whether a column that is nothing else is an attribute."""
        return self.attributes == "all" or column in self.attributes


def at(heading: Sequence[str], column: str) -> int:
    """Its position: as it is written, else without case, blanks and signs. Raises Unknown."""
    if column in heading:
        return heading.index(column)
    alike = [place for place, cell in enumerate(heading) if plain(cell) == plain(column)]
    if not alike:
        raise Unknown(column)
    return alike[0]
