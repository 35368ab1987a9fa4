"""Every text of an outage begins with the server that is waited for, or with somebody outside whom we name here."""

import ast
from collections.abc import Iterator
from pathlib import Path

from runtime.outage import OTHER, Unavailable, server

CHECKOUT = Path(__file__).resolve().parents[2]
TWINS = {"memory broker", "memory store", "{topic} is not writable"}
OUTSIDE = {
    "identity provider", "{url.partition", "{address}", "{system}", "Akeneo", "salsify", "wisepim",
    "another process wrote", "the file ", "library: ",
}  # fmt: skip
"""Nobody's outage that a runbook could help with: others' systems, and what is done anew at once."""


def texts() -> Iterator[tuple[str, str]]:
    """Where, and how the text begins; what is filled in stands in braces."""
    for file in sorted(path for folder in ("runtime", "services", "cli") for path in (CHECKOUT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Unavailable":
                parts = node.args[0].values if isinstance(node.args[0], ast.JoinedStr) else node.args
                words = (
                    str(part.value) if isinstance(part, ast.Constant) else f"{{{ast.unparse(part).strip(chr(123))}"
                    for part in parts
                )
                yield f"{file.relative_to(CHECKOUT)}:{node.lineno}", "".join(words)


FOUND = dict(texts())


def test_they_are_found() -> None:
    assert len(FOUND) > 40
    assert any(text.startswith("the scratch folder ") for text in FOUND.values())


def is_known(where: str) -> bool:
    known = server(Unavailable(FOUND[where])) != OTHER
    return known != FOUND[where].startswith(tuple(TWINS if where.startswith("runtime/memory_") else OUTSIDE))


def test_whom_it_is_of_is_known() -> None:
    """Where it is not: let it begin with a word of runtime.outage.SERVERS."""
    assert [f"{where}: {text}" for where, text in FOUND.items() if not is_known(where)] == []


def test_each_outsider_is_still_there() -> None:
    assert [start for start in OUTSIDE | TWINS if not any(text.startswith(start) for text in FOUND.values())] == []
