"""Half of a real shop's styles teach, the other half is tagged; docs/models.md has the figures, these are floors."""

from pathlib import Path

import pytest

from bench import taught
from services.tagger import work

pytestmark = pytest.mark.media


@pytest.mark.timeout(300)
def test_half_of_the_styles_teach_the_other_half(media: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKSHOT_MODELS", str(models))
    work.loaded.cache_clear()
    work.taught.cache_clear()
    found = taught.pictures(media / "luma", one_in=2)
    results = [taught.halves(found, seed) for seed in range(4)]
    assert sum(one["category"] for one in results) / 4 >= 0.8
    assert sum(one["color"] for one in results) / 4 >= 0.8
