"""What folders' profiles say of naming: before all rules, the nearest folder's, and by which name people are told."""

import pytest

from runtime.folders import read_folders
from services.linker.by_folder import naming_of, strange, with_folders
from services.linker.rules import Rules
from services.linker.rules_file import read_rules

RULES = read_rules(
    "naming.yaml",
    """
rules:
  - {name: anything, pattern: '(?P<sku>[a-z0-9]+)-.*'}
  - {name: studio, folder: studio, pattern: '[a-z]+_(?P<sku>[a-z0-9]+)_(?P<role>.)', roles: {f: front}}
  - {name: paths, folder: nowhere, pattern: '(?P<sku>[a-z0-9]+)/(?P<number>[0-9]+)'}
""",
)
PROFILES = r"""
folders:
  agency: {naming: studio, brand: Luma}
  agency/raw: {naming: '(?P<sku>[a-z]+)\d+'}
  agency/raw/own: {naming: ""}
  agency/raw/own/paths: {naming: paths}
  Größen: {naming: studio}
  other: {brand: X}
  typo: {naming: studo}
"""


def naming(text: str = PROFILES) -> Rules:
    return with_folders(RULES, naming_of(read_folders("folders.yaml", text)))


@pytest.mark.parametrize(
    ("key", "rule", "said"),
    [
        ("agency/x_mh01_f.jpg", "studio", "mh01"),
        ("agency/deep/er/x_mh01_f.jpg", "studio", "mh01"),
        ("agency/mh01-x_mh02_f.jpg", "anything", "mh01"),  # the folder's does not fit
        ("agency/raw/abc12.jpg", "folder agency/raw", "abc"),
        ("agency/raw/own/abc12.jpg", None, ""),
        ("agency/raw/own/x_mh01_f.jpg", None, ""),
        ("agency/raw/own/paths/mh01/3.jpg", "paths", "mh01"),
        ("Größen/x_mh01_f.jpg", "studio", "mh01"),
        ("Gro\u0308ßen/x_mh01_f.jpg", "studio", "mh01"),
        ("studio/x_mh01_f.jpg", "studio", "mh01"),
        ("agency-2/x_mh01_f.jpg", None, ""),
        ("other/x_mh01_f.jpg", None, ""),
        ("typo/x_mh01_f.jpg", None, ""),
    ],
)
def test_the_nearest_folders_rule_reads_first(key: str, rule: str | None, said: str) -> None:
    found = naming().read(key)
    assert (found and found.rule) == rule
    assert found is None or (found.said, found.rivals) == (said, ())


def test_without_profiles_nothing_changes() -> None:
    assert with_folders(RULES, {}).read("studio/x_mh01_f.jpg") == RULES.read("studio/x_mh01_f.jpg")


def test_a_rule_that_there_is_not_is_told() -> None:
    told = list(
        strange(RULES, naming_of(read_folders("folders.yaml", "folders: {typo: {naming: studo}, ok: {naming: paths}}")))
    )
    assert told == ["typo: there is no naming rule studo. There are: anything, studio, paths."]
    assert list(strange(Rules(), {"a": "x"})) == ["a: there is no naming rule x. There are none: give a pattern."]
