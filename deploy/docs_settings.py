"""The tables of docs/settings.md, from the settings classes and the launcher's ports."""

import importlib
import pkgutil
import types
from collections.abc import Iterable
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

import services
from cli.adopt import AdoptSettings
from cli.connect import ToolSettings
from cli.ports import DEFAULTS
from runtime.config import PREFIX, Settings


def classes() -> dict[str, type[Settings]]:
    """The settings class of each service, found in its config.py."""
    found = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(services.__path__)):
        config = importlib.import_module(f"services.{name}.config")
        own = [kind for kind in vars(config).values() if isinstance(kind, type) and issubclass(kind, Settings)]
        found[name] = next(kind for kind in own if kind.__module__ == config.__name__)
    return found


def variable(field: str) -> str:
    """`slots` is PACKSHOT_SLOTS."""
    return PREFIX + field.upper()


def _kind(field: FieldInfo) -> str:
    kind = field.annotation
    if isinstance(kind, types.UnionType):
        kind = next(part for part in get_args(kind) if part is not types.NoneType)
    if get_origin(kind) is Literal:
        kind = str
    return {"str": "text", "int": "whole number", "float": "number", "bool": "true, false", "Path": "path"}[
        getattr(kind, "__name__", "")
    ]


def _default(field: FieldInfo) -> str:
    return f"`{field.default}`" if field.default not in ("", None) else ""


def _rows(fields: Iterable[tuple[str, FieldInfo]]) -> str:
    rows = (f"| `{variable(n)}` | {_kind(f)} | {_default(f)} | {f.description} |" for n, f in fields)
    return "\n".join(["| setting | kind | default | what it does |", "|---|---|---|---|", *rows])


def text() -> str:
    """All tables."""
    parts = ["## Every service", _rows(Settings.model_fields.items())]
    shown: dict[str, type[Settings]] = {
        **classes(),
        "packshot adopt": AdoptSettings,
        "the command line elsewhere": ToolSettings,
    }
    for name, kind in shown.items():
        own = [(field, info) for field, info in kind.model_fields.items() if field not in Settings.model_fields]
        if own:
            parts += [f"## {name}", _rows(own)]
    ports = [f"| `{variable(name)}_PORT` | `{port}` |" for name, port in DEFAULTS.items()]
    parts += ["## Ports of one machine", "\n".join(["| setting | first tried |", "|---|---|", *ports])]
    return "\n\n".join(parts)
