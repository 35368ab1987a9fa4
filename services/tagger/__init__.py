"""Tagger: what is in the picture, in words, colours and numbers, each with its confidence."""
