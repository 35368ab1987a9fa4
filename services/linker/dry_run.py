"""What naming rules would do to names: which they read, which not, and where they leave a doubt. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from services.linker.catalogue import Catalogue
from services.linker.evidence import read_evidence
from services.linker.match import Match, match
from services.linker.reach import reaching
from services.linker.rules import NO_RULES, Reading, Rules

Outcome = Literal["matched", "unmatched", "ambiguous"]
OUTCOMES: tuple[Outcome, ...] = ("matched", "unmatched", "ambiguous")
EXAMPLES = 5


@dataclass
class Report:
    """counts and examples (name, why in words) by outcome; changed: names that lead to other SKUs than by now."""

    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    examples: dict[Outcome, list[tuple[str, str]]] = field(default_factory=lambda: {name: [] for name in OUTCOMES})
    changed: list[str] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        """With that of further names."""
        for name in OUTCOMES:
            self.counts[name] += other.counts[name]
            self.examples[name] = [*self.examples[name], *other.examples[name]][:EXAMPLES]
        self.changed += other.changed


def found_by(key: str, catalogue: Catalogue, rules: Rules) -> tuple[Reading | None, Match]:
    """What the rules read in a name, and what that name and reading mean."""
    folder, _, last = key.rpartition("/")
    reading = rules.read(key)
    evidence = read_evidence(last, folder, ruled=reading)
    return reading, reaching(match(evidence, catalogue.candidates(evidence)), {}, reading)


def rehearse(keys: Iterable[str], catalogue: Catalogue, rules: Rules, before: Rules = NO_RULES) -> Report:
    """before: the rules that are in use."""
    report = Report()
    for key in keys:
        reading, found = found_by(key, catalogue, rules)
        outcome, why = _outcome(reading, found)
        report.counts[outcome] += 1
        if len(report.examples[outcome]) < EXAMPLES:
            report.examples[outcome].append((key, why))
        if before.read(key) != reading and _skus(found_by(key, catalogue, before)[1]) != _skus(found):
            report.changed.append(key)
    return report


def _skus(found: Match) -> set[str]:
    return {link.sku for link in found.links}


def _outcome(reading: Reading | None, found: Match) -> tuple[Outcome, str]:
    if reading is None:
        return "unmatched", "No rule fits this name."
    read = f"The rule {reading.rule} reads “{reading.said}”"
    if reading.rivals:
        others = " and ".join(reading.rivals)
        return "ambiguous", f"{read}; {others} would read another SKU. The first in the file counts."
    if reading.target:
        return "matched", f"{read} as {reading.target}."
    if found.conflicts:
        return "ambiguous", f"{read}. {found.conflicts[0].cause}"
    if found.links:
        return "matched", f"{read}: {found.links[0].sku}, {found.role.role}."
    if found.suggestions:
        return "ambiguous", f"{read}, which may mean {' or '.join(one.sku for one in found.suggestions)}."
    return "unmatched", f"{read}; no product in the list is called so."
