"""Names: what is nothing, what belongs together."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.inbox import IngestJob
from services.ingest.intake import job_event
from services.ingest.names import ENDINGS, belongs, is_nothing, is_sidecar, sidecar_bases, stem

PARTS = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=12)
KEYS = st.builds(
    lambda folders, name, endings: "/".join([*folders, name + "".join(endings)]),
    st.lists(PARTS, max_size=2),
    PARTS,
    st.lists(st.sampled_from([*sorted(ENDINGS), ".JPG", ".xmp", ".2", ".red", ".txt"]), max_size=3),
)
JUNK = [
    *("a/.DS_Store", "Thumbs.db", "a/THUMBS.DB", "desktop.ini", "a/._b.jpg", "packshot-report.csv", "", "a/", "a/b/"),
    *("a/b.jpg.part", "b.FILEPART", "b.jpg.tmp"),
]


@pytest.mark.parametrize("key", JUNK)
def test_what_clients_leave_about_is_nothing(key: str) -> None:
    assert is_nothing(key)


@pytest.mark.parametrize(
    "key", ["a/b.jpg", "b", "a.part/b.jpg", "department.jpg", "tmp", "a/.hidden.jpg", "ds_store.png"]
)
def test_files_are_not_nothing(key: str) -> None:
    assert not is_nothing(key)


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("a/b.jpg", "a/b"),
        ("a/b.jpg.xmp", "a/b"),
        ("a/b.xmp", "a/b"),
        ("a/b.XMP", "a/b"),
        ("a/v1.2.jpg", "a/v1.2"),
        ("a/v1.2.xmp", "a/v1.2"),
        ("a/shirt.red.xmp", "a/shirt.red"),
        ("a/b", "a/b"),
        ("a.b/c", "a.b/c"),
        ("a/.jpg", "a/.jpg"),
    ],
)
def test_stem(key: str, found: str) -> None:
    assert stem(key) == found


@pytest.mark.parametrize(
    ("sidecar", "key", "yes"),
    [
        ("a/b.xmp", "a/b.jpg", True),
        ("a/b.jpg.xmp", "a/b.jpg", True),
        ("a/b.XMP", "a/b.NEF", True),
        ("a/v1.2.xmp", "a/v1.2.jpg", True),
        ("a/b.notes.xmp", "a/b.notes", True),
        ("a/b.jpg.xmp", "a/b.png", False),
        ("a/b.xmp", "a/bc.jpg", False),
        ("x/b.xmp", "a/b.jpg", False),
        ("a/b.xmp", "a/b.xmp", False),
        ("a/b.jpg", "a/b.jpg", False),
    ],
)
def test_whom_a_sidecar_speaks_of(sidecar: str, key: str, yes: bool) -> None:
    assert belongs(sidecar, key) is yes


@given(KEYS)
@example("a/b.jpg.png")
@example("a/v1.2.jpg")
@example(".jpg")
def test_what_belongs_together_has_one_order(key: str) -> None:
    """Else a side-car and its picture are taken by two workers at once."""
    for base in sidecar_bases(key):
        for sidecar in (f"{base}.xmp", f"{base}.XMP"):
            if belongs(sidecar, key):
                jobs = [job_event(IngestJob(bucket="inbox", key=one), 1) for one in (sidecar, key)]
                assert jobs[0].key == jobs[1].key
                assert sidecar.startswith(f"{stem(key)}.")  # where ingest looks for side-cars
                assert key.startswith(stem(sidecar))  # where a side-car's job looks for pictures


@given(KEYS)
def test_every_picture_has_both_forms_of_sidecar(key: str) -> None:
    if not is_sidecar(key):
        assert all(belongs(f"{base}.xmp", key) for base in sidecar_bases(key))
