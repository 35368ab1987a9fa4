"""Half of a real shop's styles teach, the other half is tagged; docs/models.md has the figures, these are floors."""

from pathlib import Path

import pytest

from bench import taught
from services.tagger import work

pytestmark = pytest.mark.media


@pytest.mark.timeout(600)
def test_half_of_the_styles_teach_the_other_half(media: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKSHOT_MODELS", str(models))
    work.loaded.cache_clear()
    work.taught.cache_clear()
    found = taught.pictures(media / "luma")
    results = [taught.halves(found, seed) for seed in range(4)]
    category, colour = (taught.average([of for of, _ in results], about) for about in taught.ABOUT)
    assert category.likeliest >= 0.85 and colour.likeliest >= 0.8
    assert category.rightly >= 0.83 and colour.rightly >= 0.8
    views = [of for _, of in results]
    shown, said, right = (sum(getattr(one, name) for one in views) for name in ("shown", "said", "right"))
    assert right / said >= 0.95 and right / shown >= 0.6
