from pathlib import Path

from cli.supervisor.rotate import rotate


def test_a_writer_goes_on_in_the_emptied_file(tmp_path: Path) -> None:
    log = tmp_path / "render.log"
    (tmp_path / "small.log").write_text("x")
    with log.open("ab") as writer:
        writer.write(b"old" * 100)
        writer.flush()
        assert rotate(tmp_path, longest=200) == [log]
        writer.write(b"new")
        writer.flush()
    assert log.read_bytes() == b"new"
    assert (tmp_path / "render.log.1").read_bytes() == b"old" * 100
