"""Folder profiles: what holds where, and what is wrong with a file of them."""

import pytest

from runtime.folders import FoldersError, read_folders
from schemas.folders import FolderProfile

TEXT = """
folders:
  autumn: {owner: anna@example.com, approval: review, brand: Luma}
  autumn/final: {approval: auto}
  "winter/day 1/": {market: DE}
"""


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("autumn/a.jpg", FolderProfile(owner="anna@example.com", approval="review", brand="Luma")),
        ("autumn/deep/er/a.jpg", FolderProfile(owner="anna@example.com", approval="review", brand="Luma")),
        ("autumn/final/a.jpg", FolderProfile(owner="anna@example.com", approval="auto", brand="Luma")),
        ("winter/day 1/a.jpg", FolderProfile(market="DE")),
        ("autumn-2/a.jpg", FolderProfile()),
        ("winter/a.jpg", FolderProfile()),
        ("a.jpg", FolderProfile()),
    ],
)
def test_the_nearest_folder_speaks_first(key: str, found: FolderProfile) -> None:
    assert read_folders("mine.yaml", TEXT).of(key) == found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("folders: [a]", "begin with `folders:`"),
        ("- a", "begin with `folders:`"),
        ("folders:\n  a: {aproval: review}", "a: there is no field aproval. Did you mean approval?"),
        ("folders:\n  a: {approval: maybe}", "approval"),
        ("folders:\n  a: review", "give its fields"),
        ("folders:\n  '/': {brand: x}", "give its name"),
        ("folders:\n  a: {}\n  a/: {}", "stands there twice"),
        ("folder:\n  a: {}", "Did you mean folders?"),
        ("folders:\n  a: {approval: review", "mine.yaml: line"),
        (
            "folders:\n  a: {naming: 'Studio 1'}",
            "a: naming is no rule's name, and no pattern that holds: the",
        ),
        ("folders:\n  a: {naming: '(?P<sku>.'}", "the pattern cannot be read"),
        ("folders:\n  a: {naming: '(?P<sku>.)(?P<view>.)'}", "pattern names view"),
        ("folders:\n  a: {naming: 3}", "naming is 3"),
    ],
)
def test_what_does_not_hold_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(FoldersError) as raised:
        read_folders("mine.yaml", text)
    assert told in str(raised.value) and "mine.yaml" in str(raised.value)


def test_an_empty_file_says_nothing() -> None:
    assert read_folders("mine.yaml", "").of("a/b.jpg") == FolderProfile()
