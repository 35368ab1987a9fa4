"""What the children have left out is told to the parent, whose log people read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.tagger.pools import loaded
from tests.fakes.cages import FakeCages

COMPLAINT = "the model of mood.json is left out: mood.onnx is missing: put it beside the card"


async def test_models_and_taught_tags_that_are_left_out_are_told(tmp_path: Path) -> None:
    def look(_job: dict[str, Any], _folder: Path) -> Iterator[dict[str, Any]]:
        yield {"models": {"eyes": "1"}, "broken": [COMPLAINT]}

    (models := tmp_path / "models").mkdir()
    found = await loaded(FakeCages(look, tmp_path), models)
    assert dict(found) == {"eyes": "1"} and list(found.broken) == [COMPLAINT]
    (models / "taught.json").write_text("{")
    told = list(found.broken)
    assert told[0] == COMPLAINT and len(told) == 2
    assert told[1].startswith("the taught tags of taught.json are left out: taught.json: it is no JSON")
