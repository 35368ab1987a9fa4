"""How far consumer groups have come, as the broker knows it."""

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from runtime.outage import Unavailable


async def committed(bootstrap: str, group: str, topic: str) -> dict[int, int]:
    """Partition → committed offset of one topic. Raises Unavailable."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        offsets = await admin.list_consumer_group_offsets(group)
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka: {error}") from error
    finally:
        await admin.close()
    return {tp.partition: found.offset for tp, found in offsets.items() if tp.topic == topic and found.offset >= 0}
