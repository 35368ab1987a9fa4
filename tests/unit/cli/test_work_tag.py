"""Both waves in one answer."""

from cli.work_tag import _together


def test_what_the_second_wave_did_not_find_stays() -> None:
    first = {"colours": [{"name": "red"}], "composition": {"kind": "packshot", "people": False}}
    assert _together(first, {"colours": [], "composition": {}, "text": []}) == {**first, "text": []}


def test_what_it_found_stands_above() -> None:
    first = {"colours": [{"name": "brown"}], "composition": {"kind": "lifestyle", "people": True}}
    second = {"colours": [{"name": "red"}], "composition": {"kind": "packshot", "box": [0.1, 0.2, 0.3, 0.4]}}
    together = _together(first, second)
    assert together["colours"] == [{"name": "red"}]
    assert together["composition"] == {"kind": "packshot", "people": True, "box": [0.1, 0.2, 0.3, 0.4]}
