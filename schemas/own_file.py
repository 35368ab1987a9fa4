"""An own file for a preset: whoever uploads it for one preset of an asset gives it a name that says so.

`<folder>/own-files/<asset>/<preset>-<any>.<ending>`: it stands in the place of what is made, and is no picture of its
own. Who takes a picture of the library for a preset instead leaves it where, and what, it is.
"""

import re
from typing import NamedTuple

FOLDER = "own-files"
_NAME = re.compile(rf"(?:.+/)?{FOLDER}/(?P<asset>[0-9a-f-]{{36}})/(?P<preset>[^/]+)-[0-9a-z]+(?:\.[^/]*)?")


class GivenFor(NamedTuple):
    """The asset by its id, and the preset of it."""

    asset: str
    preset: str


def given_for(key: str) -> GivenFor | None:
    """What the file of that name was given for; None for every other file."""
    said = _NAME.fullmatch(key)
    return GivenFor(said["asset"], said["preset"]) if said else None
