"""each part: state, address, health, restarts; how far behind each group is; how well the shop's own words are known

The exit status is 0 when every part is up and well.

examples:
  packshot status
  packshot status --json
"""

import argparse
import http.client
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from cli import home as homes
from cli import lag, status_elsewhere
from cli import ports as port_table
from cli.apart import apart
from cli.disk import crowded
from cli.elsewhere import elsewhere
from cli.say import say
from cli.supervisor import status_file
from cli.supervisor.service import SERVICES
from cli.supervisor.status_file import PartStatus
from cli.trouble import Trouble

NAME = "status"


def add(parser: argparse.ArgumentParser) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help="one object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 when all is up and well, else 1."""
    home = homes.current()
    parts = status_file.read(home)
    if not parts and elsewhere(home):
        return status_elsewhere.run(home, as_json=args.json)
    if not parts:
        say(f"nothing runs in {home.root}. `packshot up` starts it.")
        return 1
    health = {part.name: health_of(part) for part in parts}
    lags, heads = _lags(parts), taught(parts)
    if args.json:
        rows = [asdict(part) | {"health": health[part.name]} for part in parts]
        sys.stdout.write(json.dumps({"parts": rows, "lag": [asdict(entry) for entry in lags], "taught": heads}) + "\n")
    else:
        ports = port_table.load(home.root / "ports.json", os.environ)
        sys.stdout.write(table(parts, health, lags) + doors(ports, receives=receives(parts)) + words(heads))
        if full := crowded(home):
            say(str(full))
    return 0 if all(part.state == "up" and health[part.name] == "well" for part in parts) else 1


def health_of(part: PartStatus) -> str:
    """`well`, or what is wrong: a service says it itself at /healthz, a server is asked by the supervisor."""
    if part.name not in SERVICES or part.state not in ("up", "unwell"):
        return "well" if part.state == "up" else part.cause or part.state
    try:
        status, report = report_of(part)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return f"/healthz does not answer: {error}"
    return "well" if status == 200 else "; ".join(report.get("problems") or ["unwell"])


def report_of(part: PartStatus) -> tuple[int, dict[str, Any]]:
    """What /healthz answers. Raises OSError, ValueError, HTTPException."""
    host, port = part.address.split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=3)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        report: dict[str, Any] = json.loads(answer.read())
        return answer.status, report
    finally:
        connection.close()


def taught(parts: list[PartStatus]) -> list[dict[str, Any]]:
    """What the tagger says of the words that the shop has taught; nothing where it does not answer."""
    heads: list[dict[str, Any]] = _said_by("tagger", parts).get("taught", [])
    return heads


def receives(parts: list[PartStatus]) -> bool:
    """Whether pim listens for webhooks: only where a PIM is set."""
    return bool(_said_by("pim", parts).get("receives"))


def _said_by(name: str, parts: list[PartStatus]) -> dict[str, Any]:
    for part in parts:
        if part.name == name and part.state in ("up", "unwell"):
            with suppress(OSError, ValueError, http.client.HTTPException):  # `health_of` says it
                return report_of(part)[1]
    return {}


def doors(ports: Mapping[str, int], *, receives: bool) -> str:
    """Where people and PIMs reach it; the parts' own addresses are where their health is asked."""
    page, public, hooks = (f"127.0.0.1:{ports[name]}" for name in ("http", "public", "hooks"))
    pims = f" · webhooks of PIMs: {hooks}" if receives else ""
    return f"\npage and API: http://{page}/ · public files: http://{public}/{pims}\n"


def words(heads: list[dict[str, Any]]) -> str:
    """The text for people."""
    if not heads:
        return ""
    lines = ["", f"{'TAUGHT':<24} {'TAGS':>5} {'EXAMPLES':>9} {'RIGHT AT ONCE':>14}  SINCE"]
    lines += [
        f"{one['about']:<24} {one['tags']:>5} {one['examples']:>9} {one['top1']:>14.2f}  {one['taught']}"
        for one in heads
    ]
    return "\n".join(lines) + "\n"


def table(parts: list[PartStatus], health: dict[str, str], lags: list[lag.Lag]) -> str:
    """The text for people."""
    lines = [f"{'PART':<10} {'STATE':<9} {'ADDRESS':<22} {'RESTARTS':>8}  HEALTH"]
    lines += [
        f"{part.name:<10} {part.state:<9} {part.address:<22} {part.restarts:>8}  "
        # A cause may be some lines of a log; the last says most.
        + health[part.name].splitlines()[-1]
        for part in parts
    ]
    if lags:
        lines += ["", f"{'GROUP':<24} {'TOPIC':<24} {'BEHIND':>8}"]
        lines += [f"{entry.group:<24} {entry.topic:<24} {entry.behind:>8}" for entry in lags]
    elif away := [part.state for part in parts if part.name == "kafka" and part.state != "up"]:
        lines += ["", f"Kafka is {away[0]}: how far behind each group is, is not known. What is `up` waits for it."]
    return "\n".join(lines) + "\n"


def _lags(parts: list[PartStatus]) -> list[lag.Lag]:
    kafka = next(part for part in parts if part.name == "kafka")
    if kafka.state != "up":
        return []
    try:
        return apart(lag.measure(kafka.address))
    except Trouble as trouble:
        say(trouble.cause)
        return []
