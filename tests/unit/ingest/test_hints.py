"""Hints in every dialect, and in none."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.broker import Record
from schemas.inbox import InboxHint
from services.ingest.hints import decode, seaweed_hint


def record(value: bytes | None, key: bytes | None = None) -> Record:
    return Record("inbox.events", 0, 0, key, value)


def names(value: Any, key: bytes | None = None) -> list[tuple[str, str]]:
    return [(hint.bucket, hint.key) for hint in decode(record(json.dumps(value).encode(), key)).hints]


def amazon(*keys: str) -> dict[str, Any]:
    s3 = [{"s3": {"bucket": {"name": "inbox"}, "object": {"key": key, "size": 1}}} for key in keys]
    return {"Records": [{"eventVersion": "2.1", "eventName": "ObjectCreated:Put", **one} for one in s3]}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/buckets/inbox/a/b.jpg", "a/b.jpg"),
        ("/buckets/inbox/b", "b"),
        ("/buckets/inbox/a/b.jpg.versions/v_0123abc", "a/b.jpg"),
        ("/buckets/inbox/a/b.jpg.versions/", "a/b.jpg"),
        ("/buckets/inbox/a/b.jpg.versions", "a/b.jpg"),
        ("/buckets/inbox/my.versions/b.jpg", "my.versions/b.jpg"),
        ("/buckets/inbox/ü & + %41.jpg", "ü & + %41.jpg"),
        ("/buckets/inbox/.uploads/6f1d/0001.part", None),
        ("/buckets/inbox/a/.uploads/6f1d/0001.part", None),
        ("/buckets/.system/log/x", None),
        ("/buckets/inbox", None),
        ("/buckets/inbox/", None),
        ("/buckets/inbox/.versions", None),
        ("/topics/asset.ingested/0", None),
        ("/etc/iam/identity.json", None),
        ("/", None),
    ],
)
def test_seaweed_speaks_in_paths(path: str, found: str | None) -> None:
    wanted = InboxHint(bucket="inbox", key=found) if found else None
    assert seaweed_hint(path) == wanted
    assert decode(record(b"\x00 protobuf \xff", path.encode())).hints == ([wanted] if wanted else [])
    assert decode(record(None, path.encode())).hints == ([wanted] if wanted else [])


def test_a_name_that_s3_cannot_speak_of_is_said_and_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    assert decode(record(b"", b"/buckets/inbox/M\xfcller.jpg")).hints == []
    assert "not UTF-8" in caplog.text


def test_amazons_json_quotes_its_keys() -> None:
    assert names(amazon("a/b.jpg", "a+b%2Bc/%C3%BC.jpg")) == [("inbox", "a/b.jpg"), ("inbox", "a b+c/ü.jpg")]


def test_minio_adds_its_own_names_and_a_key() -> None:
    event = {"EventName": "s3:ObjectCreated:Put", "Key": "inbox/a.jpg", **amazon("a.jpg")}
    assert names(event, b"inbox/a.jpg") == [("inbox", "a.jpg")]


def test_amazons_test_event_is_no_dead_letter() -> None:
    assert names({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "inbox"}) == []


def test_our_own() -> None:
    hint = InboxHint(bucket="inbox", key="a.jpg", reason="sweep")
    assert decode(record(hint.model_dump_json().encode())).hints == [hint]
    assert names({"bucket": "inbox", "key": "a.jpg", "later": "added"}) == [("inbox", "a.jpg")]


@pytest.mark.parametrize(
    "value",
    [
        *(None, b"", b"nonsense", b"\xff\xfe", b"[]", b"{}", b"7", b'"a"', b'{"bucket": 1}'),
        *(b'{"Records": [1]}', b'{"Records": [{"s3": {}}]}', b'{"Records": [{"s3": {"bucket": {"name": "b"}}}]}'),
        b'{"bucket": "inbox", "key": "\\ud800"}',
    ],
)
def test_what_is_no_notification_is_named_so(value: bytes | None) -> None:
    with pytest.raises(ValueError):
        decode(record(value))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Records", "s3", "key"]), inner),
    max_leaves=8,
)


@given(JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40))
def test_no_bytes_raise_anything_else(value: bytes) -> None:
    with suppress(ValueError):
        decode(record(value))


@given(st.binary(max_size=40))
def test_no_path_raises(path: bytes) -> None:
    decode(record(b"", b"/" + path))
    decode(record(b"", b"/buckets/inbox/" + path))


def _renamed(parent: bytes, old: bytes, new: bytes) -> bytes:
    """EventNotification of filer.proto: old_entry, new_entry, delete_chunks, new_parent_path, is_from_other_cluster."""
    entries = [bytes([field, len(name) + 2, 0x0A, len(name)]) + name for field, name in ((0x0A, old), (0x12, new))]
    return b"".join(entries) + b"\x18\x01" + bytes([0x22, len(parent)]) + parent + b"\x28\x00"


def test_a_rename_names_both_paths() -> None:
    value = _renamed(b"/buckets/inbox/a", b"b.jpg.filepart", b"b.jpg")
    found = decode(record(value, b"/buckets/inbox/a/b.jpg.filepart")).hints
    assert [hint.key for hint in found] == ["a/b.jpg.filepart", "a/b.jpg"]


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_notification_that_is_cut_off_still_names_its_key(cut: int) -> None:
    value = _renamed(b"/buckets/inbox/a", b"b.jpg.filepart", b"b.jpg")[:-cut]
    keys = [hint.key for hint in decode(record(value, b"/buckets/inbox/a/b.jpg.filepart")).hints]
    assert keys[0] == "a/b.jpg.filepart"
