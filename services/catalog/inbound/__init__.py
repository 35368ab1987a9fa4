"""Files that come through us by an upload link, from people without an account."""
