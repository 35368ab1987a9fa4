"""stop everything cleanly

Services finish or give back what they work on; what is in the bucket, the broker and the database stays.

examples:
  packshot down
  packshot down && packshot up
"""

import argparse

from cli import home as homes
from cli.say import Announcer, say
from cli.supervisor import lifecycle

NAME = "down"


def add(_parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(_args: argparse.Namespace) -> int:
    """0, also when nothing ran."""
    home = homes.current()
    say("all stopped." if lifecycle.bring_down(home, Announcer(only="stopped")) else f"nothing runs in {home.root}.")
    return 0
