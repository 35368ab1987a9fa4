"""What a key says by its name alone: nothing, a side-car, a product list, or a file to take."""

from pathlib import PurePosixPath

REPORT = "packshot-report.csv"
_NOTHING = {".ds_store", "thumbs.db", "desktop.ini", REPORT}
_UNFINISHED = (".part", ".filepart", ".tmp")


def is_nothing(key: str) -> bool:
    """Files that systems and clients leave about, and uploads that are still under way."""
    name = PurePosixPath(key).name.lower()
    return not name or key.endswith("/") or name in _NOTHING or name.startswith("._") or name.endswith(_UNFINISHED)


def is_sidecar(key: str) -> bool:
    """An `.xmp` beside a picture."""
    return key.lower().endswith(".xmp")


def stem(key: str) -> str:
    """The part of a name that a picture and its side-cars share: `a/b.jpg`, `a/b.jpg.xmp` and `a/b.xmp` give `a/b`.

    It keys the job: what belongs together has one order, by a function of the name alone.
    """
    base = key[: -len(".xmp")] if is_sidecar(key) else key
    path = PurePosixPath(base)
    return str(path.with_suffix("")) if path.suffix and path.stem else base


def belongs(sidecar: str, key: str) -> bool:
    """Whether that side-car speaks of this key."""
    return is_sidecar(sidecar) and not is_sidecar(key) and sidecar[: -len(".xmp")] in (key, stem(key))
