"""Small files and small functions: what is longer than a screen is read by nobody."""

import ast
import subprocess
from collections.abc import Iterator

import pytest

from cli.home import CHECKOUT

FILE, FUNCTION = 500, 40
"""Most lines of each."""
GENERATED = "deploy/client/"


def written() -> list[str]:
    """Python that people wrote, tests apart."""
    said = subprocess.run(["git", "ls-files", "*.py"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return [name for name in said.stdout.split() if not name.startswith(("tests/", GENERATED))]


def too_long(text: str) -> Iterator[str]:
    """What is, and by how much."""
    if (lines := text.count("\n")) > FILE:
        yield f"{lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION:
                yield f"{node.name} has {lines} lines"


def test_no_file_and_no_function_is_too_long() -> None:
    names = written()
    found = {name: list(too_long((CHECKOUT / name).read_text(encoding="utf-8"))) for name in names}
    assert len(names) > 500 and {name: long for name, long in found.items() if long} == {}


@pytest.mark.parametrize(
    ("lines", "told"), [(FUNCTION - 1, []), (FUNCTION, [f"f has {FUNCTION + 1} lines"]), (FILE, ["x", "y"])]
)
def test_what_is_longer_is_told(lines: int, told: list[str]) -> None:
    assert len(list(too_long("def f():\n" + "    pass\n" * lines))) == len(told)
