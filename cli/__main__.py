"""`python -m cli`: the command line behind `packshot`."""

import sys

from cli.app import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
