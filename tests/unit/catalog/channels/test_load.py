"""Rule sets as files: ours, the examples, and what is wrong in somebody's own."""

from datetime import date
from pathlib import Path

import pytest

from services.catalog.channels.load import ChannelsError, load_channels, read_channel
from services.catalog.feeds.flat import FLATS
from services.catalog.feeds.formats import FORMATS
from services.render.presets import load_presets

EXAMPLES = Path(__file__).parents[4] / "deploy" / "channels"
OURS = ["amazon", "google-merchant", "meta-catalog", "mobile", "print", "screen", "shopify", "webshop"]
GOOD = """
channel: own
title: Own
rules:
  - since: 2026-01-01
    read: 2026-11
    source: [me]
    slots: [{name: main, roles: [main], least: 1, preset: web}]
"""


def test_ours_are_maintained_and_hand_over_presets_that_there_are() -> None:
    channels, presets = load_channels(), {preset.name for preset in load_presets().all}
    assert list(channels) == OURS and all(one.maintained for one in channels.values())
    handed = {slot.preset for one in channels.values() for rules in one.rules for slot in rules.slots}
    assert handed - {None} <= presets


def test_the_examples_hold_and_say_that_nobody_looks_after_them() -> None:
    found = load_channels(EXAMPLES)
    examples = {name: one for name, one in found.items() if name not in OURS}
    assert len(examples) == len(list(EXAMPLES.glob("*.yaml"))) >= 7
    assert not any(one.maintained for one in examples.values())


def test_what_an_example_hands_over_can_be_made_and_fits_it() -> None:
    beside = [preset for path in sorted(EXAMPLES.glob("presets/*.yaml")) for preset in load_presets(path).all]
    made = {preset.name: preset for preset in (*load_presets().all, *beside)}
    assert len(made) == len(load_presets().all) + len(beside) > len(load_presets().all)
    slots = [slot for one in load_channels(EXAMPLES).values() for rules in one.rules for slot in rules.slots]
    assert {slot.preset for slot in slots} <= made.keys()
    for slot in slots:
        preset, ratio, shorter = made[slot.preset or ""], slot.file.ratio, slot.file.shorter_side
        if ratio and shorter and preset in beside:
            assert (ratio.least or 0) <= preset.width / preset.height <= (ratio.most or 0)
            assert min(preset.width, preset.height) >= (shorter.advised or 0)


def test_a_file_of_an_operator_replaces_ours(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD.replace("channel: own", "channel: amazon"))
    assert load_channels(tmp_path)["amazon"].title == "Own"


def test_vendors_formats_are_handed_over_by_channels_whose_rules_they_fit() -> None:
    channels = load_channels(EXAMPLES)
    handed = {form: [one.channel for one in channels.values() if form in one.formats] for form in FORMATS | FLATS}
    assert {form: takers for form, takers in handed.items() if len(takers) < len(channels)} == {
        "google": ["google-merchant"],
        "meta": ["meta-catalog"],
        "shopify": ["shopify"],
        "amazon-zip": ["amazon"],
        "gs1-zip": ["gs1"],
    }
    assert {form for one in channels.values() for form in one.formats} == handed.keys()
    for form, said in (("amazon-zip", "naming: amazon"), ("gs1-zip", "naming: gs1"), ("xml", "hands_over")):
        with pytest.raises(ChannelsError, match=said):
            read_channel("a.yaml", GOOD.replace("title: Own", f"title: Own\nhands_over: [{form}]"))


def test_the_rules_of_a_day_are_the_newest_that_have_begun() -> None:
    channel = load_channels()["google-merchant"]
    rules = {day: channel.on(day) for day in (date(2025, 1, 1), date(2027, 1, 30), date(2027, 1, 31))}
    assert [one and one.since for one in rules.values()] == [None, date(2026, 1, 1), date(2027, 1, 31)]
    ahead = channel.ahead(date(2026, 11, 29))
    assert ahead is not None and ahead.since == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("preset: web", "preset: web, colour: red", "colour"),
        ("channel: own", "channel: Own Shop", "channel"),
        ("since: 2026-01-01", "since: soon", "since"),
        ("roles: [main]", "roles: []", "roles"),
        ("least: 1", "file: {bytes: {least: 9, most: 3}}", "least is not above"),
        ("title: Own", "title: [", "line"),
    ],
)
def test_a_slip_is_named_with_its_file(was: str, becomes: str, said: str) -> None:
    read_channel("mine.yaml", GOOD)
    with pytest.raises(ChannelsError, match=r"^mine\.yaml") as error:
        read_channel("mine.yaml", GOOD.replace(was, becomes))
    assert said in str(error.value)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ChannelsError, match="PACKSHOT_CHANNELS"):
        load_channels(tmp_path / "nothing")
