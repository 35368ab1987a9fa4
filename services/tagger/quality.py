"""Technical quality: one number, with the parts that it is made of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK = 16  # pixels: sharpness is that of the sharpest parts, not of a plain ground
BLURRED, SHARP = 10.0, 700.0  # variance of the Laplacian, of a picture 512 pixels long: measured in docs/models.md
POOR, RICH = 0.1, 4.0  # megapixels
WORST_CLIPPING = 0.3  # share of the product at which nothing of the exposure is good
WEIGHTS = {"sharpness": 0.5, "resolution": 0.25, "exposure": 0.25}


@dataclass(frozen=True)
class Quality:
    """score and parts: 0..100. sharpness: variance of the Laplacian; clipped: shares of the product, 0..1."""

    score: int
    parts: dict[str, int]
    megapixels: float
    sharpness: float
    clipped_shadows: float
    clipped_highlights: float


def laplacian_variance(grey: NDArray[np.uint8]) -> float:
    """uint8 [h, w], 512 pixels long → the 90th percentile over blocks; about 10 is blurred, over 700 crisp."""
    g = grey.astype(np.float32)
    if min(g.shape) < 3:
        return 0.0
    laplacian = g[:-2, 1:-1] + g[2:, 1:-1] + g[1:-1, :-2] + g[1:-1, 2:] - 4 * g[1:-1, 1:-1]
    rows, columns = (max(1, n // BLOCK) for n in laplacian.shape)
    height, width = laplacian.shape[0] // rows, laplacian.shape[1] // columns
    blocks = laplacian[: rows * height, : columns * width].reshape(rows, height, columns, width)
    return float(np.percentile(blocks.var(axis=(1, 3)), 90))


def judge(
    grey: NDArray[np.uint8], small: NDArray[np.uint8], product: NDArray[np.bool_], width: int, height: int
) -> Quality:
    """grey: [h, w] at 512 pixels; small: [h, w, 3] with its product mask; width, height: of the original."""
    sharpness, megapixels = laplacian_variance(grey), width * height / 1e6
    pixels = small[product]
    shadows = float((pixels.max(axis=1) <= 3).mean())
    highlights = float((pixels.min(axis=1) >= 253).mean())
    parts = {
        "sharpness": _on_scale(sharpness, BLURRED, SHARP),
        "resolution": _on_scale(megapixels, POOR, RICH),
        "exposure": round(100 * (1 - min(1.0, (shadows + highlights) / WORST_CLIPPING))),
    }
    score = round(sum(WEIGHTS[name] * value for name, value in parts.items()))
    return Quality(score, parts, round(megapixels, 2), round(sharpness, 1), round(shadows, 3), round(highlights, 3))


def _on_scale(value: float, low: float, high: float) -> int:
    """0 at `low`, 100 at `high`, even steps for each doubling between."""
    position = np.log(max(value, 1e-9) / low) / np.log(high / low)
    return round(100 * float(np.clip(position, 0, 1)))
