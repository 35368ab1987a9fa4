"""Naming rules learnt from links that are there already: names of one shape become one pattern. Pure.

Each proposal is tried on all names before it is made: how many linked ones it reads right, and how many otherwise.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from os.path import commonpath

from services.linker.catalogue import Catalogue
from services.linker.dry_run import found_by
from services.linker.evidence import NAMES, read_evidence
from services.linker.mentions import index, mentions
from services.linker.names import fold
from services.linker.roles import role_word
from services.linker.rules import Rule, Rules, path_of

FEWEST = 3
"""So many linked names make a pattern."""
_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$])")
_WORD = re.compile(r"[^\W_]+")
_CLASSES = (("a-z", r"[a-z]"), ("0-9", r"[0-9]"), (r"\pL", r"[^\W\d_a-z]"))

Part = tuple[str, str]
"""(kind, text): kind is sku, gtin, role, number, word or between."""


@dataclass(frozen=True)
class Proposed:
    """right, wrong: linked names that it reads as they are linked, and otherwise; more: further names that it fits."""

    rule: Rule
    right: int
    wrong: int
    more: int
    example: str


def propose(keys: Iterable[str], linked: Mapping[str, Set[str]], catalogue: Catalogue) -> list[Proposed]:
    """linked: key → the SKUs that it stands linked to.

    The most used first; none that reads a twentieth wrong, or hardly more than those before it: the first that fits
    reads a name.
    """
    shapes: dict[tuple[str, ...], list[tuple[str, list[Part]]]] = defaultdict(list)
    for key, skus in linked.items():
        said = _said(key, skus, catalogue)
        parts = _parts(path_of(key).rpartition("/")[2], *said) if said else []
        if parts:
            shapes[tuple(text if name == "between" else name for name, text in parts)].append((key, parts))
    every = list(keys)
    found: list[Proposed] = []
    read: set[str] = set()
    for members in sorted(shapes.values(), key=lambda ones: (-len(ones), ones[0][0])):
        if len(members) < FEWEST:
            continue
        rule = _rule(f"learnt-{len(found) + 1}", members)
        one, right = _tried(rule, members[0][0], every, linked, catalogue)
        if len(right - read) >= FEWEST and one.wrong * 20 <= one.right:
            found.append(one)
            read |= right
    return found


def _said(key: str, skus: Set[str], catalogue: Catalogue) -> tuple[str, tuple[str, ...]] | None:
    """Kind (sku or gtin) and words by which the name says one of its products; None where it does not."""
    folder, _, last = key.rpartition("/")
    evidence = read_evidence(last, folder)
    products = [product for product in catalogue.candidates(evidence) if product.sku in skus]
    spoken = [m for m in mentions(evidence, index(products)) if m.source.kind in NAMES and m.identity.kind != "name"]
    if not spoken:
        return None
    longest = max(spoken, key=lambda one: one.end - one.begin)
    kind = "gtin" if longest.identity.kind == "gtin" else "sku"
    return kind, longest.source.tokens[longest.begin : longest.end]


def _parts(stem: str, kind: str, words: tuple[str, ...]) -> list[Part]:
    """The name in its parts; the first role and the first small number have a kind of their own."""
    found = re.search(r"[\W_]*".join(map(re.escape, words)), stem, re.IGNORECASE)
    if found is None:
        return []
    before, after = list(_split(stem[: found.start()])), list(_split(stem[found.end() :]))
    parts = [*before, (kind, found[0]), *after]
    for name, fits in (("role", lambda text: role_word(fold(text))), ("number", lambda text: _small(text))):
        at = next((at for at, (what, text) in enumerate(parts) if what == "word" and fits(text)), None)
        if at is not None:
            parts[at] = name, parts[at][1]
    return parts


def _small(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3


def _split(text: str) -> Iterator[Part]:
    at = 0
    for word in _WORD.finditer(text):
        if word.start() > at:
            yield "between", text[at : word.start()]
        yield "word", word[0]
        at = word.end()
    if at < len(text):
        yield "between", text[at:]


def _rule(name: str, members: list[tuple[str, list[Part]]]) -> Rule:
    folder = commonpath([f"/{key.rpartition('/')[0]}" for key, _ in members]).strip("/")
    columns = zip(*(parts for _, parts in members), strict=True)
    return Rule(name=name, folder=folder, pattern="".join(_pattern(list(column)) for column in columns))


def _tried(
    rule: Rule, example: str, every: list[str], linked: Mapping[str, Set[str]], catalogue: Catalogue
) -> tuple[Proposed, set[str]]:
    """How it reads all names, and those linked ones that it reads right."""
    alone, right, wrong, more = Rules(all=(rule,)), set[str](), 0, 0
    for key in every:
        reading, found = found_by(key, catalogue, alone)
        if reading is None:
            continue
        named = {link.sku for link in found.links if link.level == "product"} or {link.sku for link in found.links}
        if named & linked.get(key, frozenset()):
            right.add(key)
        wrong += key in linked and not named & linked[key]
        more += key not in linked
    return Proposed(rule, len(right), wrong, more, example), right


def _pattern(column: list[Part]) -> str:
    """What all names have at one place: the same text, or one class of signs."""
    kind, texts = column[0][0], {fold(text) for _, text in column}
    if kind == "between" or (kind == "word" and len(texts) == 1):
        return _escaped(column[0][1])
    signs = "".join(text for _, text in column)
    classes = "".join(name for name, sign in _CLASSES if re.search(sign, signs, re.IGNORECASE))
    others = "".join(_escaped(sign) for sign in sorted(set(signs) - {"-"}) if not sign.isalnum())
    others += "-" if "-" in signs else ""  # where it means itself
    inside = f"[{classes}{others}]+"
    return inside if kind == "word" else f"(?P<{kind}>{inside})"


def _escaped(text: str) -> str:
    """Only what means something else in a pattern: people read it."""
    return _SPECIAL.sub(r"\\\1", text)
