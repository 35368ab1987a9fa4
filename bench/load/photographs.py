"""Small real photographs in any number, no two alike: another part of another photograph, turned and tinted."""

import random
from functools import lru_cache
from pathlib import Path

import pyvips

WIDTH = 400
LEAST = 0.55
"""Of each side that is kept."""
FORMATS: dict[str, dict[str, object]] = {"jpg": {"Q": 82}, "png": {}, "webp": {"Q": 80}, "tif": {"compression": "lzw"}}


class Photographs:
    """Made of the JPEGs below a folder. The same number gives the same bytes."""

    def __init__(self, folder: Path, most: int = 100) -> None:
        found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
        assert found, f"there is no JPEG in {folder}"
        self._paths = found[:: max(1, len(found) // most)]
        self._opened = lru_cache(most)(self._open)

    def make(self, number: int, ending: str = "jpg", *, width: int = WIDTH, shade: float = 0.0) -> bytes:
        """`shade`: the same picture a little lighter, as a better shot of the same would be."""
        chance = random.Random(number)
        picture = self._opened(self._paths[number % len(self._paths)])
        wide, high = (int(side * chance.uniform(LEAST, 1.0)) for side in (picture.width, picture.height))
        left, top = chance.randint(0, picture.width - wide), chance.randint(0, picture.height - high)
        part = picture.crop(left, top, wide, high)
        part = part.fliphor() if chance.random() < 0.5 else part
        part = part.resize(width / part.width, kernel="linear")
        tint = [chance.uniform(0.85, 1.15) for _ in range(3)]
        noise = pyvips.Image.gaussnoise(part.width, part.height, sigma=1.5, seed=number)
        body = (part.linear(tint, [shade] * 3) + noise).cast("uchar").copy(interpretation="srgb")
        return bytes(body.write_to_buffer(f".{ending}", strip=True, **FORMATS[ending]))

    @staticmethod
    def _open(path: Path) -> pyvips.Image:
        small = pyvips.Image.thumbnail(str(path), 700)
        return small.colourspace("srgb").extract_band(0, n=3).copy_memory()
