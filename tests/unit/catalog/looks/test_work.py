"""A picture that somebody shows gets the very numbers that the tagger would give it; what is none is refused."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import pyvips

from runtime.config import Settings
from runtime.database import Database
from runtime.refusal import Refused
from services.catalog.looks import eyes
from services.catalog.looks.looking import Looking, looking
from services.tagger import work

MODEL = "imagenet-lite2-2.f16"


@pytest.fixture
async def caged(models: Path, tmp_path: Path) -> AsyncIterator[Looking]:
    async with looking(cast(Database, None), tmp_path, Settings(models=models)) as made:
        yield made


def photograph() -> bytes:
    """Something with colours and edges, 700 × 500 pixels, half of it clear."""
    x = pyvips.Image.xyz(700, 500)
    bands = [(x[0] % 256), (x[1] % 256), ((x[0] + x[1]) / 5 % 256), (x[0] < 350).ifthenelse(255, 0)]
    whole = bands[0].bandjoin(bands[1:]).cast("uchar").copy(interpretation="srgb")
    return bytes(whole.pngsave_buffer())


async def test_the_numbers_are_the_taggers(caged: Looking, warm: None, tmp_path: Path) -> None:
    picture = photograph()
    seen = np.frombuffer(base64.b64decode(await caged._seen(picture, MODEL)), "<f2")
    (tmp_path / "input").write_bytes(picture)
    (told,) = work.work({"input": "input"}, tmp_path)
    theirs = np.frombuffer(base64.b64decode(told["embeddings"]["imagenet-lite2"]), "<f2")
    assert np.array_equal(seen, theirs)


async def test_what_is_no_picture_and_a_model_that_is_not_there(caged: Looking) -> None:
    for strange in (b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", photograph()[:2000]):
        with pytest.raises(Refused):
            await caged._seen(strange, MODEL)
    with pytest.raises(eyes.NoEyes, match="packshot retag"):
        await caged._seen(photograph(), "another-1.f16")
