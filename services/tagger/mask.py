"""The product cut out by a network, where no plain ground says what is product: its place, and its own colours."""

from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime import config, oklab
from runtime.overlay import averaged
from services.tagger import background, colours, composition
from services.tagger.background import Background, Mask
from services.tagger.config import TaggerSettings
from services.tagger.edges import CUT, reached
from services.tagger.look import Look
from services.tagger.models import registry
from services.tagger.models.session import Model

DECODED, SMALL = 512, 96  # pixels a side, as in the first wave
SURE = 0.5
LEAST, MOST = 0.05, 0.97  # of the frame: of less or more, the network has found no product
BARE = 0.9  # of it: what is skin to that share and runs out of the frame is a neck, an arm or a leg
HALF_SURE = 0.15  # of the frame: where more of it is neither product nor ground, it is guessing
PLAIN = 0.06  # Oklab distance from the ground's middle colour within which most of a plain ground lies


@lru_cache(maxsize=1)
def loaded() -> Model:
    """Once in each process, by the first picture that needs it. Raises ValueError, OSError."""
    return registry.cutter(config.load(TaggerSettings).models_folder)


def find(look: Look) -> dict[str, Any]:
    """{"composition", "colours"} of the product itself.

    Nothing of pages, where the first wave knew, or where nothing can be told.
    """
    if look.text:  # pages have no product
        return {}
    picture = look.flat(DECODED)
    fitted = picture.thumbnail_image(SMALL, height=SMALL, size="down").copy_memory()
    small = fitted.numpy()
    alpha = _alpha(look, fitted.width, fitted.height)
    if not pays(background.find(small, alpha)):
        return {}
    seen = loaded().see(picture).mask
    product = None if seen is None else cut(seen, *small.shape[:2])
    return {} if product is None or beside(small, product) else facts(small, product)


def pays(behind: Background) -> bool:
    """Half a second is spent where the border alone does not tell product from ground."""
    return not behind.apart


def cut(seen: NDArray[np.float32], height: int, width: int) -> Mask | None:
    """seen: 0..1, of any shape → what is product [height, width]; None where the network is not sure."""
    shares = averaged(seen, height, width)
    product: Mask = shares > SURE
    unsure = float(((shares > 0.2) & (shares < 0.8)).mean())
    return product if LEAST < product.mean() < MOST and unsure < HALF_SURE else None


def beside(small: NDArray[np.uint8], product: Mask) -> bool:
    """Whether it is something beside the product, as in a close-up: it leaves the middle free or is skin."""
    height, width = product.shape
    middle = product[height // 3 : height - height // 3, width // 3 : width - width // 3]
    if middle.mean() < background.LEAST_MIDDLE:
        return True
    return bool(reached(product, CUT)) and colours.skin(oklab.from_srgb(small))[product].mean() > BARE


def facts(small: NDArray[np.uint8], product: Mask) -> dict[str, Any]:
    """small: uint8 [h, w, 3]; product: [h, w] of the same size."""
    ground = oklab.from_srgb(small)[~product]
    plain = np.linalg.norm(ground - np.median(ground, axis=0), axis=1) < PLAIN
    kind, name = ("packshot", "plain") if plain.mean() > background.LEAST_PLAIN else ("lifestyle", "scene")
    placed = composition.placed(kind, name, product)
    behind = Background("scene", product)
    found = [asdict(colour) for colour in colours.dominant(small, behind)]
    return {"composition": composition.as_facts(placed), "colours": found}


def _alpha(look: Look, width: int, height: int) -> NDArray[np.uint8] | None:
    picture = look.at_most(DECODED)
    if picture.bands != 4:
        return None
    band: NDArray[np.uint8] = picture.extract_band(3).thumbnail_image(width, height=height, size="force").numpy()
    return band.reshape(height, width)
