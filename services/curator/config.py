"""Settings of curator."""

from runtime.config import Settings


class CuratorSettings(Settings):
    """Nothing of its own yet."""
