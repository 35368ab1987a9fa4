"""Packs: many renditions as one ZIP, made while it is sent."""
