"""What was taught stands below the parts, and nothing where nothing was."""

from cli import ports
from cli.status import doors, words


def test_taught_words_have_their_figure() -> None:
    head = {"about": "color", "version": "1f2a", "tags": 11, "examples": 326, "top1": 0.874, "taught": "2026-11-23"}
    header, line = words([head]).strip().splitlines()
    assert header.split()[:2] == ["TAUGHT", "TAGS"]
    assert line.split() == ["color", "11", "326", "0.87", "2026-11-23"]
    assert words([]) == ""


def test_where_people_and_pims_reach_it() -> None:
    assert "http://127.0.0.1:8480/" in doors(ports.DEFAULTS, receives=False)
    assert "127.0.0.1:8490" in doors({"http": 1, "public": 2, "hooks": 8490}, receives=True)
    assert "8490" not in doors({"http": 1, "public": 2, "hooks": 8490}, receives=False), "nothing listens there"
