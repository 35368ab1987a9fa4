"""Pictures that nothing names, of a real shop's hoodies, half of them linked: the right one is among three options."""

from pathlib import Path

import pytest

from bench.suggestions import placed, vectors

pytestmark = [pytest.mark.media, pytest.mark.usefixtures("warm")]
ROUNDS = 10


def test_luma(media: Path) -> None:
    files = sorted((media / "luma" / "images").glob("mh*.jpg"))
    styles = [path.name.partition("-")[0] for path in files]
    found = vectors(files)
    alone, both, _ = placed(styles, found @ found.T, ROUNDS)
    assert len(set(styles)) >= 12 and len(both) >= 200
    assert sum(at < 3 for at in both) / len(both) >= 0.9
    assert sum(at < 3 for at in alone) / len(alone) >= 0.5
