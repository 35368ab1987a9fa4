"""Mapping files: what stands for what in another system. A slip in one is told with file, line and cure."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from runtime.yaml_text import NotYaml, loaded
from services.pim.places import Part

P = TypeVar("P", bound=Part)


class MappingError(ValueError):
    """The mapping file does not hold; the message names file, line and cure."""


def read(path: Path, model: type[P], named_by: str) -> P:
    """`named_by`: what names the file, a setting or an option. Raises MappingError."""
    try:
        text = path.read_text("utf-8")
        found = loaded(text)
        return model.model_validate({} if found is None else found)
    except OSError as error:
        raise MappingError(f"{path}: {error.strerror}. Name the file in {named_by}.") from error
    except UnicodeDecodeError as error:
        raise MappingError(f"{path}: this is no text in UTF-8. Save it as UTF-8.") from error
    except NotYaml as error:
        place = f"{path}, line {error.line}" if error.line else str(path)
        raise MappingError(f"{place}: {error.fault}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"] if isinstance(step, str | int)) or "the file"
        said = first["msg"].removeprefix("Value error, ")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
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
