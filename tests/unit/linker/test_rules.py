"""Naming rules: what they read in a name, what that means, and what is said of a file of rules that does not hold."""

import time

import pytest

from services.linker.catalogue import Catalogue
from services.linker.dry_run import found_by
from services.linker.match import Match
from services.linker.rules import MOST, NO_RULES, Rules
from services.linker.rules_file import RulesError, read_rules
from tests.fakes.hoodies import GTIN, SHOP, skus

STUDIO = r"""
rules:
  - name: studio
    folder: /Autumn/
    pattern: '(?:[a-z0-9]+)_(?P<sku>[a-z0-9-]+)_(?P<role>[a-z]+)(?P<number>\d*)'
    roles: {f: front, b: back}
  - name: ean
    pattern: '(?P<gtin>\d{13})/(?P<number>\d+)'
  - name: anything
    pattern: 'x_(?P<sku>.+)_(?:f|b)'
"""
CATALOGUE = Catalogue(SHOP)


def read(key: str, rules: str = STUDIO) -> Match:
    return found_by(key, CATALOGUE, read_rules("naming.yaml", rules))[1]


@pytest.mark.parametrize(
    ("key", "rule", "said", "role", "number"),
    [
        ("autumn/MH02_mh01-black_b2.jpg", "studio", "mh01-black", "back", 2),
        ("autumn/deep/below/MH02_MH01_F.JPG", "studio", "MH01", "front", 0),
        ("spring/MH02_mh01-black_b2.jpg", None, "", "", 0),
        ("autumn.jpg", None, "", "", 0),
        (f"{GTIN}/3.jpg", "ean", GTIN, "", 3),
        (f"deep/{GTIN}/3.jpg", None, "", "", 0),
        ("x_Größe-9_f", "anything", "Größe-9", "", 0),
        ("x_Gro\u0308ße-9_f.png", "anything", "Größe-9", "", 0),
        ("x_ _f.jpg", None, "", "", 0),
    ],
)
def test_what_a_rule_reads(key: str, rule: str | None, said: str, role: str, number: int) -> None:
    found = read_rules("naming.yaml", STUDIO).read(key)
    assert (found and found.rule) == rule
    if found:
        assert (found.said, found.role, found.number) == (said, role, number)


def test_the_first_rule_counts_and_names_its_rivals() -> None:
    found = read_rules("naming.yaml", STUDIO).read("autumn/x_mh01_b_f.jpg")
    assert found and (found.rule, found.said, found.rivals) == ("anything", "mh01_b", ())
    found = read_rules("naming.yaml", STUDIO.replace("[a-z0-9-]+)_(?P<role>", "[a-z0-9-]+).*(?P<role>")).read(
        "autumn/x_mh01_b_f.jpg"
    )
    assert found and (found.rule, found.said, found.rivals) == ("studio", "mh01", ("anything",))


def test_the_rest_of_the_name_names_no_product() -> None:
    """Without the rule two articles are named at once: a conflict."""
    assert found_by("autumn/MH02_mh01-gray_b2.jpg", CATALOGUE, NO_RULES)[1].conflicts
    found = read("autumn/MH02_mh01-gray_b2.jpg")
    assert skus(found) == {"MH01-S-Gray", "MH01-M-Gray", "MH01-L-Gray"} and not found.conflicts
    assert (found.role.role, found.role.position) == ("back", 2)
    told = "“mh01-gray” in the file name, read by the naming rule “studio”, is model MH01 and its colour"
    assert [(why.kind, why.detail) for why in found.links[0].evidence] == [("rule", told)]
    assert not read("autumn/mh01_zz99_b2.jpg").links  # an article that the list does not have yet


def test_what_it_reads_counts_as_a_whole() -> None:
    assert not read("autumn/x_mh01-77_f.jpg").links
    foreign = read("autumn/x_mh01-teal_f.jpg")
    assert [(link.sku, link.look) for link in foreign.links] == [("MH01", (("color", "teal"),))]


def test_a_colour_elsewhere_in_the_name_still_counts() -> None:
    found = read("x_mh01_f_gray.jpg", "rules: [{name: a, pattern: 'x_(?P<sku>[^_]+)_.*'}]")
    assert skus(found) == {"MH01-S-Gray", "MH01-M-Gray", "MH01-L-Gray"}


def test_a_folder_that_names_another_product_is_a_conflict_still() -> None:
    assert read("autumn/A1/TRAINER-RED/MH02_mh01_f.jpg").conflicts


def test_a_gtin_by_its_folder() -> None:
    found = read(f"{GTIN}/3.jpg")
    assert [link.sku for link in found.links] == ["TRAINER-RED"]
    assert (found.role.role, found.role.position) == ("additional", 3)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- a", "naming.yaml is no file of naming rules: it has no `rules:`"),
        ("rules: {a: 1}", "it has no `rules:` with a list"),
        ("rules: [", "line 1: "),
        ("rules:\n  - just words", "naming.yaml, line 2: this is no rule"),
        (
            "rules:\n  - name: a\n    pattern: '(?P<sku>.'",
            "naming.yaml, line 2, rule a: pattern cannot be read: missing )",
        ),
        ("rules:\n  - name: a\n    pattern: '(?P<sku>.)\\1'", "without \\1 and look-around"),
        ("rules:\n  - pattern: '(?P<sku>.)'", "rule no. 1: name is missing"),
        ("rules: [{name: A b, pattern: '(?P<sku>.)'}]", 'name is "A b". Give small letters'),
        ("rules: [{name: a, pattern: '(.)'}]", "pattern has to name one of (?P<sku>…), (?P<gtin>…)"),
        ("rules: [{name: a, pattern: '(?P<sku>.)(?P<gtin>.)'}]", "pattern has to name one of"),
        (
            "rules: [{name: a, pattern: '(?P<sku>.)(?P<view>.)'}]",
            "pattern names view; name sku, gtin, category, collection, role, number,",
        ),
        ("rules: [{name: a, pattern: '(?P<sku>.)', roles: {f: front}}]", "roles mean something with (?P<role>…) only"),
        (
            "rules: [{name: a, pattern: '(?P<sku>.)(?P<role>.)', roles: {f: frnt}}]",
            "roles lead to frnt, which is no role",
        ),
        ("rules: [{name: a, pattern: '(?P<sku>.)', folders: x}]", "there is no field folders. Did you mean folder?"),
        ("rules: [{name: a, pattern: '(?P<sku>.)'}, {name: a, pattern: '(?P<sku>.)'}]", "two rules are named 'a'"),
        ("rules: [{name: a, pattern: '%s(?P<sku>.)'}]" % ("x" * 500), "Give a pattern of 1 to 500 signs"),
        ("rules: [{name: a, pattern: '(?P<sku>(((a{900}){900}){900}))'}]", "pattern cannot be read"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, fault: str) -> None:
    with pytest.raises(RulesError) as error:
        read_rules("naming.yaml", text)
    assert fault in str(error.value)


def test_no_text_is_no_rules_and_too_many_are_refused() -> None:
    assert read_rules("naming.yaml", " \n") == NO_RULES == Rules()
    many = "rules:\n" + "".join(f"  - {{name: r{at}, pattern: '(?P<sku>.)'}}\n" for at in range(MOST + 1))
    with pytest.raises(RulesError, match="more than 200"):
        read_rules("naming.yaml", many)


@pytest.mark.parametrize("pattern", ["(?P<sku>(a+)+)b", "(?P<sku>(a|aa)*)b", "(?P<sku>(.*)*)(.*)*(.*)*b"])
def test_no_pattern_is_slow(pattern: str) -> None:
    """Those would take the library of Python until the end of days."""
    rules = read_rules("naming.yaml", f"rules: [{{name: a, pattern: '{pattern}'}}]")
    started = time.process_time()
    assert rules.read("a" * 1000) is None
    assert time.process_time() - started < 0.5
