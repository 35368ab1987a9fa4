"""Names that are no file, among those that are."""

from pathlib import Path

from cli.missing import Missing


def test_lines_come_in_the_order_given(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    names = [str(tmp_path / name) for name in ("x", "a", "y", "b", "a", "z")]
    said: list[str] = []
    missing = Missing(names, said.append)
    assert [Path(name).name for name in missing.there] == ["a", "b", "a"]
    for name in missing.there:
        missing.before(name)
        said.append(name)
    missing.rest()
    assert said == names
