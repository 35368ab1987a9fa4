"""sRGB and Oklab: distances here look to people the way they measure."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]], np.float32,
)  # fmt: skip
_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]], np.float32,
)  # fmt: skip
_FROM_LAB = np.linalg.inv(_LAB).astype(np.float32)
_FROM_LMS = np.linalg.inv(_LMS).astype(np.float32)

# One table for all 256 values: a picture is turned to linear light by a look-up.
_GAMMA = np.arange(256, dtype=np.float32) / 255
LINEAR: Floats = np.where(_GAMMA <= 0.04045, _GAMMA / 12.92, ((_GAMMA + 0.055) / 1.055) ** 2.4).astype(np.float32)


def from_srgb(pixels: NDArray[np.uint8]) -> Floats:
    """uint8 [..., 3] sRGB → float32 [..., 3] Oklab: L 0..1, a and b about -0.4..0.4."""
    lab: Floats = np.cbrt(LINEAR[pixels] @ _LMS.T) @ _LAB.T
    return lab


def to_srgb(lab: Floats) -> NDArray[np.uint8]:
    """Oklab [..., 3] → uint8 sRGB, clipped to what sRGB can show."""
    linear = np.clip(((lab @ _FROM_LAB.T) ** 3) @ _FROM_LMS.T, 0, 1)
    gamma = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    pixels: NDArray[np.uint8] = np.rint(gamma * 255).astype(np.uint8)
    return pixels


def chroma(lab: Floats) -> Floats:
    """Distance from grey, [...]."""
    return np.hypot(lab[..., 1], lab[..., 2])


def hue(lab: Floats) -> Floats:
    """Hue angle in degrees 0..360, [...]: red 29, orange 60, yellow 110, green 142, cyan 195, blue 264, magenta 328."""
    angle: Floats = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    return angle
