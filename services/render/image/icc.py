"""Reads the little of an ICC profile that tells whether it is sRGB itself: then nothing needs to be converted.

Most pictures that carry a profile carry this one, in a dozen editions; the transform would cost 13 ms a megapixel.
"""

import struct

TAGS_AT = 128
# The red, green and blue primaries, as ICC stores them (XYZ for D50).
PRIMARIES = {b"rXYZ": (0.4361, 0.2225, 0.0139), b"gXYZ": (0.3851, 0.7169, 0.0971), b"bXYZ": (0.1431, 0.0606, 0.7141)}
CURVES = (b"rTRC", b"gTRC", b"bTRC")
NEAR = 0.0015  # of a primary
NEAR_CURVE = 0.004  # one step of 8 bits
PROBES = (0.02, 0.1, 0.25, 0.5, 0.75, 0.9)


def is_srgb(profile: bytes) -> bool:
    """Whether pixels with this profile are sRGB up to rounding. False for whatever is odd, never an exception."""
    try:
        tags = _tags(profile)
        if profile[16:20] != b"RGB " or b"A2B0" in tags or not PRIMARIES.keys() | set(CURVES) <= tags.keys():
            return False
        return all(_near(_xyz(tags[name]), PRIMARIES[name]) for name in PRIMARIES) and all(
            abs(_curve(tags[name], x) - _srgb(x)) < NEAR_CURVE for name in CURVES for x in PROBES
        )
    except (struct.error, ValueError, IndexError, OverflowError, ZeroDivisionError):
        return False  # libvips and lcms decide what to do with a profile that cannot be read


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, TAGS_AT)
    found: dict[bytes, bytes] = {}
    for index in range(min(count, 100)):
        name, at, size = struct.unpack_from(">4sII", profile, TAGS_AT + 4 + 12 * index)
        found[name] = profile[at : at + size]
    return found


def _xyz(tag: bytes) -> tuple[float, ...]:
    return tuple(value / 65536 for value in struct.unpack_from(">3i", tag, 8))


def _near(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(abs(a - b) < NEAR for a, b in zip(one, other, strict=True))


def _curve(tag: bytes, x: float) -> float:
    """A tone curve's value: a table, a gamma, or the parametric form. Raises ValueError for other kinds."""
    if tag[:4] == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        if count == 0:
            return x
        if count == 1:
            return float(x ** (struct.unpack_from(">H", tag, 12)[0] / 256))
        return float(struct.unpack_from(">H", tag, 12 + 2 * round(x * (count - 1)))[0] / 65535)
    if tag[:4] == b"para" and struct.unpack_from(">H", tag, 8)[0] == 3:
        g, a, b, c, d = (value / 65536 for value in struct.unpack_from(">5i", tag, 12))
        return float((a * x + b) ** g if x >= d else c * x)
    raise ValueError("a tone curve of another kind")


def _srgb(x: float) -> float:
    return float(((x + 0.055) / 1.055) ** 2.4 if x > 0.04045 else x / 12.92)
