"""Settings that lead the command line to the servers of this copy."""

from cli.home import Home
from cli.servers.stack import Stack
from runtime.config import PREFIX, Settings


def settings_of(home: Home) -> Settings:
    """As a service of this copy would read them from its environment."""
    env = Stack(home.root).env()
    values = {name.removeprefix(PREFIX).lower(): value for name, value in env.items()}
    return Settings.model_validate({name: value for name, value in values.items() if name in Settings.model_fields})


def admin_key_of(home: Home) -> str:
    """The key that may do everything."""
    return Stack(home.root).secrets.admin_key
