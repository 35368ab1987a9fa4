"""The media of one SKU: order, one main, what it inherits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.product import Limits
from services.linker.media import Media, MediaLink, model_media, variant_media

BLACK, GRAY = (("color", "black"),), (("color", "gray"),)


def link(asset: str, role: str, look: tuple[tuple[str, str], ...] = (), position: int = 0) -> MediaLink:
    return MediaLink(asset, role, 0.97, position, look, asset)


def test_main_first_then_by_role_and_position() -> None:
    own = [link("d", "detail"), link("b2", "back", position=2), link("b1", "back", position=1), link("m", "main")]
    assert [media.asset for media in variant_media(own)] == ["m", "b1", "b2", "d"]


def test_one_main_the_surest_and_the_others_are_additional() -> None:
    own = [MediaLink("sure", "main", 0.99), MediaLink("less", "main", 0.9)]
    assert [(media.asset, media.role) for media in variant_media(own)] == [("sure", "main"), ("less", "additional")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mh01-black_main.jpg", "mh01-black_main_v2.jpg"),
        ("mh01-black_main_v2.jpg", "mh01-black_main_v10.jpg"),
        ("a/mh01-black_main rev 1.jpg", "b/mh01-black_main rev 2.jpg"),
    ],
)
def test_a_newer_edition_is_the_one_main(old: str, new: str) -> None:
    own = [MediaLink("old", "main", 0.99, name=old), MediaLink("new", "main", 0.97, name=new)]
    for links in (own, own[::-1]):
        assert [(media.asset, media.role) for media in variant_media(links)] == [("new", "main"), ("old", "additional")]


def test_what_a_person_made_the_main_picture_leads() -> None:
    own = [MediaLink("named", "main", 0.99), MediaLink("chosen", "main", 0.9, -1)]
    assert [(media.asset, media.role) for media in variant_media(own)] == [("chosen", "main"), ("named", "additional")]


def test_a_front_view_leads_where_there_is_no_main() -> None:
    assert [media.asset for media in variant_media([link("b", "back"), link("f", "front")])] == ["f", "b"]


def test_a_variant_shows_what_speaks_of_its_whole_model_after_its_own() -> None:
    of_model = [link("chart", "size-chart"), link("gray", "main", GRAY), link("own", "back")]
    assert variant_media([link("own", "back")], of_model) == (
        Media("own", "back", 0.97),
        Media("chart", "size-chart", 0.97, "model"),
    )


def test_a_model_shows_the_colour_with_most_pictures() -> None:
    own = [link("b", "main", BLACK), link("g", "main", GRAY), link("g2", "back", GRAY), link("chart", "size-chart")]
    assert [(media.asset, media.inherited) for media in model_media(own)] == [
        ("g", "colour"),
        ("chart", ""),
        ("g2", "colour"),
    ]


def test_a_colour_that_no_variant_has_was_photographed_for_the_model() -> None:
    own = [link("b", "main", BLACK), link("g", "main", GRAY), link("g2", "back", GRAY)]
    assert [media.asset for media in model_media(own, variants=[GRAY])] == ["b"]
    assert [media.asset for media in model_media(own, variants=[GRAY, BLACK])] == ["g", "g2"]


def test_a_part_of_a_variants_look_is_its_look() -> None:
    own = [link("b", "main", BLACK), link("g", "main", GRAY), link("g2", "back", GRAY)]
    wool = (("color", "black"), ("material", "wool"))
    assert [media.asset for media in model_media(own, variants=[GRAY, wool])] == ["g", "g2"]


def test_nothing_has_no_media() -> None:
    assert variant_media([]) == model_media([]) == ()


LINKS = st.lists(
    st.builds(
        link,
        st.sampled_from("abcdef"),
        st.sampled_from(["main", "front", "back", "detail", "odd"]),
        st.sampled_from([(), BLACK, GRAY]),
    )
)


@given(LINKS, st.data())
def test_any_order_of_links_gives_the_same_media_and_at_most_one_main(
    links: list[MediaLink], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(links))
    for make in (variant_media, model_media):
        found = make(links)
        assert found == make(shuffled)
        assert sum(media.role == "main" for media in found) <= 1
        assert len({media.asset for media in found}) == len(found)
        assert not any(media.role == "main" for media in found[1:])


OWN = [link("m", "main"), link("b", "back"), link("d", "detail"), link("v", "video")]


def test_the_order_that_a_person_gave_counts_and_its_first_picture_is_the_main_one() -> None:
    found = variant_media(OWN, [link("chart", "size-chart")], ["v", "d", "gone", "m"])
    assert [(media.asset, media.role) for media in found] == [
        ("v", "video"),
        ("d", "main"),
        ("m", "additional"),
        ("b", "back"),  # nobody placed it: after those that were placed
        ("chart", "size-chart"),
    ]


def test_an_order_of_pictures_that_are_all_gone_orders_nothing() -> None:
    assert variant_media(OWN, order=["gone"]) == variant_media(OWN)


def test_a_model_is_ordered_too() -> None:
    own = [link("m", "main", BLACK), link("b", "back", BLACK), link("g", "main", GRAY)]
    assert [(one.asset, one.role) for one in model_media(own, ["b"])] == [("b", "main"), ("m", "additional")]


DE, AT = Limits(markets=["de"]), Limits(markets=["at"])


def told(media: tuple[Media, ...]) -> list[tuple[str, str]]:
    return [(one.asset, one.role) for one in media]


def test_a_variants_own_front_view_leads_before_a_main_of_its_whole_model() -> None:
    own, model = [link("black_front", "front", BLACK), link("black_back", "back", BLACK)], [link("group", "main")]
    found = variant_media(own, model)
    assert told(found) == [("black_front", "front"), ("black_back", "back"), ("group", "additional")]
    assert told(variant_media(own[1:], model)) == [("group", "main"), ("black_back", "back")], (
        "nothing of its own leads"
    )


def test_what_is_for_everybody_leads_before_what_is_limited() -> None:
    own, model = [MediaLink("front", "front", 0.97, limits=DE)], [link("group", "main")]
    assert told(variant_media(own, model)) == [("group", "main"), ("front", "front")]
    both = [MediaLink("a", "main", 0.97, limits=DE), MediaLink("b", "front", 0.97)]
    assert told(variant_media(both)) == [("b", "front"), ("a", "main")], "who asks for Germany is given a"
    alone = [MediaLink("a", "main", 0.97, limits=DE), MediaLink("b", "main", 0.97, limits=AT)]
    assert told(variant_media(alone)) == [("a", "main"), ("b", "main")]


def test_beside_a_limited_picture_that_a_person_put_first_there_is_a_main_for_everybody() -> None:
    own = [MediaLink("a", "back", 0.97, limits=DE), link("v", "video"), link("b", "back"), link("c", "main")]
    ordered = variant_media(own, order=["a", "v", "b", "c"])
    assert told(ordered) == [("a", "main"), ("v", "video"), ("b", "main"), ("c", "additional")]
