"""Without the extra a model is refused with the command that brings it."""

from pathlib import Path

import pytest

from services.render.model import extra
from services.render.model.plan import CHANNEL, ModelRecipe, plan_models


def test_what_lacks_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(extra, "PACKAGES", tmp_path)
    assert "gltf-validator" in extra.lacking()
    refused = extra.missing()
    assert refused is not None
    assert "the original is safe" in refused.cause and extra.COMMAND in refused.cure and "retry" in refused.cure


def test_nothing_lacks_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "lacking", list)
    assert extra.missing() is None


def test_the_plan_of_a_channel() -> None:
    recipes = plan_models()
    assert len({recipe.hash for recipe in recipes}) == len(recipes) == 11
    assert {recipe.format for recipe in recipes} == {"glb", "usdz", "json", "webp"}
    assert plan_models(CHANNEL) == recipes and plan_models("print") == []


def test_the_hash_follows_the_budget() -> None:
    recipe = plan_models()[0]
    assert ModelRecipe.model_validate(recipe.model_dump(mode="json")).hash == recipe.hash
    assert ModelRecipe.model_validate({**recipe.model_dump(), "triangles": 1}).hash != recipe.hash
