"""Collector: the one place where bytes of the library are deleted, by version id, when nothing refers to them."""
