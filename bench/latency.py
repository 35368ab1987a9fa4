"""How long one photograph takes alone on an idle copy: from its PUT to its first thumbnail, and to ready.

    packshot up && python -m bench.latency FILE [--times 6]

Each time under a new name with a few bytes after its end, so that nothing of it is there; between two all is quiet.
"""

import argparse
import secrets
import statistics
import tempfile
import time
from pathlib import Path

from bench.overhead import drop

REST_S = 8.0
"""The second wave of the picture before is done by then."""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--times", type=int, default=6)
    args = parser.parse_args()
    found = []
    for _ in range(args.times):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch, f"alone-{secrets.token_hex(3)}")
            folder.mkdir()
            (folder / args.file.name).write_bytes(args.file.read_bytes() + secrets.token_bytes(8))
            time.sleep(REST_S)
            latency = drop(folder)["latency_ms"]
        found.append([latency[stage]["p50"] for stage in ("thumbnail", "ready")])
        print(f"thumbnail {found[-1][0]:.0f} ms   ready {found[-1][1]:.0f} ms", flush=True)
    thumbnail, ready = (statistics.median(column) for column in zip(*found, strict=True))
    print(f"p50 of {args.times}: PUT to thumbnail {thumbnail:.0f} ms, PUT to ready {ready:.0f} ms")


if __name__ == "__main__":
    main()
