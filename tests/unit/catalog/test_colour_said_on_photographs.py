"""A real shop's colours against its pictures: who says what is there raises no doubt, who says another mostly does."""

from pathlib import Path

import pytest

from bench.colour_said import distances
from services.catalog.colour_said import ANOTHER

pytestmark = [pytest.mark.media, pytest.mark.usefixtures("warm")]
FALSE_ALARMS, CAUGHT = 0.1, 0.4


def test_luma(media: Path) -> None:
    right, wrong = distances(media / "luma", one_in=6)
    assert len(right) >= 10
    assert sum(one > ANOTHER for one in right) / len(right) <= FALSE_ALARMS
    assert sum(one > ANOTHER for one in wrong) / len(wrong) >= CAUGHT
