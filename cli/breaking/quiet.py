"""What the quiet run made of each kind of picture, and what differs from it.

Each kind came twice and more, so it is known what comes out the same to the bit. What did not (`loose`) is held to the
quiet run only roughly: a number within a twentieth of what it was, and of a hash only that there is one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeGuard

from cli.breaking.outputs import Output, Value
from cli.breaking.pictures import KINDS

TWICE = 2
ROUGHLY = 0.05


class Quiet:
    """`loose`: paths of what was not the same each time."""

    def __init__(self, made: Iterable[Output]) -> None:
        seen: dict[int, list[Mapping[str, Value]]] = defaultdict(list)
        for one in made:
            seen[one.kind].append(one.leaves)
        self._seen = dict(seen)
        self.loose = sorted({path for shots in seen.values() for path in _unlike(shots)})

    def differs(self, one: Output) -> list[str]:
        """What of it is otherwise, a line each."""
        shots = self._seen.get(one.kind)
        if not shots:
            return [f"{one.key}: the quiet run had finished none of its kind"]
        wrong = []
        for path in sorted({*shots[0], *one.leaves}):
            known = [shot.get(path) for shot in shots]
            if not _holds(one.leaves.get(path), known, loose=path in self.loose):
                wrong.append(f"{one.key}: {path} is {one.leaves.get(path)!r}, not {known[0]!r}")
        return wrong


def enough(kinds: Iterable[int]) -> bool:
    """Whether files of these kinds tell what comes out the same: each kind twice."""
    found = list(kinds)
    return all(found.count(one) >= TWICE for one in range(KINDS))


def _unlike(shots: list[Mapping[str, Value]]) -> set[str]:
    """Paths that are not the same in all."""
    return {path for shot in shots for path in {*shot, *shots[0]} if shot.get(path) != shots[0].get(path)}


def _holds(value: Value, known: list[Value], *, loose: bool) -> bool:
    if not loose:
        return value == known[0]
    numbers = [one for one in known if _is_number(one)]
    if numbers and _is_number(value):
        most = ROUGHLY * max(abs(one) for one in numbers)
        return min(numbers) - most <= value <= max(numbers) + most
    return value is not None or None in known


def _is_number(value: Value) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
