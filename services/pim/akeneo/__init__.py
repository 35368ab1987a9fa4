"""Akeneo by its REST API, as every edition since 7.0 has it."""
