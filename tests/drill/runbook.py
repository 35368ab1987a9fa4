"""The commands of docs/operations.md, as they are written there: of each heading the lines of its blocks of `sh`."""

import re
from collections.abc import Mapping

import yaml

from cli.home import CHECKOUT
from tests.prometheus import FOLDER

PAGE = CHECKOUT / "docs" / "operations.md"
MAY_SAY_NO = ("./packshot status", "./packshot doctor", "./packshot sweep")
"""Their exit status says how things are."""


def slug(heading: str) -> str:
    """As a Markdown renderer names a heading."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def runbook_of(alert: str) -> str:
    """The heading that an alert names."""
    groups = yaml.safe_load((FOLDER / "rules.yml").read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"] if rule.get("alert") == alert]
    (heading,) = {rule["annotations"]["runbook"] for rule in rules}
    return str(heading)


def commands(heading: str, text: str | None = None) -> list[str]:
    """Lines of the heading's blocks of `sh`, without those that are only a remark. Raises KeyError."""
    page = PAGE.read_text(encoding="utf-8") if text is None else text
    parts = re.split(r"^#{2,4} (.+)$", page, flags=re.M)
    bodies = {slug(name): body for name, body in zip(parts[1::2], parts[2::2], strict=True)}
    blocks = re.findall(r"^```sh\n(.*?)^```", bodies[heading], flags=re.M | re.S)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def filled(line: str, words: Mapping[str, str]) -> str:
    """With what this fault is about in place of PART, TOPIC … Raises AssertionError where one is left."""
    for name, value in words.items():
        line = re.sub(rf"\b{name}\b", value, line)
    command = line.partition("#")[0].strip()
    left = re.findall(r"(?<![\w=-])[A-Z]{2,}\b", command)
    assert not left, f"{line}: nobody says what {left} is here"
    return command


def failed(command: str, status: int) -> bool:
    """Whether it did not do what it is for."""
    return status != 0 and not (status == 1 and command.startswith(MAY_SAY_NO))
