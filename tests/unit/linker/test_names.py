"""Laws of names: what must not matter does not."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.linker.catalogue import Catalogue
from services.linker.evidence import asset_keys, read_evidence
from services.linker.match import match
from services.linker.names import as_written, deletions, joined, one_typo, spellings, tokens
from services.linker.products import product_keys
from services.linker.vocabulary import CAMERAS, is_noise
from services.pim.product import Product

WORD = st.text(string.ascii_letters + string.digits, min_size=1, max_size=6)
SKU = st.lists(WORD, min_size=1, max_size=4).map("-".join)


def test_tokens_fold_case_accents_and_separators() -> None:
    assert tokens("Größe_Crème--BRÛLÉE (2)") == ("grosse", "creme", "brulee", "2")
    assert tokens("ﬁne ＳＫＵ１２") == ("fine", "sku12")
    assert spellings("Grün") == (("grun",), ("gruen",))
    assert tokens("EverCool™ Tee") == ("evercool", "tee")
    assert tokens("…") == ()


def test_a_view_glued_to_a_code_and_a_colour_is_a_word_of_its_own() -> None:
    assert tokens("mh01blackback.jpg") == ("mh01black", "back", "jpg")
    assert tokens("MH01lightblueAlt1") == ("mh01lightblue", "alt1")
    assert tokens("redback") == ("redback",) and tokens("mh01playback") == ("mh01playback",)


def test_digits_keep_their_border() -> None:
    assert joined(("a1", "2")) == "a1.2" != joined(("a12",))
    assert joined(("mh", "01", "black")) == joined(("mh01", "black")) == "mh01black"


@given(st.text(max_size=60), st.text(max_size=40))
def test_any_name_has_keys_and_a_role(name: str, folder: str) -> None:
    evidence = read_evidence(name, folder)
    assert "" not in asset_keys(name, folder)
    assert match(evidence, [Product("csv", "product", "1", name or "x")]).role.role


@given(SKU)
def test_a_file_called_like_the_sku_shares_a_key_with_it(sku: str) -> None:
    keys = product_keys(Product("csv", "product", sku, sku))
    assume(not any(is_noise(part) or part in CAMERAS for part in tokens(sku)))
    named = {key for key in keys if not key.startswith("~")}
    assert not named or named & asset_keys(f"{sku}.jpg")
    assert named or joined(tokens(sku)).isdigit()


@given(SKU, st.sampled_from(["-", "_", " ", ".", "--", " - "]), st.booleans())
def test_separators_and_case_make_no_odds(sku: str, sign: str, upper: bool) -> None:
    name = sku.replace("-", sign)
    assert _spoken(f"{name.upper() if upper else name.lower()}_main.jpg") == _spoken(f"{sku}_main.jpg")


def _spoken(name: str) -> set[str]:
    """Without the whole name, by which the PIM may know the file."""
    return {key for key in asset_keys(name) if not key.startswith("f:")}


@given(WORD, WORD)
def test_one_typo_is_symmetric_and_is_found_by_deletions(one: str, other: str) -> None:
    assert one_typo(one, other) == one_typo(other, one)
    if one_typo(one, other):
        assert deletions(one) & deletions(other)


def test_the_order_of_products_makes_no_odds() -> None:
    shop = [Product("csv", "product", s, f"MH01-{s}-Red", parent="MH01", axes={"color": "Red"}) for s in "SML"]
    evidence = read_evidence("mh01-red.jpg")
    assert match(evidence, Catalogue(shop).candidates(evidence)) == match(evidence, shop[::-1])


@pytest.mark.parametrize(
    ("text", "parts", "written"),
    [
        ("SNK-901_BLA (2)", ("snk", "901", "bla"), "SNK-901_BLA"),
        ("front Größe.7", ("grosse", "7"), "Größe.7"),
        ("mh01-black1", ("mh01", "black"), "mh01 black"),  # a word that counts is two tokens
        ("a-b", ("c",), "c"),
        ("a-b", (), ""),
    ],
)
def test_a_name_is_quoted_as_it_is_written(text: str, parts: tuple[str, ...], written: str) -> None:
    assert as_written(text, parts) == written
