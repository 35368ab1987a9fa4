"""A USDZ's outside: a ZIP whose files are stored as they are, with names that lead nowhere else."""

import stat
import zipfile
from pathlib import Path, PurePosixPath

from runtime.refusal import Refused
from services.render.model.limits import MAX_FILE, MAX_USDZ_FILES

LAYERS = (".usdc", ".usda", ".usd")
PICTURES = (".png", ".jpg", ".jpeg")
# Apple allows sound too; it is passed over.
ALLOWED = (*LAYERS, *PICTURES, ".m4a", ".mp3", ".wav")
AGAIN = "Export it once more as USDZ, or as GLB, and drop that."


def open_package(path: Path) -> list[str]:
    """Names of the files in it, the root layer first. Raises Refused, naming what is wrong."""
    if path.stat().st_size > MAX_FILE:
        raise Refused(f"The model has more than {MAX_FILE // 2**20} MB.", "Export it with smaller textures.")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            for entry in entries:
                _check(entry)
                with archive.open(entry) as inner:  # compares the name in front of the data with the directory's
                    inner.read(1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError) as error:
        raise Refused("The USDZ package cannot be opened.", AGAIN) from error
    names = [entry.filename for entry in entries]
    if not 0 < len(names) <= MAX_USDZ_FILES or len(set(names)) != len(names):
        raise Refused(f"The USDZ package holds {len(names)} files, or two of one name.", AGAIN)
    if not names[0].lower().endswith(LAYERS):
        raise Refused("The first file of the USDZ package is no USD layer.", AGAIN)
    if sum(entry.file_size for entry in entries) > path.stat().st_size:
        raise Refused("The files of the USDZ package lie over each other.", AGAIN)
    return names


def _check(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
        raise Refused(f"{name[:80]!r} in the USDZ package is compressed, which USDZ does not allow.", AGAIN)
    if entry.flag_bits & 1:
        raise Refused(f"{name[:80]!r} in the USDZ package is encrypted.", AGAIN)
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise Refused(f"{name[:80]!r} in the USDZ package leads outside of it.", AGAIN)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused(f"{name[:80]!r} in the USDZ package is a link.", AGAIN)
    if not name.lower().endswith(ALLOWED):
        raise Refused(f"{name[:80]!r} in the USDZ package is neither a USD layer nor a picture.", AGAIN)
