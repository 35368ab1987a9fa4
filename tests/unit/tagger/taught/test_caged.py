"""The learning in its real cage: a child that has nothing but its folder."""

from functools import partial
from pathlib import Path

import pytest

from runtime.verdict import WorkFailed
from services.tagger.taught.caged import caged
from services.tagger.taught.learning import write_linked
from services.tagger.taught.linked import EYES, PALETTE
from services.tagger.taught.packed import unpack
from tests.unit.tagger.taught.test_linked import pictures


async def test_it_learns_in_a_child_and_leaves_nothing(tmp_path: Path) -> None:
    fill = partial(write_linked, examples=pictures())
    heads = {card.about: unpack(card, body) for card, body in await caged(tmp_path)(fill, {"version": "2"})}
    assert set(heads) == {"category", "color"}
    assert heads["category"].card.needs == {EYES: "2"} and PALETTE in heads["color"].card.needs
    assert list(tmp_path.iterdir()) == []


async def test_what_fails_there_is_said_here(tmp_path: Path) -> None:
    with pytest.raises(WorkFailed, match=r"linked\.npz"):
        await caged(tmp_path)(lambda _: None, {"version": "2"})
    assert list(tmp_path.iterdir()) == []
