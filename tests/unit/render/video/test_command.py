"""`packshot render` on a video: pictures of its poster and all rungs of the channel, in one line."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import work_render
from tests.unit.render.video.conftest import Clip, quick


def mine(name: str) -> dict[str, Any]:
    """A rung as a rungs file has it."""
    return quick(name).model_dump(mode="json", exclude_none=True, exclude={"channel"})


def test_a_video_beside_a_picture(
    clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rungs = tmp_path / "rungs.yaml"
    named = {"webshop": ["preview", "storyboard"], "social": ["social-1x1"]}
    listed = {channel: [mine(name) for name in names] for channel, names in named.items()}
    rungs.write_text(yaml.safe_dump({"video": listed}))
    monkeypatch.setenv("PACKSHOT_RUNGS", str(rungs))
    playlist = tmp_path / "list.mp4"
    playlist.write_text("#EXTM3U\n")
    parser = argparse.ArgumentParser()
    work_render.add(parser)
    words = [str(clip()), str(playlist), "--channel", "webshop", "--out", str(tmp_path / "made"), "--json"]
    assert work_render.run(parser.parse_args(words)) == 0
    made, refused = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (made["status"], made["kind"]) == ("ready", "video")
    assert {"web", "card", "preview", "storyboard"} <= {one["preset"] for one in made["renditions"]}
    assert "social-1x1" not in {one["preset"] for one in made["renditions"]}
    for one in made["renditions"]:
        assert one.keys() - {"notes"} == {"preset", "path", "format", "width", "height", "bytes", "ms"}
        assert Path(one["path"]).is_file()
    assert refused["status"] == "refused" and refused["renditions"] == []
