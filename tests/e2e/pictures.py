"""Small pictures, each different: made here, so that no test needs files of others."""

import hashlib

import pyvips

_PALETTE = ((200, 30, 40), (30, 90, 200), (40, 150, 60), (240, 180, 30), (120, 60, 160), (20, 20, 20))


def picture(seed: int, width: int = 240, height: int = 180) -> bytes:
    """A coloured disc on white with a little noise, JPEG. The same seed gives the same bytes."""
    x, y = pyvips.Image.xyz(width, height).bandsplit()
    disc = (x - width * 0.45) ** 2 + (y - height * 0.5) ** 2 < (min(width, height) * 0.35) ** 2
    noise = pyvips.Image.gaussnoise(width, height, sigma=6, mean=0, seed=seed)
    inside = noise.bandjoin([noise, noise]).linear(1, list(_PALETTE[seed % len(_PALETTE)]))
    flat = disc.ifthenelse(inside, [255, 255, 255]).cast("uchar").copy(interpretation="srgb")
    return bytes(flat.jpegsave_buffer(Q=85))


def sha256(body: bytes) -> str:
    """Hex digest."""
    return hashlib.sha256(body).hexdigest()


def noisy(seed: int) -> bytes:
    """About 5 MB: six megapixels that do not compress."""
    noise = pyvips.Image.gaussnoise(2400, 1800, sigma=60, mean=128, seed=seed).cast("uchar")
    return bytes(noise.bandjoin([noise, noise]).copy(interpretation="srgb").jpegsave_buffer(Q=98, subsample_mode="off"))
