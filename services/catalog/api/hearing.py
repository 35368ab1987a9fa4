"""What of all that changes somebody is told on `/v1/live`."""

from collections.abc import Mapping
from typing import Any

from runtime.database import Database
from services.catalog.api.roles import Identity
from services.catalog.live import Hears
from services.catalog.queries.scope import given, seen
from services.catalog.scope import Scope

Message = Mapping[str, Any]


def hears(database: Database, who: Identity) -> Hears | None:
    """A channel: what it may be given. Others: what lies in their part; None: all of it."""
    if not who.may("viewer"):
        return lambda message: _of_channel(database, who.scope, message)
    return (lambda message: _in_part(database, who.scope, message)) if who.scope.limited else None


async def _in_part(database: Database, scope: Scope, message: Message) -> Message | None:
    data = message.get("data", {})
    if "folder" in data:
        return message if not (scope.brands or scope.collections) and scope.takes(data["folder"], "") else None
    asset = data.get("asset_id") or data.get("id")
    return message if asset is None or await seen(database, scope, [asset]) else None


async def _of_channel(database: Database, scope: Scope, message: Message) -> Message | None:
    """Of an asset whether it may be given, and nothing of how it is worked on; of films and shoots nothing.

    Of what is gone nobody knows any more where it lay: who is limited is not told, and asks.
    """
    if message["event"] != "asset":
        return None if message.get("data") else message
    asset = str(message["data"]["id"])
    if message["data"]["state"] == "gone":
        state = None if scope.limited else "gone"
    else:
        state = await given(database, scope, asset)
    return {"event": "asset", "data": {"id": asset, "state": state}} if state else None
