"""What stores tell by HTTP, as hints: Amazon's S3 event (also of MinIO, Ceph and others) and EventBridge's."""

import json

from pydantic import ValidationError

from schemas.inbox import InboxHint
from services.ingest.hints import amazon


def hints_of(text: bytes | str) -> list[InboxHint]:
    """Empty for a store's test that it can speak. Raises ValueError where it is none of them."""
    try:
        body = json.loads(text)
        if not isinstance(body, dict):
            raise ValueError("it is no JSON object")
        if body.get("Event") == "s3:TestEvent":
            return []
        if "Records" in body:
            return amazon(body)
        if body.get("source") == "aws.s3":
            about = body["detail"]
            # Unlike in the S3 event, the key stands here as it is.
            return [InboxHint(bucket=about["bucket"]["name"], key=about["object"]["key"])]
    except (KeyError, TypeError, ValidationError, UnicodeDecodeError) as error:
        raise ValueError(f"it lacks what a notification says: {error!r}") from error
    raise ValueError("it is neither an S3 event nor one of EventBridge")


def unwrapped(text: str) -> str:
    """What SNS carried into a queue, where it does not deliver raw. The queue's own policy says who may put there."""
    try:
        body = json.loads(text)
    except ValueError:
        return text  # whoever reads it says what is wrong with it
    carried = isinstance(body, dict) and body.get("Type") == "Notification" and isinstance(body.get("Message"), str)
    return str(body["Message"]) if carried else text
