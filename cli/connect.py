"""Settings that lead the command line to the servers of this copy."""

import os
from typing import TypeVar

from cli.home import Home
from cli.servers.stack import Stack
from runtime.config import PREFIX, Settings

S = TypeVar("S", bound=Settings)


def settings_as(kind: type[S], home: Home) -> S:
    """A service's own settings, as this copy would start it: from this environment, and from where its servers are."""
    values = {**os.environ, **Stack(home.root).env()}
    known = {name: values.get(PREFIX + name.upper()) for name in kind.model_fields}
    return kind.model_validate({name: value for name, value in known.items() if value})


def settings_of(home: Home) -> Settings:
    """As a service of this copy would read them from its environment."""
    env = Stack(home.root).env()
    values = {name.removeprefix(PREFIX).lower(): value for name, value in env.items()}
    return Settings.model_validate({name: value for name, value in values.items() if name in Settings.model_fields})


def admin_key_of(home: Home) -> str:
    """The key that may do everything."""
    return Stack(home.root).secrets.admin_key
