"""What the golden pictures are made from: drawn here, so that nothing real has to be kept."""

from collections.abc import Callable

import pyvips

from tests.fakes.files import pdf

WIDE, HIGH = 1500, 1000


def photograph() -> bytes:
    """A JPEG of 3000 x 2000, held on its side: a bottle on a table, off the middle, before a coloured wall."""
    held = bottle().resize(2).rot270().copy()
    held.set_type(pyvips.GValue.gint_type, "orientation", 6)
    return bytes(held.jpegsave_buffer(Q=92))


def packshot() -> bytes:
    """A tall green box, off the middle of a sheet that is nearly white."""
    noise = pyvips.Image.gaussnoise(WIDE, HIGH, sigma=1.2, mean=0, seed=3)
    image = _drawn(pyvips.Image.black(WIDE, HIGH).new_from_image([244, 243, 240]) + noise)
    image = image.draw_rect([30, 110, 70], 980, 60, 260, 880, fill=True)
    return bytes(image.draw_rect([240, 235, 225], 1010, 300, 200, 240, fill=True).jpegsave_buffer(Q=92))


def detail() -> bytes:
    """A striped sleeve that comes in from the right and the lower edge of a white sheet."""
    stripes = (pyvips.Image.xyz(1000, 1250).extract_band(1) % 160 > 80).ifthenelse([40, 60, 140], [225, 225, 230])
    image = _drawn(stripes).draw_rect([255, 255, 255], 0, 0, 1000, 400, fill=True)
    return bytes(image.draw_rect([255, 255, 255], 0, 0, 350, 1250, fill=True).jpegsave_buffer(Q=92))


def cmyk() -> bytes:
    """The bottle as a CMYK JPEG with its profile, as image editors convert it."""
    inks = bottle().icc_transform("cmyk", input_profile="srgb", intent="relative", black_point_compensation=True)
    return bytes(inks.jpegsave_buffer(Q=95))


def wide_gamut() -> bytes:
    """The bottle in Display P3: the same colours, in other numbers."""
    return bytes(bottle().icc_transform("p3", input_profile="srgb").jpegsave_buffer(Q=95))


def transparent() -> bytes:
    """A ring cut out, half see-through on its right."""
    shape = pyvips.Image.black(WIDE, HIGH).copy_memory().draw_circle([255], 600, 500, 380, fill=True)
    shape = shape.draw_rect([128], 700, 0, 400, HIGH, fill=True) & (shape > 0)
    shape = shape.draw_circle([0], 600, 500, 180, fill=True)
    image = _drawn(shape.new_from_image([210, 120, 30]))
    return bytes(image.bandjoin(shape).pngsave_buffer())


def animated() -> bytes:
    """A GIF of four frames: a red square walks to the right."""
    frames = [
        _drawn(pyvips.Image.black(400, 300, bands=3) + 220).draw_rect(
            [200, 20, 20], 30 + 80 * number, 110, 80, 80, fill=True
        )
        for number in range(4)
    ]
    tall = pyvips.Image.arrayjoin(frames, across=1).copy()
    tall.set_type(pyvips.GValue.gint_type, "page-height", 300)
    return bytes(tall.gifsave_buffer())


def guide() -> bytes:
    """A PDF of two pages."""
    return pdf([b"0.8 0.1 0.1 rg 10 20 60 50 re f 0.1 0.1 0.1 rg 10 90 50 6 re f", b"0.1 0.3 0.8 rg 30 10 30 100 re f"])


SOURCES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "photograph": (photograph, "image", "image/jpeg"),
    "packshot": (packshot, "image", "image/jpeg"),
    "detail": (detail, "image", "image/jpeg"),
    "cmyk": (cmyk, "image", "image/jpeg"),
    "wide-gamut": (wide_gamut, "image", "image/jpeg"),
    "transparent": (transparent, "image", "image/png"),
    "animated": (animated, "image", "image/gif"),
    "guide": (guide, "document", "application/pdf"),
}
"""By name: the bytes, what kind of original they are, and their media type."""


def bottle() -> pyvips.Image:
    """A red bottle on a table, off the middle, before a coloured wall."""
    noise = pyvips.Image.gaussnoise(WIDE // 2, HIGH // 2, sigma=6, mean=0, seed=7)
    down = pyvips.Image.xyz(WIDE // 2, HIGH // 2).extract_band(1)
    image = _drawn((down * 0.2 + 110 + noise).bandjoin([(down * 0.1 + 120) + noise, (160 - down * 0.1) + noise]))
    image = image.draw_rect([120, 80, 50], 0, 380, 750, 120, fill=True)
    image = image.draw_rect([200, 30, 40], 500, 180, 90, 220, fill=True)
    image = image.draw_rect([230, 220, 200], 510, 260, 70, 80, fill=True)
    return image.draw_rect([40, 40, 45], 525, 110, 40, 70, fill=True).resize(2)


def _drawn(image: pyvips.Image) -> pyvips.Image:
    return image.cast("uchar").copy(interpretation="srgb").copy_memory()
