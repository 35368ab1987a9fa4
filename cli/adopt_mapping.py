"""The mapping file of a move from another library: which column of its export says what of a file."""

import re
from pathlib import Path
from typing import Self

from pydantic import model_validator

from cli.trouble import Trouble
from services.pim import mapping_file
from services.pim.flat import Name
from services.pim.mapping_file import MappingError
from services.pim.places import Part

EXAMPLES = Path(__file__).with_name("adopt_mappings")
FACTS = ("sku", "gtin", "role", "title", "alt", "description", "keywords", "copyright", "artist", "product_name")
"""Fields that a folder's list may say of a file, under these names."""
_COLUMN = re.compile(r"\{([^{}]+)\}")


class Focal(Part):
    """Two columns, as shares of the picture; with its width and height beside them, in pixels."""

    x: Name
    y: Name
    width: Name | None = None
    height: Name | None = None

    @model_validator(mode="after")
    def _both_sides(self) -> Self:
        if (self.width is None) != (self.height is None):
            raise ValueError("give width and height, or neither")
        return self


class AdoptMapping(Part):
    """The file. `file`: a column, or text with columns in braces (`{folder}/{name}.{extension}`)."""

    file: Name
    sheet: Name | None = None
    id: Name | None = None
    sku: Name | None = None
    gtin: Name | None = None
    role: Name | None = None
    title: Name | None = None
    alt: Name | None = None
    description: Name | None = None
    keywords: Name | None = None
    copyright: Name | None = None
    artist: Name | None = None
    product_name: Name | None = None
    tags: Name | None = None
    rights: Name | None = None
    expires: Name | None = None
    archived: Name | None = None
    focal: Focal | None = None

    @property
    def template(self) -> str:
        """The file's name, columns in braces."""
        return self.file if "{" in self.file else f"{{{self.file}}}"

    @property
    def columns(self) -> list[str]:
        """All that it names."""
        plain = [getattr(self, name) for name in type(self).model_fields if name not in ("file", "sheet", "focal")]
        focal = [self.focal.x, self.focal.y, self.focal.width, self.focal.height] if self.focal else []
        return [*_COLUMN.findall(self.template), *filter(None, [*plain, *focal])]


USUAL = {name: name for name in AdoptMapping.model_fields if name not in ("sheet", "focal")}
"""Without a mapping file: columns that are called as ours."""


def usual(heading: tuple[str, ...]) -> AdoptMapping:
    """What is there of the usual columns."""
    there = {name: name for name in USUAL if name in heading or name == "file"}
    focal = {"x": "focal_x", "y": "focal_y"} if {"focal_x", "focal_y"} <= set(heading) else None
    return AdoptMapping.model_validate(there | ({"focal": focal} if focal else {}))


def read(named: str | None) -> AdoptMapping | None:
    """One of the examples by its name, or a file; None where none is named. Raises Trouble."""
    if named is None:
        return None
    example = EXAMPLES / f"{named}.yaml"
    try:
        return mapping_file.read(example if example.exists() else Path(named), AdoptMapping, "--mapping")
    except MappingError as error:
        known = ", ".join(sorted(path.stem for path in EXAMPLES.glob("*.yaml")))
        raise Trouble(str(error), f"Examples that can be named instead: {known}.") from error
