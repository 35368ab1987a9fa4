"""What `doctor` asks of the machine; nothing needs to run."""

import ctypes
import ctypes.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from cli import ports as port_table
from cli.finding import Finding
from cli.home import Home
from cli.supervisor import status_file
from services.render.model import extra
from services.tagger.models import registry
from services.tagger.taught.heads import Versions

LANDLOCK_CREATE_RULESET = 444
LANDLOCK_VERSION_FLAG = 1
SIGNALS_ABI = 6
LEAST_JAVA = 17


def python(home: Home) -> Finding:
    """The interpreter of the virtual environment."""
    text = f"Python {platform.python_version()} in {sys.prefix}"
    if Path(sys.prefix) != home.root / "venv":
        return Finding("python", "poor", text, f"Not the one of the set-up ({home.root}/venv): call ./packshot.")
    return Finding("python", "well", text)


def java(_home: Home) -> Finding:
    """Kafka 4 needs 17."""
    cure = "Install a Java 17 or newer (Debian: apt-get install openjdk-17-jre-headless)."
    if not shutil.which("java"):
        return Finding("java", "bad", "no java", cure)
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S607
    found = re.search(r'version "(\d+)', said)
    version = int(found.group(1)) if found else 0
    return Finding("java", "well", f"Java {version}") if version >= LEAST_JAVA else Finding("java", "bad", said, cure)


def ffmpeg(_home: Home) -> Finding:
    """For video."""
    missing = [name for name in ("ffmpeg", "ffprobe") if not shutil.which(name)]
    if missing:
        return Finding("ffmpeg", "bad", f"no {' and no '.join(missing)}", "apt-get install ffmpeg")
    return Finding("ffmpeg", "well", str(shutil.which("ffmpeg")))


def kafka_jars(home: Home) -> Finding:
    """Fetched by set-up."""
    if not any(home.kafka.glob("kafka_*.jar")):
        return Finding("kafka", "bad", f"no jars in {home.kafka}", "packshot setup")
    return Finding("kafka", "well", f"{len(list(home.kafka.glob('*.jar')))} jars")


def disk(home: Home) -> Finding:
    """SeaweedFS stops taking writes while one gigabyte is left."""
    free = shutil.disk_usage(home.root).free / 1e9
    text = f"{free:.1f} GB free where {home.root} is"
    cure = "Free some disk, or move PACKSHOT_HOME to a larger one."
    if free < 1.5:
        return Finding("disk", "bad", text, cure)
    return Finding("disk", "well", text) if free >= 10 else Finding("disk", "poor", text, cure)


def memory(_home: Home) -> Finding:
    """The servers take about 1 GB, each decoding child some hundred MB."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    text = f"{total:.1f} GB, {len(os.sched_getaffinity(0))} processors"
    if total < 3.5:
        return Finding("memory", "poor", text, "4 GB or more; with less, set PACKSHOT_SLOTS=1.")
    return Finding("memory", "well", text)


def ports(home: Home) -> Finding:
    """Free, or held by our own parts."""
    table = port_table.load(home.root / "ports.json", os.environ)
    text = f"page and API on {table['http']}, S3 on {table['s3']}, Kafka on {table['kafka']}, "
    text += f"webhooks of PIMs on {table['hooks']}"
    if status_file.supervisor_pid(home) is None:
        taken = [f"{port} ({name})" for name, port in table.items() if not port_table.is_free(port)]
        if taken:
            cure = f"End the programs that listen there, or set PACKSHOT_<NAME>_PORT, or delete {home.root}/ports.json."
            return Finding("ports", "bad", f"taken: {', '.join(taken)}", cure)
    return Finding("ports", "well", text)


def landlock(_home: Home) -> Finding:
    """The file rules of the cage, and from one version of them on its rule for signals."""
    return landlock_of(
        ctypes.CDLL(None, use_errno=True).syscall(LANDLOCK_CREATE_RULESET, None, 0, LANDLOCK_VERSION_FLAG)
    )


def landlock_of(version: int) -> Finding:
    """What holds at this version of Landlock's interface (its ABI)."""
    if version < 1:
        cure = "A kernel of 5.13 or newer with `landlock` in its lsm= list (see /sys/kernel/security/lsm)."
        return Finding("landlock", "bad", "the kernel offers none: untrusted files cannot be caged", cure)
    if version < SIGNALS_ABI:
        text = (
            f"ABI {version}: foreign files are closed to every decoder, but those of films and 3D models (which may "
            "start programs) could end other processes of the same user by signals"
        )
        return Finding("landlock", "poor", text, "A kernel of 6.12 or newer, or a user for the workers alone.")
    return Finding("landlock", "well", f"ABI {version}: no decoder reaches foreign files or signals other processes")


def seccomp(_home: Home) -> Finding:
    """The system-call rules of the cage: the kernel's part and the library."""
    with open("/proc/self/status") as status:
        kernel = "Seccomp:" in status.read()
    if not kernel:
        return Finding("seccomp", "bad", "the kernel offers none", "A kernel with CONFIG_SECCOMP_FILTER.")
    if not ctypes.util.find_library("seccomp"):
        return Finding("seccomp", "bad", "no libseccomp", "apt-get install libseccomp2")
    return Finding("seccomp", "well", "kernel and libseccomp")


def models_3d(home: Home) -> Finding:
    """The 3D extra: only looked for where it was asked for."""
    lacking = extra.lacking()
    if not lacking:
        return Finding("3d", "well", "f3d, usd-core and the glTF tools are there")
    if "3d" in home.extras:
        return Finding("3d", "bad", f"missing: {', '.join(lacking)}", extra.COMMAND)
    text = "not set up: 3D models (GLB, glTF, USDZ) are kept, and refused for renditions"
    return Finding("3d", "well", f"{text}; {extra.COMMAND} brings it (0.5 GB)")


def models(home: Home) -> Finding:
    """Those of the tagger, each loaded as it would; what is dropped in may not fit."""
    try:
        found = registry.load(home.models)
    except registry.NoModels as error:
        return Finding("models", "bad", str(error), "packshot setup")
    if broken := Versions(home.models, found.versions, found.broken).broken:
        return Finding("models", "poor", "; ".join(broken), "Mend or remove what is named (docs/models.md).")
    return Finding("models", "well", f"{len(found.loaded)} of the tagger's are loaded, none is left out")


CHECKS: tuple[Callable[[Home], Finding], ...] = (
    python, java, ffmpeg, kafka_jars, disk, memory, ports, landlock, seccomp, models, models_3d,
)  # fmt: skip
