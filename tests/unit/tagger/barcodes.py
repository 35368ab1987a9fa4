"""Codes drawn into a photograph-like ground."""

from pathlib import Path

import numpy as np
import pyvips
import zxingcpp

F = zxingcpp.BarcodeFormat


def code(text: str, kind: zxingcpp.BarcodeFormat, *, scale: int = 3, gs1: bool = False) -> pyvips.Image:
    """Black on white with a quiet zone, 8-bit grey."""
    made = zxingcpp.create_barcode(text, kind, gs1=gs1) if gs1 else zxingcpp.create_barcode(text, kind)
    drawn = np.ascontiguousarray(np.array(made.to_image(scale=scale)))
    image = pyvips.Image.new_from_memory(drawn.tobytes(), drawn.shape[1], drawn.shape[0], 1, "uchar")
    wide, high = image.width + 40, image.height + 40
    return image.embed(20, 20, wide, high, extend="white").copy(interpretation="b-w")


def photograph(path: Path, *codes: pyvips.Image, angle: float = 0.0, blur: float = 0.0) -> Path:
    """A grey, uneven ground of 1400 × 1000 with the codes side by side on it."""
    ground = (pyvips.Image.gaussnoise(1400, 1000, mean=120, sigma=9, seed=5)).cast("uchar")
    left = 120
    for one in codes:
        label = one.cast("float").linear(0.8, 25).cast("uchar")  # ink and paper are never black and white
        turned = label.similarity(angle=angle, background=[225]) if angle else label
        ground = ground.insert(turned, left, 200)
        left += turned.width + 60
    seen = ground.gaussblur(blur) if blur else ground
    seen.copy(interpretation="b-w").jpegsave(str(path), Q=85)
    return path
