"""The listing of versions, in the dialects of stores."""

import pytest

from runtime.versions import parse, query

PAGE = """<?xml version="1.0"?><ListVersionsResult {space}><EncodingType>{encoding}</EncodingType>
<IsTruncated>{more}</IsTruncated><NextKeyMarker>a%2Bb</NextKeyMarker><NextVersionIdMarker>v1</NextVersionIdMarker>
<DeleteMarker><Key>a%2Bb</Key><VersionId>v2</VersionId><LastModified>2026-11-23T09:00:01Z</LastModified></DeleteMarker>
<Version><Key>a%2Bb</Key><VersionId>v1</VersionId><ETag>&quot;e1&quot;</ETag><Size>7</Size>
<LastModified>2026-11-23T09:00:01.250Z</LastModified></Version></ListVersionsResult>"""


@pytest.mark.parametrize("space", ["", 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'])
def test_versions_and_markers_keep_the_order_of_the_answer(space: str) -> None:
    page = parse(PAGE.format(space=space, encoding="url", more="true").encode())
    marker, version = page.found
    assert (marker.key, marker.version_id, marker.deleted) == ("a+b", "v2", True)
    assert (version.version_id, version.etag, version.size, version.deleted) == ("v1", "e1", 7, False)
    assert version.modified > marker.modified
    assert page.after == {"key-marker": "a+b", "version-id-marker": "v1"}
    assert query("a", page.after)["key-marker"] == "a+b"


def test_names_are_taken_as_they_are_where_the_store_does_not_encode() -> None:
    page = parse(PAGE.format(space="", encoding="", more="false").encode())
    assert page.found[0].key == "a%2Bb"
    assert page.after == {}
