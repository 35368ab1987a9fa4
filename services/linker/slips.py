"""Names with one slip in a product's code: whom they may mean, where nothing is named to the letter. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from string import ascii_lowercase, digits

from services.linker.claims import Claim, Evidence
from services.linker.codes import near_gtins
from services.linker.evidence import AssetEvidence, core
from services.linker.looks import hear
from services.linker.names import deletions, is_fumble, is_slip, joined, one_typo, tokens
from services.linker.products import SHORTEST_NEAR, look_of
from services.linker.roles import role_word
from services.linker.selective import selective
from services.linker.variants import Family
from services.linker.vocabulary import COLOURS, SIZES, is_noise

SLIP = 0.87
"""One wrong letter, where only one word can be meant."""
UNSURE = 0.6
MOST = 5
"""Where more codes than these are one slip away, the name says nothing: a running number with a digit left out."""
SHORTEST, LONGEST, PARTS = 4, 40, 3
"""Signs and tokens that the code at a name's beginning has."""


Parts = tuple[str, ...]


def heads(evidence: AssetEvidence) -> Iterator[tuple[Parts, Parts]]:
    """The beginnings of the name that may be a code, without its colour, and the rest; short ones have digits, too."""
    if evidence.named is None or evidence.code:
        return
    parts = core(evidence.named.tokens)
    for end, part in enumerate(parts[:PARTS], 1):
        if part in COLOURS or part in SIZES:
            return
        head = parts[:end]
        key = joined(head)
        mixed = not key.isalpha() and not key.replace(".", "").isdigit()
        if SHORTEST <= len(key) <= LONGEST and (mixed or len(key) >= SHORTEST_NEAR) and selective(key, head):
            yield head, parts[end:]


def meant_keys(evidence: AssetEvidence) -> set[str]:
    """What the code of the name would be without its one slip: some hundred keys, of which few are a product's.

    Long SKUs have keys for that; they meet `near_keys`.
    """
    keys: set[str] = set()
    for head, _ in heads(evidence):
        key = joined(head)
        keys |= {f"~{near}" for near in deletions(key)} if len(key) >= SHORTEST_NEAR else set(_corrected(key))
    return keys


def _corrected(key: str) -> Iterator[str]:
    """Without one sign, with one more, and with two swapped."""
    for at in range(len(key) + 1):
        before, after = key[:at], key[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        yield from (before + sign + after for sign in ascii_lowercase + digits)


def slips(evidence: AssetEvidence, known: Mapping[str, Family]) -> list[Claim]:
    """Whom the name may mean by a slip, the surest first; [] where too many."""
    whole = _whole(evidence, known)
    if whole:
        return whole
    wrong = list(_of_gtins(evidence, known.values()))
    if wrong:
        return wrong
    found = [claim for head, rest in heads(evidence) for claim in _of_code(joined(head), rest, known.values())]
    found = list({claim.family.key: claim for claim in found}.values())
    if len(found) > MOST:
        return []
    if len(found) > 1:
        for claim in found:
            claim.weight = UNSURE
    return found


def _whole(evidence: AssetEvidence, known: Mapping[str, Family]) -> list[Claim]:
    """The one family whose long SKU is one slip away from the whole name; none where several are."""
    if evidence.named is None or evidence.code:
        return []
    written = joined(core(evidence.named.tokens))
    near = {name: key for name in known if len(key := joined(tokens(name))) >= SHORTEST_NEAR}
    close = [name for name, key in near.items() if one_typo(written, key)]
    if len(close) != 1:
        return []
    sure = is_slip(written, tokens(close[0]))
    return [Claim(known[close[0]], SLIP if sure else UNSURE, [_why(written, close[0])])]


def _of_gtins(evidence: AssetEvidence, known: Iterable[Family]) -> Iterator[Claim]:
    """Products whose GTIN is one digit away from what the name has instead of one."""
    if evidence.named is None or evidence.code:
        return
    parts = evidence.named.tokens
    near = {full: parts[at] for at, full in near_gtins(parts)}
    for family in known:
        product = next((one for one in family.variants if one.gtin and one.gtin.zfill(14) in near), None)
        if product:
            why = f"“{near[product.gtin.zfill(14)]}” in the file name is one digit away from the GTIN of {product.sku}"
            yield Claim(family, UNSURE, [Evidence("filename", why)], dict(look_of(product)))


def _of_code(written: str, rest: Parts, known: Iterable[Family]) -> Iterator[Claim]:
    """Families whose code this is with a slip, and that have the look which the rest of the name says."""
    for family in known:
        code = tokens(family.key)
        if not one_typo(written, joined(code)) or (_is_another(written, joined(code)) and not is_slip(written, code)):
            continue
        heard = hear(rest, family.words)
        said = {axis: next(iter(values)) for axis, values in heard.said.items() if len(values) == 1}
        strange = [word for word in heard.rest if not (role_word(word) or is_noise(word) or word in SIZES)]
        if heard.foreign or len(said) < len(heard.said) or (strange and not said):
            continue
        sure = bool(said) and not strange and (is_slip(written, code) or is_fumble(written, joined(code)))
        yield Claim(family, SLIP if sure else UNSURE, [_why(written, family.key)], said)


def _is_another(written: str, key: str) -> bool:
    """A sign for another is the next article sooner than a slip: T901 is not T900."""
    return len(written) == len(key) and sorted(written) != sorted(key)


def _why(written: str, sku: str) -> Evidence:
    return Evidence("filename", f"“{written}” in the file name may be a slip for {sku}")
