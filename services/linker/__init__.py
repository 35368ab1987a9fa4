"""Linker: what an asset is called and what it says of itself → the products that it shows."""
