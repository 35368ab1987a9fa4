"""How many codes of a folder of photographs are read, how many wrongly, and what it costs.

    python -m bench.codes FOLDER [--plain]

FOLDER holds pictures with a `.txt` of the same name each, that says what its code says, in sub-folders a kind. With
--plain the pictures have no codes: whatever is read is false.
"""

import argparse
import time
from collections import defaultdict
from pathlib import Path

from runtime import pixels
from runtime.refusal import Refused
from services.tagger import codes
from services.tagger.look import Look

PICTURES = (".png", ".jpg", ".jpeg")


def said(text: str) -> str:
    """As it is compared: without line ends at the end, and a GTIN without leading zeros."""
    text = text.replace("\r\n", "\n").strip()
    return text.lstrip("0") if text.isdigit() else text


def main() -> None:
    """Print a line a sub-folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plain", action="store_true")
    asked = parser.parse_args()
    pixels.lock_down()
    figures: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0])
    spent = []
    for path in sorted(p for p in asked.folder.rglob("*") if p.suffix.lower() in PICTURES):
        began = time.process_time()
        try:
            found = {said(code["text"]) for code in codes.find(Look(path))["barcodes"]}
        except Refused:
            continue
        spent.append(time.process_time() - began)
        truth = "" if asked.plain else said(path.with_suffix(".txt").read_text("utf-8"))
        figures[path.parent.name][0] += 1
        figures[path.parent.name][1] += truth in found
        figures[path.parent.name][2] += len(found - {truth})
        if truth not in found and (found or not asked.plain):
            print(f"{path}: {truth[:60]!r} is {sorted(one[:60] for one in found)}", flush=True)
    for kind, (pictures, right, others) in figures.items():
        print(f"{kind}: {pictures:.0f} pictures, {right / pictures:.2f} read, {others:.0f} others")
    spent.sort()
    print(f"CPU: p50 {spent[len(spent) // 2] * 1000:.0f} ms, p95 {spent[int(len(spent) * 0.95)] * 1000:.0f} ms")


if __name__ == "__main__":
    main()
