"""Codes: read by zxing-cpp, kept where their check digits hold."""

from typing import Any

import numpy as np
import zxingcpp
from biip.gtin import Gtin
from numpy.typing import NDArray

from services.tagger.look import Look

SIDE = 2400  # pixels: more than a code on a product needs
FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.EAN13, zxingcpp.BarcodeFormat.UPCA])


def find(look: Look) -> dict[str, Any]:
    """{"barcodes": [...]}, each code once."""
    grey = look.grey(SIDE)
    found = {code.text: _told(code, grey) for code in zxingcpp.read_barcodes(grey, formats=FORMATS)}
    return {"barcodes": list(found.values())}


def _told(code: zxingcpp.Barcode, grey: NDArray[np.uint8]) -> dict[str, Any]:
    corners = [getattr(code.position, name) for name in ("top_left", "top_right", "bottom_right", "bottom_left")]
    xs, ys = [p.x / grey.shape[1] for p in corners], [p.y / grey.shape[0] for p in corners]
    box = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
    gtin = Gtin.parse(code.text)
    return {
        "format": str(code.format),
        "text": code.text,
        "gtin": gtin.value,
        "box": [round(side, 4) for side in box],
    }
