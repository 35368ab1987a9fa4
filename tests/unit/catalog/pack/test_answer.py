"""A file's name in a header, whatever letters it has."""

import pytest

from services.catalog.pack.answer import attached


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("spring.zip", "attachment; filename=\"spring.zip\"; filename*=UTF-8''spring.zip"),
        ("日本.csv", "attachment; filename=\"feed.csv\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.csv"),
    ],
)
def test_a_header_is_latin_and_tells_the_whole_name(file: str, told: str) -> None:
    assert attached(file, "feed.csv") == told
    told.encode("latin-1")
