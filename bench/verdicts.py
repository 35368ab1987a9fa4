"""How often a channel's verdict on a picture is a person's: 100 photographs, labelled before they were judged.

    PACKSHOT_MEDIA=… python -m bench.verdicts prepare FOLDER     pictures, each the main one of a product, and a list
    packshot submit FOLDER/products.csv FOLDER/pictures          and wait until `packshot status` shows nothing behind
    packshot readiness --channel amazon --json | python -m bench.verdicts compare

`bench/verdicts.csv` holds the labels: drawn by a seed from `luma/` (55), `clothing/` (30), `camera/` (10) and
`barcodes/` (5), looked at one by one. Columns are yes, no, or empty where it makes no sense to ask: white (the ground
around the product), whole (the product, not who wears it), laid_over (writing that is not on the product) and
main_on_white (whether it may be the main picture of a channel such as Amazon). Prints how often both said the same,
and how often the verdict was left to a person.
"""

import csv
import json
import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

LABELS = Path(__file__).parent / "verdicts.csv"
RULES = {"ground": ("white", "yes"), "whole": ("whole", "yes"), "text": ("laid_over", "no")}
"""Rule of a channel → column, and what stands there of a picture that passes it."""


def labelled() -> dict[str, dict[str, str]]:
    """SKU → its row."""
    with LABELS.open(newline="", encoding="utf-8") as rows:
        return {f"LAB{number:03d}X": row for number, row in enumerate(csv.DictReader(rows))}


def prepare(folder: Path) -> None:
    """Lay out what is dropped."""
    media, pictures = Path(os.environ["PACKSHOT_MEDIA"]), folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    for sku, row in labelled().items():
        shutil.copy(media / row["file"], pictures / f"{sku}_main{Path(row['file']).suffix}")
    products = "".join(f"{sku},Thing {number}\n" for number, sku in enumerate(labelled()))
    (folder / "products.csv").write_text("sku,name\n" + products, "utf-8")


def said(finding: dict[str, Any] | None) -> str:
    """yes, no or doubt, of one rule."""
    return "yes" if finding is None else {"blocked": "no", "ready": "yes"}.get(finding["state"], "doubt")


def worst(words: list[str]) -> str:
    """Of all rules."""
    return next((word for word in ("no", "doubt") if word in words), "yes")


def compare(lines: list[str]) -> None:
    """Print agreement by rule and as a whole."""
    counts: dict[str, Counter[str]] = {}
    labels = labelled()
    for verdict in map(json.loads, lines):
        row = labels[verdict["sku"]]
        pictures = verdict["places"][0]["pictures"]
        found = {one["rule"]: one for one in (pictures[0]["findings"] if pictures else []) if one["rule"] != "person"}
        asked = [(rule, row[column], good, said(found.get(rule))) for rule, (column, good) in RULES.items()]
        asked.append(("main picture", row["main_on_white"], "yes", worst([said(one) for one in found.values()])))
        for name, truth, good, machine in asked:
            if truth:
                right = machine == ("yes" if truth == good else "no")
                word = "doubt" if machine == "doubt" else "right" if right else "wrong"
                counts.setdefault(name, Counter())[word] += 1
    for name, count in counts.items():
        decided = count["right"] + count["wrong"]
        share = f"{count['right'] / decided:.3f}" if decided else "–"
        print(f"{name:13} {count['right']:3} of {decided:3} decided are right ({share}); {count['doubt']} for a person")


if __name__ == "__main__":
    if sys.argv[1:2] == ["prepare"] and len(sys.argv) == 3:
        prepare(Path(sys.argv[2]))
    elif sys.argv[1:] == ["compare"]:
        compare(sys.stdin.readlines())
    else:
        sys.exit(__doc__)
