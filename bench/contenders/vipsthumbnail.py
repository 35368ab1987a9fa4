"""`vipsthumbnail`, a process an output, as in shell scripts. It pads nothing and counts its start."""

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.contenders import Contender, Missing, Wanted, place


@contextmanager
def started(folder: Path) -> Iterator[list[Contender]]:
    """Where it is installed."""
    program = shutil.which("vipsthumbnail")
    if program is None:
        raise Missing("vipsthumbnail is left out: it is not installed (Debian: libvips-tools)")
    mine = place(folder, "vipsthumbnail")

    def run(path: Path, wanted: tuple[Wanted, ...]) -> float:
        before = _spent()
        for one in wanted:
            options = f"Q={one.quality}," + ("optimize_coding,interlace," if one.format == "jpeg" else "")
            name = f"{mine / one.file}[{options}strip]"
            subprocess.run([program, str(path), "--size", f"{one.side}x{one.side}>", "-o", name], check=True)
        return _spent() - before

    yield [Contender("vipsthumbnail", mine, run)]


def _spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
