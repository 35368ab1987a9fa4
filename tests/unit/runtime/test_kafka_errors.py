"""What of Kafka's errors is waited for, and what a rebalance callback raises is not lost."""

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    NotLeaderForPartitionError,
    RequestTimedOutError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from runtime.broker import Partition
from runtime.kafka import _Listener, _outage
from runtime.outage import Unavailable

WAITED = [KafkaConnectionError, KafkaTimeoutError, NotLeaderForPartitionError, RequestTimedOutError]
RAISED = [GroupAuthorizationFailedError, MessageSizeTooLargeError, TopicAuthorizationFailedError]


@pytest.mark.parametrize("error", [*WAITED, UnknownTopicOrPartitionError])
def test_what_passes_by_waiting_is_an_outage(error: type[KafkaError]) -> None:
    assert isinstance(_outage(error()), Unavailable)


@pytest.mark.parametrize("error", RAISED)
def test_what_would_be_waited_for_for_ever_is_raised(error: type[KafkaError]) -> None:
    assert isinstance(_outage(error()), error)


async def test_an_error_of_a_rebalance_callback_is_kept() -> None:
    """aiokafka only logs it: the partition would stand still while all looks well."""

    async def broken(_: set[Partition]) -> None:
        raise KeyError("bug")

    listener = _Listener(broken, broken)
    with pytest.raises(KeyError):
        await listener.on_partitions_assigned([TopicPartition("t", 0)])
    assert isinstance(listener.error, KeyError)
