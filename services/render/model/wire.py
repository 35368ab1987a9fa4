"""The pool of caged children that open models: they may run node, and read what drawing without a screen needs."""

from dataclasses import replace
from pathlib import Path

from runtime.extra_3d import PACKAGES
from runtime.jobs import Cages, Limits
from runtime.limits import GIB, MIB
from services.render.model.extra import node

WORK = "services.render.model.work:work"
# Software drawing only: no graphics card is opened, so a picture is the same on every machine.
ENVIRONMENT = {
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "EGL_PLATFORM": "surfaceless",
    "__EGL_VENDOR_LIBRARY_FILENAMES": "/usr/share/glvnd/egl_vendor.d/50_mesa.json",
    "MESA_SHADER_CACHE_DISABLE": "true",
    "LP_NUM_THREADS": "2",
    "OPENSSL_CONF": "/dev/null",  # node would read the machine's at start, which is outside
}
# Node reserves address space by tens of gigabytes that it never touches; the resident memory is what is bounded.
LIMITS = Limits(seconds=180, address_bytes=96 * GIB, rss_bytes=3 * GIB, file_bytes=512 * MIB, jobs=50)


def model_cages(scratch: Path, size: int = 1, nice: int = 0, work: str = WORK) -> Cages:
    """The pool, not started. Raises RuntimeError when the extra is not set up: ask `extra.missing()` first."""
    program = node()
    if program is None:
        raise RuntimeError("there is no node for the glTF tools")
    return Cages(
        work,
        size=size,
        scratch=scratch,
        limits=replace(LIMITS, nice=nice),
        extra_read=[PACKAGES, program.parent.parent],
        programs=[program],
        env=ENVIRONMENT,
        lazy=True,
    )
