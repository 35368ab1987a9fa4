"""The part of the library that somebody may see."""

from services.catalog.scope import EVERYTHING, Scope


def test_folders_hold_what_lies_below_and_nothing_that_begins_alike() -> None:
    scope = Scope(("autumn", "winter/shoot"))
    assert all(scope.takes(folder, "") for folder in ("autumn", "autumn/day 1", "winter/shoot"))
    assert not any(scope.takes(folder, "") for folder in ("", "autumn-2", "winter", "winter/shooting"))
    assert EVERYTHING.takes("anything", "any")


def test_all_that_is_named_has_to_fit() -> None:
    scope = Scope(("autumn",), ("Luma", "Nova"))
    assert scope.takes("autumn", "Nova")
    assert not scope.takes("autumn", "") and not scope.takes("winter", "Luma")


def test_what_is_new_is_in_no_collection() -> None:
    assert not Scope(collections=("c",)).takes("autumn", "Luma")


def test_what_an_older_key_does_not_name_is_not_limited() -> None:
    assert Scope.of({"name": "x", "folders": ["a"]}) == Scope(("a",))
    assert not Scope.of({"folders": []}).limited and Scope.of({"brands": ["Luma"]}).limited


def test_in_words() -> None:
    assert Scope(("a", "b"), ("Luma",)).words == "the folders a, b, of these the brands Luma"
    assert EVERYTHING.words == "everything"
