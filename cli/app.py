"""The command line: every command is one module with NAME, `add(parser)` and `run(args) -> int`."""

import argparse
import importlib
import logging
import re
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from cli import home as homes
from cli.disk import crowded
from cli.elsewhere import elsewhere, require_here
from cli.trouble import Trouble
from runtime.outage import Unavailable

# In the order that --help shows them.
COMMANDS: dict[str, str] = {
    "demo": "cli.demo",
    "up": "cli.up",
    "down": "cli.down",
    "status": "cli.status",
    "restart": "cli.restart",
    "doctor": "cli.doctor",
    "logs": "cli.logs",
    "trace": "cli.trace",
    "submit": "cli.submit",
    "adopt": "cli.adopt",
    "pim": "cli.pim",
    "readiness": "cli.readiness",
    "bytes": "cli.bytes_cost",
    "feed": "cli.handover",
    "audit": "cli.audit",
    "keys": "cli.keys",
    "photographers": "cli.photographers",
    "webhooks": "cli.webhooks",
    "sign": "cli.sign",
    "sweep": "cli.sweep",
    "collect": "cli.collect",
    "dlq": "cli.dlq",
    "chaos": "cli.chaos",
    "jobs": "cli.jobs",
    "rebuild": "cli.work_rebuild",
    "render": "cli.work_render",
    "presets": "cli.presets",
    "folders": "cli.folders",
    "fields": "cli.fields",
    "tag": "cli.work_tag",
    "teach": "cli.teach",
    "retag": "cli.retag",
    "link": "cli.work_link",
    "topics": "cli.topics",
    "backup": "cli.backup",
    "restore": "cli.restore",
    "setup": "cli.setup",
    "test": "cli.test",
}

ABOUT = """\
Packshot: digital product asset management as an event-driven pipeline.
Drop photographs into a bucket; renditions, tags and links to SKUs come out.

examples:
  packshot demo                   the main job on a sample catalogue, with a summary and a link to the page
  packshot up                     start everything in the background (a second `up` finds the first)
  packshot status                 each part: address, health, how far behind
  packshot logs render -f         follow one part's log
  packshot doctor                 check this machine; each finding with its cure
  packshot down                   stop everything cleanly

`packshot COMMAND --help` shows the examples of one command.
"""

AWAY = "`packshot status` says what runs, `packshot up` starts it. Then do this again: nothing is lost."
AWAY_ELSEWHERE = "The settings PACKSHOT_… lead there: look whether it runs. Then do this again: nothing is lost."
_STORE = re.compile(r"Error performing \w+ (https?://[^/\s]+)\S* in \S+ - (.*)")
"""How obstore words a request that came to nothing: where it went, and why."""


class Command(Protocol):
    """What a command's module offers; its docstring is its help, first line first."""

    NAME: str
    __doc__: str | None

    def add(self, parser: argparse.ArgumentParser) -> None:
        """Adds its arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Does it; returns the exit status: 0 done, 1 not."""


def load(name: str) -> Command:
    """The command's module."""
    return cast(Command, importlib.import_module(COMMANDS[name]))


def build(names: Sequence[str]) -> argparse.ArgumentParser:
    """A parser that knows these commands."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="packshot", description=ABOUT, formatter_class=raw)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in names:
        command = load(name)
        text = command.__doc__ or ""
        sub = commands.add_parser(command.NAME, help=text.splitlines()[0], description=text, formatter_class=raw)
        command.add(sub)
        sub.set_defaults(run=command.run)
    return parser


def outage(error: Exception) -> Trouble | None:
    """What to say where a server was away, whatever the command was about; None for other errors."""
    kafka = sys.modules.get("aiokafka.errors")  # not loaded where nobody spoke to Kafka
    if isinstance(error, Unavailable) and str(error).startswith("The disk of "):
        cause, _, cure = str(error).partition(": ")
        return Trouble(f"{cause}.", f"{cure.capitalize()}.")
    if isinstance(error, Unavailable):
        server, _, detail = str(error).partition(": ")
        if found := _STORE.search(detail):
            # That nothing came back is said by "does not answer".
            server, detail = f"{server} at {found[1]}", "" if "error sending request" in found[2] else found[2]
    elif kafka and isinstance(error, kafka.KafkaError):
        # aiokafka shows its own structures of where it looked.
        listens = re.search(r"bootstrap from \[\('([^']+)', (\d+)", str(error))
        server, detail = "Kafka", f"nobody listens at {listens[1]}:{listens[2]}" if listens else str(error)
    else:
        return None
    return Trouble(
        f"{server} does not answer{f': {detail}' if detail else '.'}",
        AWAY_ELSEWHERE if elsewhere(homes.current()) else AWAY,
    )


def _told(trouble: Trouble) -> int:
    for one in filter(None, (trouble, crowded(homes.current()))):
        sys.stderr.write(f"packshot: {one.cause}\nCure: {one.cure}\n")
    return 1


def main(argv: list[str]) -> int:
    """Exit status: 0 done, 1 not done, 2 wrong usage (argparse's own)."""
    # Only the asked command is imported: some bring half of the system with them.
    names = [argv[0]] if argv and argv[0] in COMMANDS else list(COMMANDS)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what it cannot do it raises, and we say that
    try:
        args = build(names).parse_args(argv)
        require_here(args.command, homes.current())
        return int(args.run(args))
    except Trouble as trouble:
        return _told(trouble)
    except BrokenPipeError:
        # `packshot logs | head`: the reader has what it wanted.
        sys.stderr.close()
        return 0
    except Exception as error:
        if (away := outage(error)) is None:
            raise
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # what was left open ends with us
        return _told(away)
    except KeyboardInterrupt:
        sys.stderr.write("\npackshot: stopped by you.\n")
        return 1
