"""Settings of pim."""

from runtime.config import Settings


class PimSettings(Settings):
    """Nothing of its own yet."""
