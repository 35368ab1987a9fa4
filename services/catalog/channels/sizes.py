"""The least pixels that channels take, as the audit's rules ask for them in SQL. Pure."""

import json
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from services.catalog.channels.model import Channel, RuleSet, Span

_ROWS = """
SELECT * FROM jsonb_to_recordset('{rows}')
AS x(channel text, names text[], since date, until date, roles text[], longer int, shorter int)
"""


def sizes(channels: Iterable[Channel]) -> str:
    """What is smaller fits no place of that channel for these roles, from `since` until before `until`.

    names: what licences and presets call it; longer, shorter: pixels of the original's sides, for nothing is enlarged.
    """
    rows = json.dumps([row for channel in channels for row in _of(channel)]).replace("'", "''")
    return f"({_ROWS.format(rows=rows)})"


def _of(channel: Channel) -> Iterator[dict[str, Any]]:
    ends = [rules.since.isoformat() for rules in channel.rules[1:]]
    for rules, until in zip_longest(channel.rules, ends):
        said = {"channel": channel.title, "names": channel.audience.split("/"), "since": rules.since.isoformat()}
        for (longer, shorter), roles in _by_size(rules).items():
            yield {**said, "until": until, "roles": roles, "longer": longer, "shorter": shorter}


def _by_size(rules: RuleSet) -> dict[tuple[int, int], list[str]]:
    """Least pixels of the longer and the shorter side → roles whose most lenient place asks for that."""
    slots = [slot for slot in rules.slots if slot.kind == "image"]
    found: dict[tuple[int, int], list[str]] = {}
    for role in dict.fromkeys(role for slot in slots for role in slot.roles):
        files = [slot.file for slot in slots if role in slot.roles]
        least = min(_least(file.longer_side) for file in files), min(_least(file.shorter_side) for file in files)
        found.setdefault(least, []).append(role)
    found.pop((0, 0), None)
    return found


def _least(span: Span | None) -> int:
    return round(span.least or 0) if span else 0
