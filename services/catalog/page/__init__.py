"""The page: HTML from the server, small scripts that fill in, one stylesheet by hand."""
