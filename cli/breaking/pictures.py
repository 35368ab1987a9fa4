"""Small product pictures, each different; the same seed gives the same bytes."""

import pyvips

WIDTH, HEIGHT = 600, 450
POISON = 100
"""One in so many is cut short: it must be refused, and hold up nothing."""
_PALETTE = ((200, 30, 40), (30, 90, 200), (40, 150, 60), (240, 180, 30), (120, 60, 160), (20, 20, 20))


def picture(seed: int) -> bytes:
    """A coloured disc with a little noise on white, as JPEG."""
    x, y = pyvips.Image.xyz(WIDTH, HEIGHT).bandsplit()
    disc = (x - WIDTH * 0.45) ** 2 + (y - HEIGHT * 0.5) ** 2 < (HEIGHT * 0.35) ** 2
    noise = pyvips.Image.gaussnoise(WIDTH, HEIGHT, sigma=6, mean=0, seed=seed)
    inside = noise.bandjoin([noise, noise]).linear(1, list(_PALETTE[seed % len(_PALETTE)]))
    flat = disc.ifthenelse(inside, [255, 255, 255]).cast("uchar").copy(interpretation="srgb")
    return bytes(flat.jpegsave_buffer(Q=85))


def poisoned(seed: int) -> bool:
    """Whether the file of that seed is one that must be refused."""
    return seed % POISON == POISON - 1


def body(seed: int) -> bytes:
    """What is dropped: a picture, or now and then a broken one."""
    whole = picture(seed)
    return whole[: len(whole) // 3] if poisoned(seed) else whole
