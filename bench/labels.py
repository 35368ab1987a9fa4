"""How often default labels are right on two shops' clothes: by Luma's own code, and by the folder.

    PACKSHOT_MEDIA=… python -m bench.labels

Right is any word that is true of what a picture shows (bench/belief.py), wide ones too; beside it the share of pictures
with a right word that is narrower than `clothing`.
"""

import os
from collections import defaultdict
from pathlib import Path

from bench.belief import clothes
from services.tagger import work


def main() -> None:
    """Print a line a set."""
    work.warm()
    media = Path(os.environ["PACKSHOT_MEDIA"])
    seen: dict[str, list[tuple[list[str], set[str]]]] = defaultdict(list)
    for one in clothes(media):
        found = next(work.work({"input": one.file.name}, one.file.parent))
        said = [label["label"] for label in found["labels"]]
        seen[one.source].append((said, one.true))
    for name, of in seen.items():
        said_of = sum(len(said) for said, _ in of)
        right = sum(word in true for said, true in of for word in said)
        labelled = sum(bool(said) for said, _ in of) / len(of)
        narrow = sum(any(word in true - {"clothing"} for word in said) for said, true in of) / len(of)
        share = f"{right / said_of:.2f} right ({right} of {said_of})"
        print(f"{name}: {len(of)} pictures, {labelled:.2f} with a label, {share}, {narrow:.2f} with a narrower word")


if __name__ == "__main__":
    main()
