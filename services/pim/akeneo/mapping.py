"""The mapping file: which attribute of Akeneo is what here, and which attributes we write. See `mapping.yaml`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from services.pim.places import Code, Part, Write

DEFAULT = Path(__file__).with_name("mapping.yaml")


class MappingError(ValueError):
    """The mapping file does not hold; the message names file, line and cure."""


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
    try:
        text = path.read_text()
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        return Mapping.model_validate(yaml.safe_load(text) or {})
    except OSError as error:
        raise MappingError(f"{path}: {error.strerror}. Name the file in PACKSHOT_AKENEO_MAPPING.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise MappingError(f"{path}, line {line}: {error.problem}. Indent with blanks, quote odd signs.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"] if isinstance(step, str | int)) or "the file"
        said = first["msg"].removeprefix("Value error, ")
        raise MappingError(
            f"{path}, line {_line(root, first['loc'])}: {where}: {said}. Compare it with the example in docs/pim.md."
        ) from error


def _line(node: yaml.Node | None, steps: Sequence[Any]) -> int:
    """Where that part of the file stands; of a part that is not there, the part that lacks it."""
    line = node.start_mark.line + 1 if node else 1
    for step in steps:
        below: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(step):
                    line, below = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            below = node.value[step]
            line = below.start_mark.line + 1
        if below is None:
            return line
        node = below
    return line
