"""The workers and the catalogue; each folder is one process, none imports another."""
