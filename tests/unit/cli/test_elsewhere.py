"""A copy that others keep: when settings count, and when the home does."""

from pathlib import Path

import pytest

from cli.connect import admin_key_of, page_of, settings_of
from cli.elsewhere import NAMING, elsewhere, require_here
from cli.home import Home
from cli.trouble import Trouble


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMING:
        monkeypatch.setenv(name, "broker.example:1")


def test_both_servers_must_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMING:
        monkeypatch.delenv(name, raising=False)
    assert not elsewhere(Home(tmp_path))
    for name, found in zip(NAMING, (False, True), strict=True):
        monkeypatch.setenv(name, "broker.example:1")
        assert elsewhere(Home(tmp_path)) is found


@pytest.mark.usefixtures("named")
def test_servers_of_this_home_come_first(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (tmp_path / "secrets.json").write_text("{}")
    assert not elsewhere(home)
    assert settings_of(home).kafka.startswith("127.0.0.1:")
    require_here("restart", home)


@pytest.mark.usefixtures("named")
def test_settings_lead_to_the_others(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert settings_of(home).kafka == settings_of(home).s3_endpoint == "broker.example:1"
    with pytest.raises(Trouble, match="packshot restart"):
        require_here("restart", home)
    require_here("dlq", home)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("named")
def test_the_api_is_where_a_setting_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    with pytest.raises(Trouble, match="API"):
        page_of(home)
    with pytest.raises(Trouble, match="key"):
        admin_key_of(home)
    monkeypatch.setenv("PACKSHOT_API_URL", "https://packshot.example")
    monkeypatch.setenv("PACKSHOT_ADMIN_KEY", "secret")
    assert (page_of(home), admin_key_of(home)) == ("https://packshot.example/", "secret")
