"""What lies in a pack and under which name, and what does not and why. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from services.catalog.pack.names import safe, stems
from services.catalog.pack.zipping import Entry
from services.catalog.queries.packs import File, Picture

NOT_LIVE = "not in this pack, for it may not be given now (it is {state})"
NOT_MADE = "there is no {preset} of it"
A_STREAM = "its {preset} is a stream of many files, which has an address of its own"
NOT_KEPT = "{name}: the store does not have it. Packshot's log names the object."


class Contents(NamedTuple):
    """Files in order, and a line for each that is not there."""

    entries: list[Entry]
    missing: list[str]

    @property
    def assets(self) -> list[str]:
        """Those that a file of is in it: who takes the pack has these, and no others."""
        return list(dict.fromkeys(one.asset for one in self.entries))


def contents(pictures: Sequence[Picture], files: Sequence[File], presets: Sequence[str]) -> Contents:
    """A folder for each preset, where there are several."""
    made = {(file.asset, file.preset): file for file in files}
    names = stems(one.named for one in pictures)
    entries: list[Entry] = []
    missing: list[str] = []
    for one in pictures:
        stem, told = names[one.named.asset], f"{names[one.named.asset]} ({one.named.name})"
        if one.live is None:
            missing.append(f"{told}: {NOT_LIVE.format(state=one.state)}.")
            continue
        for preset in presets:
            file = made.get((one.named.asset, preset))
            if file is None or file.several:
                why = A_STREAM if file else NOT_MADE
                missing.append(f"{told}: {why.format(preset=preset)}.")
                continue
            folder = f"{safe(preset)}/" if len(presets) > 1 else ""
            entries.append(Entry(f"{folder}{stem}.{file.ending}", file.key, file.bytes, file.asset))
    return Contents(entries, missing)


def told(name: str) -> str:
    """Of a file that the catalogue names and the store has not."""
    return NOT_KEPT.format(name=name)
