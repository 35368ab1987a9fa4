"""How far each consumer group is behind the end of its topics, for the command line."""

from cli.trouble import Trouble
from runtime import lags
from runtime.config import Settings
from runtime.lags import Lag
from runtime.outage import Unavailable

__all__ = ["Lag", "measure"]


async def measure(kafka: str) -> list[Lag]:
    """For every group and topic with committed offsets. Raises Trouble: Kafka is silent."""
    try:
        return await lags.measure(Settings(kafka=kafka))
    except Unavailable as error:
        raise Trouble(f"Kafka at {kafka} does not answer: {error}", "See `packshot logs kafka`.") from error
