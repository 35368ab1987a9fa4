"""Small product pictures of a few kinds, no two of the same bytes: the same seed and edition give the same ones."""

from functools import lru_cache

import pyvips

WIDTH, HEIGHT = 600, 450
KINDS = 4
"""Pictures of one kind show the same pixels, so the same has to be made of each; a comment tells their bytes apart."""
POISON = 100
"""One in so many is cut short: it must be refused, and hold up nothing."""
_PALETTE = ((200, 30, 40), (30, 90, 200))


def kind(seed: int, edition: int = 1) -> int:
    """Front or back by the seed; of these each edition of a name shows another shot, which looks much the same."""
    return seed % 2 + 2 * ((seed // 2 + edition - 1) % (KINDS // 2))


@lru_cache(KINDS)
def picture(number: int) -> bytes:
    """Of that kind: a coloured disc with a little noise on white, as JPEG."""
    x, y = pyvips.Image.xyz(WIDTH, HEIGHT).bandsplit()
    disc = (x - WIDTH * 0.45) ** 2 + (y - HEIGHT * 0.5) ** 2 < (HEIGHT * 0.35) ** 2
    noise = pyvips.Image.gaussnoise(WIDTH, HEIGHT, sigma=6, mean=0, seed=number)
    inside = noise.bandjoin([noise, noise]).linear(1, list(_PALETTE[number % len(_PALETTE)]))
    flat = disc.ifthenelse(inside, [255, 255, 255]).cast("uchar").copy(interpretation="srgb")
    return bytes(flat.jpegsave_buffer(Q=85))


def poisoned(seed: int) -> bool:
    """Whether the file of that seed is one that must be refused."""
    return seed % POISON == POISON - 1


def body(seed: int, edition: int = 1) -> bytes:
    """What is dropped: a picture, or now and then a broken one."""
    whole = _commented(picture(kind(seed, edition)), f"{seed:08} {edition:04}".encode())
    return whole[: len(whole) // 3] if poisoned(seed) else whole


def _commented(jpeg: bytes, comment: bytes) -> bytes:
    """Behind the JFIF header, which has to come first."""
    at = 4 + int.from_bytes(jpeg[4:6], "big")
    return jpeg[:at] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[at:]
