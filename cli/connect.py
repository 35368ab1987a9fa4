"""Settings that lead the command line to the servers: those of this copy, or those that the environment names."""

import os
from typing import TypeVar

from pydantic import Field, ValidationError

from cli.elsewhere import GUIDE, elsewhere
from cli.home import Home
from cli.servers.stack import Stack
from cli.supervisor import lifecycle
from cli.trouble import Trouble
from runtime.config import PREFIX, Settings, load

S = TypeVar("S", bound=Settings)


class ToolSettings(Settings):
    """Of the command line, for a copy that others keep."""

    api_url: str = Field(default="", description="Where the API is, https://host/; unset: on this machine")
    admin_key: str = Field(default="", description="Key that may do everything", repr=False)
    members: str = Field(default="", description="Where services tell how they are, as name=host:port, comma separated")


def settings_as(kind: type[S], home: Home) -> S:
    """A service's own settings, as this copy would start it: from this environment, and from where its servers are.

    Raises Trouble where the environment names servers elsewhere, and a setting is wrong.
    """
    if elsewhere(home):
        return _from_environment(kind)
    values = {**os.environ, **Stack(home.root).env()}
    known = {name: values.get(PREFIX + name.upper()) for name in kind.model_fields}
    return kind.model_validate({name: value for name, value in known.items() if value})


def settings_of(home: Home) -> Settings:
    """As a service of this copy would read them from its environment. Raises Trouble as `settings_as` does."""
    if elsewhere(home):
        return _from_environment(Settings)
    env = Stack(home.root).env()
    values = {name.removeprefix(PREFIX).lower(): value for name, value in env.items()}
    return Settings.model_validate({name: value for name, value in values.items() if name in Settings.model_fields})


def _from_environment(kind: type[S]) -> S:
    try:
        return load(kind)
    except ValidationError as error:
        wrong = error.errors()[0]
        where = "".join(f"{PREFIX}{str(name).upper()}: " for name in wrong["loc"])
        raise Trouble(f"{where}{wrong['msg'].removeprefix('Value error, ')}", "See docs/settings.md.") from error


def _tool(home: Home) -> ToolSettings | None:
    """Where the API is another's; None where it is this machine's."""
    if os.environ.get("PACKSHOT_API_URL") or elsewhere(home):
        return _from_environment(ToolSettings)
    return None


def page_of(home: Home) -> str:
    """URL of the page and the API, with a slash at its end. Raises Trouble where a copy elsewhere has none set."""
    if (tool := _tool(home)) is None:
        return lifecycle.page_address(home)
    if not tool.api_url:
        raise Trouble("Where the API of this copy is, is not said.", f"Set PACKSHOT_API_URL: {GUIDE}.")
    return tool.api_url.rstrip("/") + "/"


def admin_key_of(home: Home) -> str:
    """The key that may do everything. Raises Trouble where the copy is elsewhere and none is set."""
    if (tool := _tool(home)) is None:
        return Stack(home.root).secrets.admin_key
    if not tool.admin_key:
        raise Trouble("The API's key is not said.", f"Set PACKSHOT_ADMIN_KEY: {GUIDE}.")
    return tool.admin_key
