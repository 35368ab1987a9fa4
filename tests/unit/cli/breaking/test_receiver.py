"""What a shop's endpoint calls twice: news that is none; a retry under its old id is none."""

import json
import urllib.request

from cli.breaking.receiver import Receiver, receiving


def message(state: str, asset: str = "a") -> dict[str, object]:
    return {"type": "asset.ready", "data": {"asset_id": asset, "state": state}}


def test_a_retry_is_counted_and_dropped() -> None:
    receiver = Receiver()
    for _ in range(2):
        receiver.take("id-1", message("ready"))
    assert (receiver.messages, receiver.retries, receiver.twice()) == (1, 1, [])


def test_the_same_under_another_id_came_twice() -> None:
    receiver = Receiver()
    receiver.take("id-1", message("ready"))
    receiver.take("id-2", message("ready"))
    assert [line.split(":")[0] for line in receiver.twice()] == ["asset.ready a"]


def test_a_change_and_another_asset_are_news() -> None:
    receiver = Receiver()
    for number, said in enumerate((message("ready"), message("complete"), message("ready"), message("ready", "b"))):
        receiver.take(str(number), said)
    assert receiver.twice() == []


def test_it_listens() -> None:
    with receiving() as receiver:
        sent = urllib.request.Request(  # noqa: S310 - our own address
            receiver.url, json.dumps(message("ready")).encode(), {"webhook-id": "id-1"}, method="POST"
        )
        with urllib.request.urlopen(sent, timeout=10) as answer:  # noqa: S310
            assert answer.status == 204
        assert receiver.messages == 1
