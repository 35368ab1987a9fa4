"""Recipes: the same means the same, anything else means something else."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.recipes import recipe_hash, rendition_key, size_key
from services.render.presets import load_presets
from services.render.recipe import Crop, Facts, Focal, Recipe, plan, resolve

BESIDE = {"channel", "wave"}
shares = st.floats(0, 1, allow_nan=False)
recipes = st.builds(
    Recipe,
    engine=st.integers(1, 9),
    preset=st.sampled_from(["web", "card"]),
    width=st.integers(1, 4000),
    height=st.integers(1, 4000),
    mode=st.sampled_from(["fit", "fill", "pad"]),
    background=st.sampled_from([None, "#ffffff", "#000000"]),
    format=st.sampled_from(["jpeg", "webp", "avif"]),
    quality=st.integers(1, 100),
    gravity=st.sampled_from(["centre", "attention", "product"]),
    sharpen=st.sampled_from(["none", "mild"]),
    progressive=st.booleans(),
    target=st.none() | st.floats(30, 95, allow_nan=False),
    max_bytes=st.none() | st.integers(1000, 10**7),
    trim=st.booleans(),
    margin=st.floats(0, 0.4, allow_nan=False),
    whiten=st.booleans(),
    animated=st.booleans(),
    colours=st.sampled_from(["srgb", "cmyk"]),
    dpi=st.none() | st.integers(36, 2400),
    page=st.none() | st.integers(1, 50),
    own=st.none() | st.just("ab" * 32),
    channel=st.sampled_from(["webshop", "mobile"]),
    wave=st.sampled_from(["first", "rest", "later"]),
    focal=st.none() | st.builds(Focal, x=shares, y=shares),
    crop=st.none() | st.builds(Crop, left=shares, top=shares),
)


@given(recipes, st.randoms(use_true_random=False))
def test_the_order_of_the_fields_does_not_matter(recipe: Recipe, chance: random.Random) -> None:
    fields = list(recipe.model_dump(mode="json").items())
    chance.shuffle(fields)
    assert recipe_hash(dict(fields)) == recipe_hash(recipe.model_dump(mode="json"))
    assert Recipe.model_validate(dict(fields)).hash == recipe.hash


@given(recipes)
def test_a_recipe_survives_the_way_to_the_cage(recipe: Recipe) -> None:
    assert Recipe.model_validate(recipe.model_dump(mode="json")).hash == recipe.hash


@given(recipes, recipes, st.sampled_from(sorted(Recipe.model_fields)))
def test_any_other_field_is_another_hash(recipe: Recipe, other: Recipe, name: str) -> None:
    changed = recipe.model_copy(update={name: getattr(other, name)})
    same = name in BESIDE or getattr(changed, name) == getattr(recipe, name)
    assert (changed.hash == recipe.hash) == same


def test_thumbnail_first_then_the_web_size() -> None:
    presets = load_presets()
    names = [recipe.preset for recipe in plan(presets, Facts())]
    assert names[:4] == ["thumbnail", "thumbnail-jpeg", "web", "web-webp"]
    assert sorted(names) == sorted(preset.name for preset in presets.all if not preset.pages)


def test_a_focal_point_changes_only_what_is_cropped() -> None:
    presets = load_presets()
    plain = {r.preset: r.hash for r in plan(presets, Facts())}
    moved = {r.preset: r.hash for r in plan(presets, Facts(focal=Focal(x=0.2, y=0.2)))}
    assert {name for name in plain if plain[name] != moved[name]} == {"square", "portrait"}


def test_where_a_rendition_lies() -> None:
    assert size_key("ab" * 32, "0123456789abcdef", "webp") == f"sizes/{'ab' * 32}/0123456789abcdef.webp"
    assert rendition_key("ab" * 32, "0123456789abcdef", "webp") == f"renditions/{'ab' * 32}/0123456789abcdef.webp"


def test_channel_and_wave_change_no_bytes() -> None:
    web: Any = load_presets().named("web")
    moved = web.model_copy(update={"channel": "mobile", "wave": "rest"})
    assert resolve(web, Facts()).hash == resolve(moved, Facts()).hash


def test_a_new_word_of_presets_changes_no_hash_of_old_ones() -> None:
    """Left out where it is at its default; the engine's number always counts."""
    recipe = resolve(load_presets().named("web"), Facts()).model_copy(update={"engine": 1})
    assert recipe.hash == "e1daa35f85509527"
    assert recipe.model_copy(update={"engine": 2}).hash != recipe.hash


def test_a_persons_crop_for_one_preset_and_own_file() -> None:
    presets, crop = load_presets(), Crop(width=0.5)
    plain = {r.preset: r.hash for r in plan(presets, Facts())}
    facts = Facts(crops={"web": crop}, own={"card": "ab" * 32}, focal=Focal(x=0.1, y=0.1))
    made = {r.preset: r for r in plan(presets, facts)}
    assert {name for name in plain if plain[name] != made[name].hash} == {"web", "card", "square", "portrait"}
    assert made["web"].crop == crop and made["card"].own == "ab" * 32


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "pad"},
        {"mode": "fill"},
        {"crop": Crop(width=0.5)},
        {"own": "ab" * 32},
        {"trim": True},
        {"whiten": True},
        {"sharpen": "mild"},
        {"colours": "cmyk"},
        {"quality": 40},
        {"target": 50.0},
        {"max_bytes": 1000},
        {"animated": True},
        {"page": 2},
    ],
)
def test_what_shows_less_or_something_else_is_not_faithful(change: dict[str, Any]) -> None:
    (web,) = (one for one in plan(load_presets(), Facts()) if one.preset == "web")
    assert web.faithful and not web.model_copy(update=change).faithful
