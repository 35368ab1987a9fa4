import pytest

from cli import app
from cli.topic_admin import wanted_topics
from cli.topic_migrate import partition_of
from schemas.topics import ASSET_METADATA, TOPICS


@pytest.mark.parametrize("name", app.COMMANDS)
def test_every_command_teaches(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app.main([name, "--help"])
    assert ended.value.code == 0
    assert f"packshot {name}" in capsys.readouterr().out.split("examples:")[1]


def test_wrong_usage_is_2() -> None:
    with pytest.raises(SystemExit) as ended:
        app.main(["no-such-command"])
    assert ended.value.code == 2


def test_every_topic_and_its_dead_letters_are_wanted() -> None:
    names = {topic.name for topic in wanted_topics()}
    assert {topic.name for topic in TOPICS} < names
    assert "asset.ingested.render.dlq" in names


def test_all_facets_of_an_asset_stay_in_one_partition() -> None:
    places = {partition_of(ASSET_METADATA.name, f"a1/{n}/tags".encode(), 48) for n in range(9)}
    assert len(places) == 1
