"""What to do about a heavy file. Pure."""

FILMS = ("mp4", "hls", "webm")
PLAIN = ("jpeg", "png")
HEAVY = 300_000
"""Bytes from which on a picture is heavy for a page."""


def advice(format: str, channel: str, each: int) -> str:
    """One thing; empty where nothing is to be done. each: bytes of the file; channel: empty of a size on the fly."""
    if format in FILMS:
        return "Show a lower rung, or let the browser choose one: the page to embed plays the ladder."
    if format in PLAIN and channel:
        return "Ask for it without an ending (…/web): browsers that take AVIF or WebP are given it."
    if each > HEAVY:
        return "Lower its preset's target or max_bytes: `packshot presets diff` shows what that makes anew."
    return ""
