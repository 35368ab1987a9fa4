"""start everything in the background

Sets up what is missing, starts Kafka, PostgreSQL, SeaweedFS and then the services, all on 127.0.0.1, and returns
when they are up. A part that crashes later is started again, after a growing pause; `packshot status` shows it.
A second `up` finds the first.

examples:
  packshot up
  PACKSHOT_HOME=~/second packshot up       a second copy beside the first, with ports of its own
  PACKSHOT_HTTP_PORT=9000 packshot up      the page and the API on a port that you choose
"""

import argparse

from cli import home as homes
from cli import setup_steps, sign_in
from cli.connect import admin_key_of
from cli.say import Announcer, say
from cli.supervisor import lifecycle, status_file

NAME = "up"


def add(_parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(_args: argparse.Namespace) -> int:
    """0 when every part is up."""
    home = homes.current().make()
    setup_steps.run_missing(home, say)
    if status_file.supervisor_pid(home):
        say("it runs already:")
    parts = lifecycle.bring_up(home, Announcer())
    say(f"{len(parts)} parts are up. `packshot status` shows them, `packshot down` stops them.")
    if any(part.name == "catalog" for part in parts):
        say(f"the page; this link signs you in once: {sign_in.link(home, admin_key_of(home))}")
    return 0
