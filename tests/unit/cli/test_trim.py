"""Only what nothing reads is taken away, once or again."""

from pathlib import Path

from cli.trim import UNREAD, trim


def test_what_nobody_reads_goes_and_the_rest_stays(tmp_path: Path) -> None:
    for folder in UNREAD:
        (tmp_path / folder / "deep").mkdir(parents=True)
        (tmp_path / folder / "deep" / "file.h").write_text("x")
        (tmp_path / folder).with_name("module.py").write_text("x")
    for _ in range(2):
        trim(tmp_path)
        assert not any((tmp_path / folder).exists() for folder in UNREAD)
        assert all((tmp_path / folder).with_name("module.py").is_file() for folder in UNREAD)
