"""What was taught stands below the parts, and nothing where nothing was."""

from cli.status import words


def test_taught_words_have_their_figure() -> None:
    head = {"about": "color", "version": "1f2a", "tags": 11, "examples": 326, "top1": 0.874, "taught": "2026-11-23"}
    header, line = words([head]).strip().splitlines()
    assert header.split()[:2] == ["TAUGHT", "TAGS"]
    assert line.split() == ["color", "11", "326", "0.87", "2026-11-23"]
    assert words([]) == ""
