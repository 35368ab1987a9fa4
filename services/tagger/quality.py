"""Technical quality: one number, with the parts that it is made of. Pure."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime import oklab
from services.tagger import drawn
from services.tagger.background import Background

BLOCK = 16  # pixels: sharpness is that of the sharpest parts, not of a plain ground
BLURRED, SHARP = 10.0, 700.0  # variance of the Laplacian, of a picture 512 pixels long: measured in docs/models.md
POOR, RICH = 0.1, 4.0  # megapixels
WORST_CLIPPING = 0.3  # share of the product at which nothing of the exposure is good
DIM, LIT = 0.35, 0.7  # Oklab lightness of the brightest parts: under LIT no light fell on the picture
SQUEEZED, CLEAN = 15, 80  # JPEG quality
NEUTRAL, TINTED, MEANT = 0.008, 0.035, 0.045  # chroma of a bright ground; from MEANT on the colour is meant
HUES = ((20, "magenta"), (50, "red"), (115, "yellow"), (165, "green"), (220, "cyan"), (300, "blue"), (361, "magenta"))
WEIGHTS = {"sharpness": 0.35, "resolution": 0.2, "exposure": 0.2, "compression": 0.15, "cast": 0.1}
OF_PHOTOGRAPHS = ("sharpness", "exposure", "cast")  # of what is drawn they are meant
WORST = 5  # of 100: one part that is nil does not make the others worthless


@dataclass(frozen=True)
class Quality:
    """score and parts: 0..100. sharpness: variance of the Laplacian; clipped: shares of the product, 0..1.

    A part that cannot be judged is not there: compression of what is no JPEG, cast without a neutral ground. left_out:
    parts that would say nothing of such a picture, with the reason; without any part there is no score.
    """

    score: int | None
    parts: dict[str, int]
    megapixels: float
    sharpness: float
    clipped_shadows: float
    clipped_highlights: float
    jpeg_quality: int | None = None
    cast: str | None = None
    left_out: dict[str, str] = field(default_factory=dict)


def laplacian_variance(grey: NDArray[np.uint8] | NDArray[np.float32]) -> float:
    """[h, w] of 0..255, 512 pixels long → the 90th percentile over blocks; about 10 is blurred, over 700 crisp."""
    g = np.asarray(grey, np.float32)
    if min(g.shape) < 3:
        return 0.0
    laplacian = g[:-2, 1:-1] + g[2:, 1:-1] + g[1:-1, :-2] + g[1:-1, 2:] - 4 * g[1:-1, 1:-1]
    rows, columns = (max(1, n // BLOCK) for n in laplacian.shape)
    height, width = laplacian.shape[0] // rows, laplacian.shape[1] // columns
    cut = laplacian[: rows * height, : columns * width]
    mean, square = (_blocks(values, (rows, columns)) for values in (cut, cut * cut))
    return float(np.percentile(square - mean * mean, 90))


def _blocks(values: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Mean of each block; so many of them. By rows first: memory is read as it lies."""
    rows, columns = shape
    lines = values.reshape(rows, -1, values.shape[1]).mean(axis=1)
    means: NDArray[np.float32] = lines.reshape(rows, columns, -1).mean(axis=2)
    return means


def judge(
    grey: NDArray[np.uint8] | NDArray[np.float32],
    small: NDArray[np.uint8],
    behind: Background,
    size: tuple[int, int],
    jpeg_quality: int | None = None,
    drawn_because: str = "",
) -> Quality:
    """grey: [h, w] at 512 pixels; small: [h, w, 3] with what is behind; size: width and height of the original.

    drawn_because: why it is no photograph by its kind, where it is none: then these are not its own pixels either.
    """
    sharpness, megapixels = laplacian_variance(grey), size[0] * size[1] / 1e6
    pixels = small[behind.product]
    shadows = float((pixels.max(axis=1) <= 3).mean())
    highlights = float((pixels.min(axis=1) >= 253).mean())
    parts = {
        "sharpness": _on_scale(sharpness, BLURRED, SHARP),
        "resolution": _on_scale(megapixels, POOR, RICH),
        "exposure": _exposure(shadows + highlights, small),
    }
    if jpeg_quality is not None:
        parts["compression"] = _linear(jpeg_quality, SQUEEZED, CLEAN)
    tint, cast = _cast(small, behind)
    if tint is not None:
        parts["cast"] = _linear(tint, TINTED, NEUTRAL)
    left_out = _left_out(grey, parts, drawn_because)
    parts = {name: value for name, value in parts.items() if name not in left_out}
    rounded = (round(megapixels, 2), round(sharpness, 1), round(shadows, 3), round(highlights, 3))
    return Quality(
        score(parts) if parts else None, parts, *rounded, jpeg_quality, None if "cast" in left_out else cast, left_out
    )


def _left_out(grey: NDArray[Any], parts: dict[str, int], because: str) -> dict[str, str]:
    if because:
        return dict.fromkeys(parts, because)
    return {name: drawn.FLAT for name in OF_PHOTOGRAPHS if name in parts} if drawn.seen_in(grey) else {}


def score(parts: dict[str, int]) -> int:
    """Their weighted geometric mean: what is good elsewhere does not outweigh a fault. At least one part."""
    weights: dict[str, float] = {name: WEIGHTS[name] for name in parts}
    logs = sum(weight * float(np.log(max(parts[name], WORST))) for name, weight in weights.items())
    return round(float(np.exp(logs / sum(weights.values()))))


def as_facts(judged: Quality) -> dict[str, Any]:
    """Without what is not known."""
    facts = {name: value for name, value in vars(judged).items() if value is not None}
    return facts if judged.left_out else {name: value for name, value in facts.items() if name != "left_out"}


def _exposure(clipped: float, small: NDArray[np.uint8]) -> int:
    """Of the product's clipping, and of whether anything in the picture is bright at all."""
    brightest = float(np.percentile(oklab.from_srgb(small)[..., 0], 99))
    return min(round(100 * (1 - min(1.0, clipped / WORST_CLIPPING))), _linear(brightest, DIM, LIT))


def _cast(small: NDArray[np.uint8], behind: Background) -> tuple[float | None, str | None]:
    """Chroma of a ground that should be neutral, and the hue that it is tinted with."""
    if behind.kind not in ("white", "plain") or not behind.apart:
        return None, None
    ground = np.median(oklab.from_srgb(small)[~behind.product], axis=0)
    tint = float(oklab.chroma(ground))
    if ground[0] < LIT or tint >= MEANT:
        return None, None
    hue = float(oklab.hue(ground))
    return tint, next(name for bound, name in HUES if hue < bound) if tint > 2 * NEUTRAL else None


def _on_scale(value: float, low: float, high: float) -> int:
    """0 at `low`, 100 at `high`, even steps for each doubling between."""
    return _linear(float(np.log(max(value, 1e-9))), float(np.log(low)), float(np.log(high)))


def _linear(value: float, worst: float, best: float) -> int:
    return round(100 * float(np.clip((value - worst) / (best - worst), 0, 1)))
