"""Drops: places outside that files or lists of a channel are put into, and taken out of again."""
