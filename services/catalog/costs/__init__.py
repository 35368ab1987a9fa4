"""The cost of bytes: what delivery sent, what was saved, what lies unused, and an estimate of its carbon."""
