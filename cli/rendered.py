"""What came of one file of `packshot render`: a line of JSON, or lines for people."""

import json
import sys
from dataclasses import dataclass, field
from typing import Any

SOMETIMES = ("skipped", "text")


@dataclass
class Result:
    """`reason` says why a file was refused, or how we failed. `text`: where a document's text lies.

    renditions: {preset, path, format, width, height, bytes, ms}, with `notes` where there are. skipped: {preset,
    reason}: what this file has no rendition for, and rungs of a film that were refused.
    """

    file: str
    kind: str | None
    status: str = "ready"
    reason: str | None = None
    renditions: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    text: str | None = None

    def begin_again(self, status: str = "ready", reason: str | None = None) -> None:
        """Nothing of it was made, or will have been."""
        self.status, self.reason, self.renditions, self.skipped, self.text = status, reason, [], [], None


def say_json(result: Result) -> None:
    """One line."""
    told = {name: value for name, value in vars(result).items() if value or name not in SOMETIMES}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def say_plainly(result: Result) -> None:
    """A line a file, and a line for each thing that was made or not made of it."""
    lines = [f"{result.file}: {result.status}{f' - {result.reason}' if result.reason else ''}"]
    for made in result.renditions:
        size = f"{made['width']} x {made['height']}"
        lines.append(f"  {made['preset']:<16} {size:>12}  {made['bytes']:>9} bytes  {made['path']}")
        lines += [f"  {'':<16} {note}" for note in made.get("notes", ())]
    lines += [f"  {one['preset']:<16} not made: {one['reason']}" for one in result.skipped]
    lines += [f"  {'text':<16} {result.text}"] if result.text else []
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
