"""all checks and tests, servers included

Runs ruff, mypy and import-linter, looks up known flaws of what is pinned where the network lets it, then runs pytest
on the real broker, store and database. What follows `--` goes to pytest. Tests that need real photographs are skipped
unless PACKSHOT_MEDIA names a folder of them.

examples:
  packshot test
  packshot test -- tests/unit -x
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from cli import gltf_tools
from cli.home import CHECKOUT
from cli.say import say
from cli.trouble import Trouble

NAME = "test"
PACKAGES = ("schemas", "runtime", "services", "cli", "deploy", "bench", "tests")
CHECKS: tuple[tuple[str, ...], ...] = (
    ("-m", "ruff", "check", "."),
    ("-m", "mypy", "--strict", *PACKAGES),
    ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    ("-m", "deploy.flaws"),
)
WHOLE = ("tests/e2e", "tests/contract")
DEATHS = tuple(f"tests/e2e/test_{name}.py" for name in ("kill", "kill_arrivals", "chaos", "off_and_on", "taught"))
"""Services that are killed and start again. The last goes on tagging what is there when it is done: nothing that waits
for quiet may come after it."""
FILMS = ("tests/unit/render/model", "tests/unit/render/video")
"""Long by themselves: they stand where there is time."""
WAITING = ("tests/integration", "tests/suites", "tests/unit/cli")
LANES = (
    (*WHOLE, *(f"--ignore={file}" for file in DEATHS)),
    (*FILMS, *DEATHS),
    WAITING,
    tuple(f"--ignore={folder}" for folder in (*WHOLE, *WAITING, *FILMS)),
)
"""Arguments of pytest. Together they are all tests: the last has whatever the others do not name."""
NOT_DONE = os.EX_TEMPFAIL
"""Exit status of a check that could not be made here."""
NAMES = ("ruff", "mypy", "import-linter", "known flaws")


def add(parser: argparse.ArgumentParser) -> None:
    """[--lint | --tests-only] [-- PYTEST-ARGUMENTS]."""
    parser.add_argument("--lint", action="store_true", help="only ruff, mypy, import-linter and known flaws")
    parser.add_argument("--tests-only", action="store_true", help="only pytest")
    parser.add_argument("pytest", nargs="*", metavar="PYTEST-ARGUMENT", help="after `--`")


def run(args: argparse.Namespace) -> int:
    """0 when everything passed. All checks run, so that one run shows every fault; pytest's closing line is last,
    but for a word about what could not be done here.
    """
    if args.lint:
        failed, undone = _lint()
        _say_undone(undone)
        return 1 if failed else 0
    failed, undone = [], []

    def lint() -> None:
        if not args.tests_only:
            for told, more in zip((failed, undone), _lint(), strict=True):
                told.extend(more)

    _bring_gltf_tools()
    if args.pytest:
        lint()
        status = _python(("-m", "pytest", *args.pytest))
    else:
        status = _whole_suite(lint)
    _say_undone(undone)
    return 1 if failed or status else 0


def _lint() -> tuple[list[str], list[str]]:
    """Names of the checks that failed, which are said, and of those that could not be done here."""
    ended = {name: _python(check) for name, check in zip(NAMES, CHECKS, strict=True)}
    failed = [name for name, status in ended.items() if status not in (0, NOT_DONE)]
    if failed:
        say(f"these checks failed: {', '.join(failed)}. The exit status will be 1.")
    return failed, [name for name, status in ended.items() if status == NOT_DONE]


def _say_undone(names: Sequence[str]) -> None:
    """At the very end, where it is read: what passed is not what was not asked."""
    if names:
        say(f"NOT DONE: {', '.join(names)}: nobody could be asked from here. PACKSHOT_FLAWS=required fails then.")


def _whole_suite(first: Callable[[], object]) -> int:
    """All tests, in processes with servers of their own: most of the time of each is waiting.

    Those of the first lane are shown as they run, the others when they are done; each ends with its count. first: what
    is done while the others have begun, before those of the first lane do.
    """
    with ExitStack() as stack:
        ends = [stack.enter_context(_beside(lane)) for lane in LANES[1:]]
        first()
        status = _python(("-m", "pytest", *LANES[0]))
        return max(abs(one) for one in (status, *(end() for end in ends)))


@contextmanager
def _beside(lane: Sequence[str]) -> Iterator[Callable[[], int]]:
    """Runs a lane while others run. What it gives waits for the end, prints all that was said, returns the status."""
    with tempfile.TemporaryFile() as told:
        command = [sys.executable, "-m", "pytest", *lane]
        process = subprocess.Popen(command, cwd=CHECKOUT, stdout=told, stderr=subprocess.STDOUT)

        def end() -> int:
            status = process.wait()
            say(f"the tests that ran beside these: pytest {' '.join(lane)}")
            told.seek(0)
            shutil.copyfileobj(told, sys.stdout.buffer)
            sys.stdout.flush()
            return status

        try:
            yield end
        finally:
            process.terminate()  # only where we are interrupted: it has ended else
            process.wait()


def _bring_gltf_tools() -> None:
    """What tests of 3D models need; they are skipped, saying so, where it cannot be had."""
    if gltf_tools.there():
        return
    say("set-up: glTF tools (requirements/3d-npm.txt) ...")
    try:
        gltf_tools.fetch()
    except Trouble as trouble:
        say(f"{trouble} The tests of 3D models will be skipped.")


def _python(arguments: Sequence[str]) -> int:
    sys.stderr.flush()
    return subprocess.run([sys.executable, *arguments], cwd=CHECKOUT, check=False).returncode
