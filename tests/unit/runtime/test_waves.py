"""What the tagger's waves say, put together."""

from hypothesis import given
from hypothesis import strategies as st

from runtime import waves

LABELS = st.lists(
    st.fixed_dictionaries({"label": st.sampled_from("abcd"), "confidence": st.floats(0, 1, allow_nan=False)})
)


@given(LABELS)
def test_each_word_is_said_once_from_where_it_is_surest(labels: list[dict[str, object]]) -> None:
    said = waves.surest(labels)
    assert {one["label"] for one in said} == {one["label"] for one in labels} and len(said) <= 4
    for one in said:
        assert one["confidence"] == max(o["confidence"] for o in labels if o["label"] == one["label"])  # type: ignore[type-var]
    assert [one["confidence"] for one in said] == sorted((one["confidence"] for one in said), reverse=True)


def test_a_films_poster_stands_before_its_other_shots() -> None:
    poster = {"labels": [{"label": "bag", "confidence": 0.6}]}
    bag, belt = {"label": "bag", "confidence": 0.8}, {"label": "belt", "confidence": 0.7}
    assert waves.labelled(poster, {"labels": [bag, belt]}) == [*poster["labels"], belt]
    assert waves.labelled(poster, {}) == poster["labels"]


def test_people_are_seen_where_any_picture_shows_one() -> None:
    assert waves.people([{"people": False, "faces": 0}, {"people": True, "faces": 2}, {}]) == {
        "people": True,
        "faces": 2,
    }
    assert waves.people([{"people": False}]) == {"people": False}  # nobody looked for faces


def test_where_one_picture_could_not_tell_nobody_is_said_to_be_absent() -> None:
    assert waves.people([{"people": False}, {}]) == {}
    cover = {"kind": "packshot", "people": False, "faces": 0}
    assert waves.with_people(cover, [{"kind": "lifestyle", "faces": 1}]) == {"kind": "packshot", "faces": 1}
    assert waves.with_people(cover, [{"people": True}]) == {"kind": "packshot", "people": True, "faces": 0}


def test_the_second_wave_knows_better_what_it_says_at_all() -> None:
    tags = {"composition": {"kind": "packshot", "background": "plain", "people": True}, "colours": [{"name": "red"}]}
    later = {"composition": {"kind": "lifestyle", "background": "scene"}, "colours": []}
    assert waves.composed(tags, later) == {"kind": "lifestyle", "background": "scene", "people": True}
    assert waves.colours(tags, later) == tags["colours"]
    assert waves.composed({}, {}) == {} and waves.background({}, {}) == ""
    assert waves.background({"background": "white"}, {}) == "white"  # as records of old have it
