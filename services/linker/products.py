"""A product → the keys under which a name may speak of it. A dozen each, however many variants."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import permutations
from typing import Literal, NamedTuple, Protocol

from services.linker.files import file_key
from services.linker.names import MAX_PARTS, deletions, fold, joined, spellings, tokens
from services.linker.selective import selective
from services.linker.vocabulary import SIZES

SIZE_AXES = frozenset({"size", "clothingsize", "shoesize", "length", "inseam", "waist", "width", "cup", "fit"})
"""Axes that a picture does not show: all sizes share their pictures."""
SHORTEST_NEAR = 8
"""Shorter names lie so close together that one typo makes one of another."""
SHORTEST_GLUED = 6
"""Shorter SKUs with letters are not found without the sign between two digits: A12 is not A1-2."""


Look = tuple[tuple[str, str], ...]
"""Axis and folded value of what a picture shows, sorted; () where there is nothing to tell apart."""


class Product(Protocol):
    """What the linker reads of a product; the record on `pim.products` is one."""

    @property
    def kind(self) -> str: ...
    @property
    def sku(self) -> str: ...
    @property
    def gtin(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def axes(self) -> Mapping[str, str]: ...
    @property
    def formerly(self) -> Sequence[str]: ...
    @property
    def files(self) -> Sequence[str]: ...
    @property
    def asins(self) -> Sequence[str]: ...


class Identity(NamedTuple):
    """One way to say this product. `parts` are the tokens as the product list writes them."""

    kind: Literal["gtin", "asin", "file", "sku", "colour", "model", "style", "swapped", "former", "name"]
    key: str
    parts: tuple[str, ...]
    look: Look = ()
    """What it says of the look: all for a variant's SKU and a style, one axis for model and colour, () for a model."""


@lru_cache(maxsize=1 << 10)
def _is_shown(axis: str) -> bool:
    return fold(axis).replace("_", "") not in SIZE_AXES


def looks_axes(product: Product) -> dict[str, str]:
    """The axes that a picture shows (colour, material …), with their values as the list writes them."""
    return {axis: value for axis, value in product.axes.items() if _is_shown(axis)}


def look_of(product: Product) -> Look:
    """The look of a variant; () for a model."""
    return look_in(product.axes)


def look_in(axes: Mapping[str, str]) -> Look:
    """What a picture shows of these axes."""
    return _look(tuple(axes.items())) if axes else ()


@lru_cache(maxsize=1 << 16)
def _look(axes: tuple[tuple[str, str], ...]) -> Look:
    """Every picture of a family asks for it; a shop has few."""
    return tuple(sorted((fold(axis), folded(value)) for axis, value in axes if _is_shown(axis)))


def folded(value: str) -> str:
    """A value of an axis as looks hold it."""
    return joined(tokens(value))


def identities(product: Product) -> Iterator[Identity]:
    """Every way in which a name may say this product."""
    yield from own_identities(product)
    for shared in shared_identities(product):
        yield from shared


def own_identities(product: Product) -> Iterator[Identity]:
    """Those that no sibling has, strongest first."""
    look = look_of(product)
    if product.gtin:
        full = product.gtin.zfill(14)
        yield Identity("gtin", f"g:{full}", (full,), look)
    for asin in product.asins:
        yield Identity("asin", asin.lower(), (asin.lower(),), look)
    for key in filter(None, map(file_key, product.files)):
        yield Identity("file", key, (key,), look)
    own, *others = spellings(product.sku)
    key, glued = joined(own), "".join(own)
    yield Identity("sku", key, own, look)
    for parts in others:
        yield Identity("sku", joined(parts), parts, look)
    for before in product.formerly:
        yield from (Identity("former", joined(parts), parts, look) for parts in spellings(before))
    if glued != key and (len(glued) >= SHORTEST_GLUED or glued.isdigit()):
        yield Identity("sku", glued, own, look)  # 304.096.29 is also written 30409629
    if not product.parent and 2 <= len(own) <= 3:
        orders = {order for order in permutations(own) if order != own}
        yield from (Identity("swapped", joined(order), order, look) for order in sorted(orders))


def shared_identities(product: Product) -> Iterator[tuple[Identity, ...]]:
    """Those that it has in common with siblings; the same tuples as theirs."""
    if product.parent:
        yield _of_the_model(product.parent)
        for axis, value in product.axes.items():
            if _is_shown(axis):
                yield _of_the_look(product.parent, axis, value)
    yield _of_the_name(product.name, tuple(product.axes.values()))


@lru_cache(maxsize=1 << 10)
def _of_the_model(parent: str) -> tuple[Identity, ...]:
    """All variants of a model have these in common."""
    return tuple(Identity("model", joined(parts), parts) for parts in spellings(parent))


@lru_cache(maxsize=1 << 10)
def _of_the_look(parent: str, axis: str, value: str) -> tuple[Identity, ...]:
    """All sizes of a colour have these in common."""
    look = _look(((axis, value),))
    said = [(*parts, *words) for parts in spellings(parent) for words in spellings(value)]
    return tuple([Identity("colour", joined(parts), parts, look) for parts in said])


def _of_the_name(name: str, values: tuple[str, ...]) -> tuple[Identity, ...]:
    """The name's words without those of the axes, in each spelling: `Hoodie-XS-Black` is a `hoodie`.

    None where it says too little.
    """
    said = _words_of(values)
    each = [tuple([word for word in words if word not in said]) for words in spellings(name)]
    kept = [words for words in each if 2 <= len(words) <= MAX_PARTS and sum(map(len, words)) >= 8]
    return tuple([Identity("name", joined(words), words) for words in kept])


@lru_cache(maxsize=1 << 12)
def _words_of(values: tuple[str, ...]) -> frozenset[str]:
    """A shop has few colours and sizes."""
    return frozenset(word for value in values for parts in spellings(value) for word in parts)


def lookup_key(identity: Identity) -> str:
    """The key that is stored for this identity, or "" where it says too little to be one.

    `=a1` is found only where a whole name says nothing else; numbers of one to three digits never are.
    """
    if identity.kind in ("gtin", "file"):
        return identity.key
    head, key = identity.parts, identity.key
    if len(head) > MAX_PARTS:
        head = head[:MAX_PARTS]
        key = joined(head)
    if selective(key, head):
        return key
    short_number = key.isdigit() and len(key) <= 3
    return "" if short_number or not key or identity.kind in ("swapped", "name", "colour") else f"={key}"


def near_keys(product: Product) -> set[str]:
    """Keys that survive one typo: of models and of products without one, where the SKU is long enough."""
    key = joined(tokens(product.sku))
    if product.parent or len(key) < SHORTEST_NEAR or key.replace(".", "").isdigit():
        return set()
    return {f"~{near}" for near in deletions(key)}


def near_names(parent: str, axes: Mapping[str, str]) -> set[str]:
    """Keys of pictures whose name says this model and a look of it with a slip. They are asked for and not stored."""
    looks = (one for axis, value in axes.items() if _is_shown(axis) for one in _of_the_look(parent, axis, value))
    names = {one.key for one in looks} | {joined(tokens(parent))}
    return {f"~{near}" for key in names if len(key) >= SHORTEST_NEAR - 1 for near in deletions(key)}


def without_size(product: Product) -> tuple[str, ...]:
    """The tokens of its SKU without those of the axes that a picture does not show."""
    hidden = {word for axis, value in product.axes.items() if not _is_shown(axis) for word in tokens(value)}
    return tuple(part for part in tokens(product.sku) if part not in hidden)


def glued_code(product: Product) -> str:
    """What a SKU without separators says between its model's and its size: `0141` of ST1000014141; "" where not so."""
    own, model = tokens(product.sku), "".join(tokens(product.parent))
    if len(own) != 1 or not model or not own[0].startswith(model):
        return ""
    code = own[0][len(model) :]
    sizes = ["".join(tokens(value)) for axis, value in product.axes.items() if not _is_shown(axis)]
    ends = [size for size in sizes if size and code.endswith(size)]
    if sizes and not ends:
        return ""
    return code[: -len(ends[0])] if ends else code


def style_keys(product: Product) -> set[str]:
    """Keys of what may be the code of its look, where the model's own key does not bring the family in.

    Which of them it is, only the whole family tells: `style_codes`.
    """
    own, parent = tokens(product.sku), tokens(product.parent)
    if not parent or (own[: len(parent)] == parent and selective(joined(parent), parent)):
        return set()
    codes = {own[:end] for end in range(1, len(own))} | {without_size(product)}
    codes |= {("".join(parent) + code,)} if (code := glued_code(product)) else set()
    written = {joined(code): code for code in codes if code and code[-1] not in SIZES and code != parent}
    return {key for key, code in written.items() if selective(key, code) and any(map(str.isdigit, key))}


def product_keys(product: Product) -> set[str]:
    """All keys of a product for the table `product_key(key, sku)`. They meet `asset_keys` or there is no link."""
    return (
        {key for identity in identities(product) if (key := lookup_key(identity))}
        | near_keys(product)
        | style_keys(product)
    )
