"""Rules learnt from links that stand: what they read, what they are tried on, and when none is offered."""

from services.linker.catalogue import Catalogue
from services.linker.dry_run import found_by
from services.linker.proposal import Proposed, propose
from services.linker.rules import NO_RULES
from tests.fakes.hoodies import GTIN, SHOP

CATALOGUE = Catalogue(SHOP)
COLOURS = ("black", "gray", "light blue")


def learnt(*keys: str, linked: dict[str, set[str]] | None = None) -> list[Proposed]:
    found = {key: {link.sku for link in found_by(key, CATALOGUE, NO_RULES)[1].links} for key in keys}
    return propose(keys, linked or {key: skus for key, skus in found.items() if skus}, CATALOGUE)


def patterns(found: list[Proposed]) -> list[tuple[str, str, int, int, int]]:
    return [(one.rule.folder, one.rule.pattern, one.right, one.wrong, one.more) for one in found]


def test_names_of_one_shape_are_one_rule() -> None:
    keys = [f"a/shoot/{at}/P77-MH01_{c}_{role}_0{at}.jpg" for at, c in enumerate(COLOURS) for role in ("front", "back")]
    assert patterns(learnt(*keys, "a/shoot/P77-MH09_x_front_01.jpg")) == [
        ("a/shoot", "P77-(?P<sku>[a-z0-9 _]+)_(?P<role>[a-z]+)_(?P<number>[0-9]+)", 6, 0, 1)
    ]


def test_gtins_are_read_as_such() -> None:
    keys = [f"{GTIN}-{at}.jpg" for at in (1, 2, 3)]
    assert patterns(learnt(*keys)) == [("", "(?P<gtin>[0-9]+)-(?P<number>[0-9]+)", 3, 0, 0)]


def test_a_rule_that_reads_linked_names_otherwise_is_not_offered() -> None:
    """A person linked the second of two articles in the name: the same shape means the first elsewhere."""
    keys = ["MH02_mh01_front.jpg", "MH02_mh01_back.jpg", "MH02_mh01_side.jpg"]
    first = learnt(*keys, linked={key: {"MH02"} for key in keys[:2]} | {keys[2]: {"MH01"}})
    assert first == []
    second = learnt(*keys, linked={key: {"MH01"} for key in keys})
    assert patterns(second) == [("", "MH02_(?P<sku>[a-z0-9]+)_(?P<role>[a-z]+)", 3, 0, 0)]


def test_too_few_names_and_names_that_say_no_sku_teach_nothing() -> None:
    assert learnt("MH01_front.jpg", "MH01_back.jpg") == []
    keys = [f"IMG_{at:04}.jpg" for at in range(5)]
    assert learnt(*keys, linked={key: {"MH01"} for key in keys}) == []


def test_a_rule_that_reads_nothing_new_is_not_offered() -> None:
    """Three pictures are linked to the whole model; the rule for the colours reads their names, too."""
    coloured = [f"mh01-{colour}_{role}.jpg" for colour in ("black", "gray") for role in ("front", "back")]
    whole = {f"mh01-red_{role}.jpg": {"MH01"} for role in ("front", "back", "side")}
    linked = {key: {link.sku for link in found_by(key, CATALOGUE, NO_RULES)[1].links} for key in coloured} | whole
    assert patterns(learnt(*linked, linked=linked)) == [("", "(?P<sku>[a-z0-9-]+)_(?P<role>[a-z]+)", 7, 0, 0)]
