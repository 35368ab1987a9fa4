"""Documents: pictures of their pages, and their text."""
