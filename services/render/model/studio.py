"""The light of the stills: a white room with three soft boxes, as a picture that surrounds the model."""

from pathlib import Path

import numpy as np

from services.render.model.accessors import Array

WIDTH, HEIGHT = 256, 128
# Longitude and latitude of each box, its half width and half height (degrees), its brightness.
BOXES = ((45, 35, 35, 30, 1.1), (165, 25, 30, 35, 0.7), (285, 30, 40, 25, 0.8))
FLOOR, SKY, TOP = 0.14, 0.22, 0.3


def write_studio(path: Path) -> None:
    """Writes the Radiance (.hdr) picture."""
    light = np.repeat(_light()[..., None], 3, axis=2)
    head = f"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y {HEIGHT} +X {WIDTH}\n".encode()
    path.write_bytes(head + _rgbe(light).tobytes())


def _light() -> Array:
    """Brightness in every direction, (HEIGHT, WIDTH)."""
    row, column = np.mgrid[0:HEIGHT, 0:WIDTH]
    latitude, longitude = 90 - 180 * (row + 0.5) / HEIGHT, 360 * (column + 0.5) / WIDTH
    light = FLOOR + SKY * np.clip((latitude + 30) / 120, 0, 1) + TOP * np.clip((latitude - 60) / 30, 0, 1)
    for where, height, half_width, half_height, power in BOXES:
        aside = np.abs((longitude - where + 180) % 360 - 180)
        soft = np.clip(1.5 - aside / half_width, 0, 1) * np.clip(1.5 - np.abs(latitude - height) / half_height, 0, 1)
        light = light + power * soft
    result: Array = light
    return result


def _rgbe(light: Array) -> Array:
    """Three floats as three bytes with one exponent."""
    fraction, exponent = np.frexp(light.max(axis=2))
    packed = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    packed[..., :3] = light * (fraction * 256 / light.max(axis=2))[..., None]
    packed[..., 3] = exponent + 128
    return packed
