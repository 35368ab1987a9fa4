"""Likeness: how much an encoded picture looks like what was encoded, 0 to 100, cheaply.

Structural similarity of the brightness at half size, in blocks of 8 x 8, brought to the scale of SSIMULACRA2 by a fit
over 168 encodings of eight photographs (correlation 0.97, error 3.3 points; docs/decisions/0008-quality.md):
90 cannot be told from the original, 70 is a good web picture, 50 shows artefacts.
"""

import math

import pyvips

FULL, LOSS = 99.3, 280.0
BLOCK = 8
LUMA = ((0.299, 0.587, 0.114),)
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # Wang 2004
TILE = 96  # pixels: whole blocks of every encoder and of ours
GRID = 3
WHITE = [255, 255, 255]


def sample(image: pyvips.Image) -> pyvips.Image:
    """Nine tiles spread over a large picture, side by side; a small picture whole. RGB, in memory."""
    if image.hasalpha():
        image = image.flatten(background=WHITE)
    if image.width * image.height <= 1.3 * (TILE * GRID) ** 2 or min(image.width, image.height) < TILE * GRID:
        return image.copy_memory()
    tiles = [
        image.crop(_at(column, image.width), _at(row, image.height), TILE, TILE)
        for row in range(GRID)
        for column in range(GRID)
    ]
    return pyvips.Image.arrayjoin(tiles, across=GRID).copy_memory()


def likeness(original: pyvips.Image, made: pyvips.Image) -> float:
    """Of two pictures of one size, RGB with 8 bits."""
    a, b = _half(original), _half(made)
    mean_a, mean_b, both = _mean(a), _mean(b), _mean(a * b)
    var_a, var_b = _mean(a * a) - mean_a * mean_a, _mean(b * b) - mean_b * mean_b
    upper = (mean_a * mean_b * 2 + C1) * ((both - mean_a * mean_b) * 2 + C2)
    lower = (mean_a * mean_a + mean_b * mean_b + C1) * (var_a + var_b + C2)
    return float(max(0.0, FULL - LOSS * math.sqrt(max(0.0, 1 - (upper / lower).avg()))))


def _at(number: int, side: int) -> int:
    """Where the tile of that number begins: in the middle of its third, on a multiple of 16."""
    return int((2 * number + 1) * side / (2 * GRID) - TILE / 2) // 16 * 16


def _half(image: pyvips.Image) -> pyvips.Image:
    small = image.extract_band(0, n=3).shrink(2, 2) if min(image.width, image.height) >= 2 * BLOCK else image
    return small.extract_band(0, n=3).cast("float").recomb(pyvips.Image.new_from_list([list(LUMA[0])])).copy_memory()


def _mean(image: pyvips.Image) -> pyvips.Image:
    return image.shrink(min(BLOCK, image.width), min(BLOCK, image.height)).copy_memory()
