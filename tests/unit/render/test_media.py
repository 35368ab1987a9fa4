"""Real files: each is made or refused, and nothing else happens."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.refusal import Refused
from services.render.presets import load_presets
from services.render.recipe import Facts, Recipe, resolve

pytestmark = [
    pytest.mark.media,
    pytest.mark.skipif("PACKSHOT_MEDIA" not in os.environ, reason="PACKSHOT_MEDIA is not set"),
]
Values = Callable[..., list[dict[str, Any]]]


def files(folder: str) -> list[Path]:
    return sorted(path for path in Path(os.environ["PACKSHOT_MEDIA"], folder).iterdir() if path.is_file())


@pytest.fixture
def thumbnail() -> list[Recipe]:
    return [resolve(load_presets().named("thumbnail"), Facts())]


def test_every_camera_original_is_made(values: Values, thumbnail: list[Recipe]) -> None:
    for path in files("camera"):
        head, made = values(path.read_bytes(), thumbnail)
        assert max(made["width"], made["height"]) == 320, path.name
        upright = head["image"]["width"] < head["image"]["height"]
        assert upright == (made["width"] < made["height"]), path.name


@pytest.mark.parametrize("folder", ["formats", "broken", "documents", "models"])
def test_every_odd_file_is_made_or_refused(folder: str, values: Values, thumbnail: list[Recipe]) -> None:
    ends = {"made": 0, "refused": 0}
    for path in files(folder):
        started = time.monotonic()
        try:
            values(path.read_bytes(), thumbnail)
            ends["made"] += 1
        except Refused as refusal:
            assert refusal.cause.endswith(".") and refusal.cure.endswith("."), path.name
            ends["refused"] += 1
        assert time.monotonic() - started < 10, path.name
    assert sum(ends.values()) == len(files(folder))
    assert ends["made"] >= {"formats": 48, "documents": 12}.get(folder, 0)
