"""One profile of a file changed: what people wrote around it stays, and the file says what it shall."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.folders import FoldersError, read_folders
from runtime.folders_text import with_profile

TEXT = """# ours: all
folders:   # see the wiki: folders
  # autumn is Anna's
  autumn: {brand: Luma}  # since May
  /winter/day 1/:
    # she knows
    owner: anna@example.com  # by mail
    market: DE
    licence:
      holder: Agency   # theirs
      valid_until: 2027-12-31

  # what nobody has spoken of
  empty:   # nothing
# last
"""
SAID = read_folders("mine.yaml", TEXT).said


def remarks(text: str) -> list[str]:
    return re.findall(r"# .*", text)


@pytest.mark.parametrize(
    ("folder", "profile", "lost"),
    [
        ("autumn", {"brand": "X: y", "market": "DE, AT"}, []),
        ("autumn", {}, []),
        ("winter/day 1", {"owner": "b@example.com", "market": "DE", "rights": "a: b # c"}, ["# theirs"]),
        ("winter/day 1", {**SAID["winter/day 1"], "naming": r"(?P<sku>[a-z,\d]+)_(?P<role>.)"}, []),
        ("empty", {"approval": "auto"}, []),
        ("new/er", {"consent": {"status": "yes"}, "editions": "join"}, []),
        ("autumn", None, ["# since May"]),
        ("nobody's", None, []),
    ],
)
def test_only_remarks_on_what_goes_go(folder: str, profile: dict[str, object] | None, lost: list[str]) -> None:
    changed = with_profile(TEXT, folder, profile)
    said = {**SAID, folder: profile}
    assert read_folders("mine.yaml", changed).said == {name: one for name, one in said.items() if one is not None}
    kept = [remark for remark in remarks(changed) if remark != "# c'"]
    assert kept == [remark for remark in remarks(TEXT) if remark not in lost]


def test_the_last_one_goes_and_a_first_one_comes() -> None:
    assert with_profile("# x\nfolders:\n  a: {}  # q", "a", None) == "# x\nfolders: {}\n"
    assert with_profile("# only", "a", {"brand": "x"}) == "# only\nfolders:\n  a: {brand: x}\n"
    assert with_profile("folders: {}  # u\n", "a", {"brand": "x"}) == "folders: \n  a: {brand: x}  # u\n"
    assert with_profile(TEXT, "autumn", {"brand": "Luma"}) == TEXT


def test_what_cannot_be_edited_is_written_anew() -> None:
    shared = "folders:\n  a: &one {brand: x}\n  b: *one\n"
    assert read_folders("f", with_profile(shared, "a", {"brand": "y"})).said == {
        "a": {"brand": "y"},
        "b": {"brand": "x"},
    }
    assert read_folders("f", with_profile(shared, "b", {"brand": "y"})).said == {
        "a": {"brand": "x"},
        "b": {"brand": "y"},
    }
    assert read_folders("f", with_profile("folders: {a: {}, b: {}}", "a", None)).said == {"b": {}}


def test_what_does_not_hold_is_not_written() -> None:
    with pytest.raises(FoldersError, match="there is no field colour"):
        with_profile(TEXT, "autumn", {"colour": "red"})


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(str.strip)
folders = words.map(lambda word: word.replace("/", "-").strip())
profiles = st.fixed_dictionaries({}, optional={"owner": words, "brand": words, "rights": words, "market": words})


@given(
    st.lists(
        st.tuples(st.sampled_from(["autumn", "empty", "winter/day 1"]) | folders, profiles | st.none()), max_size=4
    )
)
def test_whatever_is_changed_the_file_says_it(changes: list[tuple[str, dict[str, str] | None]]) -> None:
    text, said = TEXT, dict(SAID)
    for folder, profile in changes:
        text = with_profile(text, folder, profile)
        said = {name: one for name, one in {**said, folder: profile}.items() if one is not None}
        assert read_folders("mine.yaml", text).said == said
        assert "# ours: all" in text, "it was edited, not written anew"
