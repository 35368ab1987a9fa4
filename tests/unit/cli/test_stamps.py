from pathlib import Path

from cli.home import Home
from cli.stamps import Stamps, hash_of


def test_the_hash_follows_content_and_order(tmp_path: Path) -> None:
    file = tmp_path / "base.txt"
    file.write_text("a==1")
    before = hash_of([file, "3.11"])
    assert hash_of([file, "3.11"]) == before != hash_of(["3.11", file])
    file.write_text("a==2")
    assert hash_of([file, "3.11"]) != before


def test_words_do_not_run_together() -> None:
    assert hash_of(["ab", "c"]) != hash_of(["a", "bc"])


def test_a_step_with_new_inputs_is_due_again(tmp_path: Path) -> None:
    stamps = Stamps(Home(tmp_path).run / "stamps")
    assert not stamps.has("models", "1")
    stamps.put("models", "1")
    assert stamps.has("models", "1")
    stamps.put("models", "2")
    assert not stamps.has("models", "1")
