"""Render: one original in, every channel's renditions out."""
