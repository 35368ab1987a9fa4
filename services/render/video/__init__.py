"""Video: one original in; a poster, and then a file or ladder a channel, out."""
