"""Curator: folds people's decisions into facts, and alone writes which version of an asset is live."""
