"""WISEPIM: products, by its REST interface and its signed webhooks."""
