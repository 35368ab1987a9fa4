"""Settings of linker."""

from runtime.config import Settings


class LinkerSettings(Settings):
    """Nothing of its own yet."""
