"""Weights are read as they are packed, and what is not whole says so."""

from pathlib import Path

import numpy as np
import pytest

from services.catalog.meaning import weights
from services.catalog.meaning.embedder import ENCODER, WEIGHTS, Embedder
from services.catalog.meaning.weights import BLOCKS, BadWeights, unpacked


def test_a_block_is_sixteen_pairs_and_a_scale() -> None:
    block = np.zeros(1, BLOCKS)
    block["scale"], block["pairs"][0, 0], block["pairs"][0, 15] = 0.5, 0x2F, 0x80
    found = unpacked(block)
    assert found.shape == (32,)
    assert (found[0], found[16], found[15], found[31]) == (3.5, -3.0, -4.0, 0.0)
    assert set(found[1:15]) == {-4.0}


@pytest.mark.parametrize("length", [0, 3])
def test_what_is_no_such_file_names_the_cure(tmp_path: Path, length: int) -> None:
    (tmp_path / "x.bin").write_bytes(b"E5S"[:length] + b"no weights")
    with pytest.raises(BadWeights, match=r"x\.bin .*packshot setup"):
        weights.read(tmp_path / "x.bin")


@pytest.mark.parametrize("length", [8, 60, 2_000_000, 60_000_000])
def test_what_is_cut_off_is_told(meaning: Path, tmp_path: Path, length: int) -> None:
    (tmp_path / "x.bin").write_bytes((meaning / WEIGHTS).read_bytes()[:length])
    with pytest.raises(BadWeights, match=r"x\.bin is damaged .*packshot setup"):
        weights.read(tmp_path / "x.bin")


def test_a_model_that_is_missing_or_broken_is_told(meaning: Path, tmp_path: Path) -> None:
    with pytest.raises(BadWeights, match=rf"no {WEIGHTS} .*packshot setup"):
        Embedder(tmp_path)
    (tmp_path / WEIGHTS).symlink_to(meaning / WEIGHTS)
    (tmp_path / ENCODER).write_bytes(b"no graph")
    with pytest.raises(BadWeights, match=rf"{ENCODER} .*not a graph"):
        Embedder(tmp_path)
