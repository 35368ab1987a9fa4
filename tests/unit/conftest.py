"""What the fast tests need to stay fast."""

import gc


def pytest_collection_finish() -> None:
    """Every test looks for unseen errors by a collection: spare it all that importing made."""
    gc.collect()
    gc.freeze()
