"""Brings the npm packages of the 3D extra: exactly those of requirements/3d-npm.txt, each compared with its hash.

Only archives are fetched and unpacked: no script of a package runs, and npm resolves no dependencies of theirs.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cli import npm
from cli.home import CHECKOUT
from cli.trouble import Trouble
from runtime.extra_3d import PACKAGES

LIST = CHECKOUT / "requirements" / "3d-npm.txt"
SECONDS = 180
_AGAIN = "Connect this machine to the npm registry and run the same again."


@dataclass(frozen=True)
class Package:
    """One line of the list. integrity: `sha512-` and the hash of the archive, base64."""

    name: str
    version: str
    integrity: str

    @property
    def archive(self) -> str:
        """What `npm pack` calls it."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


def listed() -> list[Package]:
    """What the list names."""
    lines = (line.split() for line in LIST.read_text().splitlines() if line and not line.startswith("#"))
    return [Package(*words) for words in lines]


def there() -> bool:
    """Whether all packages lie where render looks for them."""
    return all((PACKAGES / package.name / "package.json").is_file() for package in listed())


def fetch(into: Path = PACKAGES) -> None:
    """Whole or not at all. Raises Trouble when a package cannot be fetched, or is not the one we know."""
    packages = listed()
    with tempfile.TemporaryDirectory(prefix="packshot-3d-") as folder:
        _pack(packages, Path(folder))
        made = Path(folder, "node_modules")
        for package in packages:
            _unpack(Path(folder, package.archive), package, made / package.name)
        shutil.rmtree(into, ignore_errors=True)
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made, into.with_suffix(".part"), dirs_exist_ok=True)
        into.with_suffix(".part").rename(into)


def _pack(packages: list[Package], folder: Path) -> None:
    names = [f"{package.name}@{package.version}" for package in packages]
    options = ["--pack-destination", str(folder), "--ignore-scripts", "--loglevel=error"]
    try:
        done = subprocess.run(
            [*npm.command(), "pack", *names, *options],
            cwd=folder, capture_output=True, text=True, timeout=SECONDS, env=npm.trusting(os.environ),
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Trouble(f"npm did not deliver the glTF tools within {SECONDS} s.", _AGAIN) from error
    if done.returncode:
        raise Trouble(f"npm could not fetch the glTF tools: {done.stderr.strip()[-300:]}", _AGAIN)


def _unpack(archive: Path, package: Package, into: Path) -> None:
    if not archive.is_file():
        raise Trouble(f"npm did not deliver {package.name}.", _AGAIN)
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.integrity:
        raise Trouble(f"{package.name} {package.version} is not the package that we know.", "Ask where npm gets it.")
    loose = into.with_name(f"{into.name}.loose")
    with tarfile.open(archive) as opened:
        wanted = [member for member in opened if not member.name.endswith(".map")]  # most of what a viewer weighs
        opened.extractall(loose, wanted, filter="data")
    (loose / "package").rename(into)
    shutil.rmtree(loose)
