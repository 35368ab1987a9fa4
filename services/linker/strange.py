"""Words after a product's code that nothing explains: a colour's code that the list does not have, an unknown view."""

from collections.abc import Iterable, Mapping, Sequence

from services.linker.evidence import NAMES, AssetEvidence, Source
from services.linker.mentions import Mention
from services.linker.names import joined, spellings
from services.linker.roles import role_word
from services.linker.styles import colour_codes
from services.linker.variants import Family, nearest
from services.linker.vocabulary import CAMERAS, COLOURS, SHORT_COLOURS, SIZE_WORDS, SIZES, colour_of, is_noise

OF_THE_MODEL = frozenset({"model", "sku", "former", "swapped"})
"""Kinds of identities after which a colour's code may stand; after a name there may be any word."""
SHORTEST, LONGEST = 2, 3
"""Letters of a code that looks like no other of the list; longer ones are words: `group`, `flat`."""
COUNTER = 3
"""Digits from which on a number may be a colour's; at the end it counts pictures, unless the list's codes are so."""


def code_after(
    mention: Mention, family: Family, evidence: AssetEvidence, spoken: Sequence[Mention]
) -> tuple[str, Source]:
    """The code after this mention of a whole model, and where it stands; "" where there is none.

    Of a folder that the model's code ends, the next folder or the name goes on.
    """
    source = mention.source
    if mention.identity.look or mention.identity.kind not in OF_THE_MODEL:
        return "", source
    rest, named = source.tokens[mention.end :], source.kind != "folder"
    if not rest and not named:
        source = _below(source, evidence)
        rest, named = source.tokens, False
        if source.kind in NAMES and (len(rest) < 2 or not rest[0].isdigit()):
            return "", source  # a camera's name
    begin = mention.end if source is mention.source else 0
    if not rest or any(m.source == source and m.begin <= begin < m.end for m in spoken):
        return "", source
    return (rest[0] if _is_code(rest[0], rest[1:], family) else ""), source


def words_after(name: Source, spoken: Sequence[Mention]) -> tuple[str, ...]:
    """What a file's name says after its last mention of a product; () where it names none."""
    ends = [mention.end for mention in spoken if mention.source == name]
    return name.tokens[max(ends) :] if ends and name.kind in NAMES else ()


def is_strange(word: str, known: Mapping[str, Family]) -> bool:
    """Whether it may name a view that we do not know: `inside`, and neither a colour, a size nor a copy mark."""
    if not word.isalpha() or len(word) < SHORTEST or word in COLOURS or word in SIZE_WORDS or word in CAMERAS:
        return False
    if role_word(word) or is_noise(word) or word in SHORT_COLOURS:
        return False
    values = {part for family in known.values() for part in _words(family)}
    return not (word in values or colour_of(word) in values or nearest(word, values) or _begins(word, values))


def _begins(word: str, values: Iterable[str]) -> bool:
    return len(word) >= COUNTER and any(value.startswith(word) for value in values)


def _below(folder: Source, evidence: AssetEvidence) -> Source:
    """What stands after this folder in the path."""
    path = [source for source in evidence.sources if source.kind == "folder" or source.kind in NAMES]
    at = path.index(folder) if folder in path else 0
    return path[max(at - 1, 0)]


def _is_code(part: str, after: Sequence[str], family: Family) -> bool:
    if part in CAMERAS or part in SIZES or part in COLOURS or part in family.sizes or role_word(part):
        return False
    if is_noise(part):
        return False
    alike = any(
        len(part) == len(code) and part.isdigit() == code.isdigit() for code in colour_codes(family) - _words(family)
    )
    if part.isdigit():
        counts = not any(not is_noise(word) for word in after)
        return len(part) >= COUNTER and (alike or not counts)
    if part.isalpha():
        return alike or SHORTEST <= len(part) <= LONGEST or _begins(part, family.words)
    return len(part) >= COUNTER


def _words(family: Family) -> set[str]:
    """The words of its values and sizes, which are no codes."""
    values = {word for value in family.values() for parts in spellings(value) for word in (*parts, joined(parts))}
    return values | family.sizes | SIZES
