"""What one check of `doctor` found."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """`well`, `poor` (works, but worse), or `bad` (does not work); `cure` is empty when it is well."""

    name: str
    state: Literal["well", "poor", "bad"]
    text: str
    cure: str = ""
