"""`POST /events/s3`: who may tell us of files, and when they are told that we know."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from hypothesis import given
from hypothesis import strategies as st

from runtime.memory_broker import MemoryBroker, MemoryProducer
from runtime.outage import Unavailable
from runtime.publisher import Publisher
from schemas.topics import INBOX_EVENTS
from services.ingest.config import IngestSettings
from services.ingest.events.door import PATH, Door, app, serve
from services.ingest.events.read import hints_of
from services.ingest.events.sns import Forged, Sns, at_sns, text_of
from tests.e2e.member import free_port
from tests.fakes.certificates import Issued, issued

TOPIC = "arn:aws:sns:eu-central-1:123456789012:inbox"
CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0a1b.pem"
SUBSCRIBE = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
SNS = issued("sns.amazonaws.com")
S3 = {
    "Records": [
        {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "inbox"}, "object": {"key": "a/b+c%C3%A9.jpg"}}}
    ]
}
BRIDGE = {"source": "aws.s3", "detail-type": "Object Created",
          "detail": {"bucket": {"name": "inbox"}, "object": {"key": "a/b+c.jpg"}}}  # fmt: skip
PROVED = "right"
TOKEN = {"Authorization": f"Bearer {PROVED}"}


def notification(by: Issued = SNS, version: str = "2", **changed: object) -> dict[str, Any]:
    """As SNS signs it; `changed` after it was signed where the name ends with an underscore."""
    said: dict[str, Any] = {"Type": "Notification", "MessageId": "m", "TopicArn": TOPIC, "Message": json.dumps(S3)}
    said |= {"Timestamp": datetime.now(UTC).isoformat(), "SignatureVersion": version, "SigningCertURL": CERTIFICATE}
    said |= {name: value for name, value in changed.items() if not name.endswith("_")}
    assert isinstance(by.key, rsa.RSAPrivateKey)
    kind = SHA1() if version == "1" else SHA256()  # noqa: S303 - as SNS does it
    said["Signature"] = base64.b64encode(by.key.sign(text_of(said), padding.PKCS1v15(), kind)).decode()
    return said | {name[:-1]: value for name, value in changed.items() if name.endswith("_")}


class Outside:
    """The internet: SNS' certificate and its answer to a confirmation."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.away = False

    async def __call__(self, url: str) -> bytes:
        if self.away:
            raise Unavailable("it is away")
        self.asked.append(url)
        return SNS.pem


@asynccontextmanager
async def opened(broker: MemoryBroker, outside: Outside, token: str = PROVED) -> AsyncIterator[TestClient[Any, Any]]:
    publisher = Publisher(MemoryProducer(broker), "ingest")
    door = Door("inbox", token, Sns(frozenset({TOPIC}), outside), publisher.publish)
    async with TestClient(TestServer(app(door))) as client:
        yield client


def told(broker: MemoryBroker) -> list[str]:
    return [json.loads(record.value or b"")["key"] for record in broker.records(INBOX_EVENTS.name)]


async def of_sns(client: TestClient[Any, Any], message: object) -> int:
    headers = {"x-amz-sns-message-type": "Notification", "Content-Type": "text/plain"}
    return (await client.post(PATH, data=json.dumps(message), headers=headers)).status


@pytest.mark.parametrize("version", ["1", "2"])
async def test_sns_is_believed_by_its_signature(version: str) -> None:
    broker, outside = MemoryBroker(), Outside()
    async with opened(broker, outside, token="") as client:
        assert await of_sns(client, notification(version=version)) == 200
        assert await of_sns(client, notification(version=version, Subject="Amazon S3 Notification")) == 200
    assert told(broker) == ["a/b cé.jpg"] * 2
    assert outside.asked == [CERTIFICATE], "a certificate is fetched once"


@pytest.mark.parametrize(
    "message",
    [
        notification(Message_=json.dumps(BRIDGE)),
        notification(by=issued("sns.amazonaws.com")),
        notification(TopicArn=TOPIC + "2"),
        notification(SigningCertURL="https://sns.eu-central-1.amazonaws.com.evil.example/x.pem"),
        notification(SigningCertURL="http://sns.eu-central-1.amazonaws.com/x.pem"),
        notification(SigningCertURL="https://u@sns.eu-central-1.amazonaws.com/x.pem"),
        notification(SigningCertURL="https://sns.eu-central-1.amazonaws.com/x"),
        notification(SignatureVersion_="3"),
        notification(Signature_="%%%"),
        notification(Type_="SubscriptionConfirmation"),
        notification(Type_="Other"),
        notification(Type_=None),
    ],
)
async def test_what_sns_did_not_say_is_refused(message: dict[str, Any]) -> None:
    broker, outside = MemoryBroker(), Outside()
    async with opened(broker, outside) as client:
        assert await of_sns(client, message) == 403
    assert told(broker) == [] and set(outside.asked) <= {CERTIFICATE}


async def test_a_subscription_is_confirmed_at_sns_and_nowhere_else() -> None:
    broker, outside = MemoryBroker(), Outside()
    asked: dict[str, Any] = {"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": SUBSCRIBE}
    async with opened(broker, outside) as client:
        assert await of_sns(client, notification(**asked)) == 200
        assert outside.asked == [CERTIFICATE, SUBSCRIBE]
        inward = notification(**asked | {"SubscribeURL": "https://169.254.169.254/latest/meta-data"})
        assert await of_sns(client, inward) == 403
        assert await of_sns(client, notification(**asked, SubscribeURL_="https://sns.us-east-1.amazonaws.com/")) == 403
    assert len(outside.asked) == 2


async def test_sns_comes_again_where_its_certificate_cannot_be_fetched() -> None:
    broker, outside = MemoryBroker(), Outside()
    outside.away = True
    async with opened(broker, outside) as client:
        assert await of_sns(client, notification()) == 503
        outside.away = False
        assert await of_sns(client, notification()) == 200


@pytest.mark.parametrize(("body", "key"), [(S3, "a/b cé.jpg"), (BRIDGE, "a/b+c.jpg")])
async def test_who_has_the_token_is_believed(body: dict[str, Any], key: str) -> None:
    broker = MemoryBroker()
    async with opened(broker, Outside()) as client:
        answered = await client.post(PATH, json=body, headers=TOKEN)
        assert answered.status == 200 and await answered.json() == {"hints": 1}
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}, {"Authorization": "é"}):
            assert (await client.post(PATH, json=body, headers=headers)).status == 401
    assert told(broker) == [key]


async def test_without_a_token_of_ours_none_opens() -> None:
    async with opened(MemoryBroker(), Outside(), token="") as client:
        assert (await client.post(PATH, json=S3, headers={"Authorization": "Bearer "})).status == 401


async def test_it_answers_only_after_kafka_has_it() -> None:
    broker = MemoryBroker()
    broker.unwritable.add(INBOX_EVENTS.name)
    async with opened(broker, Outside()) as client:
        assert (await client.post(PATH, json=S3, headers=TOKEN)).status == 503
        broker.unwritable.clear()
        assert (await client.post(PATH, json=S3, headers=TOKEN)).status == 200
    assert len(told(broker)) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b"{}", 400), (b'{"Records": [{}]}', 400), (b'{"source": "aws.s3"}', 400),
     (b"\xff", 400), (b'{"Event": "s3:TestEvent"}', 200), (b'{"Records": []}', 200), (b" " * 600_000, 413),
     (json.dumps(S3).replace("inbox", "other").encode(), 200)],
)  # fmt: skip
async def test_what_is_no_notification_tells_nothing(body: bytes, status: int) -> None:
    broker = MemoryBroker()
    async with opened(broker, Outside()) as client:
        assert (await client.post(PATH, data=body, headers=TOKEN)).status == status
    assert told(broker) == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["Records", "s3", "bucket", "name", "object", "key", "source", "detail"]), inner
            )
        ),
    )
)
def test_nothing_that_is_sent_breaks_the_reader(body: object) -> None:
    try:
        hints_of(json.dumps(body))
    except ValueError:
        return


async def test_it_listens_where_somebody_may_tell_us_something() -> None:
    broker, port = MemoryBroker(), free_port()
    publish = Publisher(MemoryProducer(broker), "ingest").publish
    async with aiohttp.ClientSession() as session:
        async with AsyncExitStack() as stack:
            await serve(stack, IngestSettings(events_port=port), publish)
            with pytest.raises(aiohttp.ClientConnectionError):
                await session.post(f"http://127.0.0.1:{port}{PATH}", json=S3)
            await serve(stack, IngestSettings(events_port=port, events_token=PROVED), publish)
            async with session.post(f"http://127.0.0.1:{port}{PATH}", json=S3, headers=TOKEN) as answered:
                assert answered.status == 200
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.post(f"http://127.0.0.1:{port}{PATH}", json=S3)
    assert len(told(broker)) == 1


@pytest.mark.parametrize("url", [SUBSCRIBE, CERTIFICATE, "https://sns.cn-north-1.amazonaws.com.cn/?a=b"])
def test_addresses_of_sns(url: str) -> None:
    assert at_sns(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://sns.amazonaws.com.evil/",
        "https://s3.eu-central-1.amazonaws.com/",
        None,
        "",
        "https://sns.eu-central-1.amazonaws.com:444/",
        "https://x.sns.eu-central-1.amazonaws.com/",
    ],
)
def test_other_addresses(url: object) -> None:
    with pytest.raises(Forged):
        at_sns(url)
