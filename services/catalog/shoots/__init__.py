"""Shoots: what was dropped into one folder of the inbox, and what became of it."""
