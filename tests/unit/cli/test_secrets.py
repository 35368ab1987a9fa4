import json
import stat
from pathlib import Path

import pytest

from cli import secrets
from cli.trouble import Trouble


def test_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    first = secrets.load(file)
    assert secrets.load(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_two_copies_have_nothing_in_common() -> None:
    one, other = vars(secrets.fresh()), vars(secrets.fresh())
    assert not set(one.values()) & set(other.values())


def test_an_older_copy_keeps_its_keys_and_gets_the_new_ones(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({"s3_access_key": "old", "gone": "x"}))
    loaded = secrets.load(file)
    assert loaded.s3_access_key == "old"
    assert loaded.admin_key
    assert "gone" not in json.loads(file.read_text())


def test_a_damaged_file_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text('{"s3_access_key": ')
    with pytest.raises(Trouble, match="cannot be read"):
        secrets.load(file)
    assert file.read_text() == '{"s3_access_key": '
