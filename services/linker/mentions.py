"""Where the sources of an asset speak of products: the longest and most literal readings only."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from services.linker.codes import gtins
from services.linker.evidence import NAMES, RULE, AssetEvidence, Source, wholes
from services.linker.names import MAX_PARTS, as_written, joined, ngrams
from services.linker.pairs import seconds
from services.linker.products import Identity, Product, lookup_key, own_identities, shared_identities
from services.linker.roles import role_word
from services.linker.vocabulary import COLOURS

OF_FAMILIES = frozenset({"model", "colour", "style", "name"})
"""Kinds of identities that variants have in common: which of them is named makes no odds."""
OF_CODES = frozenset({"sku", "model", "style", "former"})
"""Kinds of identities that are codes."""
Index = Mapping[str, list[tuple[Identity, Product]]]


class Mention(NamedTuple):
    """Tokens `begin`..`end` of `source` are `identity` of `product`, which belongs to `family`."""

    source: Source
    begin: int
    end: int
    identity: Identity
    product: Product
    family: str

    @property
    def words(self) -> str:
        """What was read, for people: as it is written there."""
        return as_written(self.source.text, self.source.tokens[self.begin : self.end])

    @property
    def literal(self) -> bool:
        """Written with the same parts as in the product list, not glued together from a name's neighbours."""
        written = (parts[self.begin : self.end] for parts in self.source.spelled)
        return self.identity.kind == "gtin" or self.identity.parts in written


def index(products: Iterable[Product], styles: Iterable[tuple[Identity, Product]] = ()) -> Index:
    """Key → who is called so; short names under `=key`. Of what a whole family is called, one speaks for all."""
    found: dict[str, list[tuple[Identity, Product]]] = {}
    heard: set[tuple[str, tuple[Identity, ...]]] = set()
    for product in products:
        family = product.parent or product.sku
        for identity in own_identities(product):
            _put(found, identity, product)
        for shared in shared_identities(product):
            if (family, shared) not in heard:
                heard.add((family, shared))
                for identity in shared:
                    _put(found, identity, product)
    for identity, product in styles:
        _put(found, identity, product)
    return found


def _put(found: dict[str, list[tuple[Identity, Product]]], identity: Identity, product: Product) -> None:
    key = lookup_key(identity)
    if key:
        whole = f"={identity.key}" if key.startswith("=") else identity.key
        found.setdefault(whole, []).append((identity, product))


def mentions(evidence: AssetEvidence, called: Index) -> list[Mention]:
    """All mentions in the asset's sources, those inside longer ones left out."""
    parts = (len(identity.parts) for found in called.values() for identity, _ in found)
    longest = max((MAX_PARTS, *parts))  # a name may take apart what the product list writes as one word
    spoken = [mention for source in evidence.sources for mention in _kept(list(_found(source, called, longest)))]
    return spoken + _split_over_both(evidence, called, longest)


def speaks(mention: Mention, evidence: AssetEvidence) -> bool:
    """Whether it counts. Where a rule reads the name, the rest of the name does not, and its words only as a whole.

    A colour after them may be one that the list does not have (yet).
    """
    if evidence.ruled is None:
        return True
    if mention.source.kind == RULE:
        return mention.begin == 0 and all(part in COLOURS for part in mention.source.tokens[mention.end :])
    return mention.source.kind not in NAMES and mention.source in evidence.sources


def _split_over_both(evidence: AssetEvidence, called: Index, longest: int) -> list[Mention]:
    """Mentions that begin in the folder and end in the name: `TRAINER/RED_front.jpg`."""
    above = [source for source in evidence.sources if source.kind == "folder"]
    named = [source for source in evidence.sources if source.kind == "filename"]
    if not above or not named:
        return []
    border = len(above[0].tokens)
    other = above[0].spelled[-1] + named[0].spelled[-1]
    own = above[0].tokens + named[0].tokens
    both = Source("folder", f"{above[0].text}/{named[0].text}", own, umlauts=other if other != own else ())
    return _kept([mention for mention in _found(both, called, longest) if mention.begin < border < mention.end])


def _found(source: Source, called: Index, longest: int) -> Iterable[Mention]:
    places = [(at, at + 1, f"g:{full}") for at, full in gtins(source.tokens)]
    for parts in source.spelled:
        said = wholes(parts)
        places += ngrams(parts, longest)
        places += [(begin, end, f"={key}") for begin, end, key in ngrams(parts, longest) if parts[begin:end] in said]
    for begin, end, key in dict.fromkeys(places):
        word = key.lstrip("=")
        if word.isalpha() and role_word(word) and not source.told:
            continue  # `main.jpg` is a view, also in a shop with the SKU MAIN
        for identity, product in called.get(key, []):
            yield Mention(source, begin, end, identity, product, product.parent or product.sku)
    yield from _seconds(source, called)


def _seconds(source: Source, called: Index) -> Iterable[Mention]:
    """Second articles in short. Unless they are long numbers, they count beside a first one of the list only."""
    for parts in source.spelled:
        for one in seconds(parts, source.text):
            listed = any(identity.kind in OF_CODES for identity, _ in called.get(joined(one.first), []))
            for identity, product in called.get(joined(one.code), []) if one.firm or listed else []:
                is_look = product.parent and parts[one.at] in COLOURS  # what else the name says of its colours tells
                if one.firm or (identity.kind in OF_CODES and not is_look):
                    yield Mention(source, one.at, one.at + 1, identity, product, product.parent or product.sku)


def _kept(found: list[Mention]) -> list[Mention]:
    """Longer beats shorter; but what is written literally beats what only touches when glued to its neighbour."""
    literal = [one for one in found if one.literal]
    firm = [m for m in found if m.literal or not any(_glued_over(m, one) for one in literal)]
    firm = [m for m in firm if not any(_moved_away(m, one) for one in literal)]
    places = {_place(one) for one in firm}  # all variants of a model are named in one
    inner = {place for place in places if any(_lies_inside(place, other) for other in places)}
    outer = [m for m in firm if _place(m) not in inner]
    written = {_place(one) for one in outer if one.literal}
    read = [m for m in outer if m.literal or _place(m) not in written]
    return [m for m in read if m.identity.kind != "former" or not any(_takes_over(o, m) for o in read)]


def _place(one: Mention) -> tuple[int, int]:
    return one.begin, one.end


def _lies_inside(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one != other and other[0] <= one[0] and one[1] <= other[1]


def _takes_over(one: Mention, former: Mention) -> bool:
    """A SKU that is another product's today means that one, not the one that was called so before."""
    return _place(one) == _place(former) and one.identity.kind in ("sku", "model", "gtin", "asin")


def _moved_away(code: Mention, literal: Mention) -> bool:
    """`jumper blue` names the model JUMPER, not what its blue variant is called that is another model's today."""
    is_other = literal.product.kind == "model" and literal.family != code.family
    return code.identity.kind == "style" and is_other and _lies_inside(_place(literal), _place(code))


def _glued_over(glued: Mention, literal: Mention) -> bool:
    """`mh01 a` read as MH01A while `mh01` is an article of another family: only the view's letter was swallowed."""
    if (
        glued.family == literal.family
        or literal.identity.kind == "name"
        or not _lies_inside(_place(literal), _place(glued))
    ):
        return False
    rest = glued.source.tokens[glued.begin : literal.begin] + glued.source.tokens[literal.end : glued.end]
    return all(len(part) <= 2 for part in rest)
