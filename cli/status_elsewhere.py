"""How a copy stands that others keep: what each service says of itself, and how far behind each group is."""

import asyncio
import json
import sys
from dataclasses import asdict

from cli.connect import ToolSettings, settings_as
from cli.home import Home
from cli.say import say
from runtime import lags
from runtime.lags import Lag
from services.catalog.operations.members import Member, Members, read


def run(home: Home, *, as_json: bool) -> int:
    """0 when every service says that it is well. Raises Trouble, Unavailable."""
    members, behind = asyncio.run(_look(settings_as(ToolSettings, home)))
    if as_json:
        rows = [one._asdict() for one in members]
        sys.stdout.write(json.dumps({"services": rows, "lag": [asdict(one) for one in behind]}) + "\n")
    else:
        sys.stdout.write(table(members, behind))
    if not members:
        say("PACKSHOT_MEMBERS names no service, so none was asked how it is.")
    return 0 if members and all(one.well for one in members) else 1


async def _look(settings: ToolSettings) -> tuple[list[Member], list[Lag]]:
    members, _ = await Members(read(settings.members)).look()
    return members, await lags.measure(settings)


def table(members: list[Member], behind: list[Lag]) -> str:
    """The text for people."""
    lines = [f"{'SERVICE':<12} HEALTH"]
    lines += [f"{one.name:<12} {'; '.join(one.told) or ('well' if one.well else 'unwell')}" for one in members]
    lines += ["", f"{'GROUP':<24} {'TOPIC':<24} {'BEHIND':>8}"]
    lines += [f"{one.group:<24} {one.topic:<24} {one.behind:>8}" for one in behind]
    return "\n".join(lines) + "\n"
