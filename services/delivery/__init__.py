"""Delivery: public addresses of what is live, by asset or by SKU and role."""
