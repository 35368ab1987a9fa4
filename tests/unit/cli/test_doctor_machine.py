"""What `doctor` says of the machine."""

from pathlib import Path

from cli.doctor_machine import landlock_of
from cli.doctor_machine import models as ours
from cli.home import Home


def test_landlock_is_told_by_what_it_holds() -> None:
    none, old, new = landlock_of(-1), landlock_of(5), landlock_of(6)
    assert [one.state for one in (none, old, new)] == ["bad", "poor", "well"]
    assert "ABI 5" in old.text and "signals" in old.text and "6.12" in old.cure
    assert "ABI 6" in new.text


def test_a_model_that_is_left_out_is_a_finding(models: Path, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.models.mkdir()
    assert ours(home).state == "bad" and "packshot setup" in ours(home).cure
    for name in ("faces.json", "faces.onnx"):
        (home.models / name).hardlink_to(models / name)
    assert ours(home).state == "well"
    (home.models / "mood.json").write_text("{}")
    found = ours(home)
    assert found.state == "poor" and "mood.json: name is missing" in found.text
