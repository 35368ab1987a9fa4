"""The mapping file: which attribute of Akeneo is what here, and which attributes we write. See `mapping.yaml`."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from services.pim import mapping_file
from services.pim.places import Code, Part, Write

DEFAULT = Path(__file__).with_name("mapping.yaml")


class Mapping(Part):
    """The file."""

    sku: Code = "sku"
    gtin: Code | None = None
    name: Code = "name"
    locale: Code = "en_US"
    channel: Code | None = None
    axes: dict[Code, Code] = Field(default_factory=dict)
    attributes: list[Code] | Literal["all", "none"] = "all"
    write: tuple[Write, ...] = ()

    @model_validator(mode="after")
    def _one_writer_a_place(self) -> Self:
        places = [one.place for one in self.write]
        if twice := sorted({place for place in places if places.count(place) > 1}):
            raise ValueError(f"write names {twice[0].strip('/')} twice: give each attribute, locale and channel once")
        return self

    @property
    def written(self) -> frozenset[str]:
        """Attributes that we write: what stands there is not the PIM's word of the product."""
        return frozenset(one.attribute for one in self.write)


def read(path: Path) -> Mapping:
    """Raises MappingError naming file, line and cure."""
    return mapping_file.read(path, Mapping, "PACKSHOT_AKENEO_MAPPING")
