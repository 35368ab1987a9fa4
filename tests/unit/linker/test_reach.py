"""Categories, collections and limits: what rules, lists, uploaders and people say, and what counts."""

from typing import Any

import pytest

from schemas.links import LinksFacet
from schemas.product import Limits
from services.linker.deciding import decided
from services.linker.media import MediaLink, variant_media
from services.linker.reach import limited, reaching
from services.linker.rules import Reading, Rule
from tests.fakes.hoodies import look


def links(
    facts: dict[str, Any] | None = None, reading: Reading | None = None, fields: dict[str, Any] | None = None
) -> LinksFacet:
    said, told = fields or {}, {"object": {}, "sidecar": {}, **(facts or {})}
    people = {name.removeprefix("link:"): word for name, word in said.items() if name.startswith("link:")}
    found = reaching(look("mh01-black_main.jpg"), told, reading)
    return limited(decided(found, people), told, reading, said)


def groups(found: LinksFacet) -> list[tuple[str, str, str]]:
    return [(one.sku, one.role, one.evidence[-1].detail) for one in found.links if one.level == "group"]


def test_a_rule_reads_a_category_in_the_path() -> None:
    rule = Rule(name="campaigns", pattern="campaigns/(?P<category>[^/]+)/(?P<locale>[a-z]{2})_.*", markets=("de", "at"))
    reading = rule.read("campaigns/Shoes/de_hero")
    assert reading and (reading.target, reading.said, reading.locales) == ("category", "Shoes", ("de",))
    found = links(reading=reading)
    assert [one[:2] for one in groups(found)] == [("category:Shoes", "campaign")]
    why = "“Shoes” in the file name, read by the naming rule “campaigns”, is the category"
    assert [e.detail for e in found.links[-1].evidence] == [
        why, "The naming rule “campaigns” limits it to markets de, at; locale de"
    ]  # fmt: skip


def test_a_list_says_a_collection_and_a_mere_category_says_what_the_product_is() -> None:
    said = {"campaign_collection": ["Summer 26"], "category": "Men/Shoes"}
    assert groups(links({"sidecar": said})) == [
        ("collection:Summer 26", "campaign", "The folder's list links it to the product collection Summer 26")
    ]


def test_a_person_links_and_rejects() -> None:
    upload = {"object": {"campaign-category": "Men"}}
    word = {"link:category:Men": "rejected", "link:category:Women": "linked"}
    assert groups(links(upload, fields=word)) == [("category:Women", "campaign", "Linked by a person")]


@pytest.mark.parametrize(
    ("facts", "fields", "limits", "why"),
    [
        ({"object": {"market": "fr"}}, {}, Limits(markets=["fr"]), "The object's metadata limits it to market fr"),
        (
            {"object": {"market": "fr"}, "sidecar": {"market": ["de", "at"], "channel": ["print"]}}, {},
            Limits(markets=["de", "at"], channels=["print"]),
            "The folder's list limits it to markets de, at; channel print",
        ),
        (
            {"sidecar": {"market": ["de"]}}, {"limits": {"locales": ["de-CH"]}}, Limits(locales=["de-CH"]),
            "A person limits it to locale de-CH",
        ),
        ({"sidecar": {"market": ["de"]}}, {"limits": {}}, None, "A person lets it be shown everywhere"),
    ],
)  # fmt: skip
def test_the_nearest_limit_counts(
    facts: dict[str, Any], fields: dict[str, Any], limits: Limits | None, why: str
) -> None:
    found = links(facts, fields=fields)
    assert {(one.limits or Limits()).model_dump_json() for one in found.links} == {
        (limits or Limits()).model_dump_json()
    }
    assert found.links[0].evidence[-1].detail == why


def test_one_link_alone_is_limited() -> None:
    found = links(fields={"limits:MH01-S-Black": {"channels": ["outlet"]}})
    assert [one.sku for one in found.links if one.limits] == ["MH01-S-Black"]


def test_campaigns_come_last_and_are_never_main() -> None:
    campaign = MediaLink("c", "campaign", 1.0, via="category:Shoes")
    found = variant_media([MediaLink("b", "back", 0.9)], [MediaLink("m", "detail", 0.9)], (), [campaign])
    assert [(one.asset, one.role, one.inherited, one.via) for one in found] == [
        ("b", "back", "", ""), ("m", "detail", "model", ""), ("c", "campaign", "group", "category:Shoes")
    ]  # fmt: skip
    assert [one.role for one in variant_media([], (), ("c",), [campaign])] == ["campaign"]
    twice = variant_media([MediaLink("c", "main", 0.9)], (), (), [campaign])
    assert [(one.role, one.via) for one in twice] == [("main", "")], "its own link counts"


def test_each_market_has_its_main_and_what_is_for_all_leads() -> None:
    german, french = Limits(markets=["de"]), Limits(markets=["fr"])
    own = [
        MediaLink("d1", "main", 0.9, 1, limits=german), MediaLink("all", "main", 0.9, 5),
        MediaLink("f", "main", 0.9, 2, limits=french), MediaLink("d2", "main", 0.9, 3, limits=german),
    ]  # fmt: skip
    assert [(one.asset, one.role) for one in variant_media(own)] == [
        ("all", "main"), ("d1", "main"), ("f", "main"), ("d2", "additional")
    ]  # fmt: skip
