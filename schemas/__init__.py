"""The contracts: one file per noun, pydantic only. Read `topics.py` first."""
