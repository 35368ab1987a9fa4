"""Pictures of a shirt-like thing, and what becomes of them on their way through shops and hands."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from runtime import overlay, photograph
from runtime.photograph import Signature

Pixels = NDArray[np.uint8]


def shirt_on_white(seed: int, shirt: tuple[int, int, int] = (160, 30, 40)) -> Pixels:
    """A shirt-like thing with folds on a bright ground, [240, 180, 3]."""
    y, x = np.mgrid[:240, :180].astype(np.float32)
    rng = np.random.default_rng(seed)
    folds = sum(np.sin(x * a + y * b + c) for a, b, c in rng.uniform(-0.2, 0.2, (5, 3)) * (1, 1, 20))
    shape = (np.abs(x - 90 - 10 * np.sin(y / 40 + seed)) < 40 + 12 * np.sin(y / 30 + seed)) & (np.abs(y - 120) < 95)
    lit = np.clip(np.array(shirt)[None, None] * (1 + 0.12 * np.asarray(folds)[..., None]), 0, 255)
    return np.where(shape[..., None], lit, 243).astype(np.uint8)


def signed(pixels: Pixels) -> Signature:
    height, width = pixels.shape[:2]
    small = overlay.averaged(pixels.astype(np.float32), photograph.SIDE, photograph.SIDE)
    return Signature(width, height, np.rint(small).astype(np.uint8))


def _stamped(pixels: Pixels) -> Pixels:
    stamped = pixels.copy()
    for left in range(30, 150, 16):
        stamped[110:130, left : left + 5] = stamped[110:130, left : left + 5] // 2 + 127
    return stamped


SENT_ON: dict[str, Callable[[Pixels], Pixels]] = {
    "as it is": lambda p: p,
    "smaller": lambda p: p[::2, ::2],
    "mirrored": lambda p: p[:, ::-1],
    "cropped at the left": lambda p: p[:, 27:],
    "cropped at a corner": lambda p: p[36:, 27:],
    "cropped all around": lambda p: p[36:-36, 27:-27],
    "padded to a square": lambda p: np.pad(p, ((0, 0), (30, 30), (0, 0)), constant_values=0),
    "padded all around": lambda p: np.pad(p, ((36, 36), (27, 27), (0, 0)), constant_values=255),
    "watermarked": _stamped,
    "noisy": lambda p: np.clip(p + np.random.default_rng(1).normal(0, 6, p.shape), 0, 255).astype(np.uint8),
}
