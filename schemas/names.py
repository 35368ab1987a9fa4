"""What names of one picture share. It keys `ingest.jobs`, whoever sends a job: a function of the name alone."""

from pathlib import PurePosixPath

SIDECAR = ".xmp"
REPORT = "packshot-report.csv"
"""What became of a folder's files, which the catalogue puts back into it: never a file to take."""
_NOTHING = {".ds_store", "thumbs.db", "desktop.ini", REPORT}
_UNFINISHED = (".part", ".filepart", ".tmp")
JPEG = ".jpg .jpeg .jpe .jfif"
TIFF = ".tif .tiff"
LAYERED = ".psd .psb"
_PICTURES = f"{JPEG} {TIFF} .png .gif .webp .bmp .jxl .svg .avif .heic .heif .hif"
_LAYOUTS = f"{LAYERED} .eps .ai .pdf"
RAW = ".cr2 .cr3 .nef .nrw .arw .dng .rw2 .raf .orf .pef .srw .x3f .3fr .iiq"
_OTHERS = ".mp4 .m4v .mov .avi .mkv .webm .mts .m2ts .3gp .glb .gltf .usdz"
ENDINGS = frozenset(f"{_PICTURES} {_LAYOUTS} {RAW} {_OTHERS}".split())
"""Endings of formats, which a side-car of the same name does not have."""


def is_nothing(key: str) -> bool:
    """Files that systems and clients leave about, and uploads that are still under way: nobody takes them."""
    name = PurePosixPath(key).name.lower()
    return not name or key.endswith("/") or name in _NOTHING or name.startswith("._") or name.endswith(_UNFINISHED)


def is_sidecar(key: str) -> bool:
    """An `.xmp` beside a picture."""
    return key.lower().endswith(SIDECAR)


def bare(key: str) -> str:
    """Without the ending of a format that we know; what else stands behind a dot belongs to the name (`v1.2`)."""
    path = PurePosixPath(key)
    return str(path.with_suffix("")) if path.suffix.lower() in ENDINGS and path.stem else key


def stem(key: str) -> str:
    """What a picture and its side-cars share: `a/b.jpg`, `a/b.jpg.xmp` and `a/b.xmp` give `a/b`.

    It keys the job: what belongs together has one order, by a function of the name alone.
    """
    base = key[: -len(SIDECAR)] if is_sidecar(key) else key
    while (shorter := bare(base)) != base:
        base = shorter
    return base
