"""What a key says by its name alone: nothing, a side-car, a product list, or a file to take."""

from schemas.names import ENDINGS, JPEG, LAYERED, RAW, REPORT, SIDECAR, TIFF, bare, is_nothing, is_sidecar, stem

__all__ = [  # the names that a stem is made of are the contract's
    "ENDINGS",
    "JPEG",
    "LAYERED",
    "RAW",
    "REPORT",
    "SIDECAR",
    "TIFF",
    "bare",
    "belongs",
    "is_nothing",
    "is_sidecar",
    "sidecar_bases",
    "stem",
]
LIST = ".csv"


def is_list(key: str) -> bool:
    """A `.csv`: it may say something of the files of its folder."""
    return key.lower().endswith(LIST)


def sidecar_bases(key: str) -> tuple[str, ...]:
    """What side-cars of this key are called before their `.xmp`: `a/b.jpg` (darktable) and `a/b` (Adobe)."""
    return tuple(dict.fromkeys((key, bare(key))))


def belongs(sidecar: str, key: str) -> bool:
    """Whether that side-car speaks of this key. Then both have the same stem."""
    return is_sidecar(sidecar) and not is_sidecar(key) and sidecar[: -len(SIDECAR)] in sidecar_bases(key)
