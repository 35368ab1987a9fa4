"""Likeness: how much an encoded picture looks like what was encoded, 0 to 100, cheaply.

Structural similarity of the brightness at half size, in blocks of 8 x 8, brought to the scale of SSIMULACRA2 by a fit
over 168 encodings of eight photographs (correlation 0.97, error 3.3 points; docs/decisions/0008-quality.md):
90 cannot be told from the original, 70 is a good web picture, 50 shows artefacts.
"""

import math
from statistics import fmean

import pyvips

FULL, LOSS = 99.3, 280.0
BLOCK = 8
LUMA = [0.299, 0.587, 0.114]
BRIGHTNESS = [[*LUMA, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, *LUMA]]  # of two RGB pictures, side by side in six bands
MEANS = 5
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # Wang 2004
TILE = 96  # pixels: whole blocks of every encoder and of ours
GRID, SMALL_GRID = 3, 2
SAMPLED = (TILE * GRID) ** 2
SMALL = 3 * SAMPLED  # pixels: of less, nine tiles would be most of the picture, and looking at them most of the work
WHITE = [255, 255, 255]


def sample(image: pyvips.Image) -> pyvips.Image:
    """Nine tiles spread over a large picture, side by side; of a small one four, or all. RGB, in memory."""
    if image.hasalpha():
        image = image.flatten(background=WHITE)
    pixels = image.width * image.height
    grid = GRID if pixels >= SMALL else SMALL_GRID
    if pixels <= 1.3 * (TILE * grid) ** 2 or min(image.width, image.height) < TILE * grid:
        return image.copy_memory()
    tiles = [
        image.crop(_at(column, image.width, grid), _at(row, image.height, grid), TILE, TILE)
        for row in range(grid)
        for column in range(grid)
    ]
    return pyvips.Image.arrayjoin(tiles, across=grid).copy_memory()


def likeness(original: pyvips.Image, made: pyvips.Image) -> float:
    """Of two pictures of one size, RGB with 8 bits."""
    # Means of both pictures in each block, of their squares, and of their product. Two passes over the pixels in all:
    # on a sample, starting a pass costs more than its pixels.
    means = memoryview(bytes(_blocks(original, made).write_to_memory())).cast("f")
    similar = fmean(_similar(*means[at : at + MEANS]) for at in range(0, len(means), MEANS))
    return max(0.0, FULL - LOSS * math.sqrt(max(0.0, 1 - similar)))


def _blocks(original: pyvips.Image, made: pyvips.Image) -> pyvips.Image:
    both = original.extract_band(0, n=3).bandjoin(made.extract_band(0, n=3))
    if min(both.width, both.height) >= 2 * BLOCK:
        both = both.shrink(2, 2)
    both = both.cast("float").recomb(pyvips.Image.new_from_list(BRIGHTNESS)).copy_memory()
    a, b = both.extract_band(0), both.extract_band(1)
    return both.bandjoin([a * a, b * b, a * b]).shrink(min(BLOCK, both.width), min(BLOCK, both.height))


def _similar(a: float, b: float, aa: float, bb: float, ab: float) -> float:
    """Structural similarity of a block, from its means."""
    upper = (2 * a * b + C1) * (2 * (ab - a * b) + C2)
    return upper / ((a * a + b * b + C1) * (aa - a * a + bb - b * b + C2))


def _at(number: int, side: int, grid: int) -> int:
    """Where the tile of that number begins: in the middle of its third or half, on a multiple of 16."""
    return int((2 * number + 1) * side / (2 * grid) - TILE / 2) // 16 * 16
