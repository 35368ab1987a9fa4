"""Which records are render's to work on."""

import json

from runtime.broker import Record
from schemas.asset import PLAIN
from schemas.topics import ASSET_RERUN

TAGGER = "/packshot/tagger"


def concerns(record: Record) -> bool:
    """All but what the tagger asks itself to do again, of pictures that it opens without us: there are many.

    What cannot be read is left to the delivery to bury.
    """
    if record.topic != ASSET_RERUN.name:
        return True
    try:
        event = json.loads(record.value or b"{}")
        return not (event["source"] == TAGGER and event["data"]["media_type"] in PLAIN)
    except (ValueError, KeyError, TypeError):
        return True
