"""set up what is missing, and nothing else

The launcher has already made the virtual environment and fetched Kafka; this does the rest (the models, the system
user for PostgreSQL). Each step is done once: again only when what it is made from has changed.

examples:
  packshot setup
  packshot setup --with 3d
  PACKSHOT_HOME=/var/lib/packshot packshot setup
"""

import argparse

from cli import home as homes
from cli import setup_steps
from cli.say import say

NAME = "setup"


def add(parser: argparse.ArgumentParser) -> None:
    """[--with EXTRA]: read by the launcher, which brings its packages before this runs."""
    parser.add_argument(
        "--with", dest="extras", action="append", choices=["3d"], default=[], help="3d: 3D models (0.5 GB more)"
    )


def run(_args: argparse.Namespace) -> int:
    """0 when all is there."""
    home = homes.current().make()
    setup_steps.run_missing(home, say)
    say(f"all is set up in {home.root}.")
    return 0
