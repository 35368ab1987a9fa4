"""What becomes of a picture on its way through shops and hands: each way makes another file of the same photograph."""

from collections.abc import Callable

import pyvips

Way = Callable[[pyvips.Image], pyvips.Image]


def jpeg(picture: pyvips.Image, quality: int) -> pyvips.Image:
    """Encoded and decoded."""
    return pyvips.Image.new_from_buffer(picture.jpegsave_buffer(Q=quality), "")


def webp(picture: pyvips.Image, quality: int) -> pyvips.Image:
    """The same as WebP."""
    return pyvips.Image.new_from_buffer(picture.webpsave_buffer(Q=quality), "")


def cropped(picture: pyvips.Image, left: float, top: float, right: float, bottom: float) -> pyvips.Image:
    """Cut away: shares of width and height."""
    x, y = int(picture.width * left), int(picture.height * top)
    return picture.crop(x, y, int(picture.width * (1 - right)) - x, int(picture.height * (1 - bottom)) - y)


def padded(picture: pyvips.Image, width: float, height: float, grey: int) -> pyvips.Image:
    """Laid in the middle of a larger ground."""
    wide, high = int(width), int(height)
    left, top = (wide - picture.width) // 2, (high - picture.height) // 2
    return picture.embed(left, top, wide, high, extend="background", background=[grey] * 3)


def _square(picture: pyvips.Image, grey: int) -> pyvips.Image:
    side = max(picture.width, picture.height)
    return padded(picture, side, side, grey)


def marked(picture: pyvips.Image, words: str, share: float, strength: float, *, corner: bool = False) -> pyvips.Image:
    """White words over it, as wide as `share` of the picture."""
    text = pyvips.Image.text(words, dpi=300, font="sans bold 20")
    text = text.resize(picture.width * share / text.width)
    left, top = picture.width - text.width, picture.height - text.height
    place = (left, top) if corner else (left // 2, top // 2)
    mask = text.embed(*place, picture.width, picture.height).linear(strength / 255, 0)
    mixed = picture * (1 - mask) + mask * 255
    return mixed.cast("uchar").copy(interpretation="srgb")


WAYS: dict[str, Way] = {
    "JPEG, quality 30": lambda p: jpeg(p, 30),
    "WebP, quality 50": lambda p: webp(p, 50),
    "half the size": lambda p: p.resize(0.5),
    "120 pixels": lambda p: p.thumbnail_image(120),
    "15 % cropped away, evenly": lambda p: cropped(p, 0.075, 0.075, 0.075, 0.075),
    "15 % cropped away, left": lambda p: cropped(p, 0.15, 0, 0, 0),
    "15 % cropped away, bottom": lambda p: cropped(p, 0, 0, 0, 0.15),
    "15 % cropped away, left and top": lambda p: cropped(p, 0.15, 0.15, 0, 0),
    "15 % cropped away, each side": lambda p: cropped(p, 0.15, 0.15, 0.15, 0.15),
    "padded to a white square": lambda p: _square(p, 255),
    "padded to a black square": lambda p: _square(p, 0),
    "padded by 15 % all around": lambda p: padded(p, p.width * 1.3, p.height * 1.3, 255),
    "mirrored": lambda p: p.fliphor(),
    "watermark in the middle": lambda p: marked(p, "PACKSHOT", 0.8, 0.5),
    "watermark in the corner": lambda p: marked(p, "shop.example", 0.35, 0.9, corner=True),
    "mirrored, watermarked, cropped": lambda p: cropped(
        marked(p.fliphor(), "PACKSHOT", 0.5, 0.5), 0.05, 0.05, 0.05, 0.05
    ),
}
