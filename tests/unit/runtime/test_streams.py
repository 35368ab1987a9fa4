"""What is set of Faust's apps."""

from pathlib import Path

from runtime.config import Settings
from runtime.kafka import instance
from runtime.streams import build_app


async def test_a_member_that_reads_other_topics_than_in_its_last_life_has_another_name(tmp_path: Path) -> None:
    """Kafka gives a static member its old partitions back, and aiokafka ends at those of a topic that it left."""
    names = []
    for topics in (["one"], ["one", "two"]):
        app = build_app(Settings(kafka="127.0.0.1:1"), "group", topics, tmp_path)
        names.append(app.conf.consumer_group_instance_id)
    assert names == [instance("group", 0, ["one"]), instance("group", 0, ["one", "two"])]
    assert names[0] != names[1]
