"""`python -m cli.supervisor`: started by `packshot up`, never by hand."""

import sys

from cli import home as homes
from cli.supervisor import status_file
from cli.supervisor.loop import Supervisor
from cli.trouble import Trouble
from runtime import logs


def main() -> int:
    """0 when it was told to stop, or when another one already does this work."""
    home = homes.current().make()
    claim = status_file.claim(home)
    if claim is None:
        return 0
    logs.configure("INFO")
    try:
        Supervisor(home).run()
    except Trouble as trouble:
        sys.stderr.write(f"{trouble.cause}\nCure: {trouble.cure}\n")
        return 1
    finally:
        claim.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
